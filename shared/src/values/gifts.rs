//! What can be given to somebody.

use super::Unfit;
use std::str::FromStr;

/// A gift that is bought with coins when it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GiftCode {
    /// A lolly.
    Lolly,
    /// A rose.
    Rose,
    /// A mmd.
    Mmd,
    /// A cuke.
    Cuke,
    /// A bear.
    Bear,
    /// A blue lover.
    BlueLover,
    /// A bag.
    LvBag,
    /// A diamond.
    Diamond,
    /// A sports car.
    Ferrari,
    /// A villa.
    Villa,
}

impl GiftCode {
    /// All of them, in the order of the list of prices.
    pub const ALL: [Self; 10] = [
        Self::Lolly,
        Self::Rose,
        Self::Mmd,
        Self::Cuke,
        Self::Bear,
        Self::BlueLover,
        Self::LvBag,
        Self::Diamond,
        Self::Ferrari,
        Self::Villa,
    ];

    /// As clients, the setting of prices and the table call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lolly => "lolly",
            Self::Rose => "rose",
            Self::Mmd => "mmd",
            Self::Cuke => "cuke",
            Self::Bear => "bear",
            Self::BlueLover => "blue_lover",
            Self::LvBag => "lv_bag",
            Self::Diamond => "diamond",
            Self::Ferrari => "ferrari",
            Self::Villa => "villa",
        }
    }
}

impl FromStr for GiftCode {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        Self::ALL.into_iter().find(|code| code.as_str() == text).ok_or(Unfit::Form)
    }
}
