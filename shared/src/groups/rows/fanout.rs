//! The fan-out of a group's changes: each member's own row gets the newest change, so that their sync shows it.
//! `changes.rs` says how a fan-out works.
//!
//! The subject is the group. Whoever is in it may change it, so its changes meet: when twenty people join at once, one
//! call holds the lease and one pass over the members can deliver all twenty changes. Each author's `VERSION` names the
//! group. Where the holder of the lease was another call, the author's next sync takes that mark away.

use crate::{
    changes::{Delivery, Owed, deliver_newer, deliver_row, to_each},
    error::Error,
    groups::rows::{Group, Member, is_in, leaving, read},
    store::{Key, Store, Update, keys},
    values::{GroupId, UserId},
};

/// A group whose changes may not have reached every member.
#[derive(Debug)]
pub(in crate::groups) struct ChangedGroup<'a> {
    pub(crate) gid: &'a GroupId,
    /// Whoever may have changed it. `None` where they are being erased: no sync of theirs could resume the fan-out.
    pub(crate) author: Option<&'a UserId>,
}

impl Delivery for ChangedGroup<'_> {
    type News = (Group, Vec<Member>);

    fn subject(&self) -> Key {
        keys::group(self.gid)
    }

    fn author(&self) -> Option<&UserId> {
        self.author
    }

    async fn read(&self, store: &Store) -> Result<Option<(Owed, Self::News)>, Error> {
        let Some((group, mut members)) = read::group_and_members(store, self.gid).await? else { return Ok(None) };
        members.retain(|member| member.left_at.is_none());
        Ok(Some((group.owed.clone(), (group, members))))
    }

    /// The members of a dismissed group part from it.
    async fn deliver(&self, store: &Store, (group, members): &Self::News, millis: i64) -> Result<(), Error> {
        if group.deleted_at.is_some() {
            return to_each(members, |member| leaving::part_from(store, group, member, millis)).await;
        }
        to_each(members, |it| deliver_row(store, &it.uid, Some(self.gid), millis, newest_change(&it.uid, group))).await
    }
}

/// Writes the group's newest change to a member's own row, unless the row has it or a later one.
fn newest_change(uid: &UserId, group: &Group) -> Update {
    deliver_newer(Update::of(keys::membership(uid, &group.gid)).when(is_in()), group.owed.changes)
}
