//! Fields and limits that several of these operations share.

use crate::wire::UserField;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::Error;

/// Characters of a request's message, and how many of them are shown (`docs/dialects/sealtalk.md#invite`,
/// `docs/dialects/sealtalk.md#text`).
pub(super) const MESSAGE: usize = 64;
/// The same of a friend's name (`docs/dialects/sealtalk.md#names-and-notes`).
pub(super) const DISPLAY_NAME: usize = 32;

/// A text of a length in characters; `reason` is the documented one.
pub(super) fn limited(field: &str, text: &str, most: usize, reason: &'static str) -> Result<(), Error> {
    if text.chars().count() <= most { Ok(()) } else { Err(Error::invalid(field, reason)) }
}

/// A friend, or who is to be one.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Somebody {
    pub(super) friend_id: UserField,
}
