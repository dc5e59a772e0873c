//! Fields and answers that several operations share (`docs/dialects/sealtalk.md#fields`,
//! `docs/dialects/sealtalk.md#answers`).

use crate::dialect::SealTalk;
use axum::http::Method;
use kit::{At, at};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Value;
use shared::{
    Error,
    values::{E164, GroupId, UserId},
};
use std::borrow::Cow;

/// Who and what the examples of requests speak of: the caller, somebody else, a group, a number, and the proof that a code
/// was right.
pub(crate) const USER: &str = "5702a4a5589613964cafdc76";
pub(crate) const TARGET: &str = "5703f1c27b6ef053a330e8c9";
pub(crate) const GROUP: &str = "5703b8f0a2c4e6081b3d5f79";
pub(crate) const PHONE: &str = "15172354423";
pub(crate) const PROOF: &str = "75dd0f90-9b0d-41e5-803f-59b82644bc50";

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

/// Where a call takes no fields of its own.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Nothing {}

/// An operation that is called with POST.
pub(crate) fn post(path: &'static str, name: &'static str) -> At<SealTalk> {
    at([Method::POST], path, name)
}

/// An operation that is called with GET.
pub(crate) fn get(path: &'static str, name: &'static str) -> At<SealTalk> {
    at([Method::GET], path, name)
}

/// A read: GET as every client calls it, POST as it is documented (`docs/dialects/sealtalk.md#methods-and-paths`).
pub(crate) fn read(path: &'static str, name: &'static str) -> At<SealTalk> {
    at([Method::GET, Method::POST], path, name)
}

/// A text that clients send as text or as a number.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(with = "String")]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            _ => Err(D::Error::custom("neither text nor a number")),
        }
    }
}

/// 0 or 1, as a number or as text.
#[derive(Clone, Copy, Debug, JsonSchema)]
#[schemars(with = "u8")]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Text::deserialize(deserializer)?.0.as_str() {
            "0" => Ok(Self(false)),
            "1" => Ok(Self(true)),
            _ => Err(D::Error::custom("neither 0 nor 1")),
        }
    }
}

/// A flag as it is shown.
#[must_use]
pub fn shown(flag: bool) -> u8 {
    u8::from(flag)
}

/// `region`, with or without `+`, and `phone` of one number (`docs/dialects/sealtalk.md#phone-numbers`).
///
/// # Errors
/// [`Error::Invalid`] with the documented text.
pub fn number(region: &Text, phone: &Text) -> Result<E164, Error> {
    E164::dialled(&region.0, &phone.0).map_err(|_| Error::invalid("phone", "Invalid region and phone number."))
}

macro_rules! id_field {
    ($(#[$doc:meta])* $name:ident, $id:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub $id);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Ok(Self($id::try_from(text).unwrap_or_else(|_| $id::nobody())))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": "^[0-9a-f]{24}$"})
            }

            fn inline_schema() -> bool {
                true
            }
        }
    };
}

id_field! {
    /// A user's id. A text that is none is unknown, not malformed (`docs/dialects/sealtalk.md#ids`).
    UserField, UserId
}
id_field! {
    /// A group's id, likewise.
    GroupField, GroupId
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

/// Milliseconds since 1970 as ISO 8601 in UTC with milliseconds (`docs/dialects/sealtalk.md#times`).
#[must_use]
pub fn iso(millis: i64) -> String {
    shared::time::iso_millis(millis)
}
