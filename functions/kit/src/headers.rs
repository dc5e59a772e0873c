//! Headers that every answer has, whichever function and dialect it is of (`docs/operations.md#headers-of-every-answer`).

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use lambda_http::request::RequestContext;

/// A year. Only for the host that was called: what else its domain has is not known here.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
const AS_DECLARED: HeaderValue = HeaderValue::from_static("nosniff");
/// Some clients fail at a 401 without a challenge. A browser asks nobody for a password because of this one.
const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Bearer realm="api""#);

/// Lets a request be answered and adds the headers.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let gateway = matches!(request.extensions().get(), Some(RequestContext::ApiGatewayV2(_)));
    let mut response = next.run(request).await;
    let refused = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, AS_DECLARED);
    if gateway {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    if refused {
        headers.entry(header::WWW_AUTHENTICATE).or_insert(CHALLENGE);
    }
    response
}
