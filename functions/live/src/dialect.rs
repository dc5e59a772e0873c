//! How Live's requests are read and its answers written (`docs/dialects/live.md#requests`,
//! `docs/dialects/live.md#answers`).

use crate::refusal::{Refusal, UNKNOWN, anywhere, transport};
use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use kit::{Call, Context, Dialect, decode, openapi::Session, plain, routes::json};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json as object};
use shared::{
    App, Error,
    sessions::Claim,
    values::{self, E164},
};
use std::collections::BTreeSet;

/// The Live contract (`docs/dialects/live.md`).
#[derive(Debug)]
pub enum Live {}

/// Live's operations.
pub type Routes = kit::Routes<Live>;

impl Dialect for Live {
    type Refusal = Refusal;

    const NAME: &'static str = "live";
    const TITLE: &'static str = "Live";
    const SESSION: Session = Session::Fields(&[(
        "token",
        "13800000001.1480000000.5702a4a5589613964cafdc76b9a86e1d74c0352fa81d6c93e75b02f4d8c61a37",
    )]);
    const ABOUT: &'static str = "Log in: the answer has a token, which every other operation takes as the field `token`. Several \
        operations share a path; a field that only one of them has chooses it. `result` says how it went: `0000` is done.";
    const BODIES: &'static [&'static str] =
        &["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];
    const DECODE_FIRST: bool = false;
    const QUERY_IN_WRITES: bool = true;

    fn claim(_: &App, call: &Call) -> Result<Claim, Error> {
        claim(&given(call)?).ok_or(Error::SignedOut)
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        decode::value(given(call)?)
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        utf8(match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => {
                transport(error).or_else(|| context.refusal(error)).unwrap_or_else(|| anywhere(error)).response()
            }
        })
    }

    fn failure() -> Value {
        object!({
            "type": "object", "required": ["result", "message"],
            "properties": {
                "result": {"type": "string", "example": UNKNOWN},
                "message": {"type": ["string", "null"]},
            },
        })
    }

    /// Pages from anywhere may call: the session stands in the request itself.
    fn around(_: &App, router: axum::Router) -> axum::Router {
        router.layer(plain::any_origin().allow_methods([Method::POST, Method::GET, Method::DELETE]))
    }
}

/// The fields of body and query together. Where both have one, the body's counts (`docs/dialects/live.md#requests`).
fn given(call: &Call) -> Result<decode::Fields, Error> {
    let body = once(if call.body.is_empty() { Vec::new() } else { decode::fields(call)? })?;
    let fields = decode::both(body, once(decode::query(call)?)?);
    // An empty text is no text.
    let tidied = fields.into_iter().map(|(name, value)| (name, if value == "" { Value::Null } else { value }));
    Ok(tidied.collect())
}

/// The fields, if none of them is there twice: the token and the one that chooses the operation are fields like any other.
fn once(fields: decode::Fields) -> Result<decode::Fields, Error> {
    let mut names = BTreeSet::new();
    let twice = fields.iter().any(|(name, _)| !names.insert(name.as_str()));
    if twice { Err(Error::twice("body")) } else { Ok(fields) }
}

/// The claim of a token: number, end and the session's own token, with dots between them
/// (`docs/dialects/live.md#tokens`).
fn claim(fields: &decode::Fields) -> Option<Claim> {
    let (_, token) = fields.iter().find(|(name, _)| name == "token")?;
    let mut parts = token.as_str()?.split('.');
    let (phone, expires_at, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = expires_at.bytes().all(|byte| byte.is_ascii_digit()) && !expires_at.starts_with('0');
    let plain = digits && parts.next().is_none();
    let phone = E164::new("86", phone).ok().filter(|_| plain)?;
    Claim::of_dated_token(values::Dialect::Live, secret, phone, expires_at.parse().ok()?).ok()
}

/// This dialect names the character set of its JSON.
pub(crate) fn utf8(mut response: Response) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
