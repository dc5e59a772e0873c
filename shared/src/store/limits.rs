//! Counters of attempts.

use super::{Condition, Key, Store, Update, Written, number};
use crate::error::Error;

impl Store {
    /// Counts one more, if fewer than `most` are counted. `false`: the limit is reached, nothing was counted.
    pub(crate) async fn count(&self, key: &Key, most: u32, expires_at: i64) -> Result<bool, Error> {
        if most == 0 {
            return Ok(false);
        }
        let below = Condition::Below("count", number(i64::from(most)));
        let update = Update::of(key.clone())
            .add("count", number(1))
            .set("expires_at", number(expires_at))
            .set("type", super::text("limit"))
            .when(Condition::Any(vec![Condition::Absent("count"), below]));
        Ok(matches!(self.update(update).await?, Written::Done(_)))
    }

    /// Takes one back.
    pub(crate) async fn uncount(&self, key: &Key) -> Result<(), Error> {
        let some = Condition::AtLeast("count", number(1));
        self.update(Update::of(key.clone()).add("count", number(-1)).when(some)).await.map(drop)
    }
}
