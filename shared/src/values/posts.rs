//! What posts are, and what they cost.

use super::{Amount, Kind, Unfit};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// What somebody has published (`docs/dialects/m_user.md#posts`). All files of a post are of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostType {
    /// Words alone.
    Text,
    /// A video.
    Video,
    /// A recording.
    Audio,
    /// One to nine pictures.
    Picture,
}

impl PostType {
    /// What the files of a post of this type are; `None`: it has none.
    #[must_use]
    pub fn file(self) -> Option<Kind> {
        match self {
            Self::Text => None,
            Self::Video => Some(Kind::Video),
            Self::Audio => Some(Kind::Audio),
            Self::Picture => Some(Kind::Picture),
        }
    }

    /// How many files a post of this type has.
    #[must_use]
    pub fn files(self) -> RangeInclusive<usize> {
        match self {
            Self::Text => 0..=0,
            Self::Video | Self::Audio => 1..=1,
            Self::Picture => 1..=9,
        }
    }

    /// Whether it is something to look at, as a homepage shows it.
    #[must_use]
    pub fn is_seen(self) -> bool {
        matches!(self, Self::Video | Self::Picture)
    }
}

/// What it costs to see the files of a post, in coins: 0 to 1,000,000. 0: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Price(u32);

impl Price {
    /// The highest price.
    pub const MOST: u32 = 1_000_000;

    /// The number of coins.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The coins to be paid; `None` where nothing is.
    #[must_use]
    pub fn amount(self) -> Option<Amount> {
        Amount::new(u64::from(self.0)).ok()
    }
}

impl TryFrom<u32> for Price {
    type Error = Unfit;

    fn try_from(coins: u32) -> Result<Self, Unfit> {
        if coins <= Self::MOST { Ok(Self(coins)) } else { Err(Unfit::Form) }
    }
}
