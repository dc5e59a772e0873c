//! Live rooms (`docs/dialects/live.md#open-room`, `docs/dialects/live.md#close-room`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, refused},
    wire::{Answer, PlayUrlItem, done},
};
use kit::{
    Sample::Str,
    Selector, Signed,
    field::{Nothing, Text},
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    error::Why,
    rooms::{self, Hosts, Stream},
    time::rfc3339_china,
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/room", "OpenRoom")
            .about("Opens the room of the caller")
            .chosen_by(Selector::Field("live", "1"))
            .example(&[("title", Str("hi"))])
            .refusing(not_live)
            .checked(Opening::checked, open),
        post("/room", "CloseRoom")
            .about("Closes the room of the caller")
            .chosen_by(Selector::Field("leave", "1"))
            .refusing(not_live)
            .signed(close),
    ])
}

/// So many characters a title has at most.
const TITLE: usize = 64;

#[derive(Deserialize, JsonSchema)]
struct Opening {
    #[schemars(length(max = 64))]
    title: Option<Text>,
}

impl Opening {
    fn checked(self) -> Result<Option<String>, Error> {
        let title = self.title.map(|Text(title)| title);
        let fits = title.as_ref().is_none_or(|title| title.chars().count() <= TITLE);
        if fits { Ok(title) } else { Err(Error::Invalid { field: "title".into(), why: Why::TooLong }) }
    }
}

/// Whatever is wrong but the session has one code here.
fn not_live(error: &Error) -> Option<Refusal> {
    (!matches!(error, Error::SignedOut)).then(|| refused("0009"))
}

#[derive(Serialize, JsonSchema)]
struct Opened {
    result: &'static str,
    /// The stream as JSON in a text.
    message: String,
    stream: StreamItem,
}

/// A stream in the shape that clients of Pili know.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StreamItem {
    id: String,
    hub: String,
    title: String,
    publish_key: String,
    publish_security: &'static str,
    nonce: u8,
    disabled: bool,
    disabled_till: u8,
    nrop_enable: Option<bool>,
    created_at: String,
    updated_at: String,
    expire_at: String,
    hosts: HostsItem,
    publish_url: String,
    play_url: PlayUrlItem,
}

#[derive(Serialize, JsonSchema)]
struct HostsItem {
    publish: PublishHosts,
    live: LiveHosts,
    play: PlayHosts,
    playback: PlaybackHosts,
}

#[derive(Serialize, JsonSchema)]
struct PublishHosts {
    rtmp: String,
}

#[derive(Serialize, JsonSchema)]
struct LiveHosts {
    rtmp: String,
    hls: String,
    http: String,
    hdl: String,
    snapshot: String,
}

#[derive(Serialize, JsonSchema)]
struct PlayHosts {
    rtmp: String,
    http: String,
}

#[derive(Serialize, JsonSchema)]
struct PlaybackHosts {
    hls: String,
    http: String,
}

impl From<Hosts> for HostsItem {
    fn from(Hosts { publish, rtmp, http, flv }: Hosts) -> Self {
        Self {
            publish: PublishHosts { rtmp: publish },
            live: LiveHosts {
                rtmp: rtmp.clone(),
                hls: http.clone(),
                http: http.clone(),
                hdl: flv,
                snapshot: http.clone(),
            },
            play: PlayHosts { rtmp, http: http.clone() },
            playback: PlaybackHosts { hls: http.clone(), http },
        }
    }
}

impl From<Stream> for StreamItem {
    fn from(stream: Stream) -> Self {
        Self {
            created_at: rfc3339_china(stream.created_at, false),
            updated_at: rfc3339_china(stream.updated_at, false),
            expire_at: rfc3339_china(stream.expires_at, true),
            id: stream.id,
            hub: stream.hub,
            title: stream.title,
            publish_key: stream.publish_key,
            publish_security: "static",
            nonce: 0,
            disabled: false,
            disabled_till: 0,
            nrop_enable: None,
            hosts: stream.hosts.into(),
            publish_url: stream.publish_url,
            play_url: stream.play.into(),
        }
    }
}

async fn open(app: App, signed: Signed, title: Option<String>) -> Result<Opened, Error> {
    let stream = StreamItem::from(rooms::open(&app, &signed.claim, title.as_deref()).await?);
    let message = serde_json::to_string(&stream).map_err(Error::internal)?;
    Ok(Opened { result: "0000", message, stream })
}

async fn close(app: App, signed: Signed, _: Nothing) -> Result<Answer<()>, Error> {
    rooms::close(&app, &signed.claim).await?;
    Ok(done())
}
