//! Clients that say nothing that can be read: after five such texts in a row the socket is closed
//! (`docs/dialects/chat.md#what-a-text-is`). The count is this process's own: elsewhere it begins anew.

use shared::values::ConnectionId;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

/// So many in a row are enough.
const ENOUGH: u8 = 5;

/// So many clients are counted at a time.
const MOST: usize = 10_000;

static COUNTS: LazyLock<Mutex<HashMap<ConnectionId, u8>>> = LazyLock::new(Mutex::default);

/// Counts a text of a client, and says whether it was the last one that is listened to.
pub(super) fn is_enough(id: &ConnectionId, is_garbage: bool) -> bool {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_garbage {
        counts.remove(id);
        return false;
    }
    if counts.len() >= MOST {
        counts.clear();
    }
    let count = counts.entry(id.clone()).or_default();
    *count = count.saturating_add(1);
    *count >= ENOUGH
}

/// A socket has ended.
pub(super) fn forget(id: &ConnectionId) {
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
}
