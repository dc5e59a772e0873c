//! `USER#<owner>`/`MESSAGE#<ms>#<other>`: what the list of messages of either side says about a request between two.
//!
//! Both sides get a copy of a message. A copy waits until the request is agreed to; what its owner does to it does not
//! touch the other's. The edge of its owner names the one that waits, so that whoever changes the relation knows without
//! reading the list which copies are there to be changed.

use crate::{
    error::Error,
    friends::rows::{Edge, Relation, Side, Status},
    sessions::{Actor, Reader},
    store::{
        Attempt, Condition, Item, Store, Update, Write, item,
        keys::{self, Key, Table},
        number, value,
    },
    values::UserId,
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// How long a message is kept, in milliseconds: 180 days.
pub const KEPT: i64 = 180 * 86_400_000;

/// The owner's copy of a message about a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The other of the two.
    pub other: UserId,
    /// When the request was made, in milliseconds. The copy of the other has the same time.
    pub at: i64,
    /// Whether the owner made it.
    pub own: bool,
    /// Whether it was agreed to.
    #[serde(default)]
    pub agreed: bool,
    /// Whether the owner has made it by the other's number.
    #[serde(default)]
    pub by_number: bool,
    /// Past this second there is no message, whether the row is still there or not.
    expires_at: i64,
}

/// Whether a message of this time is still there.
fn is_kept(at: i64, now: i64) -> bool {
    at.saturating_add(KEPT) > now
}

/// What a copy says of its message.
#[derive(Clone, Copy)]
struct Says {
    own: bool,
    agreed: bool,
    by_number: bool,
}

fn put(side: &Side<'_>, at: i64, Says { own, agreed, by_number }: Says) -> Result<Write, Error> {
    let message = Message { other: side.other.clone(), at, own, agreed, by_number, expires_at: (at + KEPT) / 1_000 };
    Ok(Write::put(keys::message(side.owner, at, side.other), item("message", &message)?, None))
}

/// What a change of a relation does to the lists of messages of both.
pub(super) fn writes(before: &Relation, after: &Relation, now: i64) -> Result<Vec<Write>, Error> {
    let mut writes = of_side(&before.my_side(), &after.my_side(), after.by_number, now)?;
    writes.extend(of_side(&before.their_side(), &after.their_side(), false, now)?);
    if let Some(at) = after.announced {
        let says = |own| Says { own, agreed: true, by_number: false };
        writes.push(put(&after.my_side(), at, says(true))?);
        writes.push(put(&after.their_side(), at, says(false))?);
    }
    Ok(writes)
}

fn of_side(before: &Side<'_>, after: &Side<'_>, by_number: bool, now: i64) -> Result<Vec<Write>, Error> {
    let waiting = |edge: Option<&Edge>| edge.and_then(|edge| edge.message_at).filter(|at| is_kept(*at, now));
    let key = |at| keys::message(before.owner, at, before.other);
    let (old, new) = (waiting(before.edge), waiting(after.edge));
    let own = after.edge.is_some_and(|edge| edge.status == Status::Requested);
    let is_friend = after.edge.is_some_and(|edge| edge.status == Status::Friends);
    Ok(match (old, new) {
        (old, Some(new)) if old != Some(new) => {
            let replaced = old.map(|old| Write::delete(key(old), None));
            replaced.into_iter().chain([put(after, new, Says { own, agreed: false, by_number })?]).collect()
        }
        (Some(old), None) if is_friend => {
            let agreed = Update::of(key(old)).set("agreed", AttributeValue::Bool(true));
            vec![agreed.when(Condition::Present("pk")).into()]
        }
        _ => Vec::new(),
    })
}

/// The newest messages of the reader, at most so many, the newest first. One round.
pub(in crate::friends) async fn newest(
    store: &Store,
    reader: &Reader,
    most: i32,
    now: i64,
) -> Result<Vec<Message>, Error> {
    let partition = keys::partition(reader.uid());
    let items = store.query(Table::Friends, &partition, keys::MESSAGES, true, Some(most)).await?;
    let messages = items.into_iter().map(value::<Message>).collect::<Result<Vec<_>, _>>()?;
    Ok(messages.into_iter().filter(|message| is_kept(message.at, now)).collect())
}

/// The reader's copy of the message of this time about somebody. One round.
pub(in crate::friends) async fn one(
    store: &Store,
    reader: &Reader,
    at: i64,
    other: &UserId,
    now: i64,
) -> Result<Option<Message>, Error> {
    if !is_kept(at, now) || at < 0 {
        return Ok(None);
    }
    store.get_as(keys::message(reader.uid(), at, other)).await
}

/// Throws the actor's copy of a message away. `edge` is theirs to the other, as it was read. Stale: read again.
pub(in crate::friends) async fn delete(
    store: &Store,
    actor: &Actor,
    message: &Message,
    edge: Option<&Edge>,
) -> Result<Attempt<()>, Error> {
    let key = keys::message(actor.uid(), message.at, &message.other);
    let mut writes = vec![Write::delete(key, Some(Condition::Present("pk")))];
    let waits = edge.is_some_and(|edge| edge.message_at == Some(message.at));
    if waits {
        let same = Condition::Equals("message_at", number(message.at));
        writes.push(Update::of(keys::edge(actor.uid(), &message.other)).remove("message_at").when(same).into());
    }
    Ok(store.transact(writes).await?.attempt())
}

/// Where the copies are that others have of the messages among these rows of a user.
pub(super) fn copies_of_others(uid: &UserId, rows: &[Item]) -> Result<Vec<Key>, Error> {
    let mut copies = Vec::new();
    for row in rows {
        if keys::of(Table::Friends, row)?.sk.starts_with(keys::MESSAGES) {
            let message: Message = value(row.clone())?;
            copies.push(keys::message(&message.other, message.at, uid));
        }
    }
    Ok(copies)
}
