//! The answer of an operation that gives a person a copy of their data.

use schemars::JsonSchema;
use serde::Serialize;
use shared::exports::Export;

/// An archive of a person's data.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Exported {
    /// The archive, and then each file that is too large for one. They are good for 15 minutes.
    urls: Vec<String>,
    /// Whether there is another archive.
    more: bool,
    /// What another call gives as `after`; empty: there is no more.
    next: String,
}

impl From<Export> for Exported {
    fn from(Export { urls, next, .. }: Export) -> Self {
        Self { urls, more: next.is_some(), next: next.unwrap_or_default() }
    }
}
