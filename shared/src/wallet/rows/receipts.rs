//! `RECEIPT#<hash>`/`RECEIPT`: what an operator has issued. Only the hash of a receipt is stored.

use crate::{
    error::Error,
    sessions::Actor,
    store::{self, Condition, Item, Part, Store, Update, Write, keys, number, text, value},
    values::{TokenHash, UserId, Yuan},
};
use serde::{Deserialize, Serialize};

/// The receipt, as a part of a refill.
pub(in crate::wallet) const RECEIPT: Part = Part::named("receipt");

/// Receipts are deleted so many seconds after they have stopped to count.
const SLACK: i64 = 30 * 86_400;

/// A receipt.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    yuan: u32,
    /// Seconds since 1970.
    issued_at: i64,
    /// Until when it is good, in seconds.
    until: i64,
    /// When it was used, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<i64>,
    /// Who has used it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<UserId>,
    expires_at: i64,
}

/// A receipt that somebody shows.
#[derive(Debug)]
pub(in crate::wallet) struct Shown<'a> {
    pub(in crate::wallet) receipt: &'a TokenHash,
    /// What it has to be for.
    pub(in crate::wallet) yuan: Yuan,
    /// Now, in seconds.
    pub(in crate::wallet) now: i64,
}

impl Shown<'_> {
    /// Uses it up, if it is good and for that amount.
    pub(in crate::wallet) fn use_up(&self, actor: &Actor) -> Write {
        let good = Condition::All(vec![
            Condition::Equals("yuan", number(i64::from(self.yuan.get()))),
            Condition::Absent("used_at"),
            Condition::AtLeast("until", number(self.now + 1)),
        ]);
        let used = Update::of(keys::receipt(self.receipt)).set("used_at", number(self.now));
        Write::from(used.set("owner", text(actor.uid().as_str())).when(good)).named(RECEIPT)
    }

    /// Why it could not be used; `item` is the receipt as it is.
    pub(in crate::wallet) fn refusal(&self, item: &Item) -> Error {
        match value::<Receipt>(item.clone()) {
            Ok(receipt) if receipt.used_at.is_some() => Error::ReceiptUsed,
            Ok(receipt) if receipt.until <= self.now => Error::ReceiptUnknown,
            Ok(receipt) if receipt.yuan != self.yuan.get() => Error::ReceiptMismatch,
            _ => Error::ReceiptUnknown,
        }
    }
}

/// Stores a receipt. If it is there already, an earlier attempt of the same call has put it.
pub(in crate::wallet) async fn issue(
    store: &Store,
    hash: &TokenHash,
    yuan: Yuan,
    now: i64,
    until: i64,
) -> Result<(), Error> {
    let (used_at, owner) = (None, None);
    let receipt = Receipt { yuan: yuan.get(), issued_at: now, until, used_at, owner, expires_at: until + SLACK };
    let item = store::item("receipt", &receipt)?;
    store.put(&keys::receipt(hash), item, Some(Condition::Absent("pk"))).await.map(drop)
}

/// Takes the name of somebody who is being erased off a receipt.
pub(super) fn disowned(receipt: &TokenHash) -> Update {
    Update::of(keys::receipt(receipt)).remove("owner").when(Condition::Present("pk"))
}
