//! Counters of attempts.

use crate::{
    error::Error,
    store::{self, Condition, Store, Update, Written, keys::Key, number},
};

/// Counts one more, if fewer than `most` are counted. `false`: the limit is reached, nothing was counted.
pub(super) async fn count(store: &Store, key: &Key, most: u32, expires_at: i64) -> Result<bool, Error> {
    if most == 0 {
        return Ok(false);
    }
    let below = Condition::Below("count", number(i64::from(most)));
    let update = Update::of(key.clone())
        .add("count", number(1))
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
