//! Edges and blocks: what two people are to each other, a row of each kind for either side.
//!
//! A row holds a copy of how the other looks ([`Look`]), for sync; everything else about people is read from their
//! profiles.

pub(super) mod erase;
pub(super) mod messages;
pub(super) mod notes;
pub(super) mod read;
pub(super) mod shown;

use crate::{
    changes::{Version, advance},
    error::Error,
    friends::rows::read::{Found, Sides},
    person::{self, Look},
    sessions::Actor,
    store::{
        self, Attempt, Condition, Keeps, Sheet, Store, Transacted, Update, Write, item,
        keys::{self, Table},
        number,
    },
    values::UserId,
};
use serde::{Deserialize, Serialize};

/// What somebody is to the owner of an edge, with the numbers that clients get
/// (`docs/dialects/sealtalk.md#numbers-in-answers`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Status {
    /// The owner has asked them.
    Requested = 10,
    /// They have asked the owner.
    Asked = 11,
    /// A friend.
    Friends = 20,
    /// They have asked the owner, who does not care.
    Ignored = 21,
    /// The owner has ended the friendship.
    Deleted = 30,
    /// A friend whom the owner has blocked.
    Blocked = 31,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Requested, Self::Asked, Self::Friends, Self::Ignored, Self::Deleted, Self::Blocked];

    /// Its number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl TryFrom<u8> for Status {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        let status = Self::ALL.into_iter().find(|status| status.code() == number);
        status.ok_or_else(|| Error::internal("a status that is none"))
    }
}

/// `USER#<owner>`/`FRIEND#<other>`: a directed edge, what the owner has to do with somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The one at its end.
    pub other: UserId,
    /// What they are to the owner.
    pub status: Status,
    /// The owner's name for them; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    /// The message of the request; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// When the relation last changed, in milliseconds.
    pub updated_at: i64,
    /// The owner's version of the newest change.
    pub version: i64,
    /// Of when the message is that waits in the owner's list about a request between the two, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_at: Option<i64>,
    /// How the other looks.
    #[serde(flatten)]
    pub look: Look,
}

/// `USER#<owner>`/`BLOCK#<other>`. The row of a block that was lifted stays, so that a sync shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Who is blocked.
    pub other: UserId,
    /// Whether the block holds.
    pub active: bool,
    /// Made by deleting a friend: it is not listed, and adding them again lifts it
    /// (`docs/dialects/sealtalk.md#deleting-friends`).
    #[serde(default)]
    pub hidden: bool,
    /// When it last changed, in milliseconds.
    pub updated_at: i64,
    /// The owner's version of the newest change.
    pub version: i64,
    /// How the other looks.
    #[serde(flatten)]
    pub look: Look,
}

/// The two sides of a relation as one of them sees it. A side whose rows were not read is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Whose side is `mine`.
    pub me: UserId,
    /// The other one.
    pub other: UserId,
    /// My edge to the other.
    pub mine: Option<Edge>,
    /// The other's edge to me.
    pub theirs: Option<Edge>,
    /// My block of the other.
    pub my_block: Option<Block>,
    /// The other's block of me.
    pub their_block: Option<Block>,
    /// Of when the messages are that both get because they are friends at once, if they do.
    pub announced: Option<i64>,
    /// Whether I have asked the other by their number, and so know it.
    pub by_number: bool,
}

impl Relation {
    /// Two people who have nothing to do with each other.
    #[must_use]
    pub fn none(me: UserId, other: UserId) -> Self {
        let (mine, theirs, my_block, their_block) = (None, None, None, None);
        Self { me, other, mine, theirs, my_block, their_block, announced: None, by_number: false }
    }

    /// The same as the other one sees it.
    #[must_use]
    pub fn reversed(self) -> Self {
        let Self { me, other, mine, theirs, my_block, their_block, announced, by_number } = self;
        let (mine, theirs, my_block, their_block) = (theirs, mine, their_block, my_block);
        Self { me: other, other: me, mine, theirs, my_block, their_block, announced, by_number }
    }

    /// Whether each has the other as a friend. Neither blocks the other then.
    pub(super) fn is_mutual(&self) -> bool {
        let is_friend = |edge: &Edge| edge.status == Status::Friends;
        self.mine.as_ref().is_some_and(is_friend) && self.theirs.as_ref().is_some_and(is_friend)
    }

    /// Two who are friends again are shown how the other looks by now: while they were none, neither was told
    /// (`docs/dialects/sealtalk.md#fan-out`). `other` and `me` are their looks.
    fn shown_anew(mut self, before: &Self, other: &Look, me: &Look) -> Self {
        if self.is_mutual() && !before.is_mutual() {
            for (edge, look) in [(&mut self.mine, other), (&mut self.theirs, me)] {
                if let Some(edge) = edge {
                    edge.look = look.clone();
                }
            }
        }
        self
    }

    fn my_side(&self) -> Side<'_> {
        Side { owner: &self.me, other: &self.other, edge: self.mine.as_ref(), block: self.my_block.as_ref() }
    }

    fn their_side(&self) -> Side<'_> {
        Side { owner: &self.other, other: &self.me, edge: self.theirs.as_ref(), block: self.their_block.as_ref() }
    }
}

/// The rows of one side.
struct Side<'a> {
    owner: &'a UserId,
    other: &'a UserId,
    edge: Option<&'a Edge>,
    block: Option<&'a Block>,
}

/// That a row is as it was read: each write gives it another version.
fn as_read(version: Option<i64>) -> Condition {
    Condition::as_read("version", version.map(number))
}

/// The same of an edge, which loses the time of its message without a new version.
fn edge_as_read(edge: Option<&Edge>) -> Condition {
    let message_at = edge.and_then(|edge| edge.message_at).map(number);
    as_read(edge.map(|edge| edge.version)).and(Condition::as_read("message_at", message_at))
}

/// The writes that make one side what it is to be: what changes gets the versions from `next` on, what does not is
/// checked to be as it was read. `look` is how the other looks, where that was read; else the rows know it.
fn side_writes(before: &Side<'_>, after: &Side<'_>, look: Option<&Look>, next: &mut i64) -> Result<Vec<Write>, Error> {
    let known = [before.edge.map(|edge| &edge.look), before.block.map(|block| &block.look)];
    let known = known.into_iter().flatten().max_by_key(|look| look.version);
    let look = || look.or(known).cloned().unwrap_or_default();
    let mut take = || {
        *next += 1;
        *next - 1
    };
    let (edge, read) = (keys::edge(before.owner, before.other), edge_as_read(before.edge));
    let edge = match after.edge {
        Some(row) if before.edge != after.edge => {
            Write::put(edge, item("edge", &Edge { version: take(), look: look(), ..row.clone() })?, Some(read))
        }
        _ => Write::check(edge, read),
    };
    let (block, read) = (keys::block(before.owner, before.other), as_read(before.block.map(|block| block.version)));
    let block = match after.block {
        Some(row) if before.block != after.block => {
            Write::put(block, item("block", &Block { version: take(), look: look(), ..row.clone() })?, Some(read))
        }
        _ => Write::check(block, read),
    };
    Ok(vec![edge, block])
}

/// The same with the owner's version, if a sync of the owner has something to show.
fn versioned(
    before: &Side<'_>,
    after: &Side<'_>,
    look: Option<&Look>,
    latest: &Version,
    millis: i64,
) -> Result<Vec<Write>, Error> {
    let first = latest.next(millis);
    let mut next = first;
    let mut writes = side_writes(before, after, look, &mut next)?;
    if next > first {
        let gained = shown::gained(before.edge, after.edge);
        writes.push(counting(advance(before.owner, latest, next - 1), gained).into());
    }
    Ok(writes)
}

/// Counts how many friends more its owner has.
fn counting(version: Update, gained: i64) -> Update {
    if gained == 0 { version } else { version.add("friends", number(gained)) }
}

/// Where somebody's first block leaves its trace: in the partition of who is blocked, for when they look different, and
/// for the day they are erased.
fn trace(before: &Relation, after: &Relation) -> Option<Write> {
    let first = before.my_block.is_none() && after.my_block.is_some();
    let key = keys::blocked_by(&before.other, &before.me);
    let row = store::Item::from([("type".into(), store::text("blocked by"))]);
    first.then_some(Write::put(key, row, None))
}

/// The writes that make a relation what it is to be, with the versions of those whose sync shows it. Every row that was
/// read has to be as it was read; nobody may be in the middle of being erased.
fn relation_writes(actor: &Actor, found: &Found, after: &Relation, millis: i64) -> Result<Vec<Write>, Error> {
    let (before, me) = (&found.relation, actor.profile());
    let (mine, look) = (Look::of(me), found.person.as_ref().map(Look::of));
    let after = &match &look {
        Some(look) if found.sides == Sides::Both => after.clone().shown_anew(before, look, &mine),
        _ => after.clone(),
    };
    let mut writes = versioned(&before.my_side(), &after.my_side(), look.as_ref(), &found.my_version, millis)?;
    // Who is gone has no side any more: their erasure has what is left of it.
    if found.sides == Sides::Both && found.person.is_some() {
        let theirs = &found.their_version;
        writes.extend(versioned(&before.their_side(), &after.their_side(), Some(&mine), theirs, millis)?);
    }
    writes.extend(trace(before, after));
    writes.extend(messages::writes(before, after, millis)?);
    writes.push(Write::check(keys::profile(&me.uid), person::same_look(me)));
    if let Some(person) = found.person.as_ref().filter(|_| found.sides != Sides::Known) {
        let person = person::same_look(person).and(Condition::as_read("privacy_friends", found.privacy.clone()));
        writes.push(Write::check(keys::profile(&before.other), person));
    }
    Ok(writes)
}

/// Makes a relation what it is to be, in one transaction ([`relation_writes`]) with `more`. Refused: read again, unless it
/// is by that.
pub(super) async fn change_relation(
    store: &Store,
    actor: &Actor,
    found: &Found,
    after: &Relation,
    more: Option<Write>,
    millis: i64,
) -> Result<Transacted, Error> {
    let mut writes = relation_writes(actor, found, after, millis)?;
    writes.extend(more);
    store.transact(writes).await
}

/// Makes several of one's own sides what they are to be, at most [`MOST_AT_ONCE`] of them. Stale: read again.
pub(super) async fn change_own(
    store: &Store,
    actor: &Actor,
    changes: &[(Relation, Relation)],
    latest: &Version,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let mut next = latest.next(millis);
    let (mut writes, mut gained) = (Vec::new(), 0);
    for (before, after) in changes {
        gained += shown::gained(before.mine.as_ref(), after.mine.as_ref());
        writes.extend(side_writes(&before.my_side(), &after.my_side(), None, &mut next)?);
        writes.extend(trace(before, after));
    }
    writes.push(counting(advance(actor.uid(), latest, next - 1), gained).into());
    writes.push(person::still_there(actor.uid()));
    Ok(store.transact(writes).await?.attempt())
}

/// Two rows a friend and the trace of a block, the actor's version and their profile fit into one transaction of 100
/// parts.
pub(super) const MOST_AT_ONCE: usize = 32;

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 4] = [
    Sheet::of("friends", Table::Friends, keys::EDGES).without(&["version", "look_version", "message_at"]),
    Sheet::of("friend_notes", Table::Friends, keys::NOTES).keyed("about"),
    Sheet::of("blocks", Table::Friends, keys::BLOCKS).without(&["version", "look_version"]),
    Sheet::of("friend_requests", Table::Friends, keys::MESSAGES)
        .about("other", Keeps::MadeBlock)
        .without(&["by_number"]),
];
