//! Keys of the table `friends`: what two people are to each other.

use super::{Key, partition};
use crate::{config::Table, values::UserId};

fn friends(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Friends, pk, sk: sk.into() }
}

/// How far a user's changes have come.
#[must_use]
pub fn version(uid: &UserId) -> Key {
    friends(partition(uid), "VERSION")
}

/// What `owner` has to do with somebody.
#[must_use]
pub fn edge(owner: &UserId, other: &UserId) -> Key {
    friends(partition(owner), format!("{EDGES}{other}"))
}

/// Every edge of a user starts so.
pub const EDGES: &str = "FRIEND#";

/// What `owner` has noted about a friend.
#[must_use]
pub fn notes(owner: &UserId, other: &UserId) -> Key {
    friends(partition(owner), format!("{NOTES}{other}"))
}

/// All notes of a user start so.
pub const NOTES: &str = "NOTES#";

/// The owner's block of somebody.
#[must_use]
pub fn block(owner: &UserId, other: &UserId) -> Key {
    friends(partition(owner), format!("{BLOCKS}{other}"))
}

/// Every block of a user starts so.
pub const BLOCKS: &str = "BLOCK#";

/// The trace of a block in the partition of who is blocked.
#[must_use]
pub fn blocked_by(other: &UserId, owner: &UserId) -> Key {
    friends(partition(other), format!("{BLOCKED_BY}{owner}"))
}

/// Every trace of a block of a user starts so.
pub const BLOCKED_BY: &str = "BLOCKED_BY#";

/// The owner's copy of the message of a request that one of the two made, in order of time: 13 digits of milliseconds.
#[must_use]
pub fn message(owner: &UserId, millis: i64, other: &UserId) -> Key {
    friends(partition(owner), format!("{MESSAGES}{millis:013}#{other}"))
}

/// Every message of a user starts so.
pub const MESSAGES: &str = "MESSAGE#";
