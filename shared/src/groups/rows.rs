//! Groups: `GROUP#<gid>`/`META` and `MEMBER#<uid>`, and each member's own `USER#<uid>`/`GROUP#<gid>`
//! (`docs/dialects/sealtalk.md#groups`).
//!
//! | module | what it holds |
//! |---|---|
//! | this one | the rows |
//! | `read` | reading them |
//! | `joining`, `leaving` | who is in: member, count and the user's own row always in one transaction |
//! | `settings` | what a group says of itself and its members of themselves |
//! | `fanout` | the fan-out of a change to every member |
//! | `notices` | invitations that wait for the invitee |
//! | `wishes` | those that wait for a manager |
//! | `asked` | by which rows an erasure finds both |
//! | `erase` | what an erased user leaves |
//!
//! A change of `META` is marked in the same write and fanned out to the members' own rows (`changes.rs`).

mod asked;
pub(super) mod erase;
pub(super) mod fanout;
pub(super) mod joining;
pub(super) mod leaving;
pub(super) mod notices;
pub(super) mod read;
pub(super) mod settings;
pub(super) mod wishes;

use crate::{
    changes::{Owed, Version, mark},
    error::Error,
    friends::Block,
    grams,
    groups::rows::notices::Notice,
    person::{Look, Profile},
    store::{
        Condition, Found, Sheet, Update, Write,
        keys::{self, Key, Table},
        number, text,
    },
    values::{GroupId, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// What somebody is in a group (`docs/dialects/sealtalk.md#roles`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Role {
    /// Made it, or got it from who did. Exactly one.
    Creator,
    /// Anybody else.
    Member,
    /// Helps the creator.
    Manager,
}

impl Role {
    /// 0, 1 or 2.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Creator => 0,
            Self::Member => 1,
            Self::Manager => 2,
        }
    }

    /// Whether it takes decisions for the group.
    #[must_use]
    pub fn manages(self) -> bool {
        self != Self::Member
    }
}

impl From<Role> for u8 {
    fn from(role: Role) -> Self {
        role.code()
    }
}

impl TryFrom<u8> for Role {
    type Error = Error;

    fn try_from(code: u8) -> Result<Self, Error> {
        let role = [Self::Creator, Self::Member, Self::Manager].into_iter().find(|role| role.code() == code);
        role.ok_or_else(|| Error::internal("no role has this code"))
    }
}

/// What a group has to say (`docs/dialects/sealtalk.md#bulletins`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bulletin {
    /// Another for every new one.
    pub id: String,
    /// The text. Never empty.
    pub content: String,
    /// When it was written, in milliseconds.
    pub at: i64,
}

/// The path of a stored picture begins so.
const STORED: &str = "media/";

/// `GROUP#<gid>`/`META`. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    /// The id.
    pub gid: GroupId,
    /// As it was written.
    pub name: String,
    /// A URL, or the path of a stored picture, or empty.
    #[serde(default)]
    pub portrait: String,
    /// What it says about itself, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether it is found by parts of its name. Never changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) searched: bool,
    /// Whose group it is. `None` where it has ended and they have been erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<UserId>,
    /// How many `MEMBER#` rows have not left.
    pub member_count: i64,
    /// Whether only the creator and managers may talk.
    #[serde(default)]
    pub is_mute: bool,
    /// Whether a manager has to agree to whom a plain member adds.
    #[serde(default)]
    pub certification: bool,
    /// Whether members are kept from seeing more of each other than the group shows.
    #[serde(default)]
    pub protection: bool,
    /// What it has to say at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulletin: Option<Bulletin>,
    /// When it was made.
    pub created_at: i64,
    /// When anything of it, or of who is in it, was changed.
    pub updated_at: i64,
    /// When it was dismissed: from then on it is nobody's, whatever rows are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// How many of its wishes wait.
    #[serde(default)]
    pub(crate) open_wishes: i64,
    /// When somebody took its wishes off their list last.
    #[serde(default)]
    pub(crate) wishes_cleared_at: i64,
    /// The fan-out of its changes, which are those that concern all members.
    #[serde(flatten)]
    pub owed: Owed,
}

impl Group {
    /// Whether somebody is its creator.
    pub(super) fn is_of(&self, uid: &UserId) -> bool {
        self.creator.as_ref() == Some(uid)
    }

    /// Where its portrait is; empty: it has none. `base` is the URL in front of the paths of stored pictures.
    #[must_use]
    pub fn portrait_url(&self, base: &str) -> String {
        match self.portrait.strip_prefix(STORED) {
            Some(_) => format!("{base}/{}", self.portrait),
            None => self.portrait.clone(),
        }
    }

    /// The name that searches find it by, if they do.
    fn searched_name(&self) -> Option<&str> {
        Some(self.name.as_str()).filter(|_| self.searched)
    }
}

/// A change of a group's `META` by which it gets another name, or ends where there is none, with the parts that searches go by. Refused
/// where it is called something else by now.
fn renamed(update: Update, group: &Group, after: Option<&str>) -> Vec<Write> {
    let update = update.when(Condition::Equals("name", text(&group.name)));
    let after = after.filter(|_| group.searched);
    let grams = grams::changed(grams::Kind::Groups, group.gid.as_str(), group.searched_name(), after);
    [update.into()].into_iter().chain(grams).collect()
}

/// What a group knows of a member (`docs/dialects/sealtalk.md#members-own-data`). Free texts, empty unless set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberInfo {
    /// A calling code.
    pub region: String,
    /// A phone number, as somebody wrote it; proves nothing.
    pub phone: String,
    /// A contact.
    pub wechat: String,
    /// A contact.
    pub alipay: String,
    /// Descriptions.
    pub descriptions: Vec<String>,
}

/// `GROUP#<gid>`/`MEMBER#<uid>`: somebody who is in a group, or was. Times are milliseconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    /// The group.
    pub gid: GroupId,
    /// Who.
    pub uid: UserId,
    /// What they are in it.
    pub role: Role,
    /// Their name in it, which they or a manager have given; may be empty.
    #[serde(default)]
    pub display_name: String,
    /// Since when they are in it.
    pub joined_at: i64,
    /// When they came first: from then on a client of theirs may know the others.
    #[serde(default)]
    pub known_since: i64,
    /// When anything in this row was changed.
    pub changed_at: i64,
    /// When they left, were kicked, or the group was dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<i64>,
    /// What the group knows of them.
    #[serde(default)]
    pub info: MemberInfo,
    /// How they look.
    #[serde(flatten)]
    pub look: Look,
}

/// `USER#<uid>`/`GROUP#<gid>`: a group as its member syncs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The group.
    pub gid: GroupId,
    /// The user's version of the newest change that was delivered to them.
    pub version: i64,
    /// When the user left, was kicked, or the fan-out of the group's end reached them, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<i64>,
    /// When the user made it a favourite, in milliseconds. Goes with the membership.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favourite_at: Option<i64>,
}

/// Somebody with regard to a group, as read for a write.
#[derive(Debug)]
pub(super) struct Person {
    pub(crate) uid: UserId,
    pub(crate) profile: Option<Profile>,
    /// Present while they are in it.
    pub(crate) member: Option<Member>,
    pub(crate) version: Version,
    /// The wish to let them in, also an answered one, where wishes were read.
    pub(crate) wish: Option<Notice>,
    /// When they entered it last, in milliseconds, whether they are still in it or not.
    pub(crate) entered_at: Option<i64>,
    /// When they entered it first.
    pub(crate) known_since: Option<i64>,
    /// Whether they block whoever wants to add them. The block that deleting a friend leaves is none here
    /// (`docs/dialects/sealtalk.md#deleting-friends`). A block moves their version, so an entry that was judged before it
    /// is refused.
    pub(crate) blocks_adder: bool,
}

impl Person {
    /// How many groups they are in.
    pub(crate) fn groups(&self) -> i64 {
        self.version.groups
    }
}

/// A group and the people whom a write is about, in the order asked for.
#[derive(Debug)]
pub(crate) struct Scene {
    /// `None` also for one that has been dismissed.
    pub(crate) group: Option<Group>,
    pub(crate) people: Vec<Person>,
}

/// So many members a group may have, and so many groups anybody may be in
/// (`docs/dialects/sealtalk.md#limits-of-groups`).
pub const MOST: i64 = 500;

/// So many managers a group may have beside its creator (`docs/dialects/sealtalk.md#limits-of-groups`).
pub(super) const MOST_MANAGERS: usize = 20;

/// So many people's rows are written side by side.
const WIDTH: usize = 50;

/// That somebody is in the group.
pub(super) fn is_in() -> Condition {
    Condition::Present("pk").and(Condition::Absent("left_at"))
}

/// That they are not, whether they ever were or not.
pub(super) fn is_out() -> Condition {
    Condition::Any(vec![Condition::Absent("pk"), Condition::Present("left_at")])
}

/// A change of a group that is there and not dismissed, with the mark of its fan-out.
pub(super) fn changed(gid: &GroupId, millis: i64) -> Update {
    mark(Update::of(keys::group(gid)), millis)
        .set("updated_at", number(millis))
        .when(Condition::Present("pk").and(Condition::Absent("deleted_at")))
}

/// A change of somebody who is in a group.
fn member_changed(gid: &GroupId, uid: &UserId, millis: i64) -> Update {
    Update::of(keys::member(gid, uid)).set("changed_at", number(millis)).when(is_in())
}

/// That somebody is still what they were when their right to act was judged.
pub(super) fn still(member: &Member) -> Condition {
    is_in().and(Condition::Equals("role", number(i64::from(member.role.code()))))
}

fn flag(on: bool) -> AttributeValue {
    AttributeValue::Bool(on)
}

/// The keys of what is to be known of somebody, beside their row in a group, before these people add them to it.
fn keys_of(uid: &UserId, adders: &[UserId]) -> Vec<Key> {
    let blocks = adders.iter().filter(|adder| *adder != uid).map(|adder| keys::block(uid, adder));
    blocks.chain([keys::profile(uid), keys::version(uid)]).collect()
}

/// Whether a block keeps its owner out of a group; the one that deleting a friend leaves does not.
fn keeps_out(block: &Block) -> bool {
    block.active && !block.hidden
}

pub(super) fn person(
    found: &mut Found,
    adders: &[UserId],
    gid: Option<&GroupId>,
    uid: &UserId,
) -> Result<Person, Error> {
    let member = gid.map(|gid| found.take_as::<Member>(&keys::member(gid, uid))).transpose()?.flatten();
    let mut blocks_adder = false;
    for adder in adders {
        blocks_adder |= found.take_as::<Block>(&keys::block(uid, adder))?.as_ref().is_some_and(keeps_out);
    }
    Ok(Person {
        uid: uid.clone(),
        profile: found.take_as(&keys::profile(uid))?,
        entered_at: member.as_ref().map(|member| member.joined_at),
        known_since: member.as_ref().map(|member| member.known_since),
        member: member.filter(|member| member.left_at.is_none()),
        version: Version::take(found, uid)?,
        wish: gid.map(|gid| found.take_as(&keys::wish(gid, uid))).transpose()?.flatten(),
        blocks_adder,
    })
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 3] = [
    Sheet::of("groups", Table::Groups, keys::MEMBERSHIPS).without(&["version", "delivered"]),
    Sheet::of("group_profiles", Table::Groups, keys::MEMBERSHIPS)
        .instead(keys::member_of_own)
        .without(&["version", "look_version"]),
    Sheet::of("group_invitations", Table::Groups, keys::NOTICES),
];
