//! The wire contracts, as far as the domain distinguishes them.

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
    /// Whether people have friends there, to whom a new nickname or portrait is fanned out.
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
