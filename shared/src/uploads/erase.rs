//! The end of a person's files.

use crate::{
    app::App,
    error::Error,
    sessions::devices,
    uploads::{FileKey, folder_of, rows, rules},
    values::UserId,
};

/// Erases the files of somebody who is being erased: those that are used, by their folder in the bucket, and those that wait, also in the
/// folders that their devices had before. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    let live = rules::live_prefix(uid);
    let mut after = None;
    loop {
        let page = app.storage.list(&live, after.as_deref()).await?;
        let keys = page.objects.iter().filter_map(|object| object.key.strip_prefix(&live)?.split_once('/'));
        let keys: Vec<_> = keys.filter_map(|(key, _)| FileKey::try_from(key.to_owned()).ok()).collect();
        // The rows first: from then on nobody is shown the files, which are found again by their folder.
        rows::erase(&app.store, uid, &keys).await?;
        match page.last() {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    app.storage.delete_prefix(&live).await?;
    app.storage.delete_prefix(&rules::pending_prefix(uid.as_str())).await?;
    for device in devices::of_person(app, uid).await? {
        app.storage.delete_prefix(&rules::pending_prefix(&folder_of(app, &device))).await?;
    }
    Ok(())
}
