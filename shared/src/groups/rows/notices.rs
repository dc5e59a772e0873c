//! `USER#<uid>`/`NOTICE#<gid>#<invitee>`: invitations that wait for the invitee
//! (`docs/dialects/sealtalk.md#approval-and-invitations`). Those that wait for a manager are in `wishes`.

use crate::{
    error::Error,
    groups::rows::{
        self, Group, Member,
        asked::{self, TOGETHER},
    },
    person,
    sessions::{Actor, Reader},
    store::{
        Attempt, Condition, Store, Transacted, Update, Write, item,
        keys::{self, Key, Table},
        number, side_by_side, text, value,
    },
    values::{GroupId, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// So long an invitation can be answered, in milliseconds.
const ANSWERABLE: i64 = 7 * 86_400_000;

/// Rows are kept so many seconds.
const KEPT: i64 = 30 * 86_400;

/// What was ignored is not asked again for so many milliseconds: a day.
pub(in crate::groups) const AGAIN_AFTER: i64 = 86_400_000;

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
    pub(super) fn as_str(self) -> &'static str {
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
    /// When it was answered, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answered_at: Option<i64>,
    /// When an invitee who has ignored it took it off their list, in milliseconds. Nobody is shown it from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    cleared_at: Option<i64>,
    pub(super) expires_at: i64,
}

impl Notice {
    /// One that waits.
    pub(crate) fn new(gid: &GroupId, requester: &UserId, invitee: &UserId, millis: i64) -> Self {
        let (gid, requester, invitee) = (gid.clone(), requester.clone(), invitee.clone());
        let expires_at = millis / 1_000 + KEPT;
        let (status, answered_at, cleared_at) = (Answered::Waiting, None, None);
        Self { gid, requester, invitee, status, at: millis, answered_at, cleared_at, expires_at }
    }

    /// Whether it has not been answered.
    pub(in crate::groups) fn waits(&self) -> bool {
        self.status == Answered::Waiting
    }

    /// Whether somebody asks, or is asked, by it.
    pub(super) fn names(&self, uid: &UserId) -> bool {
        self.requester == *uid || self.invitee == *uid
    }

    /// Whether it is too old to be answered.
    pub(in crate::groups) fn is_over(&self, millis: i64) -> bool {
        millis - self.at > ANSWERABLE
    }

    /// Whether its time is over, also where its row is still there.
    pub(in crate::groups) fn is_forgotten(&self, millis: i64) -> bool {
        millis / 1_000 >= self.expires_at
    }

    /// The answer in the invitee's row, if it has not been answered.
    pub(in crate::groups) fn answer(&self, status: Answered, millis: i64) -> Update {
        self.answered(keys::notice(&self.invitee, &self.gid, &self.invitee), status, millis)
    }

    /// The same in the row that it lies in.
    pub(super) fn answered(&self, row: Key, status: Answered, millis: i64) -> Update {
        let answered = Update::of(row).set("status", text(status.as_str())).set("answered_at", number(millis));
        answered.when(self.still(Answered::Waiting))
    }

    /// That it is this one, of that status.
    fn still(&self, status: Answered) -> Condition {
        Condition::Equals("status", text(status.as_str())).and(Condition::Equals("at", number(self.at)))
    }

    /// Whether the invitee has ignored it less than [`AGAIN_AFTER`] ago.
    fn keeps_others_out(&self, millis: i64) -> bool {
        let is_new = self.answered_at.is_some_and(|at| millis - at < AGAIN_AFTER);
        self.status == Answered::Ignored && is_new
    }
}

/// An invitation, and when its invitee entered the group last, if ever.
pub(in crate::groups) type Asked = (Notice, Option<i64>);

/// That its invitee has not [ignored](AGAIN_AFTER) another about the same group, or has entered it after that one.
fn may_be_asked((notice, entered_at): &Asked) -> Condition {
    let mut or = vec![
        Condition::Absent("pk"),
        Condition::Differs("status", text(Answered::Ignored.as_str())),
        Condition::Absent("answered_at"),
        Condition::Below("answered_at", number(notice.at - AGAIN_AFTER + 1)),
    ];
    or.extend(entered_at.map(|at| Condition::Below("at", number(at + 1))));
    Condition::Any(or)
}

/// Asks each invitee on behalf of one member; what they were asked before about the same group is forgotten. Who has ignored that
/// within a day is not asked, and nobody is told. Whoever is being erased is not asked, and does not ask.
pub(in crate::groups) async fn put_own_notices(store: &Store, notices: &[Asked]) -> Result<(), Error> {
    for some in notices.chunks(TOGETHER) {
        if let Transacted::Done = store.transact(asked_by_one(some)?).await? {
            continue;
        }
        let some = not_ignored(store, some).await?;
        if some.is_empty() {
            continue;
        }
        if let Transacted::Done = store.transact(asked_by_one(&some)?).await? {
            continue;
        }
        // Somebody is being erased, which is rare.
        for one in &some {
            store.transact(asked_by_one(std::slice::from_ref(one))?).await?;
        }
    }
    Ok(())
}

/// Those of them that may be made, so that they can still be made together. One round.
async fn not_ignored(store: &Store, some: &[Asked]) -> Result<Vec<Asked>, Error> {
    let key = |(notice, _): &Asked| keys::notice(&notice.invitee, &notice.gid, &notice.invitee);
    let mut found = store.get_many(&some.iter().map(key).collect::<Vec<_>>()).await?;
    let mut rest = Vec::new();
    for asked in some {
        let (notice, entered_at) = asked;
        let before = found.take_as::<Notice>(&key(asked))?.filter(|before| before.keeps_others_out(notice.at));
        if before.is_none_or(|before| entered_at.is_some_and(|at| at >= before.at)) {
            rest.push(asked.clone());
        }
    }
    Ok(rest)
}

fn asked_by_one(notices: &[Asked]) -> Result<Vec<Write>, Error> {
    let mut writes: Vec<Write> = notices.first().map_or_else(Vec::new, |(it, _)| asked::names(it, [&it.requester]));
    for asked in notices {
        let (notice, _) = asked;
        let key = keys::notice(&notice.invitee, &notice.gid, &notice.invitee);
        writes.push(Write::put(key, item("notice", notice)?, Some(may_be_asked(asked))));
        writes.push(asked::invited(notice)?);
        writes.push(Write::check(keys::profile(&notice.invitee), person::not_erasing()));
    }
    Ok(writes)
}

/// The reader's notices, but for those that they have cleared. One round.
pub(crate) async fn notices(store: &Store, reader: &Reader) -> Result<Vec<Notice>, Error> {
    let partition = keys::partition(reader.uid());
    let items = store.query(Table::Groups, &partition, keys::NOTICES, false, None).await?;
    let mut notices: Vec<Notice> = items.into_iter().map(value).collect::<Result<_, _>>()?;
    notices.retain(|notice| notice.cleared_at.is_none());
    Ok(notices)
}

/// The groups of what the reader is shown, also dismissed ones, and in them, as far as they are or were members, the
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

/// The one about a group. One round.
pub(in crate::groups) async fn notice(store: &Store, reader: &Reader, gid: &GroupId) -> Result<Option<Notice>, Error> {
    let notice: Option<Notice> = store.get_as(keys::notice(reader.uid(), gid, reader.uid())).await?;
    Ok(notice.filter(|notice| notice.cleared_at.is_none()))
}

/// Answers in the actor's row. Stale: it has been answered.
pub(in crate::groups) async fn answer_notice(
    store: &Store,
    _: &Actor,
    notice: &Notice,
    status: Answered,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    Ok(store.update(notice.answer(status, millis)).await?.attempt())
}

/// Forgets the notices of somebody who has answered them, or never will. Those that [keep others out](Notice::keeps_others_out)
/// are hidden.
pub(crate) async fn clear_notices(store: &Store, reader: &Reader, millis: i64) -> Result<(), Error> {
    let notices = notices(store, reader).await?;
    let deleted = notices.iter().map(|it| async move {
        // One that was made meanwhile has not been seen, and stays.
        if it.keeps_others_out(millis) {
            let row = Update::of(keys::notice(&it.invitee, &it.gid, &it.invitee)).set("cleared_at", number(millis));
            return store.update(row.when(it.still(it.status))).await.map(drop);
        }
        store.transact(asked::uninvited(&it.gid, &it.invitee, it.at).into()).await.map(drop)
    });
    side_by_side(rows::WIDTH, deleted.collect()).await
}
