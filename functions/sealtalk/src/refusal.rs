//! What a failure says wherever it happens; what single operations say in words of their own stands at their routes
//! (`docs/dialects/sealtalk.md#errors`).

use crate::envelope::{Refusal, business, signed_out, transport};
use axum::{http::StatusCode, response::Response};
use shared::{
    Error, ErrorKind,
    error::{Unusable, Why},
};

const GROUP_FULL: &str = "Group's member count is out of max group member count limit (500).";
const TOO_MANY_GROUPS: &str = "Current user's group count is out of max user group count limit (500).";

/// The answer to a failure that its operation has no words for, or that reached no operation.
pub(crate) fn answer(error: &Error) -> Response {
    match anywhere(error) {
        Some(refusal) => refusal.response(),
        None => general(error),
    }
}

fn anywhere(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::Invalid { field, why } => transport(StatusCode::BAD_REQUEST, invalid(field, *why)),
        Error::Unusable(Unusable::Password) => transport(StatusCode::BAD_REQUEST, "Password is too common."),
        Error::AccountNameTaken => business(1_000, "ST account exists."),
        Error::TooLarge => transport(StatusCode::PAYLOAD_TOO_LARGE, "Body too large."),
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
        _ => return None,
    })
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

fn general(error: &Error) -> Response {
    let (status, message) = match error.kind() {
        ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "Invalid request."),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "Not found."),
        ErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, "Method not allowed."),
        ErrorKind::SignedOut => return signed_out(),
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "Forbidden."),
        ErrorKind::Conflict => (StatusCode::CONFLICT, "Conflict."),
        ErrorKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "Too many requests."),
        ErrorKind::Unavailable | ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error."),
    };
    transport(status, message).response()
}
