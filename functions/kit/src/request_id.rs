//! The id of a request: one, in its log event and in a header of its answer. Behind API Gateway it is the one that the
//! gateway gives, so it is in the gateway's access log as well.

use axum::{
    extract::Request,
    http::{Extensions, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use lambda_http::request::RequestContext;

/// The header of an answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that the server gives a request where there is no API Gateway: an extension of the request.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The id of the request with these extensions; empty if nobody has given it one.
#[must_use]
pub fn request_id(extensions: &Extensions) -> &str {
    let given = match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.as_deref(),
        _ => extensions.get::<RequestId>().map(|RequestId(id)| id.as_str()),
    };
    given.unwrap_or_default()
}

/// An axum middleware that writes the id of each request on its answer.
pub async fn answer_with_id(request: Request, next: Next) -> Response {
    let id = request_id(request.extensions());
    let id = if id.is_empty() { None } else { HeaderValue::from_str(id).ok() };
    let mut response = next.run(request).await;
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
