//! Paths that are nobody's. This function has `$default` of the HTTP API, where a path with two slashes at its start ends
//! up; so does whatever is no path of any API.

use axum::{extract::Request, http::StatusCode, middleware::Next, response::Response};
use serde_json::json;

/// How the paths of this API begin, beside `/` itself.
pub const PREFIXES: [&str; 5] = ["friendship", "group", "misc", "ping", "user"];

/// An unknown path that does not begin like one of this API is a 404 in the words of Light Up: nobody can tell what it was
/// meant for, and that API's clients know no other.
pub async fn name(request: Request, next: Next) -> Response {
    let first = request.uri().path().split('/').find(|segment| !segment.is_empty());
    let foreign = first.is_some_and(|first| !PREFIXES.contains(&first));
    let response = next.run(request).await;
    if foreign && response.status() == StatusCode::NOT_FOUND {
        return kit::routes::json(StatusCode::NOT_FOUND, &json!({"error": "not found"}));
    }
    response
}
