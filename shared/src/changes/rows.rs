//! `USER#<uid>`/`VERSION` in the table of friends: how far the changes that a user syncs have come
//! (`docs/dialects/sealtalk.md#versions`).
//!
//! Every row that a user syncs lies in the user's own partition and carries a `version`. A write to such a row takes
//! the next version, the clock's milliseconds or one more than the last, and moves `VERSION` there in the same
//! transaction, on the condition that it is still as it was read. So versions of a user are unique and never go back,
//! and a client that has read everything up to a version has lost nothing below it.
//!
//! `VERSION` also names the groups that changed last, so that a sync can read them beside the rows. And it names the
//! groups whose fan-out the user's own changes have begun and which has not ended (`fan_outs`): a mark for each. If the
//! call that made the change dies, its author's next sync resumes the fan-out.

pub(super) mod looks;

use crate::{
    error::Error,
    store::{
        Attempt, Condition, Found, Item, Part, Store, Transacted, Update, Write,
        keys::{self, Table},
        member, number, pages, retrying, text,
    },
    values::{GroupId, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use std::collections::HashMap;

/// The row that changes, beside its owner's `VERSION`.
const ROW: Part = Part::named("row");

/// A fan-out writes the rows of so many users side by side.
pub(super) const WIDTH: usize = 50;

/// A call whose fan-out has not ended after so many milliseconds counts as dead: another call may resume it.
pub(crate) const LEASE: i64 = 10_000;

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
    /// The groups that the user has changed and whose fan-out may not have ended.
    #[serde(default)]
    pub(crate) fan_outs: Vec<GroupId>,
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

/// Marks in the author's `VERSION` that the fan-out of a group has begun. Part of the transaction that changes the
/// group.
pub(crate) fn begin_fan_out(update: Update, gid: &GroupId) -> Update {
    update.add("fan_outs", member(gid.as_str()))
}

/// The same as a write of its own, for an author whose `VERSION` does not move in that transaction.
pub(crate) fn begin_fan_out_by(uid: &UserId, gid: &GroupId) -> Update {
    begin_fan_out(Update::of(keys::version(uid)), gid).when(Condition::Present("pk"))
}

/// Takes the mark of a group's fan-out out of an author's `VERSION`.
pub(crate) fn end_fan_out(uid: &UserId, gid: &GroupId) -> Update {
    Update::of(keys::version(uid)).take_out("fan_outs", member(gid.as_str())).when(Condition::Present("pk"))
}

/// How far a user's changes have come.
pub(crate) async fn version(store: &Store, uid: &UserId) -> Result<Version, Error> {
    Ok(store.get_as(keys::version(uid)).await?.unwrap_or_default())
}

/// Fans a change out to these users, each in a transaction of their own with their `VERSION`: `row` changes the user's
/// own row, which gets the next version; `group` is the one that it is about. Where the row's condition refuses, the
/// user has the change already or is not concerned any more. Can be repeated.
pub(crate) async fn fan_out_to(
    store: &Store,
    users: &[UserId],
    group: Option<&GroupId>,
    millis: i64,
    row: impl Fn(&UserId) -> Update,
) -> Result<(), Error> {
    let row = &row;
    let deliveries = users
        .iter()
        .cloned()
        .map(|uid| async move { retrying(|| async { deliver(store, &uid, group, millis, row(&uid)).await }).await });
    // All users are tried: a failure at one must not keep the change from the others.
    let delivered: Vec<Result<(), Error>> = stream::iter(deliveries).buffer_unordered(WIDTH).collect().await;
    delivered.into_iter().collect()
}

/// Writes one user's row and moves their `VERSION`. Stale: their version was moved in between.
async fn deliver(
    store: &Store,
    uid: &UserId,
    group: Option<&GroupId>,
    millis: i64,
    row: Update,
) -> Result<Attempt<()>, Error> {
    let before = version(store, uid).await?;
    let version = before.next(millis);
    let advanced = match group {
        Some(gid) => advance_by(gid, uid, &before, version),
        None => advance(uid, &before, version),
    };
    let writes = vec![Write::from(row.set("version", number(version))).named(ROW), advanced.into()];
    Ok(match store.transact(writes).await? {
        Transacted::Done | Transacted::Refused { part: ROW, .. } => Attempt::Done(()),
        Transacted::Refused { .. } => Attempt::Stale(()),
    })
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

/// A change of a person's look that is fanned out: how far the person's versions had come, and the version that it
/// takes.
#[derive(Clone, Debug)]
pub(crate) struct LookChange {
    pub(crate) before: Version,
    pub(crate) version: i64,
}

impl LookChange {
    /// The next version of a person.
    pub(crate) fn next(before: Version, millis: i64) -> Self {
        let version = before.next(millis);
        Self { before, version }
    }

    /// Sets the mark of the fan-out in the profile. The person's `VERSION` moves in a write beside it.
    pub(crate) fn mark(&self, update: Update) -> Update {
        update.set("changed_version", number(self.version)).set("fanout", number(self.version))
    }

    pub(crate) fn advance(&self, uid: &UserId) -> Write {
        advance(uid, &self.before, self.version).into()
    }
}

/// Ends the fan-out of this version: the mark goes, if no newer change has set it again.
pub(super) async fn clear_look_mark(store: &Store, uid: &UserId, version: i64) -> Result<(), Error> {
    let unchanged = Condition::Equals("fanout", number(version));
    store.update(Update::of(keys::profile(uid)).remove("fanout").when(unchanged)).await.map(drop)
}
