//! The names of what is pushed, and of those who take it.

use super::{Unfit, UserId};
use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a person's push packets are marked with: a UUID, one a person for good.
///
/// It is the user id in another form (a UUID of version 8, RFC 9562), so that neither has to be looked up to find the other. It is no
/// secret: whoever shows it has to be proven to be the person.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PushId(UserId);

impl PushId {
    /// The push id of a person.
    #[must_use]
    pub fn of(uid: &UserId) -> Self {
        Self(uid.clone())
    }

    /// Whose it is.
    #[must_use]
    pub fn uid(&self) -> &UserId {
        &self.0
    }
}

impl fmt::Debug for PushId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digits of the user id, with those of version and variant in their places and zeros behind.
impl fmt::Display for PushId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.as_str();
        let part = |from, to| digits.get(from..to).unwrap_or_default();
        write!(f, "{}-{}-8{}-8{}-{}000000", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 24))
    }
}

impl TryFrom<&str> for PushId {
    type Error = Unfit;

    fn try_from(text: &str) -> Result<Self, Unfit> {
        let digits: String = text.chars().filter(|letter| *letter != '-').collect();
        let part = |from, to| digits.get(from..to).unwrap_or_default();
        let uid = UserId::try_from([part(0, 12), part(13, 16), part(17, 26)].concat()).map_err(|_| Unfit::Form)?;
        let id = Self(uid);
        if id.to_string().eq_ignore_ascii_case(text) { Ok(id) } else { Err(Unfit::Form) }
    }
}

/// What API Gateway calls a connection of a WebSocket: up to 128 letters, digits, `-`, `_` and `=`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ConnectionId(String);

impl ConnectionId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ConnectionId {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
        if (1..=128).contains(&text.len()) && text.bytes().all(plain) { Ok(Self(text)) } else { Err(Unfit::Form) }
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name for a conversation that has none: a UUID of version 4.
#[must_use]
pub fn new_conversation(random: &Random) -> String {
    uuid::Builder::from_random_bytes(random.bytes()).into_uuid().to_string()
}
