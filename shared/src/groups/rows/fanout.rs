//! The fan-out of a group's changes: each member's own row gets the change in a transaction with the member's
//! `VERSION`, so that their sync shows it.
//!
//! One call at a time runs the fan-out of a group. It takes a lease (`lease_until`) and goes on until nothing has
//! changed since it last read, or for some seconds. A call that changes the group and finds the lease taken leaves its
//! change to the holder. So when twenty people join at once, one pass over the members can deliver all twenty changes,
//! and no two calls move the same versions.
//!
//! A fan-out has two marks: one in the group (`fanout`) and one in the `VERSION` of the change's author (`fan_outs`).
//! One transaction at the end takes both away. Where the holder of the lease was another call, the author's next sync
//! takes the author's mark away.

use crate::{
    changes::{self, LEASE, end_fan_out},
    error::Error,
    groups::rows::{self, Group, Member, is_in, leaving, read},
    store::{Condition, Part, Store, Transacted, Update, Write, Written, keys, number, retrying, side_by_side},
    values::{GroupId, UserId},
};
use std::time::Duration;
use tokio::time::Instant;

/// The group whose fan-out ends.
const GROUP: Part = Part::named("group");

/// For so long a call also fans out what has changed meanwhile, since its caller waits. Later changes are left to the
/// next change of the group, or to a resume.
const PATIENCE: Duration = Duration::from_secs(4);

/// What became of an attempt to take the lease.
enum Lease {
    /// The caller holds it.
    Taken,
    /// Another call holds it.
    Busy,
    /// Nothing waits for a fan-out.
    Idle,
}

impl Group {
    /// Whether the fan-out ended before every member had the newest change: the mark is old, and no call holds the
    /// lease.
    #[must_use]
    pub fn fan_out_was_cut(&self, millis: i64) -> bool {
        let lease_until = self.lease_until.unwrap_or(i64::MIN);
        self.fanout.is_some_and(|since| millis - since >= LEASE) && lease_until <= millis
    }
}

/// Writes the group's newest change to a member's own row, unless the row has it or a later one.
fn newest_change(uid: &UserId, group: &Group) -> Update {
    let news =
        Condition::Any(vec![Condition::Absent("delivered"), Condition::Below("delivered", number(group.changes))]);
    Update::of(keys::membership(uid, &group.gid)).set("delivered", number(group.changes)).when(is_in().and(news))
}

/// Fans out to every member all that has changed so far; the members of a dismissed group part from it. Where another
/// call holds the lease, the changes are left to it. Can be repeated. `author` is whoever may have changed the group;
/// `None` where they are being erased: no sync of theirs could resume the fan-out, so this call runs it beside the
/// holder of the lease.
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
        (Lease::Idle, Some(author)) => return clear_author_mark(store, gid, author).await,
        (Lease::Idle, None) | (Lease::Busy, _) => return Ok(()),
    }
    let ended = fan_out_until_unchanged(store, gid, author, read, millis).await;
    if !matches!(ended, Ok(true)) {
        // Not at the end, but no reason to make the next one wait for it either.
        store.update(Update::of(keys::group(gid)).remove("lease_until").when(Condition::Present("pk"))).await?;
    }
    ended.map(drop)
}

/// Takes the lease; with `share`, also while another call holds it.
async fn lease(store: &Store, gid: &GroupId, share: bool, millis: i64) -> Result<Lease, Error> {
    let dead = Condition::Below("lease_until", number(millis + 1));
    let free = Condition::Any(vec![Condition::Absent("lease_until"), dead]);
    let update = Update::of(keys::group(gid)).set("lease_until", number(millis + LEASE));
    let there_is = Condition::Present("fanout");
    let update = update.when(if share { there_is } else { there_is.and(free) });
    Ok(match store.update(update).await? {
        Written::Done(_) => Lease::Taken,
        Written::Refused(group) if group.contains_key("fanout") => Lease::Busy,
        Written::Refused(_) => Lease::Idle,
    })
}

/// Takes the mark from an author, unless the group has one of its own by now: then another change has begun a fan-out.
async fn clear_author_mark(store: &Store, gid: &GroupId, author: &UserId) -> Result<(), Error> {
    let has_ended = Write::check(keys::group(gid), Condition::Absent("fanout"));
    store.transact(vec![has_ended, end_fan_out(author, gid).into()]).await.map(drop)
}

/// Ends the fan-out if nothing has changed since the group was read. `false`: something has.
async fn end_group_fan_out(store: &Store, group: &Group, author: Option<&UserId>) -> Result<bool, Error> {
    let unchanged = Condition::Equals("changes", number(group.changes));
    let end = Update::of(keys::group(&group.gid)).remove("fanout").remove("lease_until").when(unchanged);
    if let Some(author) = author {
        match store
            .transact(vec![Write::from(end.clone()).named(GROUP), end_fan_out(author, &group.gid).into()])
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

/// Fans out until nothing has changed since the group was read. `false`: it took too long. What was read may be older
/// than the lease: then it is read once more.
async fn fan_out_until_unchanged(
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
            changes::fan_out_to(store, &uids, Some(gid), millis, |uid| newest_change(uid, &group)).await?;
        }
        if end_group_fan_out(store, &group, author).await? {
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
