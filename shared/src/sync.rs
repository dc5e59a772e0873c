//! What has changed for a user since a version (SealTalk 2.21).
//!
//! Whatever a user has to hear of is a row of their own partition with a version of theirs (`store/versions.rs`). A call
//! first reads how far the versions have come, which ends it when nothing is new. Then it reads the rows above the
//! client's version and up to that one, and only then what they speak of: profiles, groups, members. What it shows may
//! be newer than the row's version; the newer version then shows it once more.

use crate::{
    App,
    error::Error,
    friends::Status,
    groups, profiles,
    sessions::{self, Actor, Claim, Profile, Reader},
    store::{
        Table,
        friends::{Block, Edge},
        groups::{Group, Member, Membership},
        value,
    },
    values::{GroupId, UserId},
};
use std::collections::{HashMap, HashSet};

/// So many friends and blocks a call shows at most. The client calls again with the version that it got.
const RELATIONS: usize = 2_000;
/// So many groups a call shows at most, each with all its members: 500 of them take about 175 KB.
const GROUPS: usize = 20;

/// What is new since a version.
#[derive(Debug)]
pub struct Changes {
    /// To ask with next time: that of the newest change shown here, or the one asked with.
    pub version: i64,
    /// The user, if they look different.
    pub user: Option<Profile>,
    /// Blocks, lifted ones too.
    pub blacklist: Vec<(Block, Option<Profile>)>,
    /// Friends, in every status.
    pub friends: Vec<(Edge, Option<Profile>)>,
    /// Groups, also those that the user has left.
    pub groups: Vec<GroupChange>,
}

/// A group that is new or different.
#[derive(Debug)]
pub struct GroupChange {
    /// The version of the change.
    pub version: i64,
    /// The group.
    pub group: Group,
    /// The user in it.
    pub own: Member,
    /// Whether the user is not in it any more.
    pub gone: bool,
    /// Everybody in it, also those who left, if a client can know them; only the user where the user is gone.
    pub members: Vec<(Member, Option<Profile>)>,
}

/// What a user has to hear, by rows.
#[derive(Debug, Default)]
struct Rows {
    edges: Vec<Edge>,
    blocks: Vec<Block>,
    memberships: Vec<Membership>,
}

/// What has changed for the caller after `after`; below 1, everything there is. One round when nothing has, else three,
/// and a fourth for members of groups about whom there is no other news.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn changes(app: &App, claim: &Claim, after: i64) -> Result<Changes, Error> {
    let after = after.max(0);
    let reads = async |reader: &Reader| app.store.version(reader.uid()).await;
    let (actor, latest) = sessions::verify_with(app, claim, reads).await?;
    profiles::resume(app, actor.profile()).await;
    let look = actor.profile().look();
    let user = (after == 0 || look > after).then(|| actor.profile().clone());
    let mut changes = Changes {
        version: after.max(user.as_ref().map_or(0, |_| look)),
        user,
        blacklist: Vec::new(),
        friends: Vec::new(),
        groups: Vec::new(),
    };
    if latest.get() > after {
        let rows = rows(app, &actor, after, latest.get()).await?;
        fill(app, &actor, &mut changes, rows, after == 0).await?;
    }
    Ok(changes)
}

/// The rows of versions above `after` and up to `latest`. What is newer than that is left to the next call: it may
/// belong with something that was read before.
async fn rows(app: &App, actor: &Actor, after: i64, latest: i64) -> Result<Rows, Error> {
    let (relations, groups) = futures_util::try_join!(
        app.store.changes(Table::Friends, actor.uid(), after, RELATIONS),
        app.store.changes(Table::Groups, actor.uid(), after, GROUPS),
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

/// Reads what the rows speak of. A client that knows nothing yet is not told of what is over.
async fn fill(app: &App, actor: &Actor, changes: &mut Changes, rows: Rows, first: bool) -> Result<(), Error> {
    let gids: Vec<GroupId> = rows.memberships.iter().map(|membership| membership.gid.clone()).collect();
    let others = rows.edges.iter().map(|edge| &edge.other).chain(rows.blocks.iter().map(|block| &block.other));
    let others: Vec<UserId> = others.cloned().collect::<HashSet<_>>().into_iter().collect();
    // Somebody who looks different is told of by the edge alone: a block beside it is shown with it.
    let told: HashSet<&UserId> = rows.blocks.iter().map(|block| &block.other).collect();
    let quiet = rows.edges.iter().filter(|edge| edge.status != Status::Friends && !told.contains(&edge.other));
    let quiet: Vec<UserId> = quiet.map(|edge| edge.other.clone()).collect();
    let (mut people, read, beside) = futures_util::try_join!(
        app.store.people(actor, &others),
        app.store.groups_and_members(actor, &gids),
        app.store.blocks_of(actor, &quiet),
    )?;
    people.insert(actor.uid().clone(), actor.profile().clone());
    let newest = rows.edges.iter().map(|row| row.version).chain(rows.blocks.iter().map(|row| row.version));
    let newest = newest.chain(rows.memberships.iter().map(|row| row.version)).max();
    changes.version = changes.version.max(newest.unwrap_or(0));

    groups::resume(app, read.iter().map(|(group, _)| group)).await;

    let person = |uid: &UserId| people.get(uid).cloned();
    let friends = rows.edges.into_iter().map(|edge| (person(&edge.other), edge)).map(swap);
    // Who was erased is over too.
    changes.friends = friends.filter(|(_, person)| !first || person.is_some()).collect();
    let listed = |block: &Block| block.active && !block.hidden;
    let beside = beside.into_iter().filter(listed);
    let blocks = rows.blocks.into_iter().filter(|block| !first || listed(block)).chain(beside);
    changes.blacklist = blocks.map(|block| (person(&block.other), block)).map(swap).collect();

    let mut groups: HashMap<GroupId, (Group, Vec<Member>)> =
        read.into_iter().map(|(group, members)| (group.gid.clone(), (group, members))).collect();
    for Membership { gid, version, left_at, .. } in rows.memberships {
        let Some((group, members)) = groups.remove(&gid) else { continue };
        let gone = left_at.is_some() || group.deleted_at.is_some();
        let Some(own) = members.iter().find(|member| member.uid == *actor.uid()).cloned() else { continue };
        if gone && first {
            continue;
        }
        let shown = |member: &Member| if gone { member.uid == own.uid } else { !first || member.left_at.is_none() };
        let members: Vec<_> = members.into_iter().filter(shown).map(|member| (member, None)).collect();
        changes.groups.push(GroupChange { version, group, own, gone, members });
    }
    name_members(app, actor, &mut changes.groups, &people).await
}

fn swap<A, B>((one, other): (A, B)) -> (B, A) {
    (other, one)
}

/// Adds the profiles of members that are not known by now. One round more, where there are any.
async fn name_members(
    app: &App,
    actor: &Actor,
    groups: &mut [GroupChange],
    known: &HashMap<UserId, Profile>,
) -> Result<(), Error> {
    let uids = groups.iter().flat_map(|group| &group.members).map(|(member, _)| &member.uid);
    let unknown: HashSet<UserId> = uids.filter(|uid| !known.contains_key(*uid)).cloned().collect();
    let unknown: Vec<_> = unknown.into_iter().collect();
    let people = if unknown.is_empty() { HashMap::new() } else { app.store.people(actor, &unknown).await? };
    for (member, profile) in groups.iter_mut().flat_map(|group| &mut group.members) {
        *profile = known.get(&member.uid).or_else(|| people.get(&member.uid)).cloned();
    }
    Ok(())
}
