//! Counters of attempts.

use crate::{
    error::Error,
    limits::Counter,
    store::{self, Condition, Store, Update, Written, keys::Key, number},
};

/// Counts `many` more. Refused where that makes more than the limit allows.
pub(super) fn counted(counter: &Counter, many: u32) -> Update {
    let below = Condition::Below("count", number(i64::from(counter.most) - i64::from(many) + 1));
    Update::of(counter.key.clone())
        .add("count", number(i64::from(many)))
        .set("expires_at", number(counter.expires_at))
        .set("type", store::text("limit"))
        .when(Condition::Any(vec![Condition::Absent("count"), below]))
}

/// The same as a write of its own. `false`: nothing was counted.
pub(super) async fn count(store: &Store, counter: &Counter, many: u32) -> Result<bool, Error> {
    if counter.most < many {
        return Ok(false);
    }
    Ok(matches!(store.update(counted(counter, many)).await?, Written::Done(_)))
}

/// Takes one back.
pub(super) async fn uncount(store: &Store, key: &Key) -> Result<(), Error> {
    let some = Condition::AtLeast("count", number(1));
    store.update(Update::of(key.clone()).add("count", number(-1)).when(some)).await.map(drop)
}
