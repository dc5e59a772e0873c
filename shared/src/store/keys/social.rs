//! Keys of the table `social`: what people publish.

use super::{Key, partition};
use crate::{
    config::Table,
    time,
    values::{CommentId, FileKey, PostId, UserId},
};

fn social(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Social, pk, sk: sk.into() }
}

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

/// A part of a post's counts.
#[must_use]
pub fn post_count(id: &PostId, shard: u32) -> Key {
    social(post_partition(id), format!("COUNT#{shard}"))
}

/// What a moment and an id are called in the order of time: 13 digits of milliseconds, then the id.
#[must_use]
pub fn moment(millis: i64, id: &str) -> String {
    format!("{millis:013}#{id}")
}

/// A comment on a post, in order of time.
#[must_use]
pub fn comment(post: &PostId, millis: i64, id: &CommentId) -> Key {
    social(post_partition(post), format!("{COMMENTS}{}", moment(millis, id.as_str())))
}

/// Every comment starts so.
pub const COMMENTS: &str = "COMMENT#";

/// Every comment that a user has written is named so.
pub const COMMENTED: &str = "COMMENTED#";

/// The post that a user has commented on, and the comment, by the row that names it.
pub(crate) fn comment_of_own(own: &Key) -> Option<(PostId, Key)> {
    let (post, moment) = own.sk.strip_prefix(COMMENTED)?.split_once('#')?;
    let post = PostId::try_from(post.to_owned()).ok()?;
    let comment = social(post_partition(&post), format!("{COMMENTS}{moment}"));
    Some((post, comment))
}

/// That a user has written a comment, which is named.
#[must_use]
pub fn commented(uid: &UserId, post: &PostId, millis: i64, id: &CommentId) -> Key {
    social(partition(uid), format!("{COMMENTED}{post}#{}", moment(millis, id.as_str())))
}

/// That a user likes a post.
#[must_use]
pub fn like(uid: &UserId, post: &PostId) -> Key {
    social(partition(uid), format!("{LIKES}{post}"))
}

/// Every post that a user likes starts so.
pub const LIKES: &str = "LIKE#";

/// That a user has bought a post.
#[must_use]
pub fn bought(post: &PostId, uid: &UserId) -> Key {
    social(partition(uid), format!("{BOUGHT}{post}"))
}

/// Every post that a user has bought starts so.
pub const BOUGHT: &str = "BOUGHT#";

/// How many posts a user has.
#[must_use]
pub fn posts_of(uid: &UserId) -> Key {
    social(partition(uid), "POSTS")
}

/// A post of a user, in order of time.
#[must_use]
pub fn own_post(uid: &UserId, millis: i64, id: &PostId) -> Key {
    social(partition(uid), format!("{POSTS}{}", moment(millis, id.as_str())))
}

/// Every post of a user starts so, and the partition of every post.
pub const POSTS: &str = "POST#";

/// The post that a row of its author names.
pub(crate) fn post_of_own(own: &Key) -> Option<PostId> {
    let (_, id) = own.sk.strip_prefix(POSTS)?.split_once('#')?;
    PostId::try_from(id.to_owned()).ok()
}

/// A post of a user that is there to be looked at, in order of time.
#[must_use]
pub fn shown_post(uid: &UserId, millis: i64, id: &PostId) -> Key {
    social(partition(uid), format!("{SHOWN}{}", moment(millis, id.as_str())))
}

/// Every post of a user that is there to be looked at starts so.
pub const SHOWN: &str = "SHOWN#";

/// That a user has deleted a post, some of whose comments and files may be left.
#[must_use]
pub fn deleted_post(uid: &UserId, id: &PostId) -> Key {
    social(partition(uid), format!("{DELETED}{id}"))
}

/// Every post that a user has deleted starts so.
pub const DELETED: &str = "DELETED#";

/// An uploaded file that is in use.
#[must_use]
pub fn file(key: &FileKey) -> Key {
    social(format!("FILE#{key}"), "FILE")
}

/// What one user has given another.
#[must_use]
pub fn gifts(receiver: &UserId, giver: &UserId) -> Key {
    social(partition(receiver), format!("{GIFTS}{giver}"))
}

/// What anybody has given a user starts so.
pub const GIFTS: &str = "GIFTS#";

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

/// That operators have not decided about a report, in order of time. All of them are one partition, so that a page of them is one query:
/// it takes some 500 reports a second.
#[must_use]
pub fn open_report(millis: i64, id: &str) -> Key {
    social(OPEN_REPORTS.to_owned(), moment(millis, id))
}

/// The partition of what operators have not decided about.
pub const OPEN_REPORTS: &str = "OPEN_REPORTS";

/// That a user is answerable for what a report is about, by which an erasure finds what it shows of them.
#[must_use]
pub fn reported(uid: &UserId, millis: i64, id: &str) -> Key {
    social(partition(uid), format!("{REPORTED}{}", moment(millis, id)))
}

/// Every report that a user is answerable for starts so.
pub const REPORTED: &str = "REPORTED#";

/// The report by the row that says who is answerable.
pub(crate) fn report_of_reported(own: &Key) -> Option<Key> {
    own.sk.strip_prefix(REPORTED).and_then(|moment| entry_of_day(REPORTS, moment))
}

/// The same row by the one that says who has reported; `None` for feedback.
pub(crate) fn open_report_of_own(own: &Key) -> Option<Key> {
    own.sk.strip_prefix(REPORTS).map(|moment| social(OPEN_REPORTS.to_owned(), moment))
}

/// The row that operators read, by the row that says who has written it. Its partition is that of a day in UTC+8.
pub(crate) fn entry_of_own_feedback(own: &Key) -> Option<Key> {
    let prefix = own.sk.find('#').map(|at| &own.sk[..=at])?;
    own.sk.strip_prefix(prefix).and_then(|moment| entry_of_day(prefix, moment))
}

fn entry_of_day(prefix: &str, moment: &str) -> Option<Key> {
    let millis = moment.split_once('#')?.0.parse().ok()?;
    let day = time::day(jiff::Timestamp::from_millisecond(millis).ok()?);
    Some(social(format!("{prefix}{day}"), moment))
}

/// Where a user was last.
#[must_use]
pub fn last_place(uid: &UserId) -> Key {
    social(partition(uid), LAST_PLACE)
}

/// What its row is called.
pub const LAST_PLACE: &str = "TRACK#PLACE";

/// Whether a user's app shows what is pushed to it.
#[must_use]
pub fn push_status(uid: &UserId) -> Key {
    social(partition(uid), PUSH_STATUS)
}

/// What its row is called.
pub const PUSH_STATUS: &str = "TRACK#PUSH";

/// The post that a row of its author names.
pub(crate) fn row_of_own_post(own: &Key) -> Option<Key> {
    post_of_own(own).map(|id| post(&id))
}

/// The comment that a row of its author names.
pub(crate) fn row_of_own_comment(own: &Key) -> Option<Key> {
    comment_of_own(own).map(|(_, comment)| comment)
}
