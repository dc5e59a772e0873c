//! What the publishing server reads and writes of a room.

use super::{Owner, PERSON, ROOM, Room, of_user};
use crate::{
    error::Error,
    person,
    store::{Attempt, Store, Transacted, Update, Write, Written, keys, number, text},
    values::{OnAir, UserId},
};

/// The room whose stream has this title, and whose it is. Two rounds.
pub(in crate::rooms) async fn of_title(store: &Store, title: &str) -> Result<Option<(UserId, Room)>, Error> {
    let Some(Owner { uid }) = store.get_as(keys::stream(title)).await? else { return Ok(None) };
    let room = of_user(store, &uid).await?;
    let its_own = room.stream.as_ref().is_some_and(|stream| stream.title == title);
    Ok(its_own.then_some((uid, room)))
}

/// The publisher has come over this connection. `live` is what everybody is shown, where they had been told that the room is
/// about to close. `false`: the person is being erased.
pub(in crate::rooms) async fn came(
    store: &Store,
    uid: &UserId,
    room: &Room,
    connection: &str,
    live: &OnAir,
) -> Result<Attempt<bool>, Error> {
    let came = Update::of(keys::room(uid)).when(room.same_publisher());
    let came = if connection.is_empty() { came.remove("connection") } else { came.set("connection", text(connection)) };
    if room.stopped_until.is_none() {
        return Ok(match store.update(came).await? {
            Written::Done(_) => Attempt::Done(true),
            Written::Refused(_) => Attempt::Stale(()),
        });
    }
    change(store, uid, came.remove("stopped_until"), live).await
}

/// The publisher has gone: the room closes at this second, unless they come back. `false`: the person is being erased.
pub(in crate::rooms) async fn gone(
    store: &Store,
    uid: &UserId,
    room: &Room,
    until: i64,
    live: &OnAir,
) -> Result<Attempt<bool>, Error> {
    let gone = Update::of(keys::room(uid)).set("stopped_until", number(until)).remove("connection");
    change(store, uid, gone.when(room.same_publisher()), live).await
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
