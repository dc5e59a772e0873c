//! Where a live stream is played from.

use serde::{Deserialize, Serialize};

/// The URLs that play a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayUrls {
    /// The stream as its provider gives it: RTMP from a publishing server, HLS from a service that plays nothing else.
    pub origin: String,
    /// HLS, where the first is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hls: Option<String>,
}

/// That somebody is live, until when, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAir {
    /// From this second since 1970 on they are not any more, whatever is stored.
    pub until: i64,
    /// Where to watch.
    pub play: PlayUrls,
}
