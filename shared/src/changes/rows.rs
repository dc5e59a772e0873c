//! `USER#<uid>`/`VERSION` in the table of friends: how far the changes that a user syncs have come
//! (`docs/dialects/sealtalk.md#versions`).
//!
//! Every row that a user syncs lies in the user's own partition and carries a `version`. A write to such a row takes the
//! next version, the clock's milliseconds or one more than the last, and moves `VERSION` there in the same transaction,
//! on the condition that it is still as it was read. So versions of a user are unique and never go back, and a client
//! that has read everything up to a version has lost nothing below it.
//!
//! `VERSION` also names the groups that changed last, so that a sync can read them beside the rows that tell of them; and
//! the groups of which the user has changed something that not every member may have heard of yet (`telling`): whoever
//! made a change and died over telling it takes it up with their next sync.

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

/// So many users are told of a change side by side.
pub(super) const WIDTH: usize = 50;

/// Whoever took up a telling and is not done after so many milliseconds is dead: the next one goes on.
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
    /// The groups of which the user may have to tell a change.
    #[serde(default)]
    pub(crate) telling: Vec<GroupId>,
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

/// Marks that somebody has changed a group and has still to tell of it. Part of the transaction that changes it.
pub(crate) fn begin_telling(update: Update, gid: &GroupId) -> Update {
    update.add("telling", member(gid.as_str()))
}

/// The same for whoever changes a group that they are in, and nothing about themselves.
pub(crate) fn teller(uid: &UserId, gid: &GroupId) -> Update {
    begin_telling(Update::of(keys::version(uid)), gid).when(Condition::Present("pk"))
}

/// That everybody has heard of what somebody changed about a group.
pub(crate) fn end_telling(uid: &UserId, gid: &GroupId) -> Update {
    Update::of(keys::version(uid)).take_out("telling", member(gid.as_str())).when(Condition::Present("pk"))
}

/// How far a user's changes have come.
pub(crate) async fn version(store: &Store, uid: &UserId) -> Result<Version, Error> {
    Ok(store.get_as(keys::version(uid)).await?.unwrap_or_default())
}

/// Tells users of a change one by one, each in a transaction with their `VERSION`: `row` changes the user's own row,
/// which gets the next version; `group` is the one that it is about. A user whose row refuses has nothing to hear. Can
/// be repeated.
pub(crate) async fn announce(
    store: &Store,
    users: &[UserId],
    group: Option<&GroupId>,
    millis: i64,
    row: impl Fn(&UserId) -> Update,
) -> Result<(), Error> {
    let row = &row;
    let told = users.iter().cloned().map(|uid| async move {
        retrying(|| async { announce_to(store, &uid, group, millis, row(&uid)).await }).await
    });
    // Everybody is tried: one who cannot be told now must not keep it from the others.
    let told: Vec<Result<(), Error>> = stream::iter(told).buffer_unordered(WIDTH).collect().await;
    told.into_iter().collect()
}

/// `None`: their version was moved in between.
async fn announce_to(
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

/// A change that friends hear of: how far the person's changes had come, and the version that it takes.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) before: Version,
    pub(crate) version: i64,
}

impl Heard {
    /// The next version of a person.
    pub(crate) fn next(before: Version, millis: i64) -> Self {
        let version = before.next(millis);
        Self { before, version }
    }

    /// Marks the profile, until all friends have been told; the version itself is a write beside it.
    pub(crate) fn mark(&self, update: Update) -> Update {
        update.set("changed_version", number(self.version)).set("fanout", number(self.version))
    }

    pub(crate) fn advance(&self, uid: &UserId) -> Write {
        advance(uid, &self.before, self.version).into()
    }
}

/// All friends have been told of this version.
pub(super) async fn end_fanout(store: &Store, uid: &UserId, version: i64) -> Result<(), Error> {
    let told = Condition::Equals("fanout", number(version));
    store.update(Update::of(keys::profile(uid)).remove("fanout").when(told)).await.map(drop)
}
