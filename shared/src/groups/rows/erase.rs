//! What a user who is being erased leaves: they quit every group, so that nobody's count or crown goes with them.
//!
//! The other members' syncs show that somebody left, so the row that says so stays for a while, bare.

use crate::{
    changes::{Lease, try_to_fan_out},
    error::Error,
    groups::rows::{
        self, Membership, asked,
        fanout::ChangedGroup,
        leaving::{self, Departure, Left, heir},
        read,
    },
    store::{
        Attempt, Store, Update,
        keys::{self, Table},
        number, retrying, side_by_side,
    },
    values::{GroupId, UserId},
};

/// What is left of a member is kept so many seconds, for those who sync rarely.
const KEPT: i64 = 30 * 86_400;

/// Takes a user out of every group, deletes the wishes and invitations that name them, and last what they have in that
/// table. Nobody lets them in or asks about them any more by then.
pub(crate) async fn erase_groups(store: &Store, uid: &UserId, millis: i64) -> Result<(), Error> {
    let memberships = read::all_memberships(store, uid).await?;
    let left = memberships.iter().map(|membership| erase_membership(store, uid, membership, millis));
    side_by_side(rows::WIDTH, left.collect()).await?;
    asked::forget(store, uid).await?;
    clear_all(store, uid).await
}

async fn erase_membership(store: &Store, uid: &UserId, membership: &Membership, millis: i64) -> Result<(), Error> {
    let gid = &membership.gid;
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
    let member = members.iter().find(|member| member.uid == *uid && member.left_at.is_none());
    let Some(member) = member.filter(|_| group.deleted_at.is_none()) else {
        let left_at = member.map(|_| millis);
        return expire_member(store, gid, uid, left_at, expires_at).await.map(Attempt::Done);
    };
    let left = match heir(&members, uid) {
        _ if group.creator != *uid => Left::Stays,
        Some(heir) => Left::HandedTo(heir),
        None => Left::Ends,
    };
    let departure = Departure { member, left, millis };
    leaving::quit_for_good(store, &departure, expires_at).await
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
