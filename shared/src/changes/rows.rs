//! `USER#<uid>`/`VERSION` in the table of friends: how far the changes that a user syncs have come
//! (`docs/dialects/sealtalk.md#versions`).
//!
//! Every row that a user syncs lies in the user's own partition and carries a `version`. A write to such a row takes
//! the next version, the clock's milliseconds or one more than the last, and moves `VERSION` there in the same
//! transaction, on the condition that it is still as it was read. So versions of a user are unique and never go back,
//! and a client that has read everything up to a version has lost nothing below it.
//!
//! `VERSION` also names the groups that changed last, so that a sync can read them beside the rows. And it names what
//! the user's own changes have begun to fan out (`fan_outs`, in `rows/owed.rs`).

pub(super) mod delivery;
pub(super) mod owed;

use crate::{
    error::Error,
    store::{
        Condition, Found, Item, Store, Update,
        keys::{self, Table},
        number, pages, text,
    },
    values::{GroupId, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use std::collections::HashMap;

/// So many groups are named, those of the newest changes: what fits into 1 KB, which is what a write costs by.
const RECENT: usize = 24;

/// How far a user's changes had come when it was read; 0 before the first.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Version {
    latest: i64,
    /// The user's versions of the groups that changed last.
    #[serde(default)]
    recent_groups: HashMap<GroupId, i64>,
    /// How many groups the user is in.
    #[serde(default)]
    pub(crate) groups: i64,
    /// The partitions of what the user has changed and whose fan-out may not have ended.
    #[serde(default)]
    pub(crate) fan_outs: Vec<String>,
}

impl Version {
    /// Takes it out of what was read. Its key must have been among those asked for.
    ///
    /// # Errors
    /// Faults only.
    pub(crate) fn take(found: &mut Found, uid: &UserId) -> Result<Self, Error> {
        Ok(found.take_as(&keys::version(uid))?.unwrap_or_default())
    }

    /// As a number.
    pub(crate) fn get(&self) -> i64 {
        self.latest
    }

    /// The version of a change that happens now.
    pub(crate) fn next(&self, millis: i64) -> i64 {
        millis.max(self.latest + 1)
    }

    /// The groups with changes above a version, those of the oldest changes first; none where it cannot name them all.
    pub(crate) fn groups_after(&self, after: i64) -> Vec<GroupId> {
        let new = self.recent_groups.iter().filter(|(_, version)| **version > after);
        let mut new: Vec<_> = new.map(|(gid, version)| (*version, gid.clone())).collect();
        // Where all that are named are new, there may be more.
        if new.len() == RECENT {
            return Vec::new();
        }
        new.sort_unstable();
        new.into_iter().map(|(_, gid)| gid).collect()
    }
}

/// Moves a user's `VERSION`. Part of the transaction that writes a row of that version.
pub(crate) fn advance(uid: &UserId, before: &Version, to: i64) -> Update {
    let as_read = Some(before.latest).filter(|before| *before > 0).map(number);
    Update::of(keys::version(uid))
        .set("type", text("version"))
        .set("latest", number(to))
        .when(Condition::as_read("latest", as_read))
}

/// The same where the row is about a group.
pub(crate) fn advance_by(gid: &GroupId, uid: &UserId, before: &Version, to: i64) -> Update {
    let others = before.recent_groups.iter().filter(|(other, _)| *other != gid);
    let mut recent: Vec<_> = others.map(|(gid, version)| (gid, *version)).chain([(gid, to)]).collect();
    recent.sort_unstable_by_key(|(_, version)| std::cmp::Reverse(*version));
    recent.truncate(RECENT);
    let recent = recent.into_iter().map(|(gid, version)| (gid.to_string(), number(version))).collect();
    advance(uid, before, to).set("recent_groups", AttributeValue::M(recent))
}

/// How far a user's changes have come.
pub(crate) async fn version(store: &Store, uid: &UserId) -> Result<Version, Error> {
    Ok(store.get_as(keys::version(uid)).await?.unwrap_or_default())
}

/// Rows of a user's partition with a version above `after`, oldest first, strongly consistent; at most so many.
pub(crate) async fn changes(
    store: &Store,
    table: Table,
    uid: &UserId,
    after: i64,
    limit: usize,
) -> Result<Vec<Item>, Error> {
    let query = store
        .client
        .query()
        .table_name(store.table(table))
        .index_name("changes")
        .key_condition_expression("pk = :pk AND version > :after")
        .expression_attribute_values(":pk", text(keys::partition(uid)))
        .expression_attribute_values(":after", number(after));
    pages(query, i32::try_from(limit).ok()).await
}
