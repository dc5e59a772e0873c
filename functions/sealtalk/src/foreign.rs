//! Paths that are nobody's. This function has `$default` of the HTTP API, where a path with two slashes at its start ends
//! up; so does whatever is no path of any API.

use crate::dialect::Routes;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};

/// How the paths of an API begin, beside `/` itself.
#[derive(Clone, Debug)]
pub struct Beginnings(Arc<BTreeSet<&'static str>>);

impl Beginnings {
    /// Those of all operations.
    #[must_use]
    pub fn of(routes: &Routes) -> Self {
        Self(Arc::new(routes.endpoints.iter().filter_map(|endpoint| first(endpoint.path)).collect()))
    }
}

fn first(path: &str) -> Option<&str> {
    path.split('/').find(|segment| !segment.is_empty())
}

/// An unknown path that does not begin like one of this API is a 404 in the words of Light Up: nobody can tell what it was
/// meant for, and that API's clients know no other.
pub async fn name(State(own): State<Beginnings>, request: Request, next: Next) -> Response {
    let foreign = first(request.uri().path()).is_some_and(|first| !own.0.contains(first));
    let response = next.run(request).await;
    if foreign && response.status() == StatusCode::NOT_FOUND {
        return kit::routes::json(StatusCode::NOT_FOUND, &json!({"error": "not found"}));
    }
    response
}
