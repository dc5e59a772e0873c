//! `USER#<uid>`/`WSTICKET#<hash>`: what stands for a session for a minute.

use crate::{
    error::Error,
    person,
    sessions::Actor,
    store::{Condition, Store, Transacted, Write, item, keys},
    values::{Dialect, TokenHash, UserId},
};
use serde::{Deserialize, Serialize};

/// A ticket as stored.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::sessions) struct Ticket {
    /// The session.
    pub(in crate::sessions) session: TokenHash,
    /// Where it was opened.
    pub(in crate::sessions) dialect: Dialect,
    /// From this second on it does not count, whether the row is still there or not.
    pub(in crate::sessions) expires_at: i64,
}

/// Stores a ticket of the actor's. One round.
pub(in crate::sessions) async fn put(
    store: &Store,
    actor: &Actor,
    hash: &TokenHash,
    ticket: &Ticket,
) -> Result<(), Error> {
    let row = Write::put(keys::ticket(actor.uid(), hash), item("ticket", ticket)?, None);
    match store.transact(vec![row, person::still_there(actor.uid())]).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Takes a ticket away and gives it to whoever does. `None`: there is none any more. Two rounds.
pub(in crate::sessions) async fn take(store: &Store, uid: &UserId, hash: &TokenHash) -> Result<Option<Ticket>, Error> {
    let key = keys::ticket(uid, hash);
    let Some(ticket) = store.get_as(key.clone()).await? else { return Ok(None) };
    match store.transact(vec![Write::delete(key, Some(Condition::Present("pk")))]).await? {
        Transacted::Done => Ok(Some(ticket)),
        Transacted::Refused { .. } => Ok(None),
    }
}
