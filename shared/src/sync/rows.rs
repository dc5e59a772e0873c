//! The rows that a user syncs, by their versions.

use crate::{
    changes,
    error::Error,
    friends::{Block, Edge},
    groups::Membership,
    sessions::Reader,
    store::{Store, keys::Table, value},
};

/// So many friends and blocks a call shows at most. The client calls again with the version that it got.
pub(super) const RELATIONS: usize = 1_000;
/// So many groups a call shows at most, each with all its members: 500 of them take about 175 KB.
pub(super) const GROUPS: usize = 20;

/// What a sync has to show a user, by rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) edges: Vec<Edge>,
    pub(super) blocks: Vec<Block>,
    pub(super) memberships: Vec<Membership>,
}

/// The rows of versions above `after` and up to `latest`. What is newer than that is left to the next call: it may
/// belong with something that was read before.
pub(super) async fn read(store: &Store, reader: &Reader, after: i64, latest: i64) -> Result<Rows, Error> {
    let (relations, groups) = futures_util::try_join!(
        changes::changes(store, Table::Friends, reader.uid(), after, RELATIONS),
        changes::changes(store, Table::Groups, reader.uid(), after, GROUPS),
    )?;
    let (all_relations, all_groups) = (relations.len() < RELATIONS, groups.len() < GROUPS);
    let (mut rows, mut last_relation) = (Rows::default(), 0);
    for item in relations {
        if item.get("type").and_then(|kind| kind.as_s().ok()).is_some_and(|kind| kind == "block") {
            let block: Block = value(item)?;
            last_relation = block.version;
            rows.blocks.push(block);
        } else {
            let edge: Edge = value(item)?;
            last_relation = edge.version;
            rows.edges.push(edge);
        }
    }
    rows.memberships = groups.into_iter().map(value).collect::<Result<_, _>>()?;
    // Where a list was cut, nothing of the other list that is newer may be shown, or its version would hide the rest.
    let last_group = rows.memberships.last().map_or(0, |membership| membership.version);
    let complete = |all: bool, last: i64| if all { i64::MAX } else { last };
    let cut = latest.min(complete(all_relations, last_relation)).min(complete(all_groups, last_group));
    rows.edges.retain(|row| row.version <= cut);
    rows.blocks.retain(|row| row.version <= cut);
    rows.memberships.retain(|row| row.version <= cut);
    Ok(rows)
}
