//! `CONN#<id>`/`CONN`: whose connection it is, and what proves that. It is put when the connection opens, and never changes.

use crate::{
    error::Error,
    sessions::Anchor,
    store::{Store, item, keys},
    values::{ConnectionId, UserId},
};
use serde::{Deserialize, Serialize};

/// The row is deleted so many seconds after the connection has ended.
const SLACK: i64 = 86_400;

/// A connection as it was opened. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Connection {
    /// Whose it is.
    pub uid: UserId,
    /// What proves that.
    #[serde(flatten)]
    pub anchor: Anchor,
    /// Its client wants to hear what is wrong.
    #[serde(default)]
    pub v2: bool,
    /// Its client wants single objects where others get a list of one.
    #[serde(default)]
    pub object: bool,
    /// When it was opened.
    pub opened_at: i64,
    /// When it ends at the latest.
    pub until: i64,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    connection: &'a Connection,
    expires_at: i64,
}

/// Puts the row of a connection that opens. One round.
pub(in crate::inbox) async fn put(store: &Store, id: &ConnectionId, connection: &Connection) -> Result<(), Error> {
    let row = Row { connection, expires_at: connection.until.div_euclid(1_000) + SLACK };
    store.put(&keys::connection(id), item("connection", &row)?, None).await.map(drop)
}

/// A connection, even one that is to have ended by now. One round.
pub(in crate::inbox) async fn read(store: &Store, id: &ConnectionId) -> Result<Option<Connection>, Error> {
    store.get_as(keys::connection(id)).await
}

/// Forgets a connection. One round.
pub(in crate::inbox) async fn delete(store: &Store, id: &ConnectionId) -> Result<(), Error> {
    store.delete(keys::connection(id)).await
}
