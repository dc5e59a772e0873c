//! Keys of the table `chat`: queues of messages, and the connections that read them.

use super::{Key, group_partition, moment, partition};
use crate::{
    config::Table,
    values::{ConnectionId, GroupId, MessageId, UserId},
};

fn chat(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Chat, pk, sk: sk.into() }
}

/// How far a person's queue has come, and who reads it.
#[must_use]
pub fn inbox(uid: &UserId) -> Key {
    chat(partition(uid), "INBOX")
}

/// A letter in a person's queue, in the order of their numbers.
#[must_use]
pub fn letter(uid: &UserId, number: i64) -> Key {
    chat(partition(uid), format!("{LETTERS}{number:013}"))
}

/// Every letter of a queue starts so.
pub const LETTERS: &str = "Q#";

/// The number of a letter.
pub(crate) fn number_of(letter: &Key) -> Option<i64> {
    letter.sk.strip_prefix(LETTERS)?.parse().ok()
}

/// What somebody has said to a group, in the order of time.
#[must_use]
pub fn said(gid: &GroupId, millis: i64, id: &MessageId) -> Key {
    chat(group_partition(gid), format!("{SAID}{}", moment(millis, id.as_str())))
}

/// Everything that somebody has said to a group and that may not have reached everybody starts so.
pub const SAID: &str = "SAID#";

/// How far what people say to a group has come.
#[must_use]
pub fn talk(gid: &GroupId) -> Key {
    chat(group_partition(gid), "TALK")
}

/// A connection.
#[must_use]
pub fn connection(id: &ConnectionId) -> Key {
    chat(format!("CONN#{id}"), "CONN")
}
