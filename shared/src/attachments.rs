//! Files that people send each other and show, under names that the server draws (`docs/dialects/chat.md#files`). Whoever knows a
//! name may read the file while its owner is there.
//!
//! | step | where the file is | what is stored of it |
//! |---|---|---|
//! | [`save`]: the bytes come with the request | `media/attachments/<owner>/<name>`, typed by its bytes | whose the name is, and that it is the owner's |
//! | [`ticket`]: they are uploaded later | the same, once they are | the same, before they are |
//!
//! A call that dies between file and rows leaves a file that nobody can read. It lies in its owner's folder, where an erasure
//! finds it.

mod rows;
mod rules;

pub(crate) use rows::{EXPORT, NameOwner, own};

use crate::{
    app::App,
    error::{Error, Limit, Unusable},
    limits, person,
    sessions::{self, Claim},
    storage::{Access, REDIRECT, SignedPut},
    store::{Key, Transacted, keys},
    values::{AttachmentName, Ending, UserId},
};
use std::time::Duration;

/// The largest file whose bytes come with a request, in bytes.
pub const MOST_SAVED: usize = 3 << 20;

/// The largest file that is uploaded with a ticket, in bytes.
pub const MOST_UPLOADED: u64 = 50 << 20;

/// How long a file can be uploaded with a ticket. Once it is there, nothing takes its place.
const LIFETIME: Duration = Duration::from_secs(900);

/// Where everything of a person lies.
#[must_use]
pub fn prefix(uid: &UserId) -> String {
    format!("media/attachments/{uid}/")
}

/// The key of the object of a name.
pub(crate) fn object(owner: &UserId, name: &AttachmentName) -> String {
    format!("{}{name}", prefix(owner))
}

/// Stores a file of the caller's and gives back its name (`docs/dialects/chat.md#save-a-file`). Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for more bytes than are taken, none, or bytes of another type than the name says;
/// [`Error::TooManyRequests`].
pub async fn save(app: &App, claim: &Claim, ending: Ending, bytes: Vec<u8>) -> Result<AttachmentName, Error> {
    let actor = sessions::verify(app, claim).await?;
    if bytes.is_empty() || bytes.len() > MOST_SAVED {
        return Err(Error::Unusable(Unusable::Size));
    }
    let content_type = rules::content_type(ending, &bytes).ok_or(Error::Unusable(Unusable::File(0)))?;
    let is_picture = rules::is_picture(&bytes);
    let name = AttachmentName::new(&app.random, ending);
    let key = object(actor.uid(), &name);
    app.storage.put(&key, bytes, content_type).await?;
    let counted = limits::counted(app, Limit::Attachments, actor.uid().as_str());
    let mut writes = rows::put(actor.uid(), &name, is_picture)?;
    writes.extend([counted, person::still_there(actor.uid())]);
    match app.store.transact(writes).await? {
        Transacted::Done => Ok(name),
        Transacted::Refused { part, .. } => {
            // The name is nobody's, and an erasure may have passed the bucket before the file arrived.
            if let Err(error) = app.storage.delete(&[key]).await {
                tracing::warn!(%error, "a file that has no name stays in the bucket");
            }
            Err(refusal(part))
        }
    }
}

/// Permission to upload one file.
#[derive(Debug)]
pub struct Ticket {
    /// What it will be called.
    pub name: AttachmentName,
    /// How.
    pub put: SignedPut,
}

/// Lets the caller upload a file of exactly so many bytes (`docs/dialects/chat.md#file-tickets`). Two rounds. What is uploaded is
/// served as what its name says, whatever its bytes are.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for more bytes than are taken, or none; [`Error::TooManyRequests`].
pub async fn ticket(app: &App, claim: &Claim, ending: Ending, size: u64) -> Result<Ticket, Error> {
    let actor = sessions::verify(app, claim).await?;
    if !(1..=MOST_UPLOADED).contains(&size) {
        return Err(Error::Unusable(Unusable::Size));
    }
    let name = AttachmentName::new(&app.random, ending);
    let key = object(actor.uid(), &name);
    let put = app.storage.signed_put_of(&key, ending.content_type(), size, LIFETIME).await?;
    let counted = limits::counted(app, Limit::Attachments, actor.uid().as_str());
    let mut writes = rows::put(actor.uid(), &name, false)?;
    writes.extend([counted, person::still_there(actor.uid())]);
    match app.store.transact(writes).await? {
        Transacted::Done => Ok(Ticket { name, put }),
        Transacted::Refused { part, .. } => Err(refusal(part)),
    }
}

fn refusal(part: crate::store::Part) -> Error {
    match part {
        limits::COUNTED => Error::TooManyRequests { limit: Limit::Attachments },
        _ => Error::SignedOut,
    }
}

/// Where the file of a name is at the moment, while its owner is there. Two rounds.
///
/// # Errors
/// [`Error::NoSuchMedia`].
pub async fn url(app: &App, name: &AttachmentName, access: Access) -> Result<String, Error> {
    let owner = rows::owner(&app.store, name).await?.ok_or(Error::NoSuchMedia)?;
    person::profile_for_session(&app.store, &owner).await?.ok_or(Error::NoSuchMedia)?;
    app.storage.url_for(access, &object(&owner, name), REDIRECT).await
}

/// Whether an own file can be a picture that somebody is shown with: if its bytes are one. No round where that was found when it was
/// saved, else one.
pub(crate) async fn is_picture(
    app: &App,
    owner: &UserId,
    name: &AttachmentName,
    row: &NameOwner,
) -> Result<bool, Error> {
    if !name.is_picture() {
        return Ok(false);
    }
    if row.is_picture {
        return Ok(true);
    }
    let beginning = app.storage.beginning(&object(owner, name), rules::TELLING).await?;
    Ok(beginning.is_some_and(|found| rules::is_picture(&found.bytes)))
}

/// The row that says whose the name of an own file is, for the erasure of its owner.
pub(crate) fn name_of_own(own: &Key) -> Option<Key> {
    keys::attachment_of_own(own)
}

/// Deletes the files of somebody who is being erased. Their rows are in their partition, and go with it.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    app.storage.delete_prefix(&prefix(uid)).await
}
