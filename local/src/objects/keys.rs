//! The keys of all objects: each in a small file in `.names`, and all in memory, in order.

use super::file_name;
use s3s::{S3Result, dto::ListObjectsV2Input, s3_error};
use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    ops::Bound,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

/// The longest key of S3, in bytes.
const LONGEST_KEY: usize = 1_024;
/// The most keys in one listing.
const PAGE: usize = 1_000;
/// The folder of the keys, beside the buckets. No bucket can be called so.
const NAMES: &str = ".names";

/// The keys of buckets in a folder.
#[derive(Debug)]
pub(super) struct Keys {
    root: PathBuf,
    keys: RwLock<HashMap<String, BTreeSet<String>>>,
}

impl Keys {
    /// Makes the folders of the buckets and reads the keys of all.
    pub(super) fn open(root: &Path, buckets: &[String]) -> io::Result<Self> {
        let read = |bucket: &String| Ok((bucket.clone(), read_keys(root, bucket)?));
        let keys = buckets.iter().map(read).collect::<io::Result<_>>()?;
        Ok(Self { root: root.to_owned(), keys: RwLock::new(keys) })
    }

    /// Where the file is that holds a key.
    pub(super) fn name_path(&self, bucket: &str, key: &str) -> PathBuf {
        self.root.join(NAMES).join(bucket).join(file_name(key))
    }

    /// That there is the bucket, which `s3s-fs` would make, and that S3 takes the key.
    pub(super) fn check(&self, bucket: &str, key: &str) -> S3Result<()> {
        if !self.keys.read().unwrap_or_else(PoisonError::into_inner).contains_key(bucket) {
            return Err(s3_error!(NoSuchBucket));
        }
        if key.len() > LONGEST_KEY { Err(s3_error!(KeyTooLongError)) } else { Ok(()) }
    }

    fn change(&self, bucket: &str, change: impl FnOnce(&mut BTreeSet<String>)) {
        if let Some(keys) = self.keys.write().unwrap_or_else(PoisonError::into_inner).get_mut(bucket) {
            change(keys);
        }
    }

    /// A key is there from now on.
    pub(super) fn insert(&self, bucket: &str, key: &str) {
        self.change(bucket, |keys| {
            keys.insert(key.to_owned());
        });
    }

    /// A key is there no more.
    pub(super) fn remove(&self, bucket: &str, key: &str) {
        self.change(bucket, |keys| {
            keys.remove(key);
        });
    }

    /// Whether a key is there.
    pub(super) fn has(&self, bucket: &str, key: &str) -> bool {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(bucket).is_some_and(|keys| keys.contains(key))
    }

    /// What a listing shows next after a key or common prefix.
    pub(super) fn page(&self, input: &ListObjectsV2Input, after: Option<&str>) -> S3Result<Page> {
        let all = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let keys = all.get(&input.bucket).ok_or_else(|| s3_error!(NoSuchBucket))?;
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let delimiter = input.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty());
        let limit = input.max_keys.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE).min(PAGE);
        let start = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let mut page = Page::default();
        for key in keys.range::<str, _>((start, Bound::Unbounded)).take_while(|key| key.starts_with(prefix)) {
            let group = delimiter.and_then(|delimiter| {
                let end = key[prefix.len()..].find(delimiter)? + prefix.len() + delimiter.len();
                Some(&key[..end])
            });
            // A group that the page before ended with, or that is in this one already.
            if group.is_some_and(|group| after == Some(group) || page.last.as_deref() == Some(group)) {
                continue;
            }
            if page.keys.len() + page.groups.len() == limit {
                page.more = limit > 0;
                break;
            }
            page.last = Some(group.unwrap_or(key).to_owned());
            match group {
                Some(group) => page.groups.push(group.to_owned()),
                None => page.keys.push(key.clone()),
            }
        }
        Ok(page)
    }
}

/// A page of a listing.
#[derive(Default)]
pub(super) struct Page {
    pub(super) keys: Vec<String>,
    /// Common prefixes.
    pub(super) groups: Vec<String>,
    /// The key or common prefix that the page ends with.
    pub(super) last: Option<String>,
    /// Whether something follows it.
    pub(super) more: bool,
}

/// Makes a bucket's folders and reads its keys. Names without an object are what a killed process left behind.
fn read_keys(root: &Path, bucket: &str) -> io::Result<BTreeSet<String>> {
    let names = root.join(NAMES).join(bucket);
    fs::create_dir_all(&names)?;
    fs::create_dir_all(root.join(bucket))?;
    let mut keys = BTreeSet::new();
    for entry in fs::read_dir(&names)? {
        let entry = entry?;
        if root.join(bucket).join(entry.file_name()).exists() {
            keys.insert(fs::read_to_string(entry.path())?);
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(keys)
}
