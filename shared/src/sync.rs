//! What has changed for a user since a version (`docs/dialects/sealtalk.md#sync`).
//!
//! Whatever a sync has to show is a row of the user's own partition with a version of theirs (`changes/rows.rs`), and
//! the row shows whom it is about (`person/rows/look.rs`). A call first reads how far the versions have come, which
//! ends it when nothing is new. Then it reads the rows above the client's version and up to that one, and beside them
//! the groups that changed last, whole. What it shows may be newer than the row's version; the newer version then shows
//! it once more.

mod rows;

use crate::{
    app::App,
    changes,
    error::Error,
    friends::{Block, Edge},
    groups::{self, Group, Member, Membership},
    looks,
    person::Profile,
    sessions::{self, Actor, Claim, Reader},
    values::GroupId,
};
use rows::Rows;
use std::collections::HashMap;

/// What is new since a version.
#[derive(Debug)]
pub struct Changes {
    /// To ask with next time: that of the newest change shown here, or the one asked with.
    pub version: i64,
    /// The user, if they look different.
    pub user: Option<Profile>,
    /// Blocks, lifted ones too.
    pub blacklist: Vec<Block>,
    /// Friends, in every status.
    pub friends: Vec<Edge>,
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
    pub members: Vec<Member>,
}

/// What has changed for the caller after `after`; below 1, everything there is. One round when nothing has, else two,
/// and a third while more groups have changed than `VERSION` names. Resuming a fan-out takes more.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn changes(app: &App, claim: &Claim, after: i64) -> Result<Changes, Error> {
    let after = after.max(0);
    let reads = async |reader: &Reader| changes::version(&app.store, reader.uid()).await;
    let (actor, latest) = sessions::verify_with(app, claim, reads).await?;
    looks::resume(app, actor.profile()).await;
    groups::resume_own(app, &actor, &latest.fan_outs).await;
    let look = actor.profile().look_version();
    let user = (after == 0 || look > after).then(|| actor.profile().clone());
    let mut changes = Changes {
        version: after.max(user.as_ref().map_or(0, |_| look)),
        user,
        blacklist: Vec::new(),
        friends: Vec::new(),
        groups: Vec::new(),
    };
    if latest.get() > after {
        let mut named = latest.groups_after(after);
        named.truncate(rows::GROUPS);
        let (rows, groups) = futures_util::try_join!(
            rows::read(&app.store, &actor, after, latest.get()),
            groups::groups_and_members(&app.store, &actor, &named),
        )?;
        fill(app, &actor, &mut changes, rows, groups, after == 0).await?;
    }
    Ok(changes)
}

/// Shows the rows, the groups among them with what was read of them or is read now. A client that knows nothing yet is
/// not shown what is over.
async fn fill(
    app: &App,
    actor: &Actor,
    changes: &mut Changes,
    rows: Rows,
    mut read: Vec<(Group, Vec<Member>)>,
    first: bool,
) -> Result<(), Error> {
    let newest = rows.edges.iter().map(|row| row.version).chain(rows.blocks.iter().map(|row| row.version));
    let newest = newest.chain(rows.memberships.iter().map(|row| row.version)).max();
    changes.version = changes.version.max(newest.unwrap_or(0));
    let is_over = |edge: &Edge| edge.look.nickname.is_none();
    changes.friends = rows.edges.into_iter().filter(|edge| !first || !is_over(edge)).collect();
    let listed = |block: &Block| block.active && !block.hidden;
    changes.blacklist = rows.blocks.into_iter().filter(|block| !first || listed(block)).collect();

    let unread = |gid: &&GroupId| read.iter().all(|(group, _)| group.gid != **gid);
    let unread: Vec<GroupId> = rows.memberships.iter().map(|row| &row.gid).filter(unread).cloned().collect();
    if !unread.is_empty() {
        read.extend(groups::groups_and_members(&app.store, actor, &unread).await?);
    }
    groups::resume(app, actor, read.iter().map(|(group, _)| group)).await;
    let mut groups: HashMap<GroupId, (Group, Vec<Member>)> =
        read.into_iter().map(|(group, members)| (group.gid.clone(), (group, members))).collect();
    for Membership { gid, version, left_at, .. } in rows.memberships {
        let Some((group, mut members)) = groups.remove(&gid) else { continue };
        let gone = left_at.is_some() || group.deleted_at.is_some();
        let Some(own) = members.iter().find(|member| member.uid == *actor.uid()).cloned() else { continue };
        if gone && first {
            continue;
        }
        // Nobody is shown those who had left before they came first.
        let known = |left_at: i64| !first && left_at >= own.known_since;
        members.retain(|member| if gone { member.uid == own.uid } else { member.left_at.is_none_or(known) });
        changes.groups.push(GroupChange { version, group, own, gone, members });
    }
    Ok(())
}
