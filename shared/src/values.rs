//! The values that come from outside, each checked once, where it is made. Nothing here does I/O.

use crate::{error::Error, random::Random, time::Clock};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A new id: 4 bytes of time and 8 random bytes as 24 lower-case hex digits (contract 1.6).
fn new_object_id(clock: &Clock, random: &Random) -> String {
    format!("{:08x}{}", clock.seconds().clamp(0, i64::from(u32::MAX)), random.hex::<8>())
}

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// A new one that nobody can guess.
            #[must_use]
            pub fn new(clock: &Clock, random: &Random) -> Self {
                Self(new_object_id(clock, random))
            }

            /// The 24 lower-case hex digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                if is_object_id(&text) {
                    Ok(Self(text.to_ascii_lowercase()))
                } else {
                    Err(Error::invalid($field, "not 24 hex digits"))
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

object_id! {
    /// A user's id: 24 hex digits, compared in lower case (contract 1.4).
    UserId, "user_id"
}
object_id! {
    /// A question's id: 24 hex digits.
    QuestionId, "question_id"
}
object_id! {
    /// The id of an upload that waits to be confirmed: 24 hex digits.
    UploadId, "file_id"
}

/// A phone number in E.164 form: `+`, then the country calling code and the national number.
///
/// `Debug` shows nothing of it: numbers never reach a log.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct E164(String);

impl E164 {
    /// Joins a calling code and a national number.
    ///
    /// # Errors
    /// Other characters than ASCII digits, a code of other than 1 to 4 of them, a number of other than 5 to 15.
    pub fn new(region: &str, national: &str) -> Result<Self, Error> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=4).contains(&region.len()) || !digits(region) {
            return Err(Error::invalid("region", "not a country calling code"));
        }
        if !(5..=15).contains(&national.len()) || !digits(national) {
            return Err(Error::invalid("phone_number", "not a phone number"));
        }
        Ok(Self(format!("+{region}{national}")))
    }

    /// A Light Up number: 11 digits in China, whatever they are (contract 1.4).
    ///
    /// # Errors
    /// Anything but 11 ASCII digits.
    pub fn lightup(digits: &str) -> Result<Self, Error> {
        if digits.len() == 11 { Self::new("86", digits) } else { Err(Error::invalid("phone_number", "not 11 digits")) }
    }

    /// With `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As Light Up shows it: without `+86`, or all digits of a number from elsewhere.
    #[must_use]
    pub fn national(&self) -> &str {
        self.0.strip_prefix("+86").unwrap_or(&self.0[1..])
    }

    /// Whether the number is of this calling code.
    #[must_use]
    pub fn is_of(&self, region: &str) -> bool {
        self.0[1..].starts_with(region)
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(..)")
    }
}

/// A password as somebody typed it. `Debug` shows nothing of it. Field limits are the dialect's.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes a password of `range` characters.
    ///
    /// # Errors
    /// A length outside of the range.
    pub fn new(text: String, range: std::ops::RangeInclusive<usize>) -> Result<Self, Error> {
        if range.contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(Error::invalid("password", "too short or too long"))
        }
    }

    /// The password itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A new session token as its owner gets to see it, once. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// 32 lower-case hex digits, 128 random bits.
    #[must_use]
    pub fn new(random: &Random) -> Self {
        Self(random.hex::<16>())
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The SHA-256 of a token: all that is stored of one. Compared in constant time.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

impl TokenHash {
    /// Hashes a token of any length.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(hex::encode(Sha256::digest(token)))
    }

    /// 64 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

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
        self.0.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect()
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

/// The name a client gives to a file: 1 to 254 bytes without `..`, control characters or backslash (contract 4.5). The
/// two characters that XML cannot hold count as control characters: S3's listings are XML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct SaveKey(String);

impl SaveKey {
    /// As it stands at the end of an object's key: without its leading slash, and without segments of a single dot,
    /// which clients take out of the URLs they are given.
    #[must_use]
    pub fn relative(&self) -> String {
        let path = self.0.strip_prefix('/').unwrap_or(&self.0);
        path.split('/').filter(|segment| *segment != ".").collect::<Vec<_>>().join("/")
    }
}

impl TryFrom<String> for SaveKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let wild = |char: char| char.is_control() || matches!(char, '\\' | '\u{fffe}' | '\u{ffff}');
        let tame = !text.contains("..") && !text.contains(wild);
        let key = Self(text);
        if (1..=254).contains(&key.0.len()) && !key.relative().is_empty() && tame {
            Ok(key)
        } else {
            Err(Error::invalid("save_key", "not 1 to 254 bytes, or with .., a backslash or a control character"))
        }
    }
}

/// A light's order on a guest: 1, 2 or 3 (contract 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `basic_info`
    First,
    /// `emotion_experience`
    Second,
    /// `value_concept`; lights a message too
    Third,
}

impl Order {
    /// All three.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

    /// 1, 2 or 3.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl TryFrom<u8> for Order {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|order| order.number() == number)
            .ok_or_else(|| Error::invalid("order", "not 1, 2 or 3"))
    }
}
