//! Fields and answers that several operations share (`docs/dialects/sealtalk.md#fields`,
//! `docs/dialects/sealtalk.md#answers`).

use kit::field::Text;
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    Error,
    values::{E164, Unfit, UserId},
};

/// Whom the examples of requests speak of: the caller, somebody else, and a number.
pub(crate) const USER: &str = "5702a4a5589613964cafdc76";
pub(crate) const TARGET: &str = "5703f1c27b6ef053a330e8c9";
pub(crate) const PHONE: &str = "15172354423";

/// `{"code":200,"result":...}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub struct Answer<T> {
    code: u16,
    /// What was asked for.
    pub result: T,
}

/// A result in its envelope.
#[must_use]
pub fn answer<T>(result: T) -> Answer<T> {
    Answer { code: 200, result }
}

/// `{"code":200}`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {
    code: u16,
}

/// An operation that answers nothing but that it is done.
#[must_use]
pub fn done() -> Done {
    Done { code: 200 }
}

/// `region`, with or without `+`, and `phone` of one number (`docs/dialects/sealtalk.md#phone-numbers`).
///
/// # Errors
/// [`Error::Invalid`] with the documented text.
pub fn number(region: &Text, phone: &Text) -> Result<E164, Error> {
    E164::dialled(&region.0, &phone.0).map_err(|_| Error::invalid("phone", "Invalid region and phone number."))
}

kit::fields! {
    /// A user's id. A text that is none is unknown, not malformed (`docs/dialects/sealtalk.md#ids`).
    #[schemars(description = "")]
    pub UserField(#[schemars(with = "String", regex(pattern = "^[0-9a-f]{24}$"))] UserId) from String
        = |text| Ok::<_, Unfit>(UserId::try_from(text).unwrap_or_else(|_| UserId::nobody()));
}

/// A text as this dialect shows it: `<` and `>` escaped, cut to `most` characters, never inside of an entity
/// (`docs/dialects/sealtalk.md#text`).
#[must_use]
pub fn escaped(text: &str, most: usize) -> String {
    let (mut shown, mut length) = (String::with_capacity(text.len()), 0);
    for letter in text.chars() {
        let entity = match letter {
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            _ => None,
        };
        length += entity.map_or(1, str::len);
        if length > most {
            break;
        }
        match entity {
            Some(entity) => shown.push_str(entity),
            None => shown.push(letter),
        }
    }
    shown
}
