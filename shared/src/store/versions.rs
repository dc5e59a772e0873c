//! `USER#<uid>`/`VERSION` in the table of friends: how far the changes that a user syncs have come (SealTalk 2.21).
//!
//! Every row that a user syncs lies in the user's own partition and carries a `version`. A write to such a row takes the
//! next version, the clock's milliseconds or one more than the last, and moves `VERSION` there in the same transaction,
//! on the condition that it is still as it was read. So versions of a user are unique and never go back, and a client
//! that has read everything up to a version has lost nothing below it.

use super::{
    Condition, Item, Key, Store, Table, Transacted, Update, Write,
    batch::{Found, pages},
    keys, number, retrying, text,
};
use crate::{error::Error, values::UserId};
use futures_util::{StreamExt, stream};

/// So many users are told of a change side by side.
const WIDTH: usize = 50;

/// How far a user's changes had come when it was read; 0 before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Version(i64);

impl Version {
    /// Takes it out of what was read. Its key must have been among those asked for.
    pub(crate) fn take(found: &mut Found, uid: &UserId) -> Self {
        Self::of(found.take(&keys::version(uid)).as_ref())
    }

    /// Takes it out of a user's `VERSION`.
    pub(crate) fn of(item: Option<&Item>) -> Self {
        Self(item.map_or(0, latest))
    }

    /// As a number.
    pub(crate) fn get(self) -> i64 {
        self.0
    }

    /// The version of a change that happens now.
    pub(crate) fn next(self, millis: i64) -> i64 {
        millis.max(self.0 + 1)
    }
}

fn latest(item: &Item) -> i64 {
    item.get("latest").and_then(|value| value.as_n().ok()?.parse().ok()).unwrap_or(0)
}

/// Moves a user's `VERSION`. Part of the transaction that writes a row of that version.
pub(crate) fn advance(uid: &UserId, before: Version, to: i64) -> Write {
    let as_read = Some(before.0).filter(|before| *before > 0).map(number);
    Update::of(keys::version(uid))
        .set("type", text("version"))
        .set("latest", number(to))
        .when(Condition::as_read("latest", as_read))
        .into()
}

fn touch(key: Key, version: i64) -> Write {
    Update::of(key).set("version", number(version)).when(Condition::Present("pk")).into()
}

impl Store {
    /// How far a user's changes have come.
    pub(crate) async fn version(&self, uid: &UserId) -> Result<Version, Error> {
        Ok(Version(self.get(keys::version(uid)).await?.map_or(0, |item| latest(&item))))
    }

    /// Tells users of a change one by one, each in a transaction with their `VERSION`: `row` gives the write to the
    /// user's own row for the version it is to have. A user whose row refuses has nothing to hear. Can be repeated.
    pub(crate) async fn announce(
        &self,
        users: &[UserId],
        millis: i64,
        row: impl Fn(&UserId, i64) -> Write,
    ) -> Result<(), Error> {
        let row = &row;
        let told = users.iter().cloned().map(|uid| async move { self.announce_to(&uid, millis, row).await });
        // Everybody is tried: one who cannot be told now must not keep it from the others.
        let told: Vec<Result<(), Error>> = stream::iter(told).buffer_unordered(WIDTH).collect().await;
        told.into_iter().collect()
    }

    async fn announce_to(&self, uid: &UserId, millis: i64, row: &impl Fn(&UserId, i64) -> Write) -> Result<(), Error> {
        retrying(|| async {
            let before = self.version(uid).await?;
            let version = before.next(millis);
            let writes = vec![row(uid, version), advance(uid, before, version)];
            Ok(match self.transact(writes).await? {
                Transacted::Done | Transacted::Refused { part: 0, .. } => Some(()),
                Transacted::Refused { .. } => None,
            })
        })
        .await
    }

    /// Everybody whom a user has anything to do with, and so everybody who may have an edge to them.
    pub(crate) async fn edges_of(&self, uid: &UserId) -> Result<Vec<UserId>, Error> {
        self.others(uid, keys::EDGES).await
    }

    /// Everybody who blocks a user, or did, without having an edge to them.
    pub(crate) async fn blockers_of(&self, uid: &UserId) -> Result<Vec<UserId>, Error> {
        self.others(uid, keys::BLOCKED_BY).await
    }

    /// Whom the rows of a user's partition with this prefix are about.
    async fn others(&self, uid: &UserId, prefix: &str) -> Result<Vec<UserId>, Error> {
        let items = self.query(Table::Friends, &keys::partition(uid), prefix, false, None).await?;
        let other = |item: &Item| item.get("sk")?.as_s().ok()?.strip_prefix(prefix).map(str::to_owned);
        items.iter().filter_map(other).map(UserId::try_from).collect()
    }

    /// Gives the edge of `owner` to somebody who looks different now another version, if there is one.
    pub(crate) fn touch_edge(owner: &UserId, somebody: &UserId, version: i64) -> Write {
        touch(keys::edge(owner, somebody), version)
    }

    /// The same for a block.
    pub(crate) fn touch_block(owner: &UserId, somebody: &UserId, version: i64) -> Write {
        touch(keys::block(owner, somebody), version)
    }

    /// Rows of a user's partition with a version above `after`, oldest first, strongly consistent; at most so many.
    pub(crate) async fn changes(
        &self,
        table: Table,
        uid: &UserId,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Item>, Error> {
        let query = self
            .client
            .query()
            .table_name(self.table(table))
            .index_name("changes")
            .key_condition_expression("pk = :pk AND version > :after")
            .expression_attribute_values(":pk", text(keys::partition(uid)))
            .expression_attribute_values(":after", number(after));
        pages(query, i32::try_from(limit).ok()).await
    }
}
