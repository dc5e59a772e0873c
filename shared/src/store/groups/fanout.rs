//! Telling every member of a change, each in a transaction with their version, so that their sync delivers it.
//!
//! One call at a time tells: it takes a lease on the group (`teller`) and goes on until nothing has changed since it last
//! looked, or for some seconds. Whoever changes the group meanwhile leaves the telling to it. So twenty who join at once do not tell twenty
//! people twenty times, and no two calls struggle for the same people's versions.

use super::{Group, Member, is_in, keys, number, side_by_side};
use crate::{
    error::Error,
    store::{Condition, Store, Update, Written, retrying},
    values::{GroupId, UserId},
};
use std::time::Duration;
use tokio::time::Instant;

/// Whoever took up the telling and is not done after so many milliseconds is dead: the next one goes on.
const LEASE: i64 = 10_000;
/// So long a call also tells what has changed while it told: its caller waits. What comes later is its maker's to tell.
const PATIENCE: Duration = Duration::from_secs(4);

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

impl Store {
    /// Tells every member of all that has changed so far; those of a dismissed group part from it. Leaves it to whoever
    /// is at it already. Can be repeated.
    pub(crate) async fn fan_out(&self, gid: &GroupId, millis: i64) -> Result<(), Error> {
        let (leased, read) = futures_util::try_join!(self.lease(gid, millis), self.group_and_members(gid))?;
        if !leased {
            return Ok(());
        }
        let told = self.tell_until_all_is_told(gid, read, millis).await;
        if !matches!(told, Ok(true)) {
            // Not at the end, but no reason to make the next one wait for it either.
            self.update(Update::of(keys::group(gid)).remove("teller").when(Condition::Present("pk"))).await?;
        }
        told.map(drop)
    }

    /// Takes the right to tell. `false`: there is nothing to tell, or somebody is at it.
    async fn lease(&self, gid: &GroupId, millis: i64) -> Result<bool, Error> {
        let dead = Condition::Below("teller", number(millis + 1));
        let free = Condition::Any(vec![Condition::Absent("teller"), dead]);
        let update = Update::of(keys::group(gid)).set("teller", number(millis + LEASE));
        let update = update.when(Condition::Present("fanout").and(free));
        Ok(matches!(self.update(update).await?, Written::Done(_)))
    }

    /// Whether it came to an end. What was read may be older than the lease: then it is read once more.
    async fn tell_until_all_is_told(
        &self,
        gid: &GroupId,
        mut read: Option<(Group, Vec<Member>)>,
        millis: i64,
    ) -> Result<bool, Error> {
        let started = Instant::now();
        loop {
            let Some((group, mut members)) = read else { return Ok(true) };
            members.retain(|member| member.left_at.is_none());
            if group.deleted_at.is_some() {
                self.part_from_all(&group, &members, millis).await?;
            } else {
                let uids: Vec<_> = members.into_iter().map(|member| member.uid).collect();
                self.announce(&uids, Some(gid), millis, |uid| tell(uid, &group)).await?;
            }
            let unchanged = Condition::Equals("changes", number(group.changes));
            let end = Update::of(keys::group(gid)).remove("fanout").remove("teller").when(unchanged);
            if matches!(self.update(end).await?, Written::Done(_)) {
                return Ok(true);
            }
            if started.elapsed() > PATIENCE {
                return Ok(false);
            }
            read = self.group_and_members(gid).await?;
        }
    }

    async fn part_from_all(&self, group: &Group, members: &[Member], millis: i64) -> Result<(), Error> {
        let parted = members.iter().map(|member| retrying(|| self.part_from(group, member, millis)));
        side_by_side(parted.collect()).await
    }
}
