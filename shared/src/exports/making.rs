//! Making an archive.

use super::{
    archive::{Archive, Packing},
    files::{Files, folders},
    prefix, sheets,
};
use crate::{
    app::App,
    error::{Error, Unusable},
    friends,
    person::{self, Profile},
    storage::Listed,
    store::{Owner, Sheet},
    values::UserId,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::try_join_all;
use serde_json::json;
use std::time::Duration;

/// How long the URLs of an export are good.
const LIFETIME: Duration = Duration::from_secs(900);

/// An archive has files of so many bytes, and then one more at most.
const MOST: u64 = 100 << 20;

/// A file that is larger is in no archive, but has a URL of its own.
const LARGEST: u64 = 25 << 20;

/// And so many files.
const MOST_FILES: usize = 300;

/// An archive is given no more files after so long: API Gateway ends a call after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(12);

/// So many files with URLs of their own one export names.
const MOST_URLS: usize = 20;

/// An archive, and what there is beside it.
#[derive(Debug)]
pub struct Export {
    /// Where the archive is, and then each file that is too large for one, for 15 minutes.
    pub urls: Vec<String>,
    /// The same as keys in the bucket.
    pub keys: Vec<String>,
    /// Where the next archive begins. `None`: this was the last.
    pub next: Option<String>,
}

/// What an archive is made of.
struct Wanted<'a> {
    uid: &'a UserId,
    profile: &'a Profile,
    sheets: Vec<Sheet>,
    after: Option<String>,
}

/// Makes the first archive of somebody's data, or the one that goes on where `after` says. `more` is what rooms give that are not known
/// here. The number of rounds grows with what there is.
///
/// # Errors
/// [`Error::Unusable`] for an `after` that was not given out; [`Error::SignedOut`] if the person is erased meanwhile; faults.
pub async fn make(app: &App, profile: &Profile, more: &[Sheet], after: Option<&str>) -> Result<Export, Error> {
    let uid = &profile.uid;
    let after = after.map(|text| place(uid, text)).transpose()?;
    let key = format!("{}{}.zip", prefix(uid), app.random.hex::<16>());
    let sheets = if after.is_none() { [more, &sheets()].concat() } else { Vec::new() };
    let wanted = Wanted { uid, profile, sheets, after };
    let mut archive = Archive::begin(app, key.clone());
    let written = Box::pin(write(app, &mut archive, &wanted)).await;
    let (large, next) = match written {
        Ok(written) => written,
        Err(error) => {
            archive.abandon().await;
            return Err(error);
        }
    };
    archive.finish().await?;
    // Looked at afterwards: an erasure that had passed the bucket by then has marked the person before.
    if person::profile_for_session(&app.store, uid).await?.is_none() {
        app.storage.delete(&[key]).await?;
        return Err(Error::SignedOut);
    }
    let keys: Vec<_> = [key].into_iter().chain(large).collect();
    let urls = try_join_all(keys.iter().map(|key| app.storage.url(key, LIFETIME))).await?;
    Ok(Export { urls, keys, next: next.map(|key| URL_SAFE_NO_PAD.encode(key)) })
}

/// The key behind which an archive begins.
fn place(uid: &UserId, text: &str) -> Result<String, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let own = bytes.filter(|key| folders(uid).iter().any(|folder| key.starts_with(folder.as_str())));
    own.ok_or(Error::Unusable(Unusable::Cursor))
}

/// Files that are too large, and the last key, if there is more behind it.
type Rest = (Vec<String>, Option<String>);

async fn write(app: &App, archive: &mut Archive<'_>, wanted: &Wanted<'_>) -> Result<Rest, Error> {
    let started = tokio::time::Instant::now();
    if !wanted.sheets.is_empty() {
        let apart = friends::kept_apart(&app.store, wanted.uid).await?;
        let owner = Owner { uid: wanted.uid, apart: &apart };
        for sheet in &wanted.sheets {
            write_sheet(app, archive, &owner, sheet).await?;
        }
    }
    if wanted.after.is_none() {
        write_list(app, archive, wanted).await?;
    }
    let portrait = wanted.profile.portrait.as_deref();
    let mut files = Files::new(wanted.uid, portrait, wanted.after.as_deref());
    let (mut large, mut count, mut bytes, mut last) = (Vec::new(), 0, 0, wanted.after.clone());
    while let Some(page) = files.next(app).await? {
        for file in page {
            let enough = bytes >= MOST || count >= MOST_FILES || large.len() >= MOST_URLS;
            if enough || (count > 0 && started.elapsed() > PATIENCE) {
                return Ok((large, last));
            }
            count += 1;
            if file.size > LARGEST {
                large.push(file.key.clone());
            } else {
                bytes += write_file(app, archive, &file.key).await?;
            }
            last = Some(file.key);
        }
    }
    Ok((large, None))
}

/// A list of JSON objects, a page after the other.
async fn write_sheet(app: &App, archive: &mut Archive<'_>, owner: &Owner<'_>, sheet: &Sheet) -> Result<(), Error> {
    let (mut from, mut first) = (None, true);
    archive.file(&format!("{}.json", sheet.name()), Packing::Packed)?;
    archive.write(b"[").await?;
    loop {
        let (rows, next) = app.store.sheet(owner, sheet, from).await?;
        for row in rows {
            let between = if first { "\n" } else { ",\n" };
            archive.write(format!("{between}{row}").as_bytes()).await?;
            first = false;
        }
        from = next;
        if from.is_none() {
            return archive.write(b"\n]\n").await;
        }
    }
}

/// The list of all files, with what each is called in the archives.
async fn write_list(app: &App, archive: &mut Archive<'_>, wanted: &Wanted<'_>) -> Result<(), Error> {
    let mut files = Files::new(wanted.uid, wanted.profile.portrait.as_deref(), None);
    let mut first = true;
    archive.file("files.json", Packing::Packed)?;
    archive.write(b"[").await?;
    while let Some(page) = files.next(app).await? {
        for Listed { key, size } in page {
            let between = if first { "\n" } else { ",\n" };
            let row = json!({"name": name(&key), "bytes": size, "in_an_archive": size <= LARGEST});
            archive.write(format!("{between}{row}").as_bytes()).await?;
            first = false;
        }
    }
    archive.write(b"\n]\n").await
}

/// What a file is called in an archive.
fn name(key: &str) -> String {
    format!("files/{key}")
}

/// How many bytes it had. One that is gone meanwhile is left out.
async fn write_file(app: &App, archive: &mut Archive<'_>, key: &str) -> Result<u64, Error> {
    let Some(mut bytes) = app.storage.read(key).await? else { return Ok(0) };
    archive.file(&name(key), Packing::Plain)?;
    let mut size = 0;
    while let Some(some) = bytes.next().await {
        let some = some.map_err(|_| Error::Unavailable)?;
        size += some.len() as u64;
        archive.write(&some).await?;
    }
    Ok(size)
}
