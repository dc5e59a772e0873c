//! Live rooms: somebody opens one, publishes a stream to it, and closes it again. A person has one room at most.
//!
//! | module | what it holds |
//! |---|---|
//! | this one | opening and closing |
//! | `stream` | the stream of a room: names, keys, hosts, URLs |
//! | `server` | streams of a publishing server of one's own, and of the fake one |
//! | `service` | streams of a service with channels |
//! | [`hooks`] | what the publishing server asks before it lets somebody publish, and says when they stop |
//! | `rows` | the room, whose stream has a title, and that the person is live |
//!
//! That somebody is live is an attribute of their record ([`Profile::playing`](crate::person::Profile::playing)), written
//! in the transaction that writes the room: whoever reads people to show them reads it at no further cost. A stream that has
//! expired is off, whatever is stored.

mod erase;
pub mod hooks;
mod rows;
mod server;
mod service;
mod stream;

pub(crate) use erase::erase_room;
pub(crate) use rows::{EXPORT, on_air};
pub use stream::{Hosts, LIFETIME, Stream};

use crate::{
    app::App,
    config::LiveProvider,
    error::Error,
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying_from},
};
use rows::Room;

/// Opens the caller's room, or gives the one that is open another title and gives it back. Two rounds and those of the
/// provider; one more where a service takes the streams. Of two calls at once one opens, and the other gets the same stream.
///
/// A dialect limits the length of `title`. A stream lasts [`LIFETIME`]; after that a new one is made.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::ProviderFailed`], and nothing has changed; [`Error::Busy`] while another call is at
/// the same room for long.
pub async fn open(app: &App, claim: &Claim, title: Option<&str>) -> Result<Stream, Error> {
    let (actor, room) = read(app, claim).await?;
    let actor = &actor;
    let attempt = async |room: Room| {
        let now = app.clock.millis();
        if let Some(stream) = room.stream_at(now / 1_000) {
            let room_title = title.map(str::to_owned);
            let stream = Stream { room_title, updated_at: now, ..stream.clone() };
            return rows::refresh(&app.store, actor, &room, stream).await;
        }
        match app.config.streaming.provider {
            LiveProvider::Ivs => service::start(app, actor, &room, title).await,
            LiveProvider::Rtmp | LiveProvider::Fake => server::start(app, actor, &room, title).await,
        }
    };
    retrying_from(room, attempt).await
}

/// Closes the caller's room. Two rounds and those of the provider; one more where a service takes the streams. Of two calls at
/// once one succeeds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotLive`] if no room is open; [`Error::ProviderFailed`], and nothing has changed;
/// [`Error::Busy`] while another call is at the same room for long.
pub async fn close(app: &App, claim: &Claim) -> Result<(), Error> {
    let (actor, room) = read(app, claim).await?;
    let actor = &actor;
    let attempt = async |room: Room| {
        room.stream_at(app.clock.seconds()).ok_or(Error::NotLive)?;
        match room.at_service() {
            Some((channel, key)) => service::end(app, actor, &room, channel, key).await,
            None => server::end(app, actor, &room).await,
        }
    };
    retrying_from(room, attempt).await
}

async fn read(app: &App, claim: &Claim) -> Result<(Actor, Room), Error> {
    let own = async |reader: &Reader| rows::read(&app.store, reader).await;
    sessions::verify_with(app, claim, own).await
}

/// What an attempt has come to that may have to be made again on the room as it is by then.
type Outcome<T> = Result<Attempt<T, Room>, Error>;
