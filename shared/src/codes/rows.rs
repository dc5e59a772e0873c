//! `CODE#<purpose>#<subject>`: codes that are bound to a purpose.

use crate::{
    error::Error,
    store::{Condition, Store, Update, Write, Written, item, keys::Key, number, text, value},
};
use serde::{Deserialize, Serialize};

/// A code that was right. Redeemed in the transaction that acts on it, by whoever comes first.
#[derive(Debug)]
pub struct Right {
    pub(crate) key: Key,
    pub(crate) hash: String,
}

/// A code as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredCode {
    pub(crate) hash: String,
    pub(crate) salt: String,
    pub(crate) attempts: i64,
    pub(crate) sent_at: i64,
    /// Past this second the code is dead, whether the row is still there or not.
    pub(crate) expires_at: i64,
}

/// The end of a code, by whoever is the first to redeem it.
pub(crate) fn redeem(right: &Right) -> Write {
    Write::delete(right.key.clone(), Some(Condition::Equals("hash", text(&right.hash)))).named(super::PROOF)
}

/// Puts a code in the place of the one before.
pub(super) async fn put_code(store: &Store, key: &Key, code: &StoredCode) -> Result<(), Error> {
    store.put(key, item("code", code)?, None).await.map(drop)
}

/// Counts an attempt on a code that is alive and has fewer than `most`, and gives the code back; else `None`.
pub(super) async fn count_attempt(store: &Store, key: &Key, most: u32, now: i64) -> Result<Option<StoredCode>, Error> {
    let attempt = Update::of(key.clone())
        .add("attempts", number(1))
        .when(Condition::Below("attempts", number(i64::from(most))))
        .when(Condition::AtLeast("expires_at", number(now + 1)));
    match store.update(attempt).await? {
        Written::Done(item) => Ok(Some(value::<StoredCode>(item)?)),
        Written::Refused(_) => Ok(None),
    }
}
