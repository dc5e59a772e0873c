//! What people say of themselves.

use crate::error::Error;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A nickname: 1 to 30 characters, none of them a control character, not blank (contract 3.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Nickname(String);

impl Nickname {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two nicknames are compared by: compatibility forms and case make no difference.
    #[must_use]
    pub fn folded(&self) -> String {
        let folded: String = self.0.nfkc().collect::<String>().to_lowercase().nfkc().collect();
        // Compatibility forms of some characters start with a space.
        folded.trim().to_owned()
    }
}

impl TryFrom<String> for Nickname {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let length = text.chars().count();
        if (1..=30).contains(&length) && !text.chars().any(char::is_control) && !text.trim().is_empty() {
            Ok(Self(text))
        } else {
            Err(Error::invalid("nickname", "not 1 to 30 characters"))
        }
    }
}

/// A person's sex as Light Up knows it (contract 1.4). Immutable once set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// `male`
    Male,
    /// `female`
    Female,
}

impl Sex {
    /// `male` or `female`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// Whom a person would like to meet (contract 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoveSex {
    /// `male`
    Male,
    /// `female`
    Female,
    /// `both`
    Both,
}

impl LoveSex {
    /// `male`, `female` or `both`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Both => "both",
        }
    }

    /// The sexes that it takes in.
    #[must_use]
    pub fn sexes(self) -> &'static [Sex] {
        match self {
            Self::Male => &[Sex::Male],
            Self::Female => &[Sex::Female],
            Self::Both => &[Sex::Male, Sex::Female],
        }
    }
}

/// A person's gender as the dialects other than Light Up show it (SealTalk 2.26). It decides nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// `male`
    #[default]
    Male,
    /// `female`
    Female,
}

impl Gender {
    /// `male` or `female`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

/// Who may find and add a person (SealTalk 2.27). All on unless switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// Others find the person by phone number.
    pub phone: bool,
    /// Others find the person by SealTalk number.
    pub st_account: bool,
    /// Requests of friendship wait for approval.
    pub friends: bool,
    /// Others may put the person into groups; else the person is asked.
    pub groups: bool,
    /// The person takes pokes (SealTalk 2.29).
    pub pokes: bool,
}

impl Default for Privacy {
    fn default() -> Self {
        Self { phone: true, st_account: true, friends: true, groups: true, pokes: true }
    }
}
