//! `USER#<uid>`/`ENTRY#<ms>#<id>`: a movement of one account. Entries are put and never changed, except that the erasure of
//! a person takes out what names them.

use crate::{
    app::App,
    error::Error,
    store::{self, Condition, Store, Write, keys},
    values::{Account, Note, RequestId, TokenHash, UserId},
    wallet::{rows::OWN_ENTRY, transfer::Kind},
};
use serde::{Deserialize, Serialize};

/// Why coins were moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::wallet) enum Cause {
    /// They were bought.
    Refill,
    /// An operator has given them for nothing.
    Grant,
    /// They were given by one user to another.
    Gift,
    /// One user has bought something of another for them.
    Sale,
    /// Their owner was erased.
    Withdrawn,
}

impl From<Kind> for Cause {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Gift => Self::Gift,
            Kind::Sale => Self::Sale,
        }
    }
}

/// When a movement was made, and what it is called in every ledger that it is in.
#[derive(Debug)]
pub(in crate::wallet) struct Stamp {
    pub(super) millis: i64,
    pub(super) id: String,
}

impl Stamp {
    /// A new one; nobody else has its id.
    pub(in crate::wallet) fn new(app: &App) -> Self {
        Self { millis: app.clock.millis(), id: app.random.hex::<8>() }
    }
}

/// A movement as its ledger has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::wallet) struct Entry {
    account: Account,
    #[serde(rename = "kind")]
    cause: Cause,
    /// What came into the account; below zero: what left it.
    amount: i64,
    /// Who is on the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) other: Option<UserId>,
    /// What the giver has written, or why an operator has granted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    /// What the client of this ledger's owner calls the movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
    /// The hash of the receipt that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<TokenHash>,
    /// So many days of being VIP were granted with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    vip_days: Option<u32>,
}

impl Entry {
    pub(in crate::wallet) fn of(account: Account, cause: Cause, amount: i64) -> Self {
        Self { account, cause, amount, other: None, note: None, request: None, receipt: None, vip_days: None }
    }

    pub(in crate::wallet) fn with(self, other: &UserId) -> Self {
        Self { other: Some(other.clone()), ..self }
    }

    pub(in crate::wallet) fn noted(self, note: &Note) -> Self {
        Self { note: Some(note.clone()).filter(|note| !note.as_str().is_empty()), ..self }
    }

    pub(in crate::wallet) fn asked_for(self, request: Option<&RequestId>) -> Self {
        Self { request: request.cloned(), ..self }
    }

    pub(in crate::wallet) fn paid_by(self, receipt: Option<&TokenHash>) -> Self {
        Self { receipt: receipt.cloned(), ..self }
    }

    pub(in crate::wallet) fn vip(self, days: Option<u32>) -> Self {
        Self { vip_days: days, ..self }
    }

    /// Whether the owner of this ledger is the giver, who has written the note.
    pub(super) fn is_givers(&self) -> bool {
        self.amount < 0
    }

    /// What is left of it when its owner is erased: the account, why and how much, the receipt and the VIP days.
    pub(super) fn anonymous(self) -> Self {
        Self { other: None, note: None, request: None, ..self }
    }

    /// Puts it into somebody's ledger, where none of this stamp may be.
    pub(in crate::wallet) fn write(&self, uid: &UserId, stamp: &Stamp) -> Result<Write, Error> {
        let key = keys::entry(uid, stamp.millis, &stamp.id);
        let item = store::item("entry", self)?;
        Ok(Write::put(key, item, Some(Condition::Absent("pk"))).named(OWN_ENTRY))
    }
}

/// Whether a movement of this call is in somebody's ledger.
pub(in crate::wallet) async fn is_there(store: &Store, uid: &UserId, stamp: &Stamp) -> Result<bool, Error> {
    Ok(store.get(keys::entry(uid, stamp.millis, &stamp.id)).await?.is_some())
}
