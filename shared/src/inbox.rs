//! A person's queue of messages, and the connections over which they read it (`docs/dialects/chat.md#queue`).

mod changing;
mod connections;
mod notice;
pub mod packet;
pub mod plan;
mod pump;
mod remembered;
mod rows;
pub mod rules;
mod sending;
mod telling;

pub use connections::{
    Key, Which, Wishes, acknowledge, close_of, connection, ended, expel, heartbeat, open, proven, reply, start,
    turn_away,
};
pub use notice::{Contact, GroupChange, GroupNotice, MOST_NAMED, Named, Notice};
pub use rows::connections::Connection;
pub(crate) use rows::inboxes;
pub use sending::{Due, LARGEST, store};
pub use telling::{Audience, News, tell};

use crate::{
    app::App,
    error::Error,
    values::{ConnectionId, UserId},
};
use packet::Stored;
use rules::Inbox;

/// Takes those messages out of somebody's queue, as it was read, that are not to be kept: they are not posted any more. None or
/// two rounds.
///
/// # Errors
/// Faults.
pub(crate) async fn take_out(
    app: &App,
    uid: &UserId,
    read: &Inbox,
    keep: impl Fn(&Stored) -> bool,
) -> Result<(), Error> {
    if read.floor() == read.seq {
        return Ok(());
    }
    rows::letters::take_out(&app.store, uid, read.floor(), read.seq, keep).await
}

/// Whether one of these messages is among the newest letters of somebody. One round.
///
/// # Errors
/// Faults.
pub(crate) async fn has_any(app: &App, uid: &UserId, messages: &[Stored]) -> Result<bool, Error> {
    let ids: Vec<_> = messages.iter().map(|message| &message.id).collect();
    rows::letters::has_any(&app.store, uid, &ids).await
}

/// Remembers that a connection's client writes single objects where others write a list: it is written to in the same way. A failure
/// is for the log only. None or one round.
pub(crate) async fn wants_objects(app: &App, uid: &UserId, id: &ConnectionId, read: &Inbox) {
    let rule = |inbox: &Inbox, _| inbox.objects(id).map(|next| (next, ()));
    if let Err(error) = changing::apply(app, uid, read.clone(), rule).await {
        tracing::warn!(%error, "a client is written to in the other way");
    }
}

/// Ends the queue of somebody who is being erased: their connections are closed, and what waits is deleted. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    close_of(app, uid, Which::AllBut(None)).await;
    rows::erase(&app.store, uid, app.clock.millis()).await
}
