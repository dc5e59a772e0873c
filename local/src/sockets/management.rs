//! `/@connections/{id}`: what functions post to open sockets, as API Gateway's management API has it.
//!
//! | method | answer |
//! |---|---|
//! | POST | 200: the body is sent to the client as a text |
//! | GET | 200: `{"connectedAt","identity":{"sourceIp","userAgent"},"lastActiveAt"}` |
//! | DELETE | 204: the client is closed, after what has been posted |
//!
//! 400 for what cannot be the name of a connection, 410 for one that is not open, 413 for a body of more than 128 KB, 429 while the
//! client does not read what has been posted. A stage may stand in front of the path. Nobody looks at signatures.

use super::lines::{Facts, Lines, Posted};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use shared::{time::iso_millis, values::ConnectionId};
use std::{collections::BTreeMap, sync::atomic::Ordering};

/// The largest message, in bytes.
pub(super) const LARGEST_MESSAGE: usize = 128 << 10;

/// A body is read to here, so that whoever sends one that is too long sees the answer.
const READ: usize = 16 << 20;

pub(super) fn routes(lines: Lines) -> Router {
    let methods = || -> MethodRouter<Lines> { post(send).get(show).delete(close) };
    let router = Router::new().route("/@connections/{id}", methods()).route("/{stage}/@connections/{id}", methods());
    router.with_state(lines)
}

/// The parameters of the path: the name, and perhaps a stage.
type Parameters = Path<BTreeMap<String, String>>;

/// A name of the form that API Gateway gives: 16 characters, the last of which is `=`.
fn name(Path(mut parameters): Parameters) -> Option<ConnectionId> {
    let name = ConnectionId::try_from(parameters.remove("id")?).ok()?;
    Some(name).filter(|name| name.as_str().len() == 16 && name.as_str().ends_with('='))
}

fn no_name() -> Response {
    refusal(StatusCode::BAD_REQUEST, "BadRequestException", "Invalid connectionId")
}

async fn send(State(lines): State<Lines>, parameters: Parameters, body: Body) -> Response {
    let Some(name) = name(parameters) else { return no_name() };
    let body = to_bytes(body, READ).await.ok().filter(|body| body.len() <= LARGEST_MESSAGE);
    let Some(body) = body else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", "Message too long");
    };
    let Ok(text) = String::from_utf8(body.into()) else {
        return refusal(StatusCode::BAD_REQUEST, "BadRequestException", "Invalid message");
    };
    match lines.post(&name, text) {
        Posted::Taken => StatusCode::OK.into_response(),
        Posted::Gone => gone(),
        Posted::Full => refusal(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", "Client buffer is full"),
    }
}

async fn show(State(lines): State<Lines>, parameters: Parameters) -> Response {
    match name(parameters).map(|name| lines.facts(&name)) {
        Some(Some(facts)) => json_answer(StatusCode::OK, &shown(&facts)),
        Some(None) => gone(),
        None => no_name(),
    }
}

fn shown(facts: &Facts) -> Value {
    json!({
        "connectedAt": iso_millis(facts.opened),
        "identity": { "sourceIp": facts.address, "userAgent": facts.agent },
        "lastActiveAt": iso_millis(facts.active.load(Ordering::Relaxed)),
    })
}

async fn close(State(lines): State<Lines>, parameters: Parameters) -> Response {
    match name(parameters).map(|name| lines.close(&name)) {
        Some(true) => StatusCode::NO_CONTENT.into_response(),
        Some(false) => gone(),
        None => no_name(),
    }
}

fn gone() -> Response {
    refusal(StatusCode::GONE, "GoneException", "Gone")
}

/// A failure as services of AWS say it in JSON.
pub(super) fn refusal(status: StatusCode, kind: &'static str, message: &str) -> Response {
    let mut response = json_answer(status, &json!({ "message": message }));
    let name = HeaderName::from_static("x-amzn-errortype");
    response.headers_mut().insert(name, HeaderValue::from_static(kind));
    response
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
