//! Objects and texts in JSON; a list is no object here.

use serde::Deserialize;
use serde_json::value::RawValue;

/// An object: what is derived would take a list of its fields as well.
pub(super) fn object<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    serde_json::from_str(json).ok().filter(|_: &T| json.trim_start().starts_with('{'))
}

/// A string as it was meant.
pub(super) fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}
