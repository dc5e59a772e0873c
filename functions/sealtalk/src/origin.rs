//! Which web pages may call: an allow-list with credentials. Native clients send no origin
//! (`docs/dialects/sealtalk.md#web-origins`).

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use kit::Caller;
use shared::App;

const METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE");

/// Answers preflights, refuses what a page of a foreign origin wants to change, and tells browsers who may read.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let welcome = origin
        .as_ref()
        .and_then(|origin| origin.to_str().ok())
        .is_some_and(|origin| Caller::is_own_origin(&request, origin) || app.config.sealtalk.web_origins.allow(origin));
    let allowed = origin.clone().filter(|_| welcome);
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if *request.method() == Method::OPTIONS {
        let mut preflight = Response::new(Body::empty());
        *preflight.status_mut() = StatusCode::NO_CONTENT;
        crate::envelope::private(preflight)
    } else if origin.is_some() && allowed.is_none() && !reads {
        crate::envelope::foreign_origin()
    } else {
        next.run(request).await
    };
    let preflight = response.status() == StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if preflight {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.extend(asked.map(|asked| (header::ACCESS_CONTROL_ALLOW_HEADERS, asked)));
        }
    }
    response
}
