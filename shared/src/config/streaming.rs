//! The settings of live streams: who takes and plays them, and where.

use crate::config::{BadConfig, Secret, Stage, Variables};
use serde::{Deserialize, Serialize};

/// Who takes the streams of those who are live, and plays them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LiveProvider {
    /// Amazon IVS: a channel for each person, a key for each session.
    Ivs,
    /// A publishing server of one's own, such as nginx-rtmp or SRS, which asks before it lets anybody publish.
    Rtmp,
    /// The same without a server: `cargo run` and the tests, which can make it fail. Refused at start in prod.
    Fake,
}

/// Where a publishing server is reached. Hosts have a port where it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishingServer {
    /// `RTMP_APP`: the application in the paths of streams; `live` unless set.
    pub app: String,
    /// `RTMP_PUBLISH_HOST`: takes RTMP.
    pub publish_host: String,
    /// `RTMP_PLAY_HOST`: plays RTMP; unset, the one that takes it.
    pub play_host: String,
    /// `HLS_HOST`: plays HLS.
    pub hls_host: String,
    /// `FLV_HOST`: plays FLV over HTTP; unset, the one that plays HLS.
    pub flv_host: String,
}

/// Every setting of live streams. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct Streaming {
    /// `LIVE_PROVIDER`: `ivs`, `rtmp` or `fake`.
    pub provider: LiveProvider,
    /// The publishing server, where there is one.
    pub server: Option<PublishingServer>,
    /// `RTMP_HOOK_SECRET`: by what the publishing server is known when it asks; at least 16 bytes. Unset, nobody is.
    pub hook_secret: Option<Secret>,
}

/// So long is the secret of the publishing server at least, in bytes.
const SHORTEST_SECRET: usize = 16;

impl Streaming {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 7] = [
        "LIVE_PROVIDER",
        "RTMP_APP",
        "RTMP_PUBLISH_HOST",
        "RTMP_PLAY_HOST",
        "HLS_HOST",
        "FLV_HOST",
        "RTMP_HOOK_SECRET",
    ];

    pub(super) fn read(variables: &Variables<'_>, stage: Stage) -> Result<Self, BadConfig> {
        let provider = match variables.required("LIVE_PROVIDER")?.as_deref() {
            Some("ivs") | None => LiveProvider::Ivs,
            Some("rtmp") => LiveProvider::Rtmp,
            Some("fake") if stage == Stage::Prod => {
                return Err(BadConfig { variable: "LIVE_PROVIDER", reason: "is not possible in prod" });
            }
            Some("fake") => LiveProvider::Fake,
            Some(_) => return Err(BadConfig { variable: "LIVE_PROVIDER", reason: "is none of ivs, rtmp, fake" }),
        };
        let hook_secret = variables.get("RTMP_HOOK_SECRET");
        if hook_secret.as_ref().is_some_and(|secret| secret.len() < SHORTEST_SECRET) {
            return Err(BadConfig { variable: "RTMP_HOOK_SECRET", reason: "is shorter than 16 bytes" });
        }
        let app = variables.get("RTMP_APP").unwrap_or_else(|| "live".into());
        let hosts = (variables.get("RTMP_PUBLISH_HOST"), variables.get("HLS_HOST"));
        let others = (variables.get("RTMP_PLAY_HOST"), variables.get("FLV_HOST"));
        let server = match hosts {
            (Some(publish_host), Some(hls_host)) => {
                let play_host = others.0.unwrap_or_else(|| publish_host.clone());
                let flv_host = others.1.unwrap_or_else(|| hls_host.clone());
                Some(PublishingServer { app, publish_host, play_host, hls_host, flv_host })
            }
            _ => None,
        };
        if provider == LiveProvider::Rtmp {
            let needed = |variable| BadConfig { variable, reason: "is not set" };
            server.as_ref().ok_or(needed("RTMP_PUBLISH_HOST, HLS_HOST"))?;
            hook_secret.as_ref().ok_or(needed("RTMP_HOOK_SECRET"))?;
        }
        Ok(Self {
            provider,
            server: server.or((provider == LiveProvider::Fake).then(PublishingServer::local)),
            hook_secret: hook_secret.map(Secret::new),
        })
    }

    /// What `cargo run` and the tests use: a server of this machine, if somebody starts one (`scripts/rtmp.sh`).
    pub(crate) fn local() -> Self {
        Self {
            provider: LiveProvider::Rtmp,
            server: Some(PublishingServer::local()),
            hook_secret: Some(Secret::new("local-hook-secret")),
        }
    }
}

impl PublishingServer {
    fn local() -> Self {
        let (rtmp, http) = ("127.0.0.1:1935".to_owned(), "127.0.0.1:8080".to_owned());
        let (play_host, hls_host, flv_host) = (rtmp.clone(), http.clone(), http);
        Self { app: "live".into(), publish_host: rtmp, play_host, hls_host, flv_host }
    }
}
