//! Keys of the table `groups`: groups and who is in them.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{GroupId, UserId},
};

fn groups(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Groups, pk, sk: sk.into() }
}

/// The partition of a group.
#[must_use]
pub fn group_partition(gid: &GroupId) -> String {
    format!("GROUP#{gid}")
}

/// The group of a partition; `None`: it is none's.
pub(crate) fn group_of(partition: &str) -> Option<GroupId> {
    GroupId::try_from(partition.strip_prefix("GROUP#")?.to_owned()).ok()
}

/// A group.
#[must_use]
pub fn group(gid: &GroupId) -> Key {
    groups(group_partition(gid), "META")
}

/// Somebody in a group.
#[must_use]
pub fn member(gid: &GroupId, uid: &UserId) -> Key {
    groups(group_partition(gid), format!("{MEMBERS}{uid}"))
}

/// Every member of a group starts so.
pub const MEMBERS: &str = "MEMBER#";

/// A group of a user.
#[must_use]
pub fn membership(uid: &UserId, gid: &GroupId) -> Key {
    groups(partition(uid), format!("{MEMBERSHIPS}{gid}"))
}

/// Every group of a user starts so.
pub const MEMBERSHIPS: &str = "GROUP#";

/// Every row of a group that says what it is and who is in it starts so; its wishes do not.
pub const GROUP_ROWS: &str = "ME";

/// The wish to let somebody into a group.
#[must_use]
pub fn wish(gid: &GroupId, invitee: &UserId) -> Key {
    groups(group_partition(gid), format!("{WISHES}{invitee}"))
}

/// Every wish of a group starts so.
pub const WISHES: &str = "WISH#";

/// That somebody judges the wishes of a group.
#[must_use]
pub fn judge(uid: &UserId, gid: &GroupId) -> Key {
    groups(partition(uid), format!("{JUDGES}{gid}"))
}

/// Every group whose wishes a user judges starts so.
pub const JUDGES: &str = "JUDGES#";

/// An invitation of somebody into a group, for `uid` to answer.
#[must_use]
pub fn notice(uid: &UserId, gid: &GroupId, invitee: &UserId) -> Key {
    groups(partition(uid), format!("{NOTICES}{gid}#{invitee}"))
}

/// Every invitation for a user to answer starts so.
pub const NOTICES: &str = "NOTICE#";

/// Who has sent somebody the invitation into a group that they have.
#[must_use]
pub fn invited(gid: &GroupId, invitee: &UserId) -> Key {
    groups(group_partition(gid), format!("{INVITED}{invitee}"))
}

/// Every such row of a group starts so.
pub const INVITED: &str = "INVITED#";

/// That wishes or invitations into a group name a user.
#[must_use]
pub fn asks(uid: &UserId, gid: &GroupId) -> Key {
    groups(partition(uid), format!("{ASKS}{gid}"))
}

/// Every group in which wishes or invitations name a user starts so.
pub const ASKS: &str = "ASKS#";

/// What a group has of somebody who is in it, by their own row of it.
pub(crate) fn member_of_own(own: &Key) -> Option<Key> {
    let uid = super::owner(own)?;
    Some(member(&super::about(own, MEMBERSHIPS)?, &uid))
}
