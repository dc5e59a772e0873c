//! Ids: 24 hex digits.

use super::Unfit;
use crate::{random::Random, time::Clock};
use serde::{Deserialize, Serialize};
use std::fmt;

fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A new id: 4 bytes of time and 8 random bytes as 24 lower-case hex digits
/// (`docs/dialects/lightup.md#identifiers-and-time`).
fn new_object_id(clock: &Clock, random: &Random) -> String {
    format!("{:08x}{}", clock.seconds().clamp(0, i64::from(u32::MAX)), random.hex::<8>())
}

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident) => {
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

            /// An id that nobody has: what a text that is no id stands for where the API answers "unknown".
            #[must_use]
            pub fn nobody() -> Self {
                Self("0".repeat(24))
            }

            /// The 24 lower-case hex digits.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Unfit;

            fn try_from(text: String) -> Result<Self, Unfit> {
                if is_object_id(&text) {
                    Ok(Self(text.to_ascii_lowercase()))
                } else {
                    Err(Unfit::Form)
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
    /// A user's id: 24 hex digits, compared in lower case (`docs/dialects/lightup.md#field-rules`).
    UserId
}

object_id! {
    /// A question's id: 24 hex digits.
    QuestionId
}

object_id! {
    /// The id of an upload that waits to be confirmed: 24 hex digits.
    UploadId
}

object_id! {
    /// A group's id: 24 hex digits.
    GroupId
}

object_id! {
    /// A post's id: 24 hex digits.
    PostId
}

object_id! {
    /// A comment's id: 24 hex digits.
    CommentId
}

impl CommentId {
    /// The second in which it was made, if this server has made it.
    pub(crate) fn second(&self) -> Option<i64> {
        i64::from_str_radix(self.0.get(..8)?, 16).ok()
    }
}

object_id! {
    /// The id of a message that is pushed: 24 hex digits.
    MessageId
}
