//! The files of a person in the bucket, in the order of their keys.

use crate::{app::App, attachments, error::Error, images, media, storage::Listed, uploads, values::UserId};

/// A listing of all folders of a person, a page at a time.
#[derive(Debug)]
pub(super) struct Files {
    /// Those that are left, the last one first.
    folders: Vec<String>,
    after: Option<String>,
    /// Files that lie elsewhere.
    elsewhere: Vec<String>,
}

/// Every folder that has files of a person, in order.
pub(super) fn folders(uid: &UserId) -> Vec<String> {
    let [live, waiting] = uploads::prefixes(uid);
    let mut folders = vec![
        attachments::prefix(uid),
        images::prefix(uid),
        media::live_prefix(uid),
        media::pending_prefix(uid),
        live,
        waiting,
    ];
    folders.sort();
    folders
}

impl Files {
    /// The files that come behind a key; `portrait` is the person's, which may lie in no folder of theirs.
    pub(super) fn new(uid: &UserId, portrait: Option<&str>, after: Option<&str>) -> Self {
        let mut folders = folders(uid);
        // A folder that the key is behind has been read.
        folders
            .retain(|folder| after.is_none_or(|after| after.starts_with(folder.as_str()) || after < folder.as_str()));
        folders.reverse();
        let elsewhere = portrait.filter(|_| after.is_none()).and_then(|portrait| media::own_file(uid, portrait));
        let elsewhere = elsewhere.filter(|key| !key.starts_with(&media::live_prefix(uid))).into_iter().collect();
        Self { folders, after: after.map(str::to_owned), elsewhere }
    }

    /// The next of them; `None`: that were all. None or one call for each.
    pub(super) async fn next(&mut self, app: &App) -> Result<Option<Vec<Listed>>, Error> {
        if let Some(key) = self.elsewhere.pop() {
            return Ok(Some(vec![Listed { key, size: 0 }]));
        }
        let Some(folder) = self.folders.last() else { return Ok(None) };
        let after = self.after.as_deref().filter(|after| after.starts_with(folder.as_str()));
        let page = app.storage.list(folder, after).await?;
        match page.last() {
            Some(last) => self.after = Some(last),
            None => drop(self.folders.pop()),
        }
        Ok(Some(page.objects))
    }
}
