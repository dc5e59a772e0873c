//! `USER#<uid>`/`ADDRESS#<hash>`: the addresses from which a user has signed in.

use crate::{
    error::Error,
    store::{Key, Store, Write, item},
};
use serde::{Deserialize, Serialize};

/// `USER#<uid>`/`ADDRESS#<hash>`: somebody has signed in from an address. The hash is keyed.
#[derive(Debug, Serialize, Deserialize)]
struct KnownAddress {
    /// From this second on it is forgotten, whether the row is still there or not.
    expires_at: i64,
}

/// Remembers an address.
pub(in crate::accounts) fn remember(key: &Key, expires_at: i64) -> Result<Write, Error> {
    Ok(Write::put(key.clone(), item("known address", &KnownAddress { expires_at })?, None))
}

/// Whether an address is remembered.
pub(in crate::accounts) async fn is_known(store: &Store, key: &Key, now: i64) -> Result<bool, Error> {
    let known: Option<KnownAddress> = store.get_as(key.clone()).await?;
    Ok(known.is_some_and(|known| known.expires_at > now))
}
