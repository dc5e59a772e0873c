//! What failures say (`docs/dialects/m_user.md#results`).

use axum::http::StatusCode;
use serde::Serialize;
use shared::{Error, ErrorKind};
use std::borrow::Cow;

/// The code of whatever is our fault.
pub(crate) const FAULT: u16 = 700;

/// The code of a field that is missing, or not what it should be.
pub(crate) const FIELD: u16 = 777;

/// A failure as it is told.
#[derive(Debug, Serialize)]
pub struct Refusal {
    #[serde(skip)]
    pub(crate) http: StatusCode,
    pub(crate) status: u16,
    message: Cow<'static, str>,
    data: Nothing,
}

/// `{}`
#[derive(Debug, Serialize)]
struct Nothing {}

/// A failure with this code and text, and the HTTP status where there is no envelope.
pub(crate) fn refused(http: StatusCode, status: u16, message: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal { http, status, message: message.into(), data: Nothing {} }
}

/// The field of this name cannot be used, although it has its form.
pub(crate) fn field(name: &'static str) -> Refusal {
    refused(StatusCode::BAD_REQUEST, FIELD, name)
}

/// What a failure says where the operation has no words of its own for it.
pub(crate) fn anywhere(error: &Error) -> Refusal {
    match error {
        // The field alone, without what is wrong inside of it.
        Error::Invalid { field, .. } => {
            let name = field.split(['.', '[']).next().unwrap_or_default().to_owned();
            refused(StatusCode::BAD_REQUEST, FIELD, name)
        }
        Error::TooLarge => refused(StatusCode::PAYLOAD_TOO_LARGE, FIELD, "body"),
        Error::BadSignature => refused(StatusCode::UNAUTHORIZED, 603, "wrong signature or time"),
        Error::ReviewOnly => refused(StatusCode::FORBIDDEN, 1101, "please log in with the review account"),
        // Too many at once wrote the same thing. Nothing was done, and a later try may work.
        Error::Busy => of_kind(ErrorKind::TooMany),
        Error::NotEnoughCoins => refused(StatusCode::PAYMENT_REQUIRED, 5001, "not enough coins"),
        other => of_kind(other.kind()),
    }
}

fn of_kind(kind: ErrorKind) -> Refusal {
    let (http, status, message) = match kind {
        ErrorKind::Invalid => (StatusCode::BAD_REQUEST, FIELD, "invalid request"),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, 704, "not found"),
        ErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, 705, "method not allowed"),
        ErrorKind::SignedOut => (StatusCode::UNAUTHORIZED, 1001, "user not registered"),
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, 703, "forbidden"),
        ErrorKind::Conflict => (StatusCode::CONFLICT, 709, "conflict"),
        ErrorKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, 729, "too many requests"),
        ErrorKind::Unavailable | ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, FAULT, "internal error"),
    };
    refused(http, status, message)
}
