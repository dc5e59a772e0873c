//! Streams of a publishing server of one's own, which asks [`hooks`](super::hooks) before it lets anybody publish, and of the
//! fake one.
//!
//! Nobody is called to make or end a stream: its title is random, and its key is computed from the title.

use super::{
    LIFETIME, Outcome,
    rows::{self, Room},
    stream::{Hosts, Stream},
};
use crate::{app::App, config::PublishingServer, error::Error, limits::keyed_hash, sessions::Actor, values::PlayUrls};

/// The first part of the ids of streams: where the server is.
const ZONE: &str = "z1";

/// So many hex digits the key of a stream has.
const KEY: usize = 16;

/// The key of a stream, made of its title and the time of its end in milliseconds.
pub(super) fn publish_key(app: &App, title: &str, expires_at: i64) -> String {
    let mut key = keyed_hash(&app.config.hash_key, "stream", &format!("{title}\0{expires_at}"));
    key.truncate(KEY);
    key
}

fn stream(app: &App, server: &PublishingServer, room_title: Option<&str>) -> Stream {
    let PublishingServer { app: hub, publish_host, play_host, hls_host, flv_host } = server.clone();
    let (title, created_at) = (app.random.hex::<12>(), app.clock.millis());
    let expires_at = created_at + LIFETIME * 1_000;
    let publish_key = publish_key(app, &title, expires_at);
    Stream {
        id: format!("{ZONE}.{hub}.{title}"),
        publish_url: format!("rtmp://{publish_host}/{hub}/{title}?key={publish_key}"),
        play: PlayUrls {
            origin: format!("rtmp://{play_host}/{hub}/{title}"),
            hls: Some(format!("http://{hls_host}/{hub}/{title}.m3u8")),
        },
        hosts: Hosts { publish: publish_host, rtmp: play_host, http: hls_host, flv: flv_host },
        room_title: room_title.map(str::to_owned),
        hub,
        title,
        publish_key,
        created_at,
        updated_at: created_at,
        expires_at,
    }
}

fn works(app: &App) -> Result<(), Error> {
    if app.streams.fails() { Err(Error::ProviderFailed) } else { Ok(()) }
}

/// Opens a room with a new stream, if it is as it was read.
pub(super) async fn start(app: &App, actor: &Actor, room: &Room, title: Option<&str>) -> Outcome<Stream> {
    works(app)?;
    let server = app.config.streaming.server.as_ref().ok_or(Error::ProviderFailed)?;
    let stream = stream(app, server, title);
    let next = room.with_session(app.random.hex::<8>(), stream.clone(), None);
    rows::start(&app.store, actor, room, &next, None).await.map(|outcome| outcome.map(|()| stream))
}

/// Closes a room, if it is as it was read. The server lets nobody publish from then on.
pub(super) async fn end(app: &App, actor: &Actor, room: &Room) -> Outcome<()> {
    works(app)?;
    rows::end(&app.store, actor, room, None).await
}
