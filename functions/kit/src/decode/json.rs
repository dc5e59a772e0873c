//! JSON inside of a field, and JSON that can be read in one way only.

use super::given::Given;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use shared::error::Why;
use std::fmt;

/// JSON that can be read in one way only: an object in it that gives a key twice is refused, at any depth.
/// [`Value`] alone would keep the last one.
pub(super) struct Plain(pub(super) Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated keys")
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain(Value::Null))
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Plain, E> {
        Ok(Plain(yes.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Plain, E> {
        Ok(Plain(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Plain, E> {
        Ok(Plain(number.into()))
    }

    /// Some clients know no other numbers than floats: `86.0` is 86.
    fn visit_f64<E>(self, number: f64) -> Result<Plain, E> {
        Ok(Plain(whole(number).map_or_else(|| number.into(), Value::from)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Plain, A::Error> {
        let mut elements = Vec::new();
        while let Some(Plain(element)) = seq.next_element()? {
            elements.push(element);
        }
        Ok(Plain(elements.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Plain, A::Error> {
        let mut members = Map::new();
        while let Some((name, Plain(value))) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate field"));
            }
        }
        Ok(Plain(members.into()))
    }
}

/// A value that comes as JSON text, as JSON text inside of a JSON string, or natively in a JSON body. An object in it
/// that gives a key twice is refused.
#[derive(Clone, Debug)]
pub struct JsonText<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        for _ in 0..2 {
            let Value::String(text) = value else { break };
            // Whatever is JSON can be read, but for an object that gives a key twice.
            let read = serde_json::from_slice(unmarked(text.as_bytes()));
            let why = |error: serde_json::Error| if error.is_data() { Why::Twice } else { Why::Malformed };
            Plain(value) = read.map_err(|error| D::Error::custom(why(error)))?;
        }
        T::deserialize(Given(value)).map(Self).map_err(D::Error::custom)
    }
}

/// A JSON object. Structs alone would take an array of their fields as well.
#[derive(Clone, Debug)]
pub struct Object<T>(pub T);

impl<T: schemars::JsonSchema> schemars::JsonSchema for Object<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::Object(Map::deserialize(deserializer)?);
        T::deserialize(Given(value)).map(Self).map_err(D::Error::custom)
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for JsonText<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("JsonText_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let inner = generator.subschema_for::<T>();
        schemars::json_schema!({"description": "As JSON text", "anyOf": [{"type": "string"}, inner]})
    }
}

/// Text without the byte-order mark that some clients write before it.
pub(crate) fn unmarked(text: &[u8]) -> &[u8] {
    text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text)
}

/// A float as the integer that it is, if it is one; past 2^53 a float no longer says which.
fn whole(number: f64) -> Option<i64> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the limits")]
    let whole = (number.fract() == 0.0 && number.abs() <= LARGEST).then_some(number as i64);
    whole
}

/// An integer written as a number or as text. Fractions, signs where none fits and overflow are refused.
///
/// # Errors
/// The deserializer's.
pub fn integer<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: std::str::FromStr,
{
    let text = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        _ => return Err(D::Error::custom("not an integer")),
    };
    let plain = text.strip_prefix('-').unwrap_or(&text).bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain).ok_or_else(|| D::Error::custom("not an integer"))
}
