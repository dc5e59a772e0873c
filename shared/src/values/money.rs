//! Coins, and what is paid for them.

use super::Unfit;
use serde::{Deserialize, Serialize};

/// An account of a user's wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Account {
    /// What the user can spend.
    Coins,
    /// What the user has earned. Nothing takes from it.
    Profit,
}

impl Account {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Coins, Self::Profit];

    /// As the key has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coins => "coins",
            Self::Profit => "profit",
        }
    }
}

/// So many coins as one movement of a wallet may move: 1 to [`Amount::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// The largest amount, which is also the most that one row of a balance holds: 10^15.
    pub const MOST: i64 = 1_000_000_000_000_000;

    /// Checks a number of coins.
    ///
    /// # Errors
    /// Zero, or more than [`Amount::MOST`].
    pub fn new(coins: u64) -> Result<Self, Unfit> {
        let coins = i64::try_from(coins).map_err(|_| Unfit::Length)?;
        if (1..=Self::MOST).contains(&coins) { Ok(Self(coins)) } else { Err(Unfit::Length) }
    }

    /// The number of coins.
    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }
}

/// What can be paid for coins, in yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yuan {
    /// 10 yuan.
    Ten,
    /// 50 yuan.
    Fifty,
    /// 100 yuan.
    Hundred,
}

impl Yuan {
    /// Every amount that can be paid.
    pub const ALL: [Self; 3] = [Self::Ten, Self::Fifty, Self::Hundred];

    /// The number of yuan.
    #[must_use]
    pub fn get(self) -> u32 {
        match self {
            Self::Ten => 10,
            Self::Fifty => 50,
            Self::Hundred => 100,
        }
    }
}

impl TryFrom<u64> for Yuan {
    type Error = Unfit;

    fn try_from(yuan: u64) -> Result<Self, Unfit> {
        Self::ALL.into_iter().find(|one| u64::from(one.get()) == yuan).ok_or(Unfit::Form)
    }
}

impl std::str::FromStr for Yuan {
    type Err = Unfit;

    /// Reads exactly `10`, `50` or `100`.
    fn from_str(text: &str) -> Result<Self, Unfit> {
        Self::ALL.into_iter().find(|one| one.get().to_string() == text).ok_or(Unfit::Form)
    }
}

/// What a client calls a movement of its wallet, so that the movement is made once however often it is asked for: 1 to 64
/// of `[A-Za-z0-9._-]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct RequestId(String);

impl RequestId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequestId {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if !(1..=64).contains(&text.len()) {
            return Err(Unfit::Length);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if text.bytes().all(fits) { Ok(Self(text)) } else { Err(Unfit::Form) }
    }
}

/// What somebody writes to a gift: at most 200 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Note(String);

impl Note {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Note {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if text.chars().count() <= 200 { Ok(Self(text)) } else { Err(Unfit::Length) }
    }
}
