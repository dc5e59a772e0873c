//! `GROUP#<gid>`/`WISH#<invitee>`: who is to be let into a group by those who manage it. It is one row, whoever judges it
//! (`docs/dialects/sealtalk.md#approval-and-invitations`).
//!
//! `USER#<uid>`/`JUDGES#<gid>` is how somebody who manages a group finds its wishes. Who becomes a manager or inherits a
//! group gets that row in the same transaction, and its creator when approval is switched on.
//!
//! The group's `META` counts the rows that wait. Each change of one of them changes the count in its transaction, and entering
//! the group changes both.

use crate::{
    error::Error,
    groups::{
        distinct,
        rows::{
            Group, Person, asked, flag, is_out,
            notices::{Answered, Notice},
            read::blocks,
        },
    },
    sessions::{Actor, Reader},
    store::{
        Attempt, Condition, Item, Part, Store, Transacted, Update, Write, item,
        keys::{self, Table},
        number, retrying, side_by_side, text, value,
    },
    values::{GroupId, UserId},
};
use serde::Deserialize;

/// So many wishes of a group wait at most (`docs/dialects/sealtalk.md#limits-of-groups`).
const MOST: i64 = 500;

/// So many go into one transaction: four parts each, beside the count and two for whoever makes them.
const TOGETHER: usize = 24;

/// So many that can be answered no more are deleted in one transaction beside the count.
const OLD: usize = 99;

/// The count, where it may be reached.
const COUNT: Part = Part::named("count");

/// That somebody judges the wishes of a group.
#[derive(Debug, Deserialize)]
pub(in crate::groups) struct Judge {
    pub(crate) gid: GroupId,
    /// Wishes up to this time they have cleared, in milliseconds.
    #[serde(default)]
    cleared_at: i64,
}

impl Judge {
    /// Whether they are shown a wish.
    fn is_shown(&self, wish: &Notice) -> bool {
        wish.at > self.cleared_at
    }
}

/// Lets somebody find the wishes of a group. Part of what makes them its manager or creator.
pub(in crate::groups) fn judges(uid: &UserId, gid: &GroupId) -> Write {
    Update::of(keys::judge(uid, gid)).set("type", text("judge")).set("gid", text(gid.as_str())).into()
}

/// Part of what ends that.
pub(in crate::groups) fn judges_no_more(uid: &UserId, gid: &GroupId) -> Write {
    Write::delete(keys::judge(uid, gid), None)
}

/// What counts the rows that wait: so many more, or fewer.
pub(super) fn counted(gid: &GroupId, more: i64) -> Update {
    recounted(Update::of(keys::group(gid)).when(Condition::Present("pk")), more)
}

fn recounted(group: Update, more: i64) -> Update {
    group.add("open_wishes", number(more)).add("wish_changes", number(1))
}

/// That no wish of a group waits.
pub(super) fn none_waits() -> Condition {
    Condition::Any(vec![Condition::Absent("open_wishes"), Condition::Below("open_wishes", number(1))])
}

/// The same count in the change of the group by which these people enter.
pub(super) fn counted_in(group: Update, people: &[&Person]) -> Update {
    match people.iter().filter(|person| person.wish.as_ref().is_some_and(Notice::waits)).count() {
        0 => group,
        used => recounted(group, -i64::try_from(used).unwrap_or_default()),
    }
}

/// The wish of somebody who enters: agreed to if it waits as it was read, or else still none that waits.
pub(super) fn used_up(gid: &GroupId, person: &Person, millis: i64) -> Write {
    match person.wish.as_ref().filter(|wish| wish.waits()) {
        Some(wish) => settled(wish, Answered::Agreed, millis).into(),
        None => {
            let is = |status: Answered| Condition::Equals("status", text(status.as_str()));
            let none = vec![Condition::Absent("pk"), is(Answered::Agreed), is(Answered::Ignored)];
            Write::check(keys::wish(gid, &person.uid), Condition::Any(none))
        }
    }
}

fn settled(wish: &Notice, status: Answered, millis: i64) -> Update {
    wish.answered(keys::wish(&wish.gid, &wish.invitee), status, millis)
}

/// Makes wishes, each in the place of one that is as it was read. Stale: one is not, somebody is in the group by now or being
/// erased, or the group does not want approval any more.
///
/// # Errors
/// [`Error::TooManyWishes`] where too many wait; [`Error::NoSuchGroup`]; faults.
pub(in crate::groups) async fn put(
    store: &Store,
    gid: &GroupId,
    wishes: &[(Notice, Option<Notice>)],
    millis: i64,
) -> Result<Attempt<()>, Error> {
    for some in wishes.chunks(TOGETHER) {
        let more = some.iter().filter(|(_, before)| !before.as_ref().is_some_and(Notice::waits)).count();
        let more = i64::try_from(more).unwrap_or(MOST);
        let room = Condition::Below("open_wishes", number(MOST + 1 - more));
        let room = Condition::Any(vec![Condition::Absent("open_wishes"), room]).and(wants_approval());
        let mut writes = vec![Write::from(counted(gid, more).when(room)).named(COUNT)];
        let all = some.iter().flat_map(|(wish, _)| [&wish.requester, &wish.invitee]);
        writes.extend(some.first().into_iter().flat_map(|(wish, _)| asked::names(wish, &distinct(all.clone()))));
        for (wish, before) in some {
            let as_read = Condition::as_read("at", before.as_ref().map(|before| number(before.at)));
            let status = before.as_ref().map(|before| text(before.status.as_str()));
            let as_read = as_read.and(Condition::as_read("status", status));
            writes.push(Write::put(keys::wish(gid, &wish.invitee), item("wish", wish)?, Some(as_read)));
            writes.push(Write::check(keys::member(gid, &wish.invitee), is_out()));
        }
        match store.transact(writes).await? {
            Transacted::Done => {}
            Transacted::Refused { part: COUNT, item, .. } => {
                let group: Option<Group> = Some(item).filter(|item| !item.is_empty()).map(value).transpose()?;
                let group = group.filter(|group| group.deleted_at.is_none()).ok_or(Error::NoSuchGroup)?;
                let is_full = group.certification && group.open_wishes + more > MOST;
                if is_full && !forget_old(store, gid, millis).await? {
                    return Err(Error::TooManyWishes);
                }
                return Ok(Attempt::Stale(()));
            }
            Transacted::Refused { .. } => return Ok(Attempt::Stale(())),
        }
    }
    Ok(Attempt::Done(()))
}

fn wants_approval() -> Condition {
    Condition::Absent("deleted_at").and(Condition::Equals("certification", flag(true)))
}

/// For whom a wish is, and who else has made it.
pub(in crate::groups) fn by_others(wish: &Notice) -> Option<(UserId, UserId)> {
    (wish.requester != wish.invitee).then(|| (wish.invitee.clone(), wish.requester.clone()))
}

/// Forgets the wishes of a group that can be answered no more, and counts those that wait anew: rows that end by
/// themselves are not counted then. Whether there is more room than the count said.
async fn forget_old(store: &Store, gid: &GroupId, millis: i64) -> Result<bool, Error> {
    #[derive(Default, Deserialize)]
    struct Count {
        #[serde(default)]
        open_wishes: i64,
        #[serde(default)]
        wish_changes: i64,
    }
    retrying(|| async {
        let count: Count = store.get_as(keys::group(gid)).await?.unwrap_or_default();
        let mut waiting = all(store, gid).await?;
        waiting.retain(Notice::waits);
        let blocked = blocks(store, waiting.iter().filter_map(by_others)).await?;
        let is_over = |wish: &Notice| wish.is_over(millis) || by_others(wish).is_some_and(|it| blocked.contains(&it));
        let old: Vec<_> = waiting.iter().filter(|wish| is_over(wish)).take(OLD).collect();
        let open = i64::try_from(waiting.len() - old.len()).unwrap_or(MOST);
        if open == count.open_wishes {
            return Ok(Attempt::Done(false));
        }
        let changes = Some(count.wish_changes).filter(|changes| *changes > 0).map(number);
        let as_read = Condition::Present("pk").and(Condition::as_read("wish_changes", changes));
        let anew =
            Update::of(keys::group(gid)).set("open_wishes", number(open)).add("wish_changes", number(1)).when(as_read);
        let writes = [Write::from(anew)].into_iter().chain(old.into_iter().map(forgotten)).collect();
        Ok(store.transact(writes).await?.attempt().map(|()| open < count.open_wishes))
    })
    .await
}

/// Deletes a wish that is as it was read.
pub(super) fn forgotten(wish: &Notice) -> Write {
    let same = Condition::Equals("at", number(wish.at));
    let same = same.and(Condition::Equals("status", text(wish.status.as_str())));
    Write::delete(keys::wish(&wish.gid, &wish.invitee), Some(same))
}

/// All wishes of a group. One round.
pub(super) async fn all(store: &Store, gid: &GroupId) -> Result<Vec<Notice>, Error> {
    let items = store.query(Table::Groups, &keys::group_partition(gid), keys::WISHES, false, None).await?;
    items.into_iter().map(value).collect()
}

/// The groups whose wishes the reader finds. One round.
pub(in crate::groups) async fn judged(store: &Store, reader: &Reader) -> Result<Vec<Judge>, Error> {
    let partition = keys::partition(reader.uid());
    let items: Vec<Item> = store.query(Table::Groups, &partition, keys::JUDGES, false, None).await?;
    items.into_iter().map(value).collect()
}

/// Their wishes, but for those that the reader has cleared. One round, none where there are no such groups.
pub(in crate::groups) async fn shown(store: &Store, reader: &Reader, judged: &[Judge]) -> Result<Vec<Notice>, Error> {
    let read = judged.iter().map(|judge| async move {
        let mut wishes = all(store, &judge.gid).await?;
        wishes.retain(|wish| judge.is_shown(wish) && wish.invitee != *reader.uid());
        Ok::<_, Error>(wishes)
    });
    Ok(futures_util::future::try_join_all(read).await?.concat())
}

/// One of them. One round.
pub(in crate::groups) async fn one(
    store: &Store,
    reader: &Reader,
    gid: &GroupId,
    invitee: &UserId,
) -> Result<Option<Notice>, Error> {
    let (judge, wish) = (keys::judge(reader.uid(), gid), keys::wish(gid, invitee));
    let mut found = store.get_many(&[judge.clone(), wish.clone()]).await?;
    let judge: Option<Judge> = found.take_as(&judge)?;
    let wish: Option<Notice> = found.take_as(&wish)?;
    Ok(wish.filter(|wish| judge.is_some_and(|judge| judge.is_shown(wish))))
}

/// The answer to a wish that waits still. Parts of a transaction.
fn answered(wish: &Notice, status: Answered, millis: i64) -> Vec<Write> {
    vec![settled(wish, status, millis).into(), counted(&wish.gid, -1).into()]
}

/// Answers a wish by which nobody enters. Stale: it has been answered.
pub(in crate::groups) async fn answer(
    store: &Store,
    wish: &Notice,
    status: Answered,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    Ok(store.transact(answered(wish, status, millis)).await?.attempt())
}

/// Shows the actor none of the wishes any more that there are now. The group says so too, so that a wish which is made again
/// is shown again.
pub(in crate::groups) async fn clear(store: &Store, actor: &Actor, millis: i64) -> Result<(), Error> {
    let cleared = judged(store, actor).await?.into_iter().map(|judge| async move {
        let row = Update::of(keys::judge(actor.uid(), &judge.gid)).set("cleared_at", number(millis));
        let group = Update::of(keys::group(&judge.gid)).set("wishes_cleared_at", number(millis));
        let both = [row, group].map(|update| update.when(Condition::Present("pk")).into());
        store.transact(both.into()).await.map(drop)
    });
    side_by_side(super::WIDTH, cleared.collect()).await
}
