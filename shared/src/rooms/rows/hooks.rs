//! What the publishing server reads and writes of a room.

use super::{Owner, PERSON, ROOM, Room, of_user};
use crate::{
    error::Error,
    person,
    store::{self, Attempt, Store, Transacted, Update, Write, Written, keys, number},
    values::{OnAir, UserId},
};

/// The room whose stream has this title, and whose it is. Two rounds.
pub(in crate::rooms) async fn of_title(store: &Store, title: &str) -> Result<Option<(UserId, Room)>, Error> {
    let Some(Owner { uid }) = store.get_as(keys::stream(title)).await? else { return Ok(None) };
    let room = of_user(store, &uid).await?;
    let its_own = room.stream.as_ref().is_some_and(|stream| stream.title == title);
    Ok(its_own.then_some((uid, room)))
}

/// The update of the connections of a room that is as it was read.
fn connected(uid: &UserId, room: &Room, connections: &[String]) -> Result<Update, Error> {
    let update = Update::of(keys::room(uid)).when(room.same_publisher()?);
    Ok(match connections {
        [] => update.remove("connections"),
        some => update.set("connections", store::nested(&some)?),
    })
}

/// The connections are others now, and that is all.
pub(in crate::rooms) async fn reconnected(
    store: &Store,
    uid: &UserId,
    room: &Room,
    connections: &[String],
) -> Result<Attempt<bool>, Error> {
    let update = connected(uid, room, connections)?;
    Ok(match store.update(update).await? {
        Written::Done(_) => Attempt::Done(true),
        Written::Refused(_) => Attempt::Stale(()),
    })
}

/// The publisher has come, over one of these connections. `live` is what everybody is shown, where they had been told that the room is
/// about to close. `false`: the person is being erased.
pub(in crate::rooms) async fn came(
    store: &Store,
    uid: &UserId,
    room: &Room,
    connections: &[String],
    live: &OnAir,
) -> Result<Attempt<bool>, Error> {
    if room.stopped_until.is_none() {
        return reconnected(store, uid, room, connections).await;
    }
    change(store, uid, connected(uid, room, connections)?.remove("stopped_until"), live).await
}

/// The publisher has gone: the room closes at this second, unless they come back. `false`: the person is being erased.
pub(in crate::rooms) async fn gone(
    store: &Store,
    uid: &UserId,
    room: &Room,
    until: i64,
    live: &OnAir,
) -> Result<Attempt<bool>, Error> {
    change(store, uid, connected(uid, room, &[])?.set("stopped_until", number(until)), live).await
}

/// Changes the room and what everybody is shown of it.
async fn change(store: &Store, uid: &UserId, room: Update, live: &OnAir) -> Result<Attempt<bool>, Error> {
    let person = person::on_air(uid, live)?.when(person::not_erasing());
    let writes = vec![Write::from(person).named(PERSON), Write::from(room).named(ROOM)];
    Ok(match store.transact(writes).await? {
        Transacted::Done => Attempt::Done(true),
        Transacted::Refused { part: PERSON, .. } => Attempt::Done(false),
        Transacted::Refused { .. } => Attempt::Stale(()),
    })
}
