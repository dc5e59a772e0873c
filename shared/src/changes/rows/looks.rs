//! Copies of how somebody looks, in rows of others: brought up to date one by one, each with its owner's version.

use super::{WIDTH, clear_look_mark, fan_out_to};
use crate::{
    error::Error,
    person::{self, Look},
    store::{
        self, Item, Store, Update,
        keys::{self, Table},
    },
    values::{GroupId, UserId},
};

/// Brings every copy of how somebody looks up to date, and takes the mark of `version` from the profile at the end.
/// Edges and blocks get a new version each; rows in groups get none, and a sync shows them with the group's next
/// change. Can be repeated.
pub(in crate::changes) async fn fan_out(store: &Store, uid: &UserId, version: i64, millis: i64) -> Result<(), Error> {
    let (person, others, memberships) = futures_util::try_join!(
        person::profile_for_session(store, uid),
        others::<UserId>(store, Table::Friends, uid, keys::EDGES),
        others::<GroupId>(store, Table::Groups, uid, keys::MEMBERSHIPS),
    )?;
    let Some(person) = person.filter(|person| person.fanout.is_some()) else { return Ok(()) };
    let look = Look::of(&person);
    let groups = refresh_members(store, &memberships, uid, &look);
    futures_util::try_join!(groups, fan_out_to_edges_and_blocks(store, uid, &look, &others, millis))?;
    clear_look_mark(store, uid, version).await
}

/// Replaces the copies in edges, and then those in blocks. Who blocks meanwhile copies the look of their edge: the
/// block is either found here, or refused, since the edge is another by then.
async fn fan_out_to_edges_and_blocks(
    store: &Store,
    uid: &UserId,
    look: &Look,
    friends: &[UserId],
    millis: i64,
) -> Result<(), Error> {
    let edge = |owner: &UserId| look.replace(Update::of(keys::edge(owner, uid)));
    let block = |owner: &UserId| look.replace(Update::of(keys::block(owner, uid)));
    let edges = fan_out_to(store, friends, None, millis, edge).await;
    let blockers = others::<UserId>(store, Table::Friends, uid, keys::BLOCKED_BY).await?;
    fan_out_to(store, &blockers, None, millis, block).await?;
    edges
}

/// Brings the copies of how a user looks in the rows of their groups up to date.
pub(crate) async fn refresh_members(store: &Store, groups: &[GroupId], uid: &UserId, look: &Look) -> Result<(), Error> {
    let rows = groups.iter().map(|gid| look.replace(Update::of(keys::member(gid, uid))));
    store::side_by_side(WIDTH, rows.map(|row| async { store.update(row).await.map(drop) }).collect()).await
}

/// Whom or which groups the rows of a user's partition with this prefix are about.
async fn others<T: TryFrom<String>>(store: &Store, table: Table, uid: &UserId, prefix: &str) -> Result<Vec<T>, Error> {
    let items = store.query(table, &keys::partition(uid), prefix, false, None).await?;
    let other = |item: &Item| keys::about(&keys::of(table, item).ok()?, prefix);
    Ok(items.iter().filter_map(other).collect())
}
