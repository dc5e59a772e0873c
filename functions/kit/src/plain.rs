//! The plainest envelope of a failure: a status and an object with only `error`.
//!
//! What belongs to no dialect answers in it, and a dialect whose failures look like that takes from it what it has no
//! words of its own for.

use crate::routes::json;
use axum::{
    http::{Method, StatusCode, header},
    response::Response,
};
use serde_json::Value;
use shared::{Error, ErrorKind};
use tower_http::cors::{Any, CorsLayer};

/// A failure as it is told: an HTTP status and a text.
pub type Words = (StatusCode, &'static str);

/// What a failure says where nothing says it better. A failure is never 2xx.
#[must_use]
pub fn words(error: &Error) -> Words {
    if let Error::TooLarge = error {
        return (StatusCode::PAYLOAD_TOO_LARGE, "invalid request");
    }
    match error.kind() {
        ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "invalid request"),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "not found"),
        ErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
        ErrorKind::SignedOut => (StatusCode::UNAUTHORIZED, "signed out"),
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        ErrorKind::Conflict => (StatusCode::CONFLICT, "conflict"),
        ErrorKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too many requests"),
        ErrorKind::Unavailable | ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server error"),
    }
}

/// The answer with these words.
#[must_use]
pub fn failure((status, text): Words) -> Response {
    json(status, &serde_json::json!({ "error": text }))
}

/// What failures look like, for documents.
#[must_use]
pub fn schema() -> Value {
    serde_json::json!({
        "type": "object", "required": ["error"], "properties": {"error": {"type": "string"}},
    })
}

/// Lets pages from anywhere call, without cookies: for APIs where who somebody is stands in the request itself.
pub fn any_origin() -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods([Method::POST, Method::GET]).allow_headers([header::CONTENT_TYPE])
}
