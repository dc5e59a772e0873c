//! Where people were last, and whether their app shows what is pushed to it (`docs/dialects/m_user.md#tracks`).
//!
//! It is personal, and nobody is shown it: a place is rounded to about a kilometre, and each of the two is forgotten
//! [`KEPT`] seconds after it was said last.
//!
//! A function that writes here declares the tables users and social.

mod rows;

use crate::{
    app::App,
    error::Error,
    sessions::{self, AnyReader, Claim},
    store::{Store, Transacted},
    values::{Place, UserId},
};
pub(crate) use rows::EXPORT;

/// What is said here is kept for so many seconds: 90 days.
pub const KEPT: i64 = 90 * 86_400;

/// What an app says of its user. What it leaves out stays as it was.
#[derive(Clone, Copy, Debug, Default)]
pub struct Track {
    /// Whether the app shows what is pushed to it.
    pub shows_pushes: Option<bool>,
    /// Where the user is.
    pub place: Option<Place>,
}

/// Remembers what an app says. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; faults.
pub async fn remember(app: &App, claim: &Claim, track: &Track) -> Result<(), Error> {
    let (writer, ()) = sessions::writer_beside(app, claim, async |_: &AnyReader| Ok(())).await?;
    let mut writes = vec![writer.proof()];
    writes.extend(rows::writes(&writer, track, app.clock.seconds())?);
    match app.store.transact(writes).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Forgets both of somebody who is being erased. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    rows::erase(store, uid).await
}
