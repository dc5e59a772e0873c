//! What somebody calls a friend and notes about them (`docs/dialects/sealtalk.md#names-and-notes`); nobody else sees
//! any of it.
//!
//! A name is part of the relation: lists of friends show it, and so does a sync. Notes are shown here alone.

use crate::{
    app::App,
    error::Error,
    friends::rows::{
        self, Edge, Status,
        notes::{Notes, NotesChange},
        read::Sides,
    },
    sessions::{self, Claim, Reader},
    store::{Attempt, retrying},
    values::UserId,
};

/// Gives a friend a name of one's own, `None` leaves it, and changes what one has noted about them
/// (`docs/dialects/sealtalk.md#names-and-notes`). A new name is a change of the relation, notes are not: no sync shows
/// of them. Two rounds; one when nothing is given that changes anything.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn describe(
    app: &App,
    claim: &Claim,
    other: &UserId,
    name: Option<&str>,
    notes: &NotesChange,
) -> Result<(), Error> {
    retrying(|| async {
        let reads = async |reader: &Reader| rows::read::relation(&app.store, reader, other, Sides::Known).await;
        let (actor, found) = sessions::verify_with(app, claim, reads).await?;
        let found = found.ok_or(Error::NoSuchFriend)?;
        let now = app.clock.millis();
        let after = found.relation.clone().named(name, now)?;
        if after == found.relation && notes.is_empty() {
            return Ok(Attempt::Done(()));
        }
        rows::notes::describe(&app.store, &actor, &found, &after, notes, now).await
    })
    .await
}

/// A friend with one's own name for them, and what one has noted about them
/// (`docs/dialects/sealtalk.md#names-and-notes`). One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn description(app: &App, claim: &Claim, other: &UserId) -> Result<(Edge, Notes), Error> {
    let reads = async |reader: &Reader| rows::notes::noted(&app.store, reader, other).await;
    let (_, (edge, notes)) = sessions::verify_with(app, claim, reads).await?;
    let edge = edge.filter(|edge| edge.status == Status::Friends).ok_or(Error::NoSuchFriend)?;
    Ok((edge, notes))
}
