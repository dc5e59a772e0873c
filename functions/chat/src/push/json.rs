//! Objects and texts in JSON; a list is no object here.

use serde::Deserialize;
use serde_json::value::RawValue;

/// An object: what is derived would take a list of its fields as well.
pub(super) fn object<'a, T: Deserialize<'a>>(json: &'a str) -> Option<T> {
    serde_json::from_str(json).ok().filter(|_: &T| json.trim_start().starts_with('{'))
}

/// So deep lists and objects may lie in each other. Clients read what is passed on to them with parsers that give up at some depth.
const DEEPEST: usize = 128;

/// Whether lists and objects lie in each other deeper than that.
pub(super) fn is_too_deep(json: &str) -> bool {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    json.bytes().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => depth += 1,
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// A string as it was meant.
pub(super) fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}
