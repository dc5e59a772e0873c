//! An example as a request: where its fields stand, and what its body is.

use super::{Example, Sample};
use crate::{
    Endpoint, Selector,
    openapi::{Session, path_names},
};
use axum::http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What a form leaves as it is, besides letters and digits.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const BOUNDARY: &str = "7f3c0a52d1b84e69";
const MULTIPART: &str = "multipart/form-data";
const JSON: &str = "application/json";

/// A request that is an example of an operation.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it is called among the requests of its function.
    pub name: String,
    /// The operation.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The session, where it is a header or a cookie.
    pub session: Option<(&'static str, String)>,
    /// The content type, and the body.
    pub body: Option<(String, Vec<u8>)>,
}

impl Endpoint {
    /// The requests that clients send to this operation, of a function of this name. None if clients usually send another
    /// method of the same row.
    pub(crate) fn example_requests(&self, function: &str) -> Vec<Request> {
        let examples = if self.usual { self.examples.each() } else { Vec::new() };
        examples.iter().map(|example| self.request(function, example)).collect()
    }

    fn request(&self, function: &str, example: &Example) -> Request {
        let fields = self.beside_path(example);
        let (query, body) = if self.method == Method::GET {
            let pairs = fields.iter().flat_map(|(name, value)| value.each().iter().map(|one| (*name, *one)));
            (form(&pairs.collect::<Vec<_>>()), None)
        } else {
            (String::new(), Some(body(self.body_type(example), &fields)))
        };
        let session = match self.session {
            Session::Cookie(name, value) => Some(("cookie", format!("{name}={value}"))),
            Session::Header(name, value) => Some((name, value.to_owned())),
            Session::Fields(_) => None,
        };
        Request {
            name: example.name.map_or_else(|| self.example_name(function), str::to_owned),
            operation: self.operation,
            method: self.method.clone(),
            path: example.path.map_or_else(|| filled(self.path, example), str::to_owned),
            query,
            session: session.filter(|_| self.signed),
            body,
        }
    }

    /// The fields of an example that do not stand in the path: those of the session, the one that chooses the operation,
    /// its own.
    pub(crate) fn beside_path(&self, example: &Example) -> Vec<(&'static str, Sample)> {
        let mut fields: Vec<(&str, Sample)> = Vec::new();
        if let (true, Session::Fields(session)) = (self.signed, self.session) {
            fields.extend(session.iter().map(|(name, value)| (*name, Sample::Str(value))));
        }
        if let Selector::Field(name, value) = self.selector {
            fields.push((name, Sample::Str(value)));
        }
        let in_path = path_names(self.path);
        fields.extend(example.fields.iter().filter(|(name, _)| !in_path.contains(name)));
        fields
    }

    /// The words of the path that are neither a parameter, a version nor the function's name. A method that is neither GET
    /// nor POST stands in front of them, and the operation behind them where several share the path.
    fn example_name(&self, function: &str) -> String {
        let is_version = |word: &str| word.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok());
        let told = |word: &&str| !word.is_empty() && !word.starts_with('{') && !is_version(word) && *word != function;
        let words: Vec<_> = self.path.split('/').filter(told).collect();
        let method = self.method.as_str().to_lowercase();
        let method = Some(method.as_str()).filter(|method| !["get", "post"].contains(method));
        let shared = words.is_empty() || self.selector != Selector::Always;
        let operation = Some(self.operation).filter(|_| shared);
        method.into_iter().chain(words).chain(operation).collect::<Vec<_>>().join("_")
    }

    fn body_type(&self, example: &Example) -> &'static str {
        let usual = if self.raw { Some(&MULTIPART) } else { self.bodies.first() };
        example.body.or(usual.copied()).unwrap_or(JSON)
    }
}

/// A path with the fields that it names.
fn filled(path: &str, example: &Example) -> String {
    let segments = path.split('/').map(|segment| {
        let name = path_names(segment).pop();
        let field = example.fields.iter().find(|(field, _)| name == Some(*field));
        field.map_or_else(|| segment.to_owned(), |(_, value)| value.text())
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The content type as clients write it, and the fields as a body of it.
fn body(kind: &str, fields: &[(&'static str, Sample)]) -> (String, Vec<u8>) {
    match kind {
        JSON => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("{}:{value}", Value::from(*name))).collect();
            (kind.to_owned(), format!("{{{}}}", fields.join(",")).into_bytes())
        }
        MULTIPART => {
            let mut body: Vec<u8> = fields.iter().flat_map(|(name, value)| part(name, *value)).collect();
            body.extend(format!("--{BOUNDARY}--\r\n").bytes());
            (format!("{kind}; boundary={BOUNDARY}"), body)
        }
        _ => (format!("{kind}; charset=utf-8"), form(fields).into_bytes()),
    }
}

/// A part of a multipart body, up to the line end after it.
fn part(name: &str, value: Sample) -> Vec<u8> {
    let (file, bytes) = match value {
        Sample::File { name, content_type, bytes } => {
            (format!("; filename=\"{name}\"\r\nContent-Type: {content_type}"), bytes.to_vec())
        }
        other => (String::new(), other.text().into_bytes()),
    };
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
    [head.into_bytes(), bytes, b"\r\n".to_vec()].concat()
}

fn form(fields: &[(&str, Sample)]) -> String {
    let escaped = |text: &str| utf8_percent_encode(text, ESCAPED).to_string().replace("%20", "+");
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(&value.text())));
    pairs.collect::<Vec<_>>().join("&")
}
