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
    /// Live.
    Live,
    /// m_user.
    #[serde(rename = "m_user")]
    MUser,
    /// Chat.
    Chat,
}

impl Dialect {
    /// Whether people have friends there, to whom a new nickname or portrait is fanned out.
    #[must_use]
    pub fn has_friends(self) -> bool {
        match self {
            Self::LightUp | Self::MUser => false,
            Self::SealTalk | Self::Live | Self::Chat => true,
        }
    }

    /// Whether a person has to have a nickname to be seen there.
    #[must_use]
    pub fn needs_nickname(self) -> bool {
        match self {
            Self::LightUp | Self::SealTalk | Self::MUser => true,
            Self::Live | Self::Chat => false,
        }
    }

    /// Whether a nickname is one person's there. Then the claimed one is shown, and who has claimed none has no profile there
    /// (`docs/dialects/lightup.md#nicknames`). Elsewhere people may have the same one.
    #[must_use]
    pub fn has_unique_nicknames(self) -> bool {
        match self {
            Self::LightUp => true,
            Self::SealTalk | Self::Live | Self::MUser | Self::Chat => false,
        }
    }

    /// Whether groups that are made there are found by parts of their names.
    #[must_use]
    pub fn finds_groups(self) -> bool {
        match self {
            Self::LightUp | Self::SealTalk | Self::Live | Self::MUser => false,
            Self::Chat => true,
        }
    }

    /// Whether a user has one session there, whose token is part of their profile. Elsewhere they have any number of
    /// sessions, a row each.
    #[must_use]
    pub fn has_one_session(self) -> bool {
        match self {
            Self::LightUp => true,
            Self::SealTalk | Self::Live | Self::MUser | Self::Chat => false,
        }
    }

    /// As stored and logged.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LightUp => "lightup",
            Self::SealTalk => "sealtalk",
            Self::Live => "live",
            Self::MUser => "m_user",
            Self::Chat => "chat",
        }
    }
}
