//! Passwords and tokens, which show themselves to nobody.

use super::{Unfit, UserId};
use crate::random::Random;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, ops::Deref};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

/// The most common passwords, one a line, in lower case.
const COMMON: &str = include_str!("../../data/common-passwords.txt");

/// A password in Unicode's composed form (NFC): keyboards differ in how they write the same letter, and it is one password.
/// `Debug` shows nothing of it. Field limits are the dialect's.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes a password of `range` characters, counted in the composed form.
    ///
    /// # Errors
    /// A length outside of the range.
    pub fn new(text: &str, range: std::ops::RangeInclusive<usize>) -> Result<Self, Unfit> {
        let composed: String = text.nfc().collect();
        if range.contains(&composed.chars().count()) { Ok(Self(composed)) } else { Err(Unfit::Length) }
    }

    /// Whether it is one of the thousand most common, in upper or lower case (`docs/operations.md#deploying`).
    #[must_use]
    pub fn is_common(&self) -> bool {
        let lower = self.0.to_lowercase();
        COMMON.lines().any(|common| common == lower)
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

    /// The user id, then 40 random hex digits: it names its owner, so that no index is needed to find them.
    #[must_use]
    pub fn of_user(uid: &UserId, random: &Random) -> Self {
        Self(format!("{uid}{}", random.hex::<20>()))
    }

    /// The user id, the hash of the session that it belongs to, then 40 random hex digits.
    #[must_use]
    pub fn of_session(uid: &UserId, session: &TokenHash, random: &Random) -> Self {
        Self(format!("{uid}{}{}", session.as_str(), random.hex::<20>()))
    }

    /// Base64 for URLs of 16 bytes that say which device it is of, and 256 random bits: 64 characters.
    #[must_use]
    pub fn of_device(device: [u8; 16], random: &Random) -> Self {
        Self(URL_SAFE_NO_PAD.encode([device.as_slice(), &random.bytes::<32>()].concat()))
    }

    /// Which device a token of [`Token::of_device`] says it is of.
    #[must_use]
    pub fn device_of(token: &str) -> Option<[u8; 16]> {
        let bytes: [u8; 48] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        bytes.first_chunk().copied()
    }

    /// 64 lower-case hex digits, 256 random bits.
    #[must_use]
    pub fn secret(random: &Random) -> Self {
        Self(random.hex::<32>())
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

/// What proves a number to the operation that comes next: a UUID, version 4
/// (`docs/dialects/sealtalk.md#verification-tokens`), or 64 hex digits (`docs/dialects/live.md#check-a-code`).
#[derive(Clone, Debug)]
pub struct VerificationToken(Token);

impl VerificationToken {
    /// The one of these bytes, which nobody may be able to guess.
    #[must_use]
    pub fn of(bytes: [u8; 16]) -> Self {
        Self(Token(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()))
    }

    /// The one of 64 hex digits.
    #[must_use]
    pub fn of_digits(first: [u8; 16], second: [u8; 16]) -> Self {
        Self(Token(format!("{}{}", hex::encode(first), hex::encode(second))))
    }

    /// A token of 64 lower-case hex digits as somebody sent it.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse_digits(text: &str) -> Result<Self, Unfit> {
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 64 && text.bytes().all(hex) { Ok(Self(Token(text.to_owned()))) } else { Err(Unfit::Form) }
    }

    /// A token as somebody sent it, in upper or lower case.
    ///
    /// # Errors
    /// Anything but a hyphenated UUID.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let uuid = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
        uuid.map(|uuid| Self(Token(uuid.to_string()))).ok_or(Unfit::Form)
    }
}

impl Deref for VerificationToken {
    type Target = Token;

    fn deref(&self) -> &Token {
        &self.0
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

    /// A hash as it stands in a token of [`Token::of_session`].
    ///
    /// # Errors
    /// Anything but 64 lower-case hex digits.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 64 && text.bytes().all(hex) { Ok(Self(text.to_owned())) } else { Err(Unfit::Form) }
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
