//! S3 POST policies: what a browser or an app may upload, and the signature that says so
//! (`docs/dialects/lightup.md#upload-forms`).
//!
//! The SDK for Rust signs requests but no forms. The layout is that of AWS's own SDK for Python, space for space and
//! condition for condition, so that its output can be compared with this one as text.

use aws_credential_types::Credentials;
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json, ser::Formatter};
use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    time::{Duration, SystemTime},
};

/// One object that somebody may upload.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// The exact key.
    pub key: &'a str,
    /// The exact content type.
    pub content_type: &'a str,
    /// The largest size in bytes. The smallest is 1.
    pub max_bytes: u64,
    /// How long the form may be used, in whole seconds. It dies earlier when the credentials do: those of a Lambda
    /// function live for some hours.
    pub valid: Duration,
}

/// A form that uploads one object: a `multipart/form-data` POST to `url` with all `fields` and then, last, `file`.
///
/// `Debug` shows none of the fields: whoever has them may upload.
#[derive(Clone, PartialEq, Eq)]
pub struct Form {
    /// Where to send it: the URL of the bucket.
    pub url: String,
    /// `key`, `Content-Type`, `policy`, `x-amz-algorithm`, `x-amz-credential`, `x-amz-date`, `x-amz-signature`, and
    /// `x-amz-security-token` with temporary credentials.
    pub fields: BTreeMap<String, String>,
}

impl Form {
    /// The policy in Base64.
    #[must_use]
    pub fn policy(&self) -> &str {
        self.field("policy")
    }

    /// The signature in lower-case hex.
    #[must_use]
    pub fn signature(&self) -> &str {
        self.field("x-amz-signature")
    }

    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form").field("url", &self.url).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Policy {
    expiration: String,
    conditions: Vec<Value>,
}

/// Signs a form for one object and returns its fields. Does no I/O.
///
/// The key is always an exact condition, also when it holds S3's variable `${filename}`.
#[must_use]
pub fn sign(
    credentials: &Credentials,
    region: &str,
    bucket: &str,
    at: Timestamp,
    upload: &Upload<'_>,
) -> BTreeMap<String, String> {
    let date = at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = format!("{}/{}/{region}/s3/aws4_request", credentials.access_key_id(), at.strftime("%Y%m%d"));
    let mut conditions = vec![
        json!(["content-length-range", 1, upload.max_bytes]),
        json!({"Content-Type": upload.content_type}),
        json!({"bucket": bucket}),
        json!({"key": upload.key}),
        json!({"x-amz-algorithm": "AWS4-HMAC-SHA256"}),
        json!({"x-amz-credential": scope}),
        json!({"x-amz-date": date}),
    ];
    let mut fields = BTreeMap::from([
        ("key".to_owned(), upload.key.to_owned()),
        ("Content-Type".to_owned(), upload.content_type.to_owned()),
        ("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
        ("x-amz-credential".to_owned(), scope),
        ("x-amz-date".to_owned(), date),
    ]);
    if let Some(token) = credentials.session_token() {
        conditions.push(json!({"x-amz-security-token": token}));
        fields.insert("x-amz-security-token".to_owned(), token.to_owned());
    }
    let until = at.checked_add(SignedDuration::from_secs(upload.valid.as_secs().cast_signed()));
    let expiration = until.unwrap_or(at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let policy = STANDARD.encode(python_json(&Policy { expiration, conditions }));
    let time = SystemTime::try_from(at).unwrap_or(SystemTime::UNIX_EPOCH);
    let signing_key = generate_signing_key(credentials.secret_access_key(), time, region, "s3");
    fields.insert("x-amz-signature".to_owned(), calculate_signature(signing_key, policy.as_bytes()));
    fields.insert("policy".to_owned(), policy);
    fields
}

/// JSON as Python's `json.dumps` writes it: a space after `,` and `:`, everything but printable ASCII escaped.
fn python_json(value: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    let mut writer = serde_json::Serializer::with_formatter(&mut out, PythonFormatter);
    // Writing strings and numbers to memory has no way to fail.
    let _ = value.serialize(&mut writer);
    out
}

struct PythonFormatter;

impl Formatter for PythonFormatter {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for char in fragment.chars() {
            if matches!(char, ' '..='~') {
                write!(writer, "{char}")?;
            } else {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}
