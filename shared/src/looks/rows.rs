//! The change of a look in its owner's profile, and its copies in rows of others.

use crate::{
    changes::{Version, advance, deliver_row, mark_and_hold, to_each},
    error::Error,
    person::Look,
    store::{
        Attempt, Condition, Item, Store, Update, Write,
        keys::{self, Table},
        number,
    },
    values::{GroupId, UserId},
};

/// A change of a person's look that is fanned out: how far the person's versions had come, and the version that it
/// takes.
#[derive(Clone, Debug)]
pub(crate) struct LookChange {
    pub(crate) before: Version,
    pub(crate) version: i64,
}

impl LookChange {
    /// The next version of a person. It is also the time of the change.
    pub(crate) fn next(before: Version, millis: i64) -> Self {
        let version = before.next(millis);
        Self { before, version }
    }

    /// Marks the profile. The person's `VERSION` moves in a write beside it.
    pub(crate) fn mark(&self, profile: Update) -> Update {
        mark_and_hold(profile.set("changed_version", number(self.version)), self.version)
    }

    /// Moves the person's `VERSION`.
    pub(crate) fn advance(&self, uid: &UserId) -> Write {
        advance(uid, &self.before, self.version).into()
    }
}

/// The `status` of an edge to a friend. The attribute and its number are those of an edge of `friends`, which stands
/// above: change both together.
const FRIEND: i64 = 20;

/// Whom somebody has as friends.
pub(super) async fn friends(store: &Store, uid: &UserId) -> Result<Vec<UserId>, Error> {
    let is_friend = |edge: &Item| edge.get("status") == Some(&number(FRIEND));
    others(store, Table::Friends, uid, keys::EDGES, is_friend).await
}

/// The groups that somebody is or was in.
pub(super) async fn groups(store: &Store, uid: &UserId) -> Result<Vec<GroupId>, Error> {
    others(store, Table::Groups, uid, keys::MEMBERSHIPS, |_| true).await
}

/// Brings the copies in the edges of these people up to date, as far as they have the person as a friend themselves. Each
/// owner gets a new version.
pub(super) async fn replace_in_edges(
    store: &Store,
    uid: &UserId,
    look: &Look,
    owners: &[UserId],
    millis: i64,
) -> Result<(), Error> {
    let is_friend = Condition::Equals("status", number(FRIEND));
    let edge = |owner| look.replace(Update::of(keys::edge(owner, uid))).when(is_friend.clone());
    to_each(owners, |owner| deliver_row(store, owner, None, millis, edge(owner))).await
}

/// Brings the copies in the person's rows in groups up to date. No version moves: a sync shows them with the group's
/// next change.
pub(super) async fn replace_in_groups(
    store: &Store,
    uid: &UserId,
    look: &Look,
    groups: &[GroupId],
) -> Result<(), Error> {
    let replace = async |gid| {
        store.update(look.replace(Update::of(keys::member(gid, uid)))).await?;
        Ok(Attempt::Done(()))
    };
    to_each(groups, replace).await
}

/// Whom or which groups the rows of a user's partition with this prefix are about, as far as they are `wanted`.
async fn others<T: TryFrom<String>>(
    store: &Store,
    table: Table,
    uid: &UserId,
    prefix: &str,
    wanted: impl Fn(&Item) -> bool,
) -> Result<Vec<T>, Error> {
    let items = store.query(table, &keys::partition(uid), prefix, false, None).await?;
    let other = |item: &Item| keys::about(&keys::of(table, item).ok()?, prefix);
    Ok(items.iter().filter(|item| wanted(item)).filter_map(other).collect())
}
