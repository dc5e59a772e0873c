//! What a publishing server asks and says. It has no session: it is known by a secret, and who publishes by the key of
//! their stream.
//!
//! Whoever publishes is live already, since they opened the room. When they stop, the room closes after [`GRACE`]: nothing runs in
//! the meantime, the room and the person's record merely say until when they are open, and whoever comes back in time removes
//! that again.

use super::{
    rows::{self, Room},
    server::publish_key,
};
use crate::{
    app::App,
    error::Error,
    store::{Attempt, retrying},
    values::{TokenHash, UserId},
};
use std::fmt;
use subtle::ConstantTimeEq;

/// How long a room stays open after its publisher has stopped, in seconds.
pub const GRACE: i64 = 60;

/// So many connections of a room are remembered. A server that was restarted has not said of all that they have ended.
const CONNECTIONS: usize = 8;

/// So many characters the server's name of a connection has at most; what is longer is cut off.
const CONNECTION: usize = 64;

/// What a server says about somebody who publishes. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Publisher<'a> {
    /// By what the server is known.
    pub secret: &'a str,
    /// The title of the stream.
    pub title: &'a str,
    /// The key that was given with it.
    pub key: &'a str,
    /// What the server calls the connection; empty if it does not say.
    pub connection: &'a str,
}

impl fmt::Debug for Publisher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Publisher(..)")
    }
}

impl Publisher<'_> {
    /// Only the publishing server may ask. Hashes are compared, so that neither text nor length shows in the time.
    fn by_server(&self, app: &App) -> Result<(), Error> {
        let secret = app.config.streaming.hook_secret.as_ref().ok_or(Error::ForeignServer)?;
        let known =
            str::from_utf8(secret.expose()).is_ok_and(|secret| TokenHash::of(secret) == TokenHash::of(self.secret));
        if known { Ok(()) } else { Err(Error::ForeignServer) }
    }

    /// The connections of a room once this one has come; the oldest are forgotten if there are too many.
    fn with(&self, room: &Room) -> Vec<String> {
        let mut connections = self.without(room);
        connections.extend(self.connection());
        let surplus = connections.len().saturating_sub(CONNECTIONS);
        connections.split_off(surplus)
    }

    /// The connections of a room once this one has gone.
    fn without(&self, room: &Room) -> Vec<String> {
        let own = self.connection();
        room.connections.iter().filter(|other| Some(*other) != own.as_ref()).cloned().collect()
    }

    fn connection(&self) -> Option<String> {
        Some(self.connection.chars().take(CONNECTION).collect()).filter(|name: &String| !name.is_empty())
    }

    /// The open room of the stream, if the key is right.
    async fn room(&self, app: &App) -> Result<Option<(UserId, Room)>, Error> {
        let form = self.title.len() == 24 && self.title.bytes().all(|byte| byte.is_ascii_hexdigit());
        let found = if form { rows::hooks::of_title(&app.store, self.title).await? } else { None };
        Ok(found.filter(|(_, room)| {
            let open = room.stream_at(app.clock.seconds());
            let key = open.map(|stream| publish_key(app, &stream.title, stream.expires_at));
            key.is_some_and(|key| key.as_bytes().ct_eq(self.key.as_bytes()).into())
        }))
    }
}

/// Whether somebody may publish; from then on they do. Three rounds.
///
/// # Errors
/// [`Error::ForeignServer`]; [`Error::Busy`].
pub async fn publish(app: &App, publisher: &Publisher<'_>) -> Result<bool, Error> {
    publisher.by_server(app)?;
    retrying(|| async {
        let Some((uid, room)) = publisher.room(app).await? else { return Ok(Attempt::Done(false)) };
        let Some(stream) = &room.stream else { return Ok(Attempt::Done(false)) };
        let live = stream.on_air(stream.expires_at / 1_000);
        rows::hooks::came(&app.store, &uid, &room, &publisher.with(&room), &live).await
    })
    .await
}

/// Somebody has stopped: their room closes in [`GRACE`] seconds, unless they publish again or do it over another connection
/// still. A server says it also of a second publisher whom it has turned away because the first is still there. What is about
/// another session, an earlier connection or a wrong key changes nothing, and neither does saying it twice. Three rounds.
///
/// # Errors
/// [`Error::ForeignServer`]; [`Error::Busy`].
pub async fn publish_done(app: &App, publisher: &Publisher<'_>) -> Result<(), Error> {
    publisher.by_server(app)?;
    retrying(|| async {
        let Some((uid, room)) = publisher.room(app).await? else { return Ok(Attempt::Done(false)) };
        let Some(stream) = &room.stream else { return Ok(Attempt::Done(false)) };
        let left = publisher.without(&room);
        let still_there = !left.is_empty();
        if room.stopped_until.is_some() || (still_there && left == room.connections) {
            return Ok(Attempt::Done(false));
        }
        if still_there {
            return rows::hooks::reconnected(&app.store, &uid, &room, &left).await;
        }
        let until = (app.clock.seconds() + GRACE).min(room.until());
        rows::hooks::gone(&app.store, &uid, &room, until, &stream.on_air(until)).await
    })
    .await
    .map(drop)
}
