//! Balances: `USER#<uid>`/`BALANCE#<account>` and its shares. Ledgers, requests and receipts are in the folder.

pub(super) mod erase;
pub(super) mod grants;
pub(super) mod ledger;
pub(super) mod receipts;
pub(super) mod requests;

use crate::{
    error::Error,
    sessions::{AnyReader, Reader},
    store::{
        Condition, Item, Part, Sheet, Store, Transacted, Update, Write,
        keys::{self, Table},
        number, text, value,
    },
    values::{Account, Amount, UserId},
    wallet::{
        payer::Payer,
        rules::{Held, Rows},
    },
};
use requests::Remembered;
use serde::Deserialize;

/// The parts of a movement that are asked for when they refuse.
pub(super) const REQUEST: Part = Part::named("request");
pub(super) const OWN_ENTRY: Part = Part::named("own entry");
pub(super) const OTHER_ENTRY: Part = Part::named("other entry");
pub(super) const CREDIT: Part = Part::named("credit");
pub(super) const DEBIT: Part = Part::named("debit");

/// What became of the transaction of a movement.
pub(super) enum Committed {
    /// It happened.
    Done,
    /// The request was carried out before, or its id stands for another.
    Before(Remembered),
    /// A part refused, and nothing happened.
    Refused(Part),
}

/// A row of an account.
#[derive(Debug, Deserialize)]
pub(super) struct BalanceRow {
    account: Account,
    /// Which share it is; absent on the first row.
    share: Option<u32>,
    #[serde(default)]
    balance: i64,
    /// Stands for the owner, who is being erased, in the ledger that is left of them.
    gone: Option<String>,
}

/// What the reader's accounts hold. One round, and one read unit.
///
/// The first row of an account comes before its shares in the order of the keys. So coins that come in and go out while the
/// rows are read are rather counted twice than missed; the condition of a payment decides.
pub(super) async fn held(store: &Store, reader: &Reader) -> Result<Held, Error> {
    let items = store.query(Table::Wallet, &keys::partition(reader.uid()), keys::BALANCES, false, None).await?;
    let mut held = Held::default();
    for item in items {
        let row: BalanceRow = value(item)?;
        let rows: &mut Rows = held.of_mut(row.account);
        match row.share {
            Some(_) => rows.shares = rows.shares.saturating_add(row.balance),
            None => rows.own = row.balance,
        }
    }
    Ok(held)
}

/// A row of an account as an update, which also says what the row is.
fn row(uid: &UserId, account: Account, share: Option<u32>) -> Update {
    let key = match share {
        Some(share) => keys::balance_share(uid, account, share),
        None => keys::balance(uid, account),
    };
    let update = Update::of(key).set("type", text("balance")).set("account", text(account.as_str()));
    update.set_some("share", share.map(|share| number(i64::from(share))))
}

/// Adds coins to a row of an account: to a share, or to the first row. Refused if the row would hold more than it can, or if
/// its owner is being erased.
pub(super) fn add(uid: &UserId, account: Account, share: Option<u32>, amount: Amount) -> Write {
    let room = Condition::Below("balance", number(Amount::MOST - amount.get() + 1));
    let room = Condition::Any(vec![Condition::Absent("balance"), room]);
    row(uid, account, share).add("balance", number(amount.get())).when(Condition::Absent("erased").and(room)).into()
}

/// Takes coins from the first row of the payer's account, if it and the shares that were read have them. Refused if the payer is
/// being erased.
pub(super) fn take(payer: Payer<'_>, account: Account, amount: Amount, read: Rows) -> Write {
    let least = read.own_at_least(amount);
    let enough = Condition::AtLeast("balance", number(least));
    // A row that is not there yet has none, and needs none if the shares cover it all.
    let enough = if least > 0 { enough } else { Condition::Any(vec![Condition::Absent("balance"), enough]) };
    let taken = row(payer.uid(), account, None).add("balance", number(-amount.get()));
    taken.when(Condition::Absent("erased").and(enough)).into()
}

/// Whether the row that refused is of somebody who is being erased.
pub(super) fn is_erased(row: &Item) -> bool {
    row.contains_key("erased")
}

/// Writes a movement. `refusal` says what it means for the caller that a part refused; `None`: something else.
pub(super) async fn commit(
    store: &Store,
    writes: Vec<Write>,
    refusal: impl Fn(Part, &Item) -> Option<Error>,
) -> Result<Committed, Error> {
    Ok(match store.transact(writes).await? {
        Transacted::Done => Committed::Done,
        Transacted::Refused { part: REQUEST, item, .. } => Committed::Before(value(item)?),
        Transacted::Refused { part, item, .. } => match refusal(part, &item) {
            Some(error) => return Err(error),
            None => Committed::Refused(part),
        },
    })
}

/// What anybody has earned. One round.
pub(super) async fn earned(store: &Store, _: &AnyReader, uid: &UserId) -> Result<i64, Error> {
    let items =
        store.query(Table::Wallet, &keys::partition(uid), &keys::balances_of(Account::Profit), false, None).await?;
    let rows: Vec<BalanceRow> = items.into_iter().map(value).collect::<Result<_, _>>()?;
    Ok(rows.iter().fold(0_i64, |sum, row| sum.saturating_add(row.balance)))
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 3] = [
    Sheet::of("balances", Table::Wallet, keys::BALANCES),
    Sheet::of("ledger", Table::Wallet, keys::ENTRIES).keyed("at").without(&["receipt"]),
    Sheet::of("coin_requests", Table::Wallet, keys::REQUESTS).keyed("id").without(&["payload"]),
];
