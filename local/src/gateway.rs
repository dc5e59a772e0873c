//! What API Gateway does: gives each request an id and hands it to the function whose route takes its path. Every function is
//! a router here.

use crate::{dialects, template::Route};
use axum::{Router, body::Body, extract::Request, response::Response};
use kit::{registry::DEFAULT_ROUTE, request_id::RequestId};
use shared::{App, random::Random};
use std::{collections::BTreeMap, convert::Infallible, sync::Arc};
use tower::ServiceExt;

/// The function that has answered a request: an extension of the answer.
#[derive(Clone, Debug)]
pub(crate) struct ServedBy(pub(crate) String);

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
    let default = default.ok_or_else(|| format!("it has no route {DEFAULT_ROUTE}"))?.clone();
    // Not the application's randomness: where that is seeded, it is for what the application does.
    let random = Arc::new(Random::system());
    let service = tower::service_fn(move |mut request: Request<Body>| {
        request.extensions_mut().insert(RequestId(random.hex::<8>()));
        // The path as it is: API Gateway does not tidy slashes up either.
        let taking = table.iter().filter(|(route, _)| route.takes(request.uri().path()));
        let taken = taking.max_by_key(|(route, _)| route.path.len());
        let (route, function) = taken.unwrap_or(&default).clone();
        async move {
            let mut response: Response = function.oneshot(request).await.unwrap_or_else(|never| match never {});
            response.extensions_mut().insert(ServedBy(route.binary));
            Ok::<Response, Infallible>(response)
        }
    });
    Ok(Router::new().fallback_service(service))
}
