//! Types of fields that several dialects have, and macros for those that a dialect has of its own.
//!
//! A field whose rule says no is [malformed](shared::error::Why::Malformed), whatever the rule's error is. It is missing or
//! given twice like any other field.

use crate::decode::integer;
use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, EnumAccess, Error as _, VariantAccess, Visitor},
};
use serde_json::Value;
use shared::values::Change;
use std::fmt::{self, Display};

#[doc(hidden)]
pub use {schemars, serde};

/// Where a call takes no fields of its own.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Nothing {}

/// A text that clients send as text or as a number.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(inline, with = "String")]
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

/// An integer, written as a number or as text.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Integer(#[serde(deserialize_with = "integer")] pub i64);

/// A field of a change: absent, it keeps what it is about; null clears that; a value sets it. It needs `#[serde(default)]`.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(inline, transparent)]
pub struct Patch<T>(#[schemars(with = "Option<T>")] pub Change<T>);

impl<T> Default for Patch<T> {
    fn default() -> Self {
        Self(Change::Keep)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| Self(Change::to(value)))
    }
}

/// A field that may be absent, but not null: `#[serde(default, deserialize_with = "filled")]`.
///
/// # Errors
/// The deserializer's.
pub fn filled<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fields! {
    /// 0 or 1, as a number or as text.
    pub Flag(#[schemars(with = "u8")] bool) from Text = |text| match text.0.as_str() {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err("neither 0 nor 1"),
    };
}

/// A field as its rule makes it of what was sent.
///
/// # Errors
/// The deserializer's, and what the rule says.
pub fn ruled<'de, D, I, T, E>(deserializer: D, rule: impl FnOnce(I) -> Result<T, E>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    I: DeserializeOwned,
    E: Display,
{
    rule(I::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The value that a word of a list stands for.
///
/// # Errors
/// The deserializer's, and one for a word that is not in the list.
pub fn word<'de, D: Deserializer<'de>, T: Copy>(
    deserializer: D,
    words: &'static [&'static str],
    values: &[T],
) -> Result<T, D::Error> {
    struct Word;

    impl<'de> Visitor<'de> for Word {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a word of the list")
        }

        fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<String, A::Error> {
            let (word, rest) = data.variant()?;
            rest.unit_variant().map(|()| word)
        }
    }

    let given = deserializer.deserialize_enum("Word", words, Word)?;
    let place = words.iter().position(|word| *word == given);
    place.and_then(|place| values.get(place).copied()).ok_or_else(|| de::Error::unknown_variant(&given, words))
}

/// Declares fields that are values of the domain, made by a rule of what was sent:
///
/// ```ignore
/// kit::fields! {
///     /// `password`: 6 to 30 characters.
///     pub NewPassword(#[schemars(with = "String", length(min = 6, max = 30))] Password) from String
///         = |text| Password::new(&text, 6..=30);
/// }
/// ```
///
/// The attributes inside of the parentheses say what documents show; those before the name are the type's own.
#[macro_export]
macro_rules! fields {
    ($($(#[$meta:meta])* $vis:vis $name:ident($(#[$inner:meta])* $value:ty) from $input:ty = $rule:expr;)+) => {$(
        #[derive(Clone, Debug, $crate::field::schemars::JsonSchema)]
        #[schemars(inline)]
        $(#[$meta])*
        $vis struct $name($(#[$inner])* pub $value);

        impl<'de> $crate::field::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::field::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::field::ruled::<D, $input, $value, _>(deserializer, $rule).map(Self)
            }
        }
    )+};
}
pub use fields;

/// Declares fields that are one word of a list, each of which stands for a value:
///
/// ```ignore
/// kit::words! {
///     /// `sex`: `male` or `female`.
///     pub SexField(Sex) { "male" => Sex::Male, "female" => Sex::Female }
/// }
/// ```
#[macro_export]
macro_rules! words {
    ($($(#[$meta:meta])* $vis:vis $name:ident($value:ty) { $($word:literal => $meant:expr),+ $(,)? })+) => {$(
        #[derive(Clone, Copy, Debug, $crate::field::schemars::JsonSchema)]
        #[schemars(inline)]
        $(#[$meta])*
        $vis struct $name(#[schemars(with = "String", extend("enum" = [$($word),+]))] pub $value);

        impl<'de> $crate::field::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::field::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::field::word(deserializer, &[$($word),+], &[$($meant),+]).map(Self)
            }
        }
    )+};
}
pub use words;
