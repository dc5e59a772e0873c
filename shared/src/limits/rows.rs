//! Counters of attempts.

use crate::{
    error::Error,
    store::{self, Condition, Store, Update, Written, keys::Key, number},
};

/// Counts `many` more, if that makes no more than `most`. `false`: the limit is reached, nothing was counted.
pub(super) async fn count(store: &Store, key: &Key, many: u32, most: u32, expires_at: i64) -> Result<bool, Error> {
    let Some(before) = most.checked_sub(many) else { return Ok(false) };
    let below = Condition::Below("count", number(i64::from(before) + 1));
    let update = Update::of(key.clone())
        .add("count", number(i64::from(many)))
        .set("expires_at", number(expires_at))
        .set("type", store::text("limit"))
        .when(Condition::Any(vec![Condition::Absent("count"), below]));
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Takes one back.
pub(super) async fn uncount(store: &Store, key: &Key) -> Result<(), Error> {
    let some = Condition::AtLeast("count", number(1));
    store.update(Update::of(key.clone()).add("count", number(-1)).when(some)).await.map(drop)
}
