//! What failures say, and the envelope that they come in (`docs/dialects/sealtalk.md#answers`,
//! `docs/dialects/sealtalk.md#errors`).

use axum::{http::StatusCode, response::Response};
use kit::routes::json;
use serde::Serialize;
use shared::{
    Error, ErrorKind,
    error::{Unusable, Why},
};
use std::borrow::Cow;

/// A failure as it is told: an HTTP status, a code of the business, a sentence. It never has a `result`: clients type that
/// strictly (`docs/dialects/sealtalk.md#answers`).
#[derive(Debug, Serialize)]
pub struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    code: u16,
    /// Only in the answer without a session (`docs/dialects/sealtalk.md#the-answer-without-a-session`).
    #[serde(skip_serializing_if = "Option::is_none")]
    msg: Option<&'static str>,
    message: Cow<'static, str>,
}

impl Refusal {
    /// The refusal as an answer.
    pub(crate) fn response(&self) -> Response {
        json(self.status, self)
    }
}

/// A failure that is an HTTP status too.
pub(crate) fn transport(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal { status, code: status.as_u16(), msg: None, message: message.into() }
}

/// A failure of the business: HTTP 200, and a code of its own.
pub(crate) fn business(code: u16, message: &'static str) -> Refusal {
    Refusal { status: StatusCode::OK, code, msg: None, message: message.into() }
}

const GROUP_FULL: &str = "Group's member count is out of max group member count limit (500).";
const TOO_MANY_GROUPS: &str = "Current user's group count is out of max user group count limit (500).";
const SIGNED_OUT: &str = "Not loged in.";

/// What a failure says wherever it happens; what single operations say in words of their own stands at their routes
/// (`docs/dialects/sealtalk.md#errors`).
pub(crate) fn anywhere(error: &Error) -> Refusal {
    match error {
        Error::Invalid { field, why } => transport(StatusCode::BAD_REQUEST, invalid(field, *why)),
        Error::Unusable(Unusable::Password) => transport(StatusCode::BAD_REQUEST, "Password is too common."),
        Error::AccountNameTaken => business(1_000, "ST account exists."),
        Error::TooLarge => transport(StatusCode::PAYLOAD_TOO_LARGE, "Body too large."),
        Error::ForeignOrigin => transport(StatusCode::FORBIDDEN, "Origin not allowed."),
        Error::NoSuchUser => transport(StatusCode::NOT_FOUND, "Unknown user."),
        Error::NoSuchFriend => transport(StatusCode::NOT_FOUND, "Unknown friend user or invalid status."),
        // Never with code 10000: that would sign iOS clients out
        // (`docs/dialects/sealtalk.md#the-answer-without-a-session`).
        Error::NotFriends => transport(StatusCode::FORBIDDEN, "Current user is not friend of this user."),
        Error::NoSuchGroup => transport(StatusCode::NOT_FOUND, "Unknown group."),
        Error::NotAMember => transport(StatusCode::FORBIDDEN, "Current user is not group member."),
        Error::NotGroupManager => transport(StatusCode::FORBIDDEN, "Current user is not group manager."),
        Error::NoSuchMember => transport(StatusCode::BAD_REQUEST, "Not a group member."),
        Error::GroupFull => transport(StatusCode::BAD_REQUEST, GROUP_FULL),
        Error::TooManyGroups => business(1_000, TOO_MANY_GROUPS),
        Error::AlreadyFavourite => transport(StatusCode::METHOD_NOT_ALLOWED, "Group already exists."),
        Error::NoBulletin => transport(StatusCode::PAYMENT_REQUIRED, "No group bulletin."),
        Error::NoSuchNotice => business(20_003, "Not found."),
        other => of_kind(other.kind()),
    }
}

/// What a flag hears that is neither 0 nor 1 (`docs/dialects/sealtalk.md#privacy`).
const ILLEGAL: &str = "Illegal parameter .";

/// A form that is wrong. The rules of this dialect are stated in the documented sentences, which clients get to see; those
/// of the kit and of the domain are not.
fn invalid(field: &str, why: Why) -> String {
    match why {
        Why::Missing if field == "pokeStatus" => ILLEGAL.to_owned(),
        Why::Missing => format!("Empty {field}."),
        Why::Malformed if field.ends_with("Verify") || field == "pokeStatus" => ILLEGAL.to_owned(),
        Why::Rule(sentence) if sentence.ends_with('.') => sentence.to_owned(),
        Why::Twice | Why::Malformed | Why::TooLong | Why::Rule(_) => format!("Invalid {field}."),
    }
}

fn of_kind(kind: ErrorKind) -> Refusal {
    let (status, message) = match kind {
        ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "Invalid request."),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "Not found."),
        ErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, "Method not allowed."),
        // The one 403 that carries code 10000: iOS signs out on it
        // (`docs/dialects/sealtalk.md#the-answer-without-a-session`).
        ErrorKind::SignedOut => {
            let (status, message) = (StatusCode::FORBIDDEN, SIGNED_OUT.into());
            return Refusal { status, code: 10_000, msg: Some(SIGNED_OUT), message };
        }
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "Forbidden."),
        ErrorKind::Conflict => (StatusCode::CONFLICT, "Conflict."),
        ErrorKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "Too many requests."),
        ErrorKind::Unavailable | ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error."),
    };
    transport(status, message)
}
