//! From bytes to values: strict about what text is, lenient about how clients write it.

mod given;
mod json;
mod order;

pub use json::{JsonText, Object, integer};
pub use order::{takes_nothing, value_in_order};

use crate::Call;
use given::{Form, Wrong};
use json::Plain;
pub(crate) use json::unmarked;
use percent_encoding::percent_decode;
use serde::{
    Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::Value;
use shared::Error;
use std::fmt;

/// The fields of a body in the order given, repeated ones included.
pub type Fields = Vec<(String, Value)>;

/// The fields of a call's body: a form, the text parts of a multipart body, or a JSON object.
///
/// Without a content type that is known, a body that starts with `{` is JSON and any other a form.
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

/// The fields of a body, and those of a query that the body does not have: where both have one, the body's counts.
#[must_use]
pub fn both(body: Fields, query: Fields) -> Fields {
    let beside: Vec<_> = query.into_iter().filter(|(name, _)| body.iter().all(|(known, _)| known != name)).collect();
    body.into_iter().chain(beside).collect()
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
    value_of_given(fields, |_, _| true)
}

/// The same where some values, empty text for example, are as if the field had been left out. A documented field given
/// twice is refused whatever its values are.
///
/// # Errors
/// As [`value`].
pub fn value_of_given<T: DeserializeOwned>(
    fields: Fields,
    is_given: impl Fn(&str, &Value) -> bool,
) -> Result<T, Error> {
    serde_path_to_error::deserialize(Form { fields, is_given }).map_err(|error| {
        let path = error.path().to_string();
        let Wrong { field, why } = error.into_inner();
        let field = if path == "." { field.unwrap_or("body").to_owned() } else { path };
        Error::Invalid { field, why }
    })
}
