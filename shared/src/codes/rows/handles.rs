//! `HANDLE#<hash>`: for which number's code a handle stands.

use crate::{
    codes::rows::SentCode,
    error::Error,
    store::{Key, Store, Write, item, keys},
    values::E164,
};
use serde::{Deserialize, Serialize};

/// `HANDLE#<hash>`/`CODE`: the number that a code was sent to.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::codes) struct HandleRow {
    /// Which.
    pub(in crate::codes) phone: E164,
    /// From this second on there is no such handle.
    expires_at: i64,
}

/// How much longer than a handle the row that names it is kept, in seconds: what has expired is deleted in any order.
const NAMED_LONGER: i64 = 604_800;

/// `CODE#<subject>`/`HANDLE#<hash>`: by it an erasure finds the handle, which holds the number.
#[derive(Debug, Serialize)]
struct NamedHandle {
    /// When DynamoDB may delete it.
    expires_at: i64,
}

/// Puts the handle of a code, if it has one.
pub(in crate::codes) async fn put(store: &Store, code: &Key, phone: &E164, sent: &SentCode) -> Result<(), Error> {
    let Some(handle) = &sent.handle else { return Ok(()) };
    let row = HandleRow { phone: phone.clone(), expires_at: sent.expires_at };
    let named = NamedHandle { expires_at: sent.expires_at + NAMED_LONGER };
    let writes = vec![
        Write::put(keys::handle(handle), item("handle", &row)?, None),
        Write::put(keys::handle_of_code(code, handle), item("named handle", &named)?, None),
    ];
    store.transact(writes).await.map(drop)
}

/// The number that a handle's code was sent to. One round.
pub(in crate::codes) async fn phone(store: &Store, handle: &str, now: i64) -> Result<Option<E164>, Error> {
    let row: Option<HandleRow> = store.get_as(keys::handle(handle)).await?;
    Ok(row.filter(|row| row.expires_at > now).map(|row| row.phone))
}
