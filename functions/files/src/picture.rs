//! The picture of who has none (`docs/dialects/chat.md#files`). It is the same for everybody, so that it lies in no bucket.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use http_range_header::parse_range_header;
use std::ops::RangeInclusive;

/// Where it is, behind `/media/`.
pub(crate) const PATH: &str = "avatars/default.jpg";

const BYTES: &[u8] = include_bytes!("default.jpg");

/// A part of the picture, or all of it, as the request asks for it. Whoever asks for several parts gets all of it.
pub(crate) fn default(headers: &HeaderMap) -> Response {
    let (status, bytes, range) = match part(headers) {
        Part::All => (StatusCode::OK, BYTES, None),
        Part::Of(range) => {
            let shown = format!("bytes {}-{}/{}", range.start(), range.end(), BYTES.len());
            (StatusCode::PARTIAL_CONTENT, BYTES.get(range).unwrap_or_default(), Some(shown))
        }
        Part::Outside => (StatusCode::RANGE_NOT_SATISFIABLE, &[][..], Some(format!("bytes */{}", BYTES.len()))),
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    headers.extend(range.and_then(|range| Some((header::CONTENT_RANGE, HeaderValue::try_from(range).ok()?))));
    response
}

/// What of it is asked for.
enum Part {
    All,
    Of(RangeInclusive<usize>),
    /// Nothing that there is.
    Outside,
}

/// A header that cannot be read asks for nothing in particular.
fn part(headers: &HeaderMap) -> Part {
    let asked = headers.get(header::RANGE).and_then(|value| parse_range_header(value.to_str().ok()?).ok());
    let Some(asked) = asked else { return Part::All };
    match asked.validate(BYTES.len() as u64).as_deref() {
        Ok([range]) => {
            let place = |place: &u64| usize::try_from(*place).unwrap_or_default();
            Part::Of(place(range.start())..=place(range.end()))
        }
        Ok(_) => Part::All,
        Err(_) => Part::Outside,
    }
}
