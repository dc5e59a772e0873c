//! A person's queue of messages, and the connections over which they read it (`docs/dialects/chat.md#queue`).

mod changing;
mod connections;
pub mod packet;
pub mod plan;
mod pump;
mod remembered;
mod rows;
pub mod rules;
mod sending;

pub use connections::{
    Key, Which, Wishes, acknowledge, close_of, connection, ended, expel, heartbeat, open, proven, reply, start,
};
pub use rows::connections::Connection;
pub(crate) use rows::inboxes;
pub use sending::{Due, News, store, tell};

use crate::{app::App, error::Error, values::UserId};

/// Ends the queue of somebody who is being erased: their connections are closed, and what waits is deleted. Can be repeated.
///
/// # Errors
/// Faults.
pub(crate) async fn erase(app: &App, uid: &UserId) -> Result<(), Error> {
    close_of(app, uid, Which::AllBut(None)).await;
    rows::erase(&app.store, uid, app.clock.millis()).await
}
