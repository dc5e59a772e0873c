//! Telling every member of a change, each in a transaction with their version, so that their sync delivers it.

use super::{Group, Member, is_in, keys, number, side_by_side};
use crate::{
    error::Error,
    store::{Condition, Store, Update, Write, retrying},
    values::{GroupId, UserId},
};

/// A change that is so old, in milliseconds, has nobody any more who tells of it: whoever meets it goes on.
const ORPHANED: i64 = 5_000;

impl Group {
    /// Whether some members may not have heard of the newest change, and nobody is telling them.
    #[must_use]
    pub fn is_half_told(&self, millis: i64) -> bool {
        self.fanout.is_some_and(|since| millis - since >= ORPHANED)
    }
}

/// Lets a member's own row have a version, unless they have heard of the change, or of a later one.
fn tell(uid: &UserId, group: &Group, version: i64) -> Write {
    let news = Condition::Any(vec![Condition::Absent("told"), Condition::Below("told", number(group.changes))]);
    Update::of(keys::membership(uid, &group.gid))
        .set("version", number(version))
        .set("told", number(group.changes))
        .when(is_in().and(news))
        .into()
}

impl Store {
    /// Tells every member of all that has changed so far; those of a dismissed group part from it. Can be repeated.
    pub(crate) async fn fan_out(&self, gid: &GroupId, millis: i64) -> Result<(), Error> {
        let Some((group, mut members)) = self.group_and_members(gid).await? else { return Ok(()) };
        if group.fanout.is_none() {
            return Ok(());
        }
        members.retain(|member| member.left_at.is_none());
        if group.deleted_at.is_some() {
            self.part_from_all(&group, &members, millis).await?;
        } else {
            let uids: Vec<_> = members.into_iter().map(|member| member.uid).collect();
            self.announce(&uids, millis, |uid, version| tell(uid, &group, version)).await?;
        }
        // Unless there was another change: whoever made it tells everybody of that.
        let told = Condition::Equals("changes", number(group.changes));
        self.update(Update::of(keys::group(gid)).remove("fanout").when(told)).await.map(drop)
    }

    async fn part_from_all(&self, group: &Group, members: &[Member], millis: i64) -> Result<(), Error> {
        let parted = members.iter().map(|member| retrying(|| self.part_from(group, member, millis)));
        side_by_side(parted.collect()).await
    }
}
