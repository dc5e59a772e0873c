//! A person's queue of messages, and the connections over which they read it (`docs/dialects/chat.md#queue`).
//!
//! | module | what it holds |
//! |---|---|
//! | `rules`, `rules::conn` | what becomes of a queue, and of what a connection was posted: pure |
//! | `plan` | what is posted next: pure |
//! | `packet` | packets and messages as JSON |
//! | `sending` | a number, a letter, and what is posted of it |
//! | `telling`, `notice` | what people are told of what others have done |
//! | `pump` | posting to those who read |
//! | `connections`, `remembered` | opening and closing connections; what a process remembers of them |
//! | `reading` | starting, acknowledging, heartbeats |
//! | `changing`, `rows` | the row of a queue is changed by rules; queues, letters and connections as stored |
//!
//! # How a letter arrives
//!
//! A *letter* is what one packet has brought one person, or a part of it if it is long. It has a *number* of their queue and is a row of its own: stored whole or not
//! at all. Numbers are given by the row `INBOX`, in which everything is decided that more than one call might do.
//!
//! **One call posts.** Whoever holds the *lease* posts to all connections that have started, a frame at a time and in the order of the
//! numbers, and *marks* what it has posted. A sender who finds a reader that has everything takes the number and the lease in one
//! write. Whoever finds the lease taken leaves its letter to the holder. No wake-up is lost, because of two rules: the lease is given
//! back on condition that no number has been taken since the row was read; and whoever has changed the row looks at it as it is then,
//! and posts what nobody else is to post. A start is such a change: its row may have a number that was taken by a call which did
//! not see the reader.
//!
//! **Numbers have no gaps.** A number is taken before its letter is put, so a letter may be late. The holder waits for it, for two
//! thirds of a second, and then puts an empty letter in its place: the late one is refused, and takes another number. So the order is
//! that of the numbers, and what one sender has sent after hearing of what they have sent before comes after it.
//!
//! **Acknowledgements are counted.** A client says "ok" for each frame, and names none. If "ok" meant everything that was posted so far, a frame
//! that is posted while an "ok" for the one before is on its way would count as read, and would be lost if the connection broke. So a
//! connection has a list of the frames that were posted to it, each with the number that it completes, and an "ok" is for the oldest.
//! For the list to be true, every frame that may have been sent has to be in it:
//!
//! - Whoever takes a lease over that has run out, or hears no answer to a post, enters a frame that completes nothing. If it was sent,
//!   its "ok" is for that; if not, acknowledgements lag behind by one, and one frame more comes again at the next start.
//! - The holder posts one frame to each connection before it marks it. So at most one "ok" comes before its frame is in the list; it
//!   is remembered as `credit`.
//! - An "ok" that is handed over twice by API Gateway has the same name and counts once.
//! - A connection that was taken out of the row never comes back: its list would begin anew, while an "ok" may be on its way.
//!
//! A client that acknowledges less often than it should would be told ever more again. So an "ok" is also for whatever was posted ten
//! seconds before it; those of these frames that still come are counted as debts, and are for nothing else.
//!
//! `tests/it/chat/model.rs` runs the rules with all of this happening in any order.

mod changing;
mod connections;
mod notice;
pub mod packet;
pub mod plan;
mod pump;
mod reading;
mod remembered;
mod rows;
pub mod rules;
mod sending;
mod telling;

pub use connections::{
    Key, Which, Wishes, close_of, connection, ended, expel, expired, open, proven, reply, turn_away,
};
pub use notice::{Contact, GroupChange, GroupNotice, MOST_NAMED, Named, Notice};
pub use reading::{acknowledge, heartbeat, start};
pub use rows::connections::Connection;
pub(crate) use rows::{EXPORT, inboxes};
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

/// Those of these messages that are not among the newest letters of somebody. One round.
///
/// # Errors
/// Faults.
pub(crate) async fn missing(app: &App, uid: &UserId, mut messages: Vec<Stored>) -> Result<Vec<Stored>, Error> {
    let there = rows::letters::newest(&app.store, uid).await?;
    messages.retain(|message| !there.contains(&message.id));
    Ok(messages)
}

/// Remembers that a connection's client writes single objects where others write a list: it is written to in the same way. A failure
/// is for the log only. None or one round.
pub(crate) async fn wants_objects(app: &App, uid: &UserId, id: &ConnectionId, read: &Inbox) {
    let rule = |inbox: &Inbox, _| inbox.objects(id).map(|next| (next, ()));
    if let Err(error) = changing::apply(app, uid, read.clone(), rule).await {
        tracing::warn!(%error, "a client is written to in the other way");
    }
}

/// Closes the queue of somebody who is being erased: nobody puts anything into it any more, nor says anything in their name, and their
/// connections are closed. Gives back the groups that they have said something to which may not have
/// reached everybody. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn close(app: &App, uid: &UserId) -> Result<Vec<String>, Error> {
    let inbox = rows::close(&app.store, uid, app.clock.millis()).await?;
    connections::end_all(app, inbox.conns.keys()).await?;
    Ok(inbox.owes)
}

/// Empties a queue that is closed. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    rows::erase(&app.store, uid, app.clock.millis()).await
}
