//! What failures say (`docs/dialects/live.md#results`).
//!
//! Whatever comes of a request that was understood is a 200, and its code says what. Only a request that cannot be read, or
//! that means no operation, has another status.

use axum::{http::StatusCode, response::Response};
use kit::routes::json;
use serde::Serialize;
use shared::{Error, error::Why};

/// The code of whatever has none of its own.
pub(crate) const UNKNOWN: &str = "0006";

/// A failure as it is told. A field that is `()` is null.
#[derive(Debug, Serialize)]
pub struct Refusal {
    #[serde(skip)]
    http: StatusCode,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<bool>,
    message: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mes: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<()>,
}

impl Refusal {
    /// The refusal as an answer.
    pub(crate) fn response(&self) -> Response {
        json(self.http, self)
    }

    /// With a text that says more.
    pub(crate) fn saying(self, message: &'static str) -> Self {
        Self { message: Some(message), ..self }
    }

    /// With the second message, which is null, of the operations that document one.
    pub(crate) fn with_mes(self) -> Self {
        Self { mes: Some(()), ..self }
    }

    /// With the flag, which is null, of a search that finds nobody.
    pub(crate) fn with_flag(self) -> Self {
        Self { flag: Some(()), ..self }
    }
}

/// A failure with this code.
pub(crate) fn refused(result: &'static str) -> Refusal {
    Refusal { http: StatusCode::OK, result, status: None, message: None, mes: None, flag: None }
}

/// Whoever asks for a picture is not shown a success that is none: always 404.
pub(crate) fn no_picture(_: &Error) -> Option<Refusal> {
    Some(Refusal { http: StatusCode::NOT_FOUND, ..refused(UNKNOWN) })
}

/// Whatever goes wrong at a hook is no yes: never 2xx.
pub(crate) fn forbidden(_: &Error) -> Option<Refusal> {
    Some(Refusal { http: StatusCode::FORBIDDEN, ..refused(UNKNOWN) })
}

/// What is wrong with a request that no operation can answer, whichever was meant.
pub(crate) fn transport(error: &Error) -> Option<Refusal> {
    let (http, message) = match error {
        Error::NoSuchEndpoint | Error::NoOperation => (StatusCode::NOT_FOUND, "unknown operation"),
        Error::SeveralOperations => (StatusCode::BAD_REQUEST, "ambiguous operation"),
        Error::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
        Error::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        Error::Invalid { why: Why::Twice, .. } => (StatusCode::BAD_REQUEST, "a field is given twice"),
        Error::Invalid { field, .. } if field == "body" => (StatusCode::BAD_REQUEST, "the request cannot be read"),
        _ => return None,
    };
    Some(Refusal { http, ..refused(UNKNOWN).saying(message) })
}

/// What a failure says where the operation has no words of its own for it.
pub(crate) fn anywhere(error: &Error) -> Refusal {
    match error {
        Error::SignedOut => Refusal { status: Some(false), ..refused("0011").saying("please signup") },
        _ => refused(UNKNOWN),
    }
}
