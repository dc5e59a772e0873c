//! `USER#<uid>`/`TRACK#PLACE` and `USER#<uid>`/`TRACK#PUSH`: what an app has said of its user last.

use crate::{
    error::Error,
    sessions::Writer,
    store::{
        Sheet, Store, Write, item,
        keys::{self, Table},
    },
    tracks::{KEPT, Track},
    values::UserId,
};
use serde::Serialize;

/// Where the user was.
#[derive(Serialize)]
struct LastPlace {
    /// In hundredths of a degree, as the latitude.
    longitude: i16,
    latitude: i16,
    /// In seconds.
    said_at: i64,
    /// From this second on it is forgotten, whether the row is still there or not.
    expires_at: i64,
}

/// Whether the user's app shows what is pushed to it.
#[derive(Serialize)]
struct PushStatus {
    shows: bool,
    said_at: i64,
    expires_at: i64,
}

/// Puts what was said in the place of what was said before.
pub(super) fn writes(writer: &Writer, track: &Track, now: i64) -> Result<Vec<Write>, Error> {
    let (said_at, expires_at) = (now, now + KEPT);
    let mut writes = Vec::new();
    if let Some(place) = track.place {
        let row = LastPlace { longitude: place.longitude(), latitude: place.latitude(), said_at, expires_at };
        writes.push(Write::put(keys::last_place(writer.uid()), item("last place", &row)?, None));
    }
    if let Some(shows) = track.shows_pushes {
        let row = PushStatus { shows, said_at, expires_at };
        writes.push(Write::put(keys::push_status(writer.uid()), item("push status", &row)?, None));
    }
    Ok(writes)
}

/// Deletes both.
pub(super) async fn erase(store: &Store, uid: &UserId) -> Result<(), Error> {
    store.delete(keys::last_place(uid)).await?;
    store.delete(keys::push_status(uid)).await
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 2] =
    [Sheet::of("place", Table::Social, keys::LAST_PLACE), Sheet::of("push_status", Table::Social, keys::PUSH_STATUS)];
