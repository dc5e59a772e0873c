//! Keys of the table `social`: what people publish, and what others make of it.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{FileKey, PostId, UserId},
};

fn social(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Social, pk, sk: sk.into() }
}

// Posts.

/// The partition of a post: itself, its counts, its comments.
#[must_use]
pub fn post_partition(id: &PostId) -> String {
    format!("{POSTS}{id}")
}

/// A post.
#[must_use]
pub fn post(id: &PostId) -> Key {
    social(post_partition(id), "POST")
}

/// What a moment and an id are called in the order of time: 13 digits of milliseconds, then the id.
#[must_use]
pub fn moment(millis: i64, id: &str) -> String {
    format!("{millis:013}#{id}")
}

/// Every post of a user starts so, and the partition of every post.
pub const POSTS: &str = "POST#";

// Files.

/// An uploaded file that is in use.
#[must_use]
pub fn file(key: &FileKey) -> Key {
    social(format!("FILE#{key}"), "FILE")
}

// Feedback.

/// What somebody has written to operators on a day, in order of time.
#[must_use]
pub fn feedback(day: &str, millis: i64, id: &str) -> Key {
    social(format!("{FEEDBACK}{day}"), moment(millis, id))
}

/// That a user has written to operators.
#[must_use]
pub fn own_feedback(uid: &UserId, millis: i64, id: &str) -> Key {
    social(partition(uid), format!("{FEEDBACK}{}", moment(millis, id)))
}

/// Everything that a user has written to operators starts so, and the partition of every day.
pub const FEEDBACK: &str = "FEEDBACK#";

/// Whom or what somebody has reported to operators on a day, in order of time.
#[must_use]
pub fn report(day: &str, millis: i64, id: &str) -> Key {
    social(format!("{REPORTS}{day}"), moment(millis, id))
}

/// That a user has reported somebody or something.
#[must_use]
pub fn own_report(uid: &UserId, millis: i64, id: &str) -> Key {
    social(partition(uid), format!("{REPORTS}{}", moment(millis, id)))
}

/// Everything that a user has reported starts so, and the partition of every day.
pub const REPORTS: &str = "REPORT#";

/// Where a user was last.
#[must_use]
pub fn last_place(uid: &UserId) -> Key {
    social(partition(uid), "TRACK#PLACE")
}

/// Whether a user's app shows what is pushed to it.
#[must_use]
pub fn push_status(uid: &UserId) -> Key {
    social(partition(uid), "TRACK#PUSH")
}
