//! Streams of a service with channels (`streams::Channels`). A person keeps one channel; each session has a key of its own.
//!
//! A service allows few keys in a channel, and stopping concerns the whole channel, whoever publishes to it by then. So only one
//! call at a time touches a person's channel: it takes a *turn*, which is written into the room before the service is called and
//! is a condition of the transaction after that. A call that dies keeps the turn until it is over ([`TURN`]).

use super::{
    LIFETIME, Outcome,
    rows::{self, Room},
    stream::{Hosts, Stream},
};
use crate::{
    app::App,
    error::Error,
    sessions::Actor,
    store::Attempt,
    streams::{Channel, Channels, Failed, Key},
    values::PlayUrls,
};

/// How long a turn lasts, in seconds: longer than a request may take.
const TURN: i64 = 30;

/// The application that takes streams.
const HUB: &str = "app";

/// What the service has given for a session.
struct Made {
    channel: Channel,
    key: Key,
    /// There was no channel before.
    new: bool,
}

fn stream(app: &App, channel: &Channel, key: &Key, room_title: Option<&str>) -> Stream {
    let channel_id = channel.arn.rsplit('/').next().unwrap_or_default();
    let address = channel.playback.split_once("://").map_or(&*channel.playback, |(_, address)| address);
    let host = address.split('/').next().unwrap_or_default().to_owned();
    let created_at = app.clock.millis();
    Stream {
        id: format!("ivs.{HUB}.{channel_id}"),
        hub: HUB.to_owned(),
        title: key.value.clone(),
        // Clients add one to the path. The service goes by the title.
        publish_key: app.random.hex::<8>(),
        room_title: room_title.map(str::to_owned),
        created_at,
        updated_at: created_at,
        expires_at: created_at + LIFETIME * 1_000,
        hosts: Hosts { publish: channel.ingest.clone(), rtmp: host.clone(), http: host.clone(), flv: host },
        publish_url: format!("rtmps://{}:443/{HUB}/{}", channel.ingest, key.value),
        play: PlayUrls { origin: channel.playback.clone(), hls: None },
    }
}

fn channels(app: &App) -> Result<&dyn Channels, Error> {
    app.streams.channels().ok_or_else(|| {
        tracing::error!("this function has no streaming service");
        Error::ProviderFailed
    })
}

/// Takes a turn and opens a room with a new stream, if it is as it was read.
pub(super) async fn start(app: &App, actor: &Actor, room: &Room, title: Option<&str>) -> Outcome<Stream> {
    let channels = channels(app)?;
    let turn = app.random.hex::<8>();
    let now = app.clock.seconds();
    if let Attempt::Stale(now) = rows::take_turn(&app.store, actor, room, &turn, now, now + TURN).await? {
        return Ok(Attempt::Stale(now));
    }
    let Ok(made) = make(channels, room).await else { return give_up(app, actor, &turn).await };
    let stream = stream(app, &made.channel, &made.key, title);
    let next = room.with_session(turn.clone(), stream.clone(), Some((&made.channel, &made.key)));
    let started = rows::start(&app.store, actor, room, &next, Some(&turn)).await;
    // After any other error nobody knows whether the room is open. If it is not, the next opening takes the key back.
    if matches!(started, Ok(Attempt::Stale(_)) | Err(Error::SignedOut)) {
        undo(channels, &made).await;
    }
    started.map(|outcome| outcome.map(|()| stream))
}

async fn make(channels: &dyn Channels, room: &Room) -> Result<Made, Failed> {
    if let Some((channel, key)) = room.at_service() {
        // Its session has expired: whoever still publishes stops.
        channels.stop(&channel.arn, key).await?;
    }
    if let Some(channel) = &room.channel
        && let Some(key) = channels.renew_key(&channel.arn).await?
    {
        return Ok(Made { channel: channel.clone(), key, new: false });
    }
    let (channel, key) = channels.make().await?;
    Ok(Made { channel, key, new: true })
}

/// Takes back what was made for a session that does not begin. Whatever stays is replaced by the next session.
async fn undo(channels: &dyn Channels, made: &Made) {
    let undone = match made.new {
        true => channels.remove(&made.channel.arn).await,
        false => channels.drop_key(&made.key.arn).await,
    };
    if undone.is_err() {
        tracing::warn!(channel = made.channel.arn, "a stream key that nobody has stays");
    }
}

/// Takes a turn, ends the stream at the service and closes the room, if it is as it was read.
pub(super) async fn end(app: &App, actor: &Actor, room: &Room, channel: &Channel, key: &str) -> Outcome<()> {
    let channels = channels(app)?;
    let turn = app.random.hex::<8>();
    let now = app.clock.seconds();
    if let Attempt::Stale(now) = rows::take_turn(&app.store, actor, room, &turn, now, now + TURN).await? {
        return Ok(Attempt::Stale(now));
    }
    if channels.stop(&channel.arn, key).await.is_err() {
        return give_up(app, actor, &turn).await;
    }
    rows::end(&app.store, actor, room, Some(&turn)).await
}

/// Gives the turn back, and the failure.
async fn give_up<T>(app: &App, actor: &Actor, turn: &str) -> Outcome<T> {
    if let Err(error) = rows::give_turn_back(&app.store, actor, turn).await {
        tracing::warn!(%error, "a turn at a room lasts until it is over");
    }
    Err(Error::ProviderFailed)
}
