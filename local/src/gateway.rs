//! What API Gateway does: hands each path to the function whose route takes it. Every function is a router here.

use crate::{dialects, template::Route};
use axum::{Router, body::Body, extract::Request, response::Response};
use kit::registry::DEFAULT_ROUTE;
use shared::App;
use std::{collections::BTreeMap, convert::Infallible};
use tower::ServiceExt;

/// One router over all functions, with the routes of the template.
pub(crate) fn router(app: &App, routes: &[Route]) -> Result<Router, String> {
    let functions = dialects::functions().into_iter().map(|function| (function.name, function.router(app)));
    let functions: BTreeMap<_, _> = functions.collect();
    let mut table = Vec::new();
    for route in routes {
        let unknown = || format!("no function is called {}", route.binary);
        table.push((route.clone(), functions.get(route.binary.as_str()).ok_or_else(unknown)?.clone()));
    }
    let default = table.iter().find(|(route, _)| route.path == DEFAULT_ROUTE);
    let default = default.ok_or_else(|| format!("it has no route {DEFAULT_ROUTE}"))?.1.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        // The path as it is: API Gateway does not tidy slashes up either.
        let taking = table.iter().filter(|(route, _)| route.takes(request.uri().path()));
        let taken = taking.max_by_key(|(route, _)| route.path.len());
        let function = taken.map_or_else(|| default.clone(), |(_, function)| function.clone());
        async move { Ok::<Response, Infallible>(function.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    Ok(Router::new().fallback_service(service))
}
