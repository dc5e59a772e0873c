//! What a user who is being erased leaves: they quit every group, so that nobody's count or crown goes with them.
//!
//! The other members' syncs show that somebody left, so the row that says so stays for a while, bare.

use crate::{
    changes::{Lease, try_to_fan_out},
    error::Error,
    groups::rows::{
        self, Group, Membership, asked,
        fanout::ChangedGroup,
        leaving::{self, Departure, Left, heir},
        read,
    },
    store::{
        Attempt, Condition, Store, Update,
        keys::{self, Table},
        number, retrying, retrying_for, side_by_side, text,
    },
    values::{GroupId, UserId},
};
use std::time::Duration;

/// What is left of a member is kept so many seconds, for those who sync rarely.
const KEPT: i64 = 30 * 86_400;

/// So many groups are left side by side. Their other members may be the same people, and every fan-out writes to the one
/// `VERSION` of each of them: more would only wait for each other, and for those of another erasure.
const WIDTH: usize = 8;

/// So long a group that others write to is tried again: nobody takes an erasure up but another call for it.
const PATIENCE: Duration = Duration::from_secs(18);

/// Takes a user out of every group, deletes the wishes and invitations that name them, and last what they have in that
/// table. Nobody lets them in or asks about them any more by then.
pub(crate) async fn erase_groups(store: &Store, uid: &UserId, millis: i64) -> Result<(), Error> {
    let memberships = read::all_memberships(store, uid).await?;
    let left = memberships.iter().map(|membership| erase_membership(store, uid, membership, millis));
    side_by_side(WIDTH, left.collect()).await?;
    asked::forget(store, uid).await?;
    clear_all(store, uid).await
}

async fn erase_membership(store: &Store, uid: &UserId, membership: &Membership, millis: i64) -> Result<(), Error> {
    let gid = &membership.gid;
    retrying_for(PATIENCE, || async {
        match leave(store, uid, gid, millis).await {
            Err(Error::Busy) => Ok(Attempt::Stale(())),
            left => left.map(Attempt::Done),
        }
    })
    .await
}

async fn leave(store: &Store, uid: &UserId, gid: &GroupId, millis: i64) -> Result<(), Error> {
    retrying(|| try_to_erase_membership(store, uid, gid, millis)).await?;
    try_to_fan_out(store, &ChangedGroup { gid, author: None }, Lease::TakenOver, millis).await
}

async fn try_to_erase_membership(
    store: &Store,
    uid: &UserId,
    gid: &GroupId,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let expires_at = millis / 1_000 + KEPT;
    let Some((group, members)) = read::group_and_members(store, gid).await? else { return Ok(Attempt::Done(())) };
    if let Attempt::Stale(()) = forget_picture(store, uid, &group, millis).await? {
        return Ok(Attempt::Stale(()));
    }
    let member = members.iter().find(|member| member.uid == *uid && member.left_at.is_none());
    let Some(member) = member.filter(|_| group.deleted_at.is_none()) else {
        let left_at = member.map(|_| millis);
        forget_creator(store, uid, &group).await?;
        return expire_member(store, gid, uid, left_at, expires_at).await.map(Attempt::Done);
    };
    let left = match heir(&members, uid) {
        _ if !group.is_of(uid) => Left::Stays,
        Some(heir) => Left::HandedTo(heir),
        None => Left::Ends,
    };
    let ends = matches!(left, Left::Ends);
    let departure = Departure { group: &group, member, left, millis };
    let quit = leaving::quit_for_good(store, &departure, expires_at).await?;
    // What the group has kept of its creator goes once it has ended. The next try finds it so.
    Ok(if ends { Attempt::Stale(()) } else { quit })
}

/// Takes the portrait away from a group that shows a picture of theirs, which is no more: its URL has the id in it. Stale: it
/// has another by now.
async fn forget_picture(store: &Store, uid: &UserId, group: &Group, millis: i64) -> Result<Attempt<()>, Error> {
    if !group.portrait.contains(uid.as_str()) {
        return Ok(Attempt::Done(()));
    }
    let row = match group.deleted_at {
        Some(_) => Update::of(keys::group(&group.gid)),
        None => rows::changed(&group.gid, millis),
    };
    let same = Condition::Equals("portrait", text(&group.portrait));
    Ok(store.update(row.set("portrait", text("")).when(same)).await?.attempt())
}

/// What a group that has ended says of its creator: nothing. Whoever syncs is still told that it is over.
async fn forget_creator(store: &Store, uid: &UserId, group: &Group) -> Result<(), Error> {
    if group.deleted_at.is_none() || !group.is_of(uid) {
        return Ok(());
    }
    let row = Update::of(keys::group(&group.gid)).set("name", text("")).set("portrait", text(""));
    let row = row.remove("description").remove("bulletin").remove("creator");
    store.update(row.when(Condition::Equals("creator", text(uid.as_str())))).await.map(drop)
}

/// The row of somebody who is in the group no more; `left_at` if it does not say so yet, since the group has ended.
async fn expire_member(
    store: &Store,
    gid: &GroupId,
    uid: &UserId,
    left_at: Option<i64>,
    expires_at: i64,
) -> Result<(), Error> {
    let row = Update::of(keys::member(gid, uid))
        .set_some("left_at", left_at.map(number))
        .remove("display_name")
        .remove("info");
    store.update(leaving::bare(row, expires_at)).await.map(drop)
}

async fn clear_all(store: &Store, uid: &UserId) -> Result<(), Error> {
    let pk = keys::partition(uid);
    let items = store.query(Table::Groups, &pk, "", false, None).await?;
    let deleted = items.into_iter().map(|item| async move { store.delete(keys::of(Table::Groups, &item)?).await });
    side_by_side(rows::WIDTH, deleted.collect()).await
}
