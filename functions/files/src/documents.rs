//! The OpenAPI documents of all APIs, `/openapi/<dialect>.json`, as they are checked in under `docs/api/`.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::read::GzDecoder;
use shared::Error;
use std::io::Read;

/// A document as `build.rs` has packed it.
struct Document {
    /// The last part of its path.
    name: &'static str,
    /// What it is known by while it does not change.
    etag: &'static str,
    /// Its text, as gzip.
    packed: &'static [u8],
}

const DOCUMENTS: &[Document] = include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// The document of this name, packed if the request takes that. 304 if the client has it already.
pub(crate) fn document(name: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let document = DOCUMENTS.iter().find(|document| document.name == name).ok_or(Error::NoSuchEndpoint)?;
    let mut response = Response::new(Body::empty());
    if knows(headers, document.etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if takes_packed(headers) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        *response.body_mut() = Body::from(document.packed);
    } else {
        let mut text = Vec::new();
        GzDecoder::new(document.packed).read_to_end(&mut text).map_err(Error::internal)?;
        *response.body_mut() = Body::from(text);
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ETAG, HeaderValue::from_static(document.etag));
    // Kept, but asked about each time: a deployment may bring another.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// Whether one of the versions that the client has is this one.
fn knows(headers: &HeaderMap, etag: &str) -> bool {
    let strong = etag.trim_start_matches("W/");
    elements(headers, &header::IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == strong)
}

/// Whether the client takes gzip: it names it, or everything, and does not give it the weight of nothing.
fn takes_packed(headers: &HeaderMap) -> bool {
    let weight = |name: &str| {
        elements(headers, &header::ACCEPT_ENCODING).find_map(|element| {
            let (coding, parameters) = element.split_once(';').unwrap_or((element, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse().ok());
            coding.trim().eq_ignore_ascii_case(name).then_some(weight.unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight: f32| weight > 0.0)
}

/// The elements of a header that is a list.
fn elements<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}
