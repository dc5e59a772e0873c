//! The stream of a room.

use crate::values::{OnAir, PlayUrls};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a stream lasts from its making, in seconds: 16 days.
pub const LIFETIME: i64 = 16 * 86_400;

/// A stream, with everything that its publisher has to know. `Debug` shows nothing that lets anybody publish.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// What the stream is called everywhere: no secret, and the same for all sessions of a channel.
    pub id: String,
    /// The application that takes it, which is the first part of its path.
    pub hub: String,
    /// The second part of its path. Where a service takes the stream this is the key that lets its holder publish.
    pub title: String,
    /// What the publishing server asks for, 16 hex digits. A service does not look at it.
    pub publish_key: String,
    /// What the publisher calls the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_title: Option<String>,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// When the room was last opened with it, in milliseconds.
    pub updated_at: i64,
    /// From then on it is over, in milliseconds: [`LIFETIME`] after it was made.
    pub expires_at: i64,
    /// Where it is published and played.
    pub hosts: Hosts,
    /// What an encoder is given.
    pub publish_url: String,
    /// What a player is given.
    pub play: PlayUrls,
}

/// The hosts of a stream, each with a port where it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosts {
    /// Takes RTMP.
    pub publish: String,
    /// Plays RTMP, where that can be played.
    pub rtmp: String,
    /// Plays HLS; pictures and recordings are there as well.
    pub http: String,
    /// Plays FLV over HTTP.
    pub flv: String,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, created_at, updated_at, expires_at, .. } = self;
        let mut shown = f.debug_struct("Stream");
        shown.field("id", id).field("created_at", created_at).field("updated_at", updated_at);
        shown.field("expires_at", expires_at).finish_non_exhaustive()
    }
}

impl Stream {
    /// What everybody is shown of it until this second.
    pub(super) fn on_air(&self, until: i64) -> OnAir {
        OnAir { until, play: self.play.clone() }
    }
}
