//! Who may write to whom: pure rules (`docs/dialects/chat.md#who-may-write-to-whom`).

use super::Receivers;
use crate::{
    error::Error,
    friends::{Relation, Status},
    groups::{Group, Member, Role},
    person::Profile,
    sessions::Reader,
    values::{GroupId, UserId},
    visibility,
};
use serde_json::value::RawValue;

/// So many messages a packet brings at most.
pub const MOST_MESSAGES: usize = 100;

/// What a message is, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 0: of the product itself. Nobody sends one.
    System,
    /// 1: to a person.
    Ordinary,
    /// 2: that somebody wants something of a person.
    Request,
    /// 3: of a topic, to a person or a group.
    Topic,
    /// 4: of a group's creator to all its members.
    Announcement,
    /// 5: of a task, to a person or a group.
    Task,
    /// 6: of a relation, to a person or a group.
    Link,
    /// 7: to a group.
    Group,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::System,
        Self::Ordinary,
        Self::Request,
        Self::Topic,
        Self::Announcement,
        Self::Task,
        Self::Link,
        Self::Group,
    ];

    /// The kind of a number.
    #[must_use]
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Whether it may go to a person.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Ordinary | Self::Request | Self::Topic | Self::Task | Self::Link)
    }

    /// Whether it may go to a group.
    #[must_use]
    pub fn is_for_groups(self) -> bool {
        matches!(self, Self::Topic | Self::Announcement | Self::Task | Self::Link | Self::Group)
    }
}

/// A message as its sender has written it. Each field has its form.
#[derive(Clone)]
pub struct Said {
    /// The conversation; empty: a new one, or the group's.
    pub chat: String,
    /// In whose name.
    pub from: String,
    /// To whom or which group.
    pub to: String,
    /// What it is.
    pub kind: Kind,
    /// The same as it was written.
    pub written_kind: Box<RawValue>,
    /// What it says.
    pub info: Box<RawValue>,
    /// That is a single object.
    pub is_object: bool,
    /// When; empty: now.
    pub at: String,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Said").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Said {
    /// The person who may be meant.
    pub(super) fn person(&self) -> Option<UserId> {
        UserId::try_from(self.to.clone()).ok().filter(|_| self.kind.is_for_people())
    }

    /// The group that may be meant.
    pub(super) fn group(&self) -> Option<GroupId> {
        GroupId::try_from(self.to.clone()).ok().filter(|_| self.kind.is_for_groups())
    }
}

/// Somebody who is written to, and what they are to the sender.
#[derive(Debug)]
pub(crate) struct Receiver {
    pub(crate) profile: Profile,
    pub(crate) relation: Relation,
}

impl Receiver {
    fn statuses(&self) -> [Option<Status>; 2] {
        [&self.relation.mine, &self.relation.theirs].map(|edge| edge.as_ref().map(|edge| edge.status))
    }

    /// Whether they are found where people write to each other, wherever the sender comes from.
    fn is_found(&self) -> bool {
        let dialects = self.profile.dialects.iter();
        dialects.filter(|dialect| dialect.has_conversations()).any(|dialect| self.profile.visible_in(*dialect))
    }

    /// Whether either has the other as a friend.
    fn is_friend(&self) -> bool {
        self.statuses().contains(&Some(Status::Friends))
    }

    /// Whether each has.
    fn is_mutual(&self) -> bool {
        self.statuses() == [Some(Status::Friends); 2]
    }
}

/// To whom a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Person(UserId),
    Group(GroupId),
    /// Accepted, and given to nobody: a block keeps the two apart, which the sender does not hear.
    Nobody(UserId),
}

impl To {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Person(uid) | Self::Nobody(uid) => uid.as_str(),
            Self::Group(gid) => gid.as_str(),
        }
    }
}

/// With whom the sender has to be in a group to write to them: people who are not found here and are no friends.
pub(super) fn needs_fellows(said: &[Said], receivers: &Receivers, reader: &Reader, only_friends: bool) -> Vec<UserId> {
    let ordinary = said.iter().filter(|said| said.kind == Kind::Ordinary && !only_friends);
    let strangers = ordinary.filter_map(Said::person).filter(|uid| uid != reader.uid());
    let mut strangers: Vec<_> =
        strangers.filter(|uid| receivers.people.get(uid).is_some_and(|it| !it.is_friend() && !it.is_found())).collect();
    strangers.sort();
    strangers.dedup();
    strangers
}

/// Where each of the messages goes. `fellows`: who of those that were asked for is in a group with the sender.
///
/// # Errors
/// For the first that may not be sent.
pub(super) fn judge(
    said: &[Said],
    receivers: &Receivers,
    reader: &Reader,
    only_friends: bool,
    fellows: &[UserId],
) -> Result<Vec<To>, Error> {
    let judged = said.iter().map(|said| {
        if !said.from.eq_ignore_ascii_case(reader.uid().as_str()) {
            return Err(Error::NotYourself);
        }
        let group = said.group().and_then(|gid| Some((receivers.groups.get(&gid)?, gid)));
        if let Some(((group, members), gid)) = group {
            return in_group(said, group, members, reader.uid()).map(|()| To::Group(gid));
        }
        match said.person().and_then(|uid| Some((receivers.people.get(&uid)?, uid))) {
            Some((receiver, uid)) => to_person(said, receiver, uid, reader, only_friends, fellows),
            None if said.kind.is_for_people() => Err(Error::NoSuchUser),
            None if said.kind.is_for_groups() => Err(Error::NoSuchGroup),
            None => Err(Error::NotYourself),
        }
    });
    judged.collect()
}

fn to_person(
    said: &Said,
    receiver: &Receiver,
    uid: UserId,
    reader: &Reader,
    only_friends: bool,
    fellows: &[UserId],
) -> Result<To, Error> {
    if !visibility::is_there(&receiver.profile) {
        return Err(Error::NoSuchUser);
    }
    if receiver.relation.is_blocked() {
        return Ok(To::Nobody(uid));
    }
    if said.kind == Kind::Ordinary && uid != *reader.uid() {
        if only_friends && !receiver.is_mutual() {
            return Err(Error::NotFriends);
        }
        let is_known = receiver.is_friend() || receiver.is_found() || fellows.contains(&uid);
        if !is_known {
            return Err(Error::NoSuchUser);
        }
    }
    Ok(To::Person(uid))
}

fn in_group(said: &Said, group: &Group, members: &[Member], uid: &UserId) -> Result<(), Error> {
    if group.deleted_at.is_some() {
        return Err(Error::NoSuchGroup);
    }
    let own = members.iter().find(|member| member.uid == *uid && member.left_at.is_none()).ok_or(Error::NotAMember)?;
    match said.kind {
        Kind::Announcement if own.role != Role::Creator => Err(Error::NotGroupCreator),
        _ if group.is_mute && !own.role.manages() => Err(Error::NotGroupManager),
        _ => Ok(()),
    }
}
