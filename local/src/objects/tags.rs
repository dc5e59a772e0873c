//! The tags of objects: a small file for each object that has some, in `.tags`, so that they outlive the process like the
//! objects themselves. It has the name of the object's own file.

use s3s::{S3Result, dto::Tag, s3_error};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

/// The folder of the tags, beside the buckets. No bucket can be called so.
const FOLDER: &str = ".tags";

/// The tags of one object, by their names.
pub(super) type Set = BTreeMap<String, String>;

/// Where the tags of all objects are.
#[derive(Debug)]
pub(super) struct Tags(PathBuf);

impl Tags {
    pub(super) fn below(root: &Path) -> Self {
        Self(root.join(FOLDER))
    }

    fn path(&self, bucket: &str, name: &str) -> PathBuf {
        self.0.join(bucket).join(name)
    }

    /// Those of an object; none where nobody gave it any.
    pub(super) async fn of(&self, bucket: &str, name: &str) -> S3Result<Set> {
        match tokio::fs::read(self.path(bucket, name)).await {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| s3_error!(error, InternalError)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Set::new()),
            Err(error) => Err(s3_error!(error, InternalError)),
        }
    }

    /// Gives an object these tags and no others.
    pub(super) async fn set(&self, bucket: &str, name: &str, tags: &Set) -> S3Result<()> {
        let path = self.path(bucket, name);
        let done = if tags.is_empty() {
            match tokio::fs::remove_file(path).await {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                done => done,
            }
        } else {
            let bytes = serde_json::to_vec(tags).map_err(|error| s3_error!(error, InternalError))?;
            tokio::fs::create_dir_all(self.0.join(bucket)).await.map_err(|error| s3_error!(error, InternalError))?;
            tokio::fs::write(path, bytes).await
        };
        done.map_err(|error| s3_error!(error, InternalError))
    }
}

/// The tags in a header of a request, which is written like a form.
pub(super) fn in_header(header: Option<&str>) -> S3Result<Set> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(header.unwrap_or_default()).map_err(|_| {
        s3_error!(InvalidArgument, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded.")
    })?;
    let many = pairs.len();
    let tags: Set = pairs.into_iter().collect();
    if tags.len() == many { Ok(tags) } else { Err(s3_error!(InvalidArgument, "a tag is there twice")) }
}

/// The same in the body of a request.
pub(super) fn in_body(tags: Vec<Tag>) -> S3Result<Set> {
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    let many = tags.len();
    let tags: Set = tags.into_iter().filter_map(pair).collect();
    if tags.len() == many { Ok(tags) } else { Err(s3_error!(InvalidTag)) }
}

/// Tags as S3 lists them.
pub(super) fn listed(tags: Set) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) }).collect()
}
