//! Keys of the table `wallet`: coins.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{Account, RequestId, TokenHash, UserId},
};

fn wallet(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Wallet, pk, sk: sk.into() }
}

/// What a user has in an account, its shares aside.
#[must_use]
pub fn balance(uid: &UserId, account: Account) -> Key {
    wallet(partition(uid), format!("{BALANCES}{}", account.as_str()))
}

/// A share of an account, into which others pay.
#[must_use]
pub fn balance_share(uid: &UserId, account: Account, share: u32) -> Key {
    wallet(partition(uid), format!("{BALANCES}{}#{share}", account.as_str()))
}

/// Every row of a balance starts so.
pub const BALANCES: &str = "BALANCE#";

/// Every row of this account starts so.
pub(crate) fn balances_of(account: Account) -> String {
    format!("{BALANCES}{}", account.as_str())
}

/// A movement of one of a user's accounts, in order of time: 13 digits of milliseconds.
#[must_use]
pub fn entry(uid: &UserId, millis: i64, id: &str) -> Key {
    wallet(partition(uid), format!("{ENTRIES}{millis:013}#{id}"))
}

/// Every movement starts so.
pub const ENTRIES: &str = "ENTRY#";

/// The other side of a movement, in whose ledger it has the same name.
pub(crate) fn same_entry(entry: &Key, other: &UserId) -> Key {
    wallet(partition(other), entry.sk.clone())
}

/// Where a movement of somebody who is being erased goes to. `gone` stands for the person and names nobody.
pub(crate) fn anonymous_entry(entry: &Key, gone: &str) -> Key {
    wallet(format!("GONE#{gone}"), entry.sk.clone())
}

/// That a user has asked for a movement under an id of their own.
#[must_use]
pub fn request(uid: &UserId, id: &RequestId) -> Key {
    wallet(partition(uid), format!("{REQUESTS}{}", id.as_str()))
}

/// Every request starts so.
pub const REQUESTS: &str = "REQUEST#";

/// That an operator has granted something under this id.
#[must_use]
pub fn grant(id: &RequestId) -> Key {
    wallet(format!("GRANT#{}", id.as_str()), "GRANT")
}

/// A receipt for coins.
#[must_use]
pub fn receipt(receipt: &TokenHash) -> Key {
    wallet(format!("RECEIPT#{}", receipt.as_str()), "RECEIPT")
}
