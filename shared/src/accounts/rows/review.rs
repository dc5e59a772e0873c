//! `AUDIT#<lower>`/`ACCOUNT`: the account of a store's reviewer; `USER#<uid>`/`REVIEWS#<lower>`: that the user is its person, by which
//! the erasure of its person finds it.

use crate::{
    error::Error,
    passwords::Phc,
    store::{self, Condition, Part, Store, Update, Write, keys, text},
    values::{ReviewAccount, UserId},
};
use serde::{Deserialize, Serialize};

/// The account, as a part of a transaction.
pub(in crate::accounts) const ACCOUNT: Part = Part::named("account");

/// Its person, as a part of a transaction.
pub(in crate::accounts) const PERSON: Part = Part::named("person");

/// An account as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::accounts) struct ReviewRow {
    /// Whom its devices speak for.
    pub(in crate::accounts) uid: UserId,
    /// An Argon2id PHC string.
    pub(in crate::accounts) hash: Phc,
    /// Seconds since 1970.
    pub(in crate::accounts) changed_at: i64,
}

/// The account of this name. One round.
pub(in crate::accounts) async fn read(store: &Store, account: &ReviewAccount) -> Result<Option<ReviewRow>, Error> {
    store.get_as(keys::review_account(account.lower())).await
}

/// That an account is as it was read.
fn as_read(row: &ReviewRow) -> Result<Condition, Error> {
    Ok(Condition::Equals("hash", store::nested(&row.hash)?).and(Condition::Equals("uid", text(row.uid.as_str()))))
}

/// That the account still has the password that was read.
pub(in crate::accounts) fn same_password(account: &ReviewAccount, row: &ReviewRow) -> Result<Write, Error> {
    Ok(Write::check(keys::review_account(account.lower()), as_read(row)?))
}

/// Puts an account in the place of what was read, and says so where its person is.
pub(in crate::accounts) fn put(
    account: &ReviewAccount,
    row: &ReviewRow,
    before: Option<&ReviewRow>,
) -> Result<[Write; 2], Error> {
    let unchanged = before.map_or(Ok(Condition::Absent("pk")), as_read)?;
    let item = store::item("review account", row)?;
    let own = store::Item::from([("type".into(), text("own review account"))]);
    Ok([
        Write::put(keys::review_account(account.lower()), item, Some(unchanged)).named(ACCOUNT),
        Write::put(keys::own_review_account(&row.uid, account.lower()), own, None),
    ])
}

/// A change of the account's person as a part.
pub(in crate::accounts) fn person(change: Update) -> Write {
    Write::from(change).named(PERSON)
}
