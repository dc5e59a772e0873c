//! By which rows the erasure of a user finds the wishes and invitations that name them, as who asks or as who is asked.
//!
//! `USER#<uid>`/`ASKS#<gid>` says that there are or were such in a group. The wishes are in the group's partition;
//! `GROUP#<gid>`/`INVITED#<invitee>` says there who has sent the invitation that lies with its invitee. All of them are
//! written in one transaction with what they are about, on condition that nobody is erasing the people whom it names.

use crate::{
    error::Error,
    groups::rows::{
        self,
        notices::Notice,
        wishes::{self, counted},
    },
    person,
    store::{
        Attempt, Condition, Item, Store, Update, Write, item,
        keys::{self, Table},
        number, retrying, side_by_side, text, value,
    },
    values::{GroupId, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// That a user is named is kept so many seconds longer than what names them: what has expired is deleted in any order.
const LONGER: i64 = 7 * 86_400;

/// So many of a group's rows go in one transaction, three parts each at most.
pub(super) const TOGETHER: usize = 32;

/// `GROUP#<gid>`/`INVITED#<invitee>`.
#[derive(Debug, Serialize, Deserialize)]
struct Invited {
    requester: UserId,
    invitee: UserId,
    at: i64,
    expires_at: i64,
}

/// That a wish or an invitation names these people, none of whom is being erased. Two parts for each.
pub(super) fn names<'a>(notice: &Notice, uids: impl IntoIterator<Item = &'a UserId>) -> Vec<Write> {
    let expires_at = number(notice.expires_at + LONGER);
    let of = |uid: &UserId| {
        let asks = Update::of(keys::asks(uid, &notice.gid)).set("type", text("asks"));
        let asks = asks.set("gid", text(notice.gid.as_str())).set("expires_at", expires_at.clone());
        [asks.into(), Write::check(keys::profile(uid), person::not_erasing())]
    };
    uids.into_iter().flat_map(of).collect()
}

/// Where an invitation is found without its invitee.
pub(super) fn invited(notice: &Notice) -> Result<Write, Error> {
    let (requester, invitee) = (notice.requester.clone(), notice.invitee.clone());
    let invited = Invited { requester, invitee, at: notice.at, expires_at: notice.expires_at };
    Ok(Write::put(keys::invited(&notice.gid, &notice.invitee), item("invited", &invited)?, None))
}

/// Deletes an invitation that was made at that time, and not a newer one. Two parts.
pub(super) fn uninvited(gid: &GroupId, invitee: &UserId, at: i64) -> [Write; 2] {
    let same = || Some(Condition::Any(vec![Condition::Absent("pk"), Condition::Equals("at", number(at))]));
    [Write::delete(keys::notice(invitee, gid, invitee), same()), Write::delete(keys::invited(gid, invitee), same())]
}

/// Deletes every wish and invitation that names a user who is being erased, with what they have left of the count of those
/// that wait. Nothing new names them by then. Can be repeated.
pub(super) async fn forget(store: &Store, uid: &UserId) -> Result<(), Error> {
    let pk = keys::partition(uid);
    let of = |prefix: &'static str| store.query(Table::Groups, &pk, prefix, false, None);
    let (asks, notices) = futures_util::try_join!(of(keys::ASKS), of(keys::NOTICES))?;
    let gids: HashSet<GroupId> = asks
        .into_iter()
        .chain(notices)
        .map(|row| Ok::<_, Error>(value::<InGroup>(row)?.gid))
        .collect::<Result<_, _>>()?;
    side_by_side(rows::WIDTH, gids.iter().map(|gid| forget_in(store, uid, gid)).collect()).await
}

/// A row that says which group it is about.
#[derive(Deserialize)]
struct InGroup {
    gid: GroupId,
}

async fn forget_in(store: &Store, uid: &UserId, gid: &GroupId) -> Result<(), Error> {
    let partition = keys::group_partition(gid);
    retrying(|| async {
        let invited = store.query(Table::Groups, &partition, keys::INVITED, false, None);
        let (mut wishes, invited): (_, Vec<Item>) = futures_util::try_join!(wishes::all(store, gid), invited)?;
        wishes.retain(|wish| wish.names(uid));
        let invited: Vec<Invited> = invited.into_iter().map(value).collect::<Result<_, _>>()?;
        let invited: Vec<_> = invited.iter().filter(|it| it.requester == *uid || it.invitee == *uid).collect();
        let forgotten = wishes.chunks(TOGETHER).map(|some| {
            let waiting = some.iter().filter(|wish| wish.waits()).count();
            let count = (waiting > 0).then(|| counted(gid, -i64::try_from(waiting).unwrap_or_default()).into());
            count.into_iter().chain(some.iter().map(wishes::forgotten)).collect::<Vec<Write>>()
        });
        let uninvited = invited
            .chunks(TOGETHER)
            .map(|some| some.iter().flat_map(|it| uninvited(gid, &it.invitee, it.at)).collect::<Vec<Write>>());
        for writes in forgotten.chain(uninvited) {
            if let Attempt::Stale(()) = store.transact(writes).await?.attempt() {
                return Ok(Attempt::Stale(()));
            }
        }
        Ok(Attempt::Done(()))
    })
    .await
}
