//! From bytes to values: strict about what text is, lenient about how clients write it.

use crate::Call;
use percent_encoding::percent_decode;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor, value::MapDeserializer},
};
use serde_json::{Map, Value};
use shared::Error;
use std::fmt;

/// The fields of a body in the order given, repeated ones included.
pub type Fields = Vec<(String, Value)>;

/// The fields of a call's body: a form, the text parts of a multipart body, or a JSON object.
///
/// Without a content type that is known, a body that starts with `{` is JSON and any other a form (decision 4).
///
/// # Errors
/// [`Error::Invalid`] for invalid UTF-8, broken percent-encoding, broken JSON, and JSON that is no object.
pub fn fields(call: &Call) -> Result<Fields, Error> {
    let texts = |fields: Vec<(String, String)>| fields.into_iter().map(|(name, text)| (name, text.into())).collect();
    if let Some(parts) = &call.parts {
        return Ok(texts(parts.clone()));
    }
    match call.content_type().as_deref() {
        Some("application/json") => object(&call.body),
        Some("application/x-www-form-urlencoded") => form(&call.body).map(texts),
        Some("multipart/form-data") => Err(Error::invalid("body", "a multipart body without a boundary")),
        _ if call.body.trim_ascii_start().starts_with(b"{") => object(&call.body),
        _ => form(&call.body).map(texts),
    }
}

/// The pairs of a form, refused if any byte of it is not what it claims to be.
///
/// # Errors
/// [`Error::Invalid`].
pub fn form(body: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let mut percents = body.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    if !percents.all(|(at, _)| hex(body.get(at + 1)) && hex(body.get(at + 2))) {
        return Err(Error::invalid("body", "broken percent-encoding"));
    }
    percent_decode(body).decode_utf8().map_err(|_| Error::invalid("body", "not UTF-8"))?;
    serde_html_form::from_bytes(body).map_err(|_| Error::invalid("body", "not a form"))
}

/// The pairs of the URL's query.
///
/// # Errors
/// As [`form`].
pub fn query(call: &Call) -> Result<Fields, Error> {
    let pairs = form(call.head.uri.query().unwrap_or_default().as_bytes())?;
    Ok(pairs.into_iter().map(|(name, text)| (name, text.into())).collect())
}

/// The members of a JSON object, repeated ones included. Objects inside of them may not repeat a key.
///
/// # Errors
/// [`Error::Invalid`].
pub fn object(body: &[u8]) -> Result<Fields, Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Fields;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
            let mut members = Vec::new();
            while let Some((name, Plain(value))) = map.next_entry()? {
                members.push((name, value));
            }
            Ok(members)
        }
    }

    let mut json = serde_json::Deserializer::from_slice(body);
    let members = json.deserialize_map(Members).and_then(|members| json.end().map(|()| members));
    members.map_err(|_| Error::invalid("body", "not a JSON object"))
}

/// JSON that can be read in one way only: an object in it that gives a key twice is refused, at any depth (decision
/// 4). [`Value`] alone would keep the last one.
struct Plain(Value);

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

    fn visit_f64<E>(self, number: f64) -> Result<Plain, E> {
        Ok(Plain(number.into()))
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

/// A scalar as text, however it was written: a native number, a JSON string in quotes (clients that take "each field
/// is JSON" at its word), or plain text. Empty text and `null` are absent.
#[must_use]
pub fn lenient(value: Value) -> Value {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => yes.to_string(),
        Value::String(text) => text,
        other => return other,
    };
    let quoted = text.len() >= 2 && text.starts_with('"') && text.ends_with('"');
    let text = if quoted { serde_json::from_str(&text).unwrap_or(text) } else { text };
    if text.is_empty() { Value::Null } else { Value::String(text) }
}

/// Fields as a struct. A documented field given twice is refused, an unknown one is ignored.
///
/// # Errors
/// [`Error::Invalid`] with the field that is wrong.
pub fn value<T: DeserializeOwned>(fields: Fields) -> Result<T, Error> {
    let fields = MapDeserializer::<_, serde_json::Error>::new(fields.into_iter());
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let path = error.path().to_string();
        let name = if path == "." { named(error.inner()).unwrap_or_else(|| "body".to_owned()) } else { path };
        Error::invalid(name, reason(error.inner()))
    })
}

/// The field of ours that is missing or given twice.
fn named(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let rest = text.strip_prefix("missing field `").or_else(|| text.strip_prefix("duplicate field `"))?;
    rest.split_once('`').map(|(name, _)| name.to_owned())
}

/// What is wrong, without a word of what was sent: serde's own messages quote it.
fn reason(error: &serde_json::Error) -> &'static str {
    let text = error.to_string();
    // What a dialect counts as absent comes as null.
    if text.starts_with("missing field") || text.starts_with("invalid type: null") {
        "is missing"
    } else if text.starts_with("duplicate field") {
        "is given twice"
    } else {
        "is not what it should be"
    }
}

/// A value that comes as JSON text, as JSON text inside of a JSON string, or natively in a JSON body (contract 1.1). An
/// object in it that gives a key twice is refused.
#[derive(Clone, Debug)]
pub struct JsonText<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::deserialize(deserializer)?;
        for _ in 0..2 {
            let Value::String(text) = value else { break };
            Plain(value) = serde_json::from_str(&text).map_err(D::Error::custom)?;
        }
        T::deserialize(value).map(Self).map_err(D::Error::custom)
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
        T::deserialize(value).map(Self).map_err(D::Error::custom)
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
