//! The envelope of failures, and the header that every answer has (`docs/dialects/sealtalk.md#answers`).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use kit::routes::json;
use serde::Serialize;
use std::borrow::Cow;

/// A failure as it is told: an HTTP status, a code of the business, a sentence.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    code: u16,
    message: Cow<'static, str>,
}

/// A failure that is an HTTP status too.
pub(crate) fn transport(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal { status, code: status.as_u16(), message: message.into() }
}

/// A failure of the business: HTTP 200, and a code of its own.
pub(crate) fn business(code: u16, message: &'static str) -> Refusal {
    Refusal { status: StatusCode::OK, code, message: message.into() }
}

/// A failure never has a `result`: clients type it strictly (`docs/dialects/sealtalk.md#answers`).
#[derive(Serialize)]
struct Failure<'a> {
    code: u16,
    message: &'a str,
}

/// The one 403 that carries code 10000: iOS signs out on it (`docs/dialects/sealtalk.md#the-answer-without-a-session`).
#[derive(Serialize)]
struct SignedOut {
    code: u16,
    msg: &'static str,
    message: &'static str,
}

const SIGNED_OUT: &str = "Not loged in.";

impl Refusal {
    /// The refusal as an answer.
    pub(crate) fn response(&self) -> Response {
        json(self.status, &Failure { code: self.code, message: &self.message })
    }
}

/// The answer to whoever is not signed in.
pub(crate) fn signed_out() -> Response {
    json(StatusCode::FORBIDDEN, &SignedOut { code: 10_000, msg: SIGNED_OUT, message: SIGNED_OUT })
}

/// A page of an origin that is not allowed wanted to change something (`docs/dialects/sealtalk.md#web-origins`).
pub(crate) fn foreign_origin() -> Response {
    private(transport(StatusCode::FORBIDDEN, "Origin not allowed.").response())
}

/// Nothing here is for anybody else's cache (`docs/dialects/sealtalk.md#answers`).
pub(crate) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    response
}
