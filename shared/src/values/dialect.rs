//! The wire contracts, as far as the domain tells them apart.

use serde::{Deserialize, Serialize};

/// A wire contract. A person appears in one only after signing in there once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Light Up.
    LightUp,
    /// SealTalk.
    SealTalk,
}

impl Dialect {
    /// Whether people have friends there, who hear of a new nickname or portrait.
    #[must_use]
    pub fn has_friends(self) -> bool {
        match self {
            Self::LightUp => false,
            Self::SealTalk => true,
        }
    }

    /// As stored and logged.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LightUp => "lightup",
            Self::SealTalk => "sealtalk",
        }
    }
}
