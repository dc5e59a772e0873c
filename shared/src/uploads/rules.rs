//! Where files lie, and what may be used.

use crate::{
    storage::content_type_of,
    values::{FileKey, Kind, UserId},
};

/// So many of the first bytes of a file are looked at.
pub(super) const LOOKED_AT: u16 = 512;

/// Where a file is uploaded to. `folder` is its owner's.
#[must_use]
pub(super) fn pending(folder: &str, kind: Kind, key: &FileKey) -> String {
    format!("{}{}/{key}", pending_prefix(folder), kind.as_str())
}

/// Where everything lies that waits in a folder.
#[must_use]
pub(super) fn pending_prefix(folder: &str) -> String {
    format!("pending/files/{folder}/")
}

/// Where everything lies that somebody uses.
#[must_use]
pub(super) fn live_prefix(owner: &UserId) -> String {
    format!("media/files/{owner}/")
}

/// Where a file lies while it is used. `copy` is the name of the copy.
#[must_use]
pub(super) fn live(owner: &UserId, key: &FileKey, copy: &str) -> String {
    format!("{}{key}/{copy}", live_prefix(owner))
}

/// The content type of a file that may be used as one of a kind: by its first bytes, and only if it has at most `largest`
/// bytes. `None`: it may not.
#[must_use]
pub fn accepted(kind: Kind, first_bytes: &[u8], size: u64, largest: u64) -> Option<&'static str> {
    content_type_of(kind, first_bytes).filter(|_| size <= largest)
}
