//! What this process remembers of connections: their rows, which never change, and when their sessions were proven last. A process
//! that has forgotten one reads it again.

use super::rows::connections::Connection;
use crate::values::ConnectionId;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

/// So many connections are remembered, of half a kilobyte each.
const MOST: usize = 10_000;

/// A proof is good for so many milliseconds of heartbeats: five minutes.
const GOOD: i64 = 300_000;

struct Remembered {
    connection: Connection,
    proven_at: i64,
}

/// Connections have names that are theirs alone, so that it does not matter how many applications a process has.
static CONNECTIONS: LazyLock<Mutex<HashMap<ConnectionId, Remembered>>> = LazyLock::new(Mutex::default);

/// Never held over an await.
fn connections() -> MutexGuard<'static, HashMap<ConnectionId, Remembered>> {
    CONNECTIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers a connection, whose session was proven then.
pub(super) fn put(id: &ConnectionId, connection: &Connection, proven_at: i64) {
    let mut all = connections();
    if all.len() >= MOST && !all.contains_key(id) {
        // Whichever comes first: it costs a read.
        let any = all.keys().next().cloned();
        any.map(|id| all.remove(&id));
    }
    all.insert(id.clone(), Remembered { connection: connection.clone(), proven_at });
}

pub(super) fn get(id: &ConnectionId, now: i64) -> Option<Connection> {
    let all = connections();
    all.get(id).map(|remembered| remembered.connection.clone()).filter(|connection| now < connection.until)
}

/// The session has been proven.
pub(super) fn prove(id: &ConnectionId, now: i64) {
    if let Some(remembered) = connections().get_mut(id) {
        remembered.proven_at = now;
    }
}

/// Whether that was lately, and the connection has not ended by itself.
pub(super) fn is_proven(id: &ConnectionId, now: i64) -> bool {
    let all = connections();
    all.get(id).is_some_and(|it| now < it.connection.until && now.saturating_sub(it.proven_at) < GOOD)
}

pub(super) fn forget(id: &ConnectionId) {
    connections().remove(id);
}
