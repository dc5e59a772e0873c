//! Who called, where CloudFront stands in front of the APIs (`docs/operations.md#one-host-in-front`).
//!
//! API Gateway then sees an address of CloudFront's and its own host. So CloudFront says in two headers which address called and which
//! host it called, and in a third a key that nobody else knows. Without the right key the headers count for nothing, and in any case
//! nothing behind this sees them.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use lambda_http::request::RequestContext;
use shared::{App, Config};

/// The environment variable that every function reads for this.
pub const SETTING: &str = "FRONT_KEY";

const KEY: HeaderName = HeaderName::from_static("x-front-key");
const ADDRESS: HeaderName = HeaderName::from_static("x-front-address");
const HOST: HeaderName = HeaderName::from_static("x-front-host");

/// Who called CloudFront.
pub(crate) struct Called {
    /// The address of the caller's network connection.
    pub(crate) address: String,
    /// The host that they called.
    host: String,
}

/// Takes the headers out, and gives back what they say if the key is right.
pub(crate) fn take(config: &Config, headers: &mut HeaderMap) -> Option<Called> {
    let [key, address, host] = [KEY, ADDRESS, HOST].map(|name| one(headers, &name));
    let key = key.filter(|key| config.front_key.as_ref().is_some_and(|known| known.is(key.as_bytes())));
    let text = |value: Option<HeaderValue>| value.and_then(|value| value.to_str().ok().map(str::to_owned));
    key.and(text(address).zip(text(host))).map(|(address, host)| Called { address, host })
}

/// The value of a header that is there once. Whatever is there goes.
fn one(headers: &mut HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let alone = headers.get_all(name).iter().count() == 1;
    headers.remove(name).filter(|_| alone)
}

impl Called {
    /// The host that was called, as the header that a server without anything in front of it would see.
    pub(crate) fn write_host(&self, headers: &mut HeaderMap) {
        if let Ok(host) = HeaderValue::from_str(&self.host) {
            headers.insert(header::HOST, host);
        }
    }
}

/// Gives a request the address and the host that CloudFront says.
pub(crate) async fn unwrap(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(called) = take(&app.config, request.headers_mut()) {
        called.write_host(request.headers_mut());
        if let Some(RequestContext::ApiGatewayV2(context)) = request.extensions_mut().get_mut() {
            context.http.source_ip = Some(called.address);
            context.domain_name = Some(called.host);
        }
    }
    next.run(request).await
}
