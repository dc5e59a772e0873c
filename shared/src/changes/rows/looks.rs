//! Copies of how somebody looks, in rows of others: brought up to date one by one, each with its owner's version.

use super::{WIDTH, announce, end_fanout};
use crate::{
    error::Error,
    person::{self, Look},
    store::{
        self, Item, Store, Update,
        keys::{self, Table},
    },
    values::{GroupId, UserId},
};

/// Brings every copy of how somebody looks up to date, and lets those who have an edge to them, or a block, hear of
/// it; groups tell of it with their next change. `version` is the change that set it off. Can be repeated, and ends
/// the mark in the profile that it has still to be done.
pub(in crate::changes) async fn spread_look(
    store: &Store,
    uid: &UserId,
    version: i64,
    millis: i64,
) -> Result<(), Error> {
    let (person, others, memberships) = futures_util::try_join!(
        person::profile_for_session(store, uid),
        others::<UserId>(store, Table::Friends, uid, keys::EDGES),
        others::<GroupId>(store, Table::Groups, uid, keys::MEMBERSHIPS),
    )?;
    let Some(person) = person.filter(|person| person.fanout.is_some()) else { return Ok(()) };
    let look = Look::of(&person);
    let groups = refresh_members(store, &memberships, uid, &look);
    futures_util::try_join!(groups, announce_look(store, uid, &look, &others, millis))?;
    end_fanout(store, uid, version).await
}

/// Tells those with an edge, and then those with a block. Who blocks meanwhile copies the look of their edge: the block
/// is either found here, or refused, since the edge is another by then.
async fn announce_look(store: &Store, uid: &UserId, look: &Look, friends: &[UserId], millis: i64) -> Result<(), Error> {
    let edge = |owner: &UserId| look.replace(Update::of(keys::edge(owner, uid)));
    let block = |owner: &UserId| look.replace(Update::of(keys::block(owner, uid)));
    let edges = announce(store, friends, None, millis, edge).await;
    let blockers = others::<UserId>(store, Table::Friends, uid, keys::BLOCKED_BY).await?;
    announce(store, &blockers, None, millis, block).await?;
    edges
}

/// Brings the copies of how a user looks in the rows of their groups up to date.
pub(crate) async fn refresh_members(store: &Store, groups: &[GroupId], uid: &UserId, look: &Look) -> Result<(), Error> {
    let rows = groups.iter().map(|gid| look.replace(Update::of(keys::member(gid, uid))));
    store::side_by_side(WIDTH, rows.map(|row| async { store.update(row).await.map(drop) }).collect()).await
}

/// Whom or which groups the rows of a user's partition with this prefix are about.
async fn others<T: TryFrom<String, Error = Error>>(
    store: &Store,
    table: Table,
    uid: &UserId,
    prefix: &str,
) -> Result<Vec<T>, Error> {
    let items = store.query(table, &keys::partition(uid), prefix, false, None).await?;
    let other = |item: &Item| keys::about(&keys::of(table, item).ok()?, prefix);
    Ok(items.iter().filter_map(other).collect())
}
