//! `NONCE#<hash>`/`NONCE`: a nonce that has been used. The hash is keyed.

use crate::{
    error::Error,
    signatures::NONCE_LIFETIME,
    store::{Condition, Store, Written, item, keys, number, value},
};
use serde::{Deserialize, Serialize};

/// Items are deleted so many seconds after they have stopped to count.
const SLACK: i64 = 3_600;

/// A nonce that has been used.
#[derive(Debug, Serialize, Deserialize)]
struct UsedNonce {
    /// Which call has used it.
    used_by: String,
    /// It is not good up to and in this second.
    until: i64,
    expires_at: i64,
}

/// Uses a nonce up. `false`: it has been used. `by` is the call's own, so that an answer that was lost is known again.
pub(super) async fn use_up(store: &Store, nonce: &str, by: &str, now: i64) -> Result<bool, Error> {
    let until = now + NONCE_LIFETIME;
    let row = UsedNonce { used_by: by.to_owned(), until, expires_at: until + SLACK };
    let free = Condition::Any(vec![Condition::Absent("pk"), Condition::Below("until", number(now))]);
    match store.put(&keys::nonce(nonce), item("nonce", &row)?, Some(free)).await? {
        Written::Done(_) => Ok(true),
        Written::Refused(item) => Ok(value::<UsedNonce>(item)?.used_by == by),
    }
}
