//! Telling every member of a change, each in a transaction with their version, so that their sync delivers it.
//!
//! One call at a time tells: it takes a lease on the group (`teller`) and goes on until nothing has changed since it last
//! looked, or for some seconds. Whoever changes the group meanwhile leaves the telling to it. So twenty who join at once
//! do not tell twenty people twenty times, and no two calls struggle for the same people's versions.
//!
//! The change marks its author's `VERSION` (`telling`), and the end of telling takes that mark away in one transaction with
//! the group's own. An author who left it to another call loses the mark with their next sync.

use crate::{
    changes::{self, LEASE, end_telling},
    error::Error,
    groups::rows::{self, Group, Member, is_in, leaving, read},
    store::{Condition, Part, Store, Transacted, Update, Write, Written, keys, number, retrying, side_by_side},
    values::{GroupId, UserId},
};
use std::time::Duration;
use tokio::time::Instant;

/// The group whose fan-out ends.
const GROUP: Part = Part::named("group");

/// So long a call also tells what has changed while it told: its caller waits. What comes later is its maker's to tell.
const PATIENCE: Duration = Duration::from_secs(4);

/// What became of an attempt to tell.
enum Lease {
    /// It is the caller's to tell.
    Taken,
    /// Somebody is at it.
    Busy,
    /// There is nothing to tell.
    Idle,
}

impl Group {
    /// Whether some members may not have heard of the newest change, and nobody is telling them.
    #[must_use]
    pub fn is_half_told(&self, millis: i64) -> bool {
        let teller = self.teller.unwrap_or(i64::MIN);
        self.fanout.is_some_and(|since| millis - since >= LEASE) && teller <= millis
    }
}

/// Tells a member's own row, unless it has heard of the change, or of a later one.
fn tell(uid: &UserId, group: &Group) -> Update {
    let news = Condition::Any(vec![Condition::Absent("told"), Condition::Below("told", number(group.changes))]);
    Update::of(keys::membership(uid, &group.gid)).set("told", number(group.changes)).when(is_in().and(news))
}

/// Tells every member of all that has changed so far; those of a dismissed group part from it. Leaves it to whoever
/// is at it already. Can be repeated. `author` is whoever may have changed it; `None` where they are being erased:
/// nobody goes on for them, so that it is left to nobody.
pub(in crate::groups) async fn fan_out(
    store: &Store,
    gid: &GroupId,
    author: Option<&UserId>,
    millis: i64,
) -> Result<(), Error> {
    let (lease, read) =
        futures_util::try_join!(lease(store, gid, author.is_none(), millis), read::group_and_members(store, gid))?;
    match (lease, author) {
        (Lease::Taken, _) => {}
        (Lease::Idle, Some(author)) => return forget_telling(store, gid, author).await,
        (Lease::Idle, None) | (Lease::Busy, _) => return Ok(()),
    }
    let told = tell_until_all_is_told(store, gid, author, read, millis).await;
    if !matches!(told, Ok(true)) {
        // Not at the end, but no reason to make the next one wait for it either.
        store.update(Update::of(keys::group(gid)).remove("teller").when(Condition::Present("pk"))).await?;
    }
    told.map(drop)
}

/// Takes the right to tell, or shares it with whoever has it.
async fn lease(store: &Store, gid: &GroupId, share: bool, millis: i64) -> Result<Lease, Error> {
    let dead = Condition::Below("teller", number(millis + 1));
    let free = Condition::Any(vec![Condition::Absent("teller"), dead]);
    let update = Update::of(keys::group(gid)).set("teller", number(millis + LEASE));
    let there_is = Condition::Present("fanout");
    let update = update.when(if share { there_is } else { there_is.and(free) });
    Ok(match store.update(update).await? {
        Written::Done(_) => Lease::Taken,
        Written::Refused(group) if group.contains_key("fanout") => Lease::Busy,
        Written::Refused(_) => Lease::Idle,
    })
}

/// Takes the mark from an author of whose changes everybody has heard, unless there is another by now.
async fn forget_telling(store: &Store, gid: &GroupId, author: &UserId) -> Result<(), Error> {
    let all_told = Write::check(keys::group(gid), Condition::Absent("fanout"));
    store.transact(vec![all_told, end_telling(author, gid).into()]).await.map(drop)
}

/// Ends the telling if nothing has changed since the group was read. `false`: something has.
async fn end_fanout_of(store: &Store, group: &Group, author: Option<&UserId>) -> Result<bool, Error> {
    let unchanged = Condition::Equals("changes", number(group.changes));
    let end = Update::of(keys::group(&group.gid)).remove("fanout").remove("teller").when(unchanged);
    if let Some(author) = author {
        match store
            .transact(vec![Write::from(end.clone()).named(GROUP), end_telling(author, &group.gid).into()])
            .await?
        {
            Transacted::Done => return Ok(true),
            Transacted::Refused { part: GROUP, .. } => return Ok(false),
            // No `VERSION`, no mark: a reader who never was in a group, or an author who has been erased meanwhile.
            Transacted::Refused { .. } => {}
        }
    }
    Ok(matches!(store.update(end).await?, Written::Done(_)))
}

/// Whether it came to an end. What was read may be older than the lease: then it is read once more.
async fn tell_until_all_is_told(
    store: &Store,
    gid: &GroupId,
    author: Option<&UserId>,
    mut read: Option<(Group, Vec<Member>)>,
    millis: i64,
) -> Result<bool, Error> {
    let started = Instant::now();
    loop {
        let Some((group, mut members)) = read else { return Ok(true) };
        members.retain(|member| member.left_at.is_none());
        if group.deleted_at.is_some() {
            part_from_all(store, &group, &members, millis).await?;
        } else {
            let uids: Vec<_> = members.into_iter().map(|member| member.uid).collect();
            changes::announce(store, &uids, Some(gid), millis, |uid| tell(uid, &group)).await?;
        }
        if end_fanout_of(store, &group, author).await? {
            return Ok(true);
        }
        if started.elapsed() > PATIENCE {
            return Ok(false);
        }
        read = read::group_and_members(store, gid).await?;
    }
}

async fn part_from_all(store: &Store, group: &Group, members: &[Member], millis: i64) -> Result<(), Error> {
    let parted = members.iter().map(|member| retrying(|| leaving::part_from(store, group, member, millis)));
    side_by_side(rows::WIDTH, parted.collect()).await
}
