//! What somebody calls a friend and notes about them (SealTalk 3.1); nobody else sees any of it.
//!
//! A name is part of the relation: lists of friends show it, a sync tells of it. Notes are shown here alone.

use super::{Edge, Notes, NotesChange, Status};
use crate::{
    App,
    error::Error,
    sessions::{self, Claim, Reader},
    store::{friends::Sides, retrying},
    values::UserId,
};

/// Gives a friend a name of one's own, `None` leaves it, and changes what one has noted about them (SealTalk 3.1). A
/// new name is a change of the relation, notes are not: no sync tells of them. Two rounds; one when nothing is given
/// that changes anything.
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
        let reads = async |reader: &Reader| app.store.relation(reader, other, Sides::Known).await;
        let (actor, found) = sessions::verify_with(app, claim, reads).await?;
        let found = found.ok_or(Error::NoSuchFriend)?;
        let now = app.clock.millis();
        let after = found.relation.clone().named(name, now)?;
        let nothing = after == found.relation && notes.is_empty();
        let done = nothing || app.store.describe(&actor, &found, &after, notes, now).await?;
        Ok(done.then_some(()))
    })
    .await
}

/// A friend with one's own name for them, and what one has noted about them (SealTalk 3.1). One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn description(app: &App, claim: &Claim, other: &UserId) -> Result<(Edge, Notes), Error> {
    let reads = async |reader: &Reader| app.store.noted(reader, other).await;
    let (_, (edge, notes)) = sessions::verify_with(app, claim, reads).await?;
    let edge = edge.filter(|edge| edge.status == Status::Friends).ok_or(Error::NoSuchFriend)?;
    Ok((edge, notes))
}
