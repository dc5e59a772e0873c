//! The copy of their data that a person is given: archives in the bucket (`docs/dialects/lightup.md#export_account`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | what a copy is made of, a line for each room |
//! | `making` | a call makes one archive |
//! | `archive` | a zip file that is uploaded while it is written |
//! | `files` | the person's files in the bucket, in one order |
//!
//! An archive lies at `exports/<uid>/<random>.zip` for a day, and is read by a signed URL. The first has what the tables hold as JSON:
//! each room says which of its rows a person is given ([`Sheet`]), without secrets, and without what others have about them and they
//! are not shown. Then come files. What is too much for one archive, or takes too long, is in the next, which another call makes: it is
//! told where to go on, so nothing is stored of an export but what it has made.

mod archive;
mod files;
mod making;

pub use making::{Export, make};

use crate::{
    app::App, attachments, devices, error::Error, facets, feedback, friends, gifts, groups, inbox, lights, media,
    person, posts, profiles, questions, rooms, sessions, store::Sheet, tracks, values::UserId, wallet,
};

/// What the rooms give, in the order in which the archive has it.
#[must_use]
pub fn sheets() -> Vec<Sheet> {
    [
        &person::EXPORT[..],
        &sessions::EXPORT,
        &facets::EXPORT,
        &profiles::EXPORT,
        &devices::EXPORT,
        &media::EXPORT,
        &questions::EXPORT,
        &attachments::EXPORT,
        &rooms::EXPORT,
        &lights::EXPORT,
        &friends::EXPORT,
        &groups::EXPORT,
        &wallet::EXPORT,
        &gifts::EXPORT,
        &posts::EXPORT,
        &feedback::EXPORT,
        &tracks::EXPORT,
        &inbox::EXPORT,
    ]
    .concat()
}

/// Where everything lies that was exported for a person.
fn prefix(uid: &UserId) -> String {
    format!("exports/{uid}/")
}

/// Deletes the archives of somebody who is being erased. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    app.storage.delete_prefix(&prefix(uid)).await
}
