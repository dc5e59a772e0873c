//! Who may use what only this machine has: `/_local/...` and the console. Whoever can open a connection may, but for web pages of
//! others, which a browser would let through: it runs on this machine too.
//!
//! A page reaches a server of this machine in two ways. It can send requests whose answers it does not see: those have an `Origin` that
//! is not this server's, or a `Sec-Fetch-Site` that says so. Or its host name leads to this machine all of a sudden (DNS rebinding):
//! then the page's own host name stands in `Host`. An address of numbers cannot be rebound.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, uri::Authority};
use std::net::{IpAddr, Ipv6Addr};

/// What containers call the machine that they run on.
const OF_CONTAINERS: &str = "host.docker.internal";

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// An axum middleware that answers pages of others with a 403, before anything has happened.
pub(crate) async fn own_pages(request: Request, next: Next) -> Response {
    match refused(request.method(), request.headers()) {
        None => next.run(request).await,
        Some(reason) => {
            let text = serde_json::json!({ "error": reason }).to_string();
            (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
    }
}

/// An axum middleware that gives a page its policy. Pages are not kept, and say where they are to nobody else.
pub(crate) fn secured(policy: HeaderValue) -> impl Fn(Request, Next) -> BoxFuture<'static, Response> + Clone {
    move |request, next| {
        let policy = policy.clone();
        Box::pin(async move {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            // Not `no-referrer`: with that, a browser says of a form of the server's own that it comes from nowhere.
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        })
    }
}

/// Why a request is not taken.
fn refused(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(&header::HOST);
    if !host.is_none_or(is_of_this_machine) {
        return Some("open this with 127.0.0.1 or localhost as the host: another name could be a page's of others");
    }
    let same = |origin: &str| origin.split_once("://").is_some_and(|(_, of)| Some(of) == host);
    if text(&header::ORIGIN).is_some_and(|origin| !same(origin)) {
        return Some("a page of another origin may not do this");
    }
    // A link on another page may lead here: it shows the page to a person, and to nobody else.
    let followed = method.is_safe() && text(&MODE) == Some("navigate");
    let elsewhere = text(&SITE).is_some_and(|site| !matches!(site, "same-origin" | "none"));
    (elsewhere && !followed).then_some("a page of another site may not do this")
}

/// Whether the host that a request names is an address, or a name that nobody else can have.
fn is_of_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    name == "localhost"
        || name.ends_with(".localhost")
        || name == OF_CONTAINERS
        || name.parse::<IpAddr>().is_ok()
        || bracketed.is_some_and(|name| name.parse::<Ipv6Addr>().is_ok())
}
