//! `USER#<uid>`/`ROOM`, and the person's record, which says that they are live. Both are written in one transaction.

pub(super) mod hooks;

use super::{Outcome, stream::Stream};
use crate::{
    error::Error,
    person,
    sessions::{Actor, AnyReader, Reader},
    store::{
        self, Attempt, Condition, Item, Part, Sheet, Store, Transacted, Update, Write, item,
        keys::{self, Key, Table},
        number, text,
    },
    streams::{self, Channel},
    values::UserId,
};
use serde::{Deserialize, Serialize};

/// The check or the write of the person's record.
const PERSON: Part = Part::named("person");

/// The write of the room.
const ROOM: Part = Part::named("room");

/// A room. One that is closed is a row only where its channel is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Room {
    /// Names the session, for conditions: random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<String>,
    /// The stream of the session, with all that its publisher is given again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<Stream>,
    /// What the service calls the key of the session, where a service takes the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The publisher has stopped: in seconds, when that closes the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stopped_until: Option<i64>,
    /// What the publishing server calls the connections over which somebody publishes or tries to, which it has allowed and which
    /// have not ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) connections: Vec<String>,
    /// The person's channel at the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<Channel>,
    /// Names the call that is at the service for this room.
    #[serde(skip_serializing_if = "Option::is_none")]
    turn: Option<String>,
    /// Until when at the latest, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    turn_until: Option<i64>,
}

impl Room {
    /// From this second on the room is closed.
    pub(super) fn until(&self) -> i64 {
        let expires = self.stream.as_ref().map_or(0, |stream| stream.expires_at / 1_000);
        self.stopped_until.map_or(expires, |stopped| stopped.min(expires))
    }

    /// The stream, if the room is open at this second.
    pub(super) fn stream_at(&self, now: i64) -> Option<&Stream> {
        self.stream.as_ref().filter(|_| now < self.until())
    }

    /// Channel and key of the session, where a service takes the stream.
    pub(super) fn at_service(&self) -> Option<(&Channel, &str)> {
        self.channel.as_ref().zip(self.key.as_deref())
    }

    /// The same room with a new session.
    pub(super) fn with_session(
        &self,
        session: String,
        stream: Stream,
        service: Option<(&Channel, &streams::Key)>,
    ) -> Self {
        let channel = service.map_or_else(|| self.channel.clone(), |(channel, _)| Some(channel.clone()));
        let key = service.map(|(_, key)| key.arn.clone());
        Self { session: Some(session), stream: Some(stream), key, channel, ..Self::default() }
    }

    /// The row by which the publishing server finds the room. There is none where a service takes the stream: there the title
    /// is a secret.
    fn by_title(&self) -> Option<Key> {
        self.stream.as_ref().filter(|_| self.key.is_none()).map(|stream| keys::stream(&stream.title))
    }

    /// That the room has the session that it was read with.
    fn same_session(&self) -> Condition {
        Condition::as_read("session", self.session.clone().map(text))
    }

    /// That the publisher has not come or gone since the room was read.
    fn same_publisher(&self) -> Result<Condition, Error> {
        let connections = Some(&self.connections).filter(|connections| !connections.is_empty());
        Ok(self
            .same_session()
            .and(Condition::as_read("stopped_until", self.stopped_until.map(number)))
            .and(Condition::as_read("connections", connections.map(store::nested).transpose()?)))
    }
}

/// `STREAM#<title>`/`OWNER`.
#[derive(Serialize, Deserialize)]
struct Owner {
    uid: UserId,
}

/// The reader's own room; an empty one where there is none.
pub(super) async fn read(store: &Store, reader: &Reader) -> Result<Room, Error> {
    of_user(store, reader.uid()).await
}

/// Somebody's room, for the publishing server and the erasure.
pub(super) async fn of_user(store: &Store, uid: &UserId) -> Result<Room, Error> {
    Ok(store.get_as(keys::room(uid)).await?.unwrap_or_default())
}

/// What somebody's room is called that is open at this second; `Some(None)`: it is, and has no title. One round.
pub(crate) async fn on_air(
    store: &Store,
    _: &AnyReader,
    uid: &UserId,
    now: i64,
) -> Result<Option<Option<String>>, Error> {
    Ok(of_user(store, uid).await?.stream_at(now).map(|stream| stream.room_title.clone()))
}

/// What a refused transaction means: the session is over, or the room is another by now.
fn refused<T>(part: Part, item: Item) -> Outcome<T> {
    match part {
        PERSON => Err(Error::SignedOut),
        ROOM if item.is_empty() => Ok(Attempt::Stale(Room::default())),
        ROOM => store::value(item).map(Attempt::Stale),
        _ => Err(Error::internal("two streams of one title")),
    }
}

async fn transact(store: &Store, writes: Vec<Write>) -> Outcome<()> {
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(())),
        Transacted::Refused { part, item, .. } => refused(part, item),
    }
}

/// That the actor is signed in, as a part of a transaction that leaves the record as it is.
fn still_signed_in(actor: &Actor) -> Write {
    Write::check(keys::profile(actor.uid()), actor.still_signed_in()).named(PERSON)
}

/// Nobody else may be at the service for this room, and it has to be as it was read.
pub(super) async fn take_turn(
    store: &Store,
    actor: &Actor,
    room: &Room,
    turn: &str,
    now: i64,
    until: i64,
) -> Outcome<()> {
    let free = Condition::Any(vec![Condition::Absent("turn_until"), Condition::Below("turn_until", number(now))]);
    let channel = room.channel.as_ref().map(store::nested).transpose()?;
    let taken = Update::of(keys::room(actor.uid()))
        .set("type", text("room"))
        .set("turn", text(turn))
        .set("turn_until", number(until))
        .when(room.same_session())
        .when(Condition::as_read("channel", channel))
        .when(free);
    transact(store, vec![still_signed_in(actor), Write::from(taken).named(ROOM)]).await
}

/// Ends a turn without a change. Another's stays.
pub(super) async fn give_turn_back(store: &Store, actor: &Actor, turn: &str) -> Result<(), Error> {
    let given_back = Update::of(keys::room(actor.uid())).remove("turn").remove("turn_until");
    store.update(given_back.when(Condition::Equals("turn", text(turn)))).await.map(drop)
}

/// That the room may be written: its turn is the caller's, or, where none is needed, its session is as it was read.
fn mine(room: &Room, turn: Option<&str>) -> Condition {
    turn.map_or_else(|| room.same_session(), |turn| Condition::Equals("turn", text(turn)))
}

/// Begins the session of `next` in place of that of `room`, and shows the person live.
pub(super) async fn start(store: &Store, actor: &Actor, room: &Room, next: &Room, turn: Option<&str>) -> Outcome<()> {
    let uid = actor.uid();
    let live = next.stream.as_ref().map(|stream| stream.on_air(next.until()));
    let live = live.ok_or_else(|| Error::internal("a session without a stream"))?;
    let mut writes = vec![
        Write::from(person::on_air(uid, &live)?.when(actor.still_signed_in())).named(PERSON),
        Write::put(keys::room(uid), item("room", next)?, Some(mine(room, turn))).named(ROOM),
    ];
    if let Some(key) = next.by_title() {
        let owner = item("stream owner", &Owner { uid: uid.clone() })?;
        writes.push(Write::put(key, owner, Some(Condition::Absent("pk"))));
    }
    writes.extend(room.by_title().map(|key| Write::delete(key, None)));
    transact(store, writes).await
}

/// Gives the open room this stream, which is its own with another title. Whoever has stopped publishing may go on.
pub(super) async fn refresh(store: &Store, actor: &Actor, room: &Room, stream: Stream) -> Outcome<Stream> {
    let uid = actor.uid();
    let person = match room.stopped_until {
        None => still_signed_in(actor),
        Some(_) => {
            let live = stream.on_air(stream.expires_at / 1_000);
            Write::from(person::on_air(uid, &live)?.when(actor.still_signed_in())).named(PERSON)
        }
    };
    let refreshed = Update::of(keys::room(uid)).set("stream", store::nested(&stream)?).remove("stopped_until");
    let refreshed = Write::from(refreshed.when(room.same_publisher()?)).named(ROOM);
    Ok(transact(store, vec![person, refreshed]).await?.map(|()| stream))
}

/// Ends the session of a room, and shows the person live no longer. A channel is kept.
pub(super) async fn end(store: &Store, actor: &Actor, room: &Room, turn: Option<&str>) -> Outcome<()> {
    let uid = actor.uid();
    let mine = mine(room, turn);
    let closed = match &room.channel {
        None => Write::delete(keys::room(uid), Some(mine)),
        Some(channel) => {
            let kept = Room { channel: Some(channel.clone()), ..Room::default() };
            Write::put(keys::room(uid), item("room", &kept)?, Some(mine))
        }
    };
    let mut writes =
        vec![Write::from(person::off_air(uid).when(actor.still_signed_in())).named(PERSON), closed.named(ROOM)];
    writes.extend(room.by_title().map(|key| Write::delete(key, None)));
    transact(store, writes).await
}

/// Deletes the row by which the publishing server finds a room.
pub(super) async fn forget_title(store: &Store, room: &Room) -> Result<(), Error> {
    match room.by_title() {
        Some(key) => store.delete(key).await,
        None => Ok(()),
    }
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("live_room", Table::Users, keys::ROOM).without(&[
    "session",
    "key",
    "connections",
    "channel",
    "turn",
    "turn_until",
    "stream.publish_key",
    "stream.publish_url",
])];
