//! `USER#<uid>`/`NOTICE#<gid>#<invitee>`: invitations that wait for the invitee, or for the group's managers, each of
//! whom has a row of their own (`docs/dialects/sealtalk.md#approval-and-invitations`).

use crate::{
    error::Error,
    groups::rows::{self, Group, Member},
    sessions::{Actor, Reader},
    store::{
        Attempt, Condition, Store, Update, item,
        keys::{self, Table},
        number, side_by_side, text, value,
    },
    values::{GroupId, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Rows are kept so many seconds.
const KEPT: i64 = 30 * 86_400;

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answered {
    /// Refused.
    Ignored,
    /// Accepted.
    Agreed,
    /// Not yet.
    Waiting,
}

impl Answered {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Agreed => "agreed",
            Self::Waiting => "waiting",
        }
    }
}

/// An invitation for somebody to answer: their own, or one that they judge as a manager.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Into which group.
    pub gid: GroupId,
    /// Who invites.
    pub requester: UserId,
    /// Who is invited.
    pub invitee: UserId,
    /// What became of it.
    pub status: Answered,
    /// When it was made, in milliseconds.
    pub at: i64,
    expires_at: i64,
}

impl Notice {
    /// One that waits.
    pub(crate) fn new(gid: &GroupId, requester: &UserId, invitee: &UserId, millis: i64) -> Self {
        let (gid, requester, invitee) = (gid.clone(), requester.clone(), invitee.clone());
        let expires_at = millis / 1_000 + KEPT;
        Self { gid, requester, invitee, status: Answered::Waiting, at: millis, expires_at }
    }

    /// The answer in a person's row, if it has not been answered.
    pub(crate) fn answer(&self, of: &UserId, status: Answered) -> Update {
        let waiting = Condition::Equals("status", text(Answered::Waiting.as_str()));
        let same = Condition::Equals("at", number(self.at));
        Update::of(keys::notice(of, &self.gid, &self.invitee))
            .set("status", text(status.as_str()))
            .when(waiting.and(same))
    }
}

/// Asks each of these people to answer each of these invitations; the ones before into the same group are forgotten.
pub(in crate::groups) async fn put_notices(store: &Store, of: &[UserId], notices: &[Notice]) -> Result<(), Error> {
    let mut put = Vec::new();
    for notice in notices {
        put.extend(of.iter().map(|uid| put_notice(store, uid, notice)));
    }
    side_by_side(rows::WIDTH, put).await
}

/// Asks each invitee.
pub(in crate::groups) async fn put_own_notices(store: &Store, notices: &[Notice]) -> Result<(), Error> {
    side_by_side(rows::WIDTH, notices.iter().map(|notice| put_notice(store, &notice.invitee, notice)).collect()).await
}

async fn put_notice(store: &Store, of: &UserId, notice: &Notice) -> Result<(), Error> {
    let key = keys::notice(of, &notice.gid, &notice.invitee);
    store.put(&key, item("notice", notice)?, None).await.map(drop)
}

/// The reader's notices. One round.
pub(crate) async fn notices(store: &Store, reader: &Reader) -> Result<Vec<Notice>, Error> {
    let partition = keys::partition(reader.uid());
    let items = store.query(Table::Groups, &partition, keys::NOTICES, false, None).await?;
    items.into_iter().map(value).collect()
}

/// The groups of the reader's notices, also dismissed ones, and in them, as far as they are or were members, the
/// reader and who is invited. One round.
pub(in crate::groups) async fn groups_of(
    store: &Store,
    reader: &Reader,
    notices: &[Notice],
) -> Result<(HashMap<GroupId, Group>, HashMap<(GroupId, UserId), Member>), Error> {
    let gids: HashSet<_> = notices.iter().map(|notice| &notice.gid).collect();
    let invitees = notices.iter().map(|notice| (&notice.gid, &notice.invitee));
    let of: HashSet<_> = gids.iter().map(|gid| (*gid, reader.uid())).chain(invitees).collect();
    let keys = gids.iter().map(|gid| keys::group(gid)).chain(of.iter().map(|(gid, uid)| keys::member(gid, uid)));
    let mut found = store.get_many(&keys.collect::<Vec<_>>()).await?;
    let (mut groups, mut members) = (HashMap::new(), HashMap::new());
    for gid in gids {
        groups.extend(found.take_as(&keys::group(gid))?.map(|group| (gid.clone(), group)));
    }
    for (gid, uid) in of {
        let member = found.take_as(&keys::member(gid, uid))?;
        members.extend(member.map(|member| ((gid.clone(), uid.clone()), member)));
    }
    Ok((groups, members))
}

/// One of them. One round.
pub(in crate::groups) async fn notice(
    store: &Store,
    reader: &Reader,
    gid: &GroupId,
    invitee: &UserId,
) -> Result<Option<Notice>, Error> {
    store.get_as(keys::notice(reader.uid(), gid, invitee)).await
}

/// Answers in the actor's row. Stale: it has been answered.
pub(in crate::groups) async fn answer_notice(
    store: &Store,
    actor: &Actor,
    notice: &Notice,
    status: Answered,
) -> Result<Attempt<()>, Error> {
    Ok(store.update(notice.answer(actor.uid(), status)).await?.attempt())
}

/// The same in the rows of others who were asked, as far as they have not answered.
pub(in crate::groups) async fn answer_for(
    store: &Store,
    of: &[UserId],
    notice: &Notice,
    status: Answered,
) -> Result<(), Error> {
    let answered = of.iter().map(|uid| async { store.update(notice.answer(uid, status)).await.map(drop) });
    side_by_side(rows::WIDTH, answered.collect()).await
}

/// Forgets the notices of somebody who has answered them, or never will.
pub(crate) async fn clear_notices(store: &Store, reader: &Reader) -> Result<(), Error> {
    delete_notices(store, reader.uid(), keys::NOTICES).await
}

/// Forgets what people were asked as managers of a group.
pub(in crate::groups) async fn clear_notices_about(store: &Store, of: &[UserId], gid: &GroupId) -> Result<(), Error> {
    let prefix = format!("{}{gid}#", keys::NOTICES);
    side_by_side(rows::WIDTH, of.iter().map(|uid| delete_notices(store, uid, &prefix)).collect()).await
}

async fn delete_notices(store: &Store, uid: &UserId, prefix: &str) -> Result<(), Error> {
    let items = store.query(Table::Groups, &keys::partition(uid), prefix, false, None).await?;
    let notices = items.into_iter().map(value).collect::<Result<Vec<Notice>, _>>()?;
    let deleted = notices.iter().map(|notice| store.delete(keys::notice(uid, &notice.gid, &notice.invitee)));
    side_by_side(rows::WIDTH, deleted.collect()).await
}
