//! Queries and forms of the console.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::convert::Infallible;

/// A query. One that cannot be read is as if there were none.
pub(super) struct Query<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned + Default> FromRequestParts<S> for Query<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(serde_html_form::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default()))
    }
}

/// The fields of a form that was sent; `None`: it cannot be read.
pub(super) fn form<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_html_form::from_bytes(body).ok()
}

/// A link to a page of the console with these fields in its query. Those that are empty are left out.
pub(super) fn link(path: &str, fields: &[(&str, &str)]) -> String {
    let given: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_html_form::to_string(given).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
