//! What an app says about itself.

use serde::{Deserialize, Serialize};

/// What an app says about itself with a request. Nothing of it is checked, and nothing is allowed because of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientApp {
    /// Which app it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its version, such as `iOS/1.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The store or channel that it was installed from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// So many characters of each are kept.
const KEPT: usize = 64;

impl ClientApp {
    /// Takes what an app says. What is empty is not said, and what is too long is cut off.
    #[must_use]
    pub fn new(code: Option<&str>, version: Option<&str>, channel: Option<&str>) -> Self {
        let kept = |said: Option<&str>| {
            let said: String = said?.trim().chars().take(KEPT).collect();
            Some(said).filter(|said| !said.is_empty())
        };
        Self { code: kept(code), version: kept(version), channel: kept(channel) }
    }
}
