//! The end of a wallet. Its coins leave circulation, its ledger stays without a name, and the ledgers of others name its
//! owner no more. Each step can be repeated, by another call as well.

use crate::{
    error::Error,
    store::{
        self, Attempt, Condition, Store, Transacted, Update, Write, Written,
        keys::{self, Key, Table},
        number, retrying, text, value,
    },
    values::{Account, UserId},
    wallet::{
        rows::{
            BalanceRow,
            ledger::{Cause, Entry},
            receipts, row,
        },
        rules::SHARES,
    },
};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::BTreeSet;

/// So many writes run side by side.
const WIDTH: usize = 16;

/// So many entries are read at once, and moved in one transaction: two parts each.
const BATCH: i32 = 50;

/// Rows that say that somebody is being erased stay for so many seconds: a movement may be on its way.
const STAY: i64 = 3_600;

/// Erases what a user who is being erased has in the table. `gone` is a random name for the ledger that is left of them,
/// unless an earlier call has chosen one.
pub(crate) async fn erase_wallet(store: &Store, uid: &UserId, millis: i64, gone: String) -> Result<(), Error> {
    // From here on nothing moves in or out.
    let gone = close(store, uid, gone).await?;
    for account in Account::ALL {
        withdraw(store, uid, account, millis, &gone).await?;
    }
    while move_some_entries(store, uid, &gone).await? {}
    let requests = store.query(Table::Wallet, &keys::partition(uid), keys::REQUESTS, false, None).await?;
    let deleted = requests.into_iter().map(|item| async move { store.delete(keys::of(Table::Wallet, &item)?).await });
    store::side_by_side(WIDTH, deleted.collect()).await?;
    // Nothing is left to resume, so that these rows may go.
    each_row(store, uid, |row| row.remove("gone").set("expires_at", number(millis / 1_000 + STAY))).await
}

/// The rows of an account that are there or may come to be.
fn shares() -> impl Iterator<Item = Option<u32>> {
    std::iter::once(None).chain((0..SHARES).map(Some))
}

async fn each_row(store: &Store, uid: &UserId, change: impl Fn(Update) -> Update) -> Result<(), Error> {
    let rows = Account::ALL.into_iter().flat_map(|account| shares().map(move |share| (account, share)));
    let updates: Vec<_> = rows.map(|(account, share)| change(row(uid, account, share))).collect();
    let updates = updates.into_iter().map(|update| async move { store.update(update).await.map(drop) });
    store::side_by_side(WIDTH, updates.collect()).await
}

/// Marks every row of the balances, so that no movement writes one of them, and gives back the name of what is left.
async fn close(store: &Store, uid: &UserId, gone: String) -> Result<String, Error> {
    let named = row(uid, Account::Coins, None).set("gone", text(&gone)).when(Condition::Absent("gone"));
    let gone = match store.update(named).await? {
        Written::Done(_) => gone,
        Written::Refused(item) => value::<BalanceRow>(item)?.gone.unwrap_or(gone),
    };
    // A row that an earlier call has left to expire must not do so before this one has ended.
    each_row(store, uid, |row| row.set("erased", AttributeValue::Bool(true)).remove("expires_at")).await?;
    Ok(gone)
}

/// Takes what an account holds out of circulation, with an entry in the ledger that is left.
async fn withdraw(store: &Store, uid: &UserId, account: Account, millis: i64, gone: &str) -> Result<(), Error> {
    let keys: Vec<Key> = shares()
        .map(|share| share.map_or(keys::balance(uid, account), |share| keys::balance_share(uid, account, share)))
        .collect();
    retrying(|| async {
        let mut found = store.get_many(&keys).await?;
        let (mut sum, mut writes) = (0_i64, Vec::new());
        for key in &keys {
            let Some(row) = found.take_as::<BalanceRow>(key)?.filter(|row| row.balance != 0) else { continue };
            sum += row.balance;
            let as_read = Condition::Equals("balance", number(row.balance));
            writes.push(Update::of(key.clone()).remove("balance").when(as_read).into());
        }
        if writes.is_empty() {
            return Ok(Attempt::Done(()));
        }
        if sum != 0 {
            let entry = store::item("entry", &Entry::of(account, Cause::Withdrawn, -sum))?;
            let key = keys::anonymous_entry(&keys::entry(uid, millis, account.as_str()), gone);
            writes.push(Write::put(key, entry, None));
        }
        Ok(store.transact(writes).await?.attempt())
    })
    .await
}

/// Moves the first entries of the ledger to where they name nobody. Gives back whether there were any.
async fn move_some_entries(store: &Store, uid: &UserId, gone: &str) -> Result<bool, Error> {
    let items = store.query(Table::Wallet, &keys::partition(uid), keys::ENTRIES, false, Some(BATCH)).await?;
    let mut named = Vec::new();
    let mut moved = Vec::new();
    for item in items {
        let key = keys::of(Table::Wallet, &item)?;
        let entry: Entry = value(item)?;
        named.extend(traces(&key, &entry));
        moved.push(Write::put(keys::anonymous_entry(&key, gone), store::item("entry", &entry.anonymous())?, None));
        moved.push(Write::delete(key, None));
    }
    if moved.is_empty() {
        return Ok(false);
    }
    // First the others: their rows are found by these entries alone.
    let named = named.into_iter().map(|update| async move { store.update(update).await.map(drop) });
    store::side_by_side(WIDTH, named.collect()).await?;
    match store.transact(moved).await? {
        Transacted::Done => Ok(true),
        Transacted::Refused { .. } => Err(Error::internal("an unconditional write was refused")),
    }
}

/// What names the owner of an entry elsewhere: the entry of who is on the other side, and the receipt. A note is the giver's
/// own words and goes with them. Refused where these rows are gone, which is as well.
fn traces(key: &Key, entry: &Entry) -> Vec<Update> {
    let theirs = entry.other.as_ref().map(|other| {
        let update = Update::of(keys::same_entry(key, other)).remove("other").when(Condition::Present("pk"));
        if entry.is_givers() { update.remove("note") } else { update }
    });
    theirs.into_iter().chain(entry.receipt.as_ref().map(receipts::disowned)).collect()
}

/// Everybody whom somebody has given coins or something with a price, by their ledger. One round for each megabyte of it.
pub(crate) async fn receivers_of_gifts(store: &Store, giver: &UserId) -> Result<BTreeSet<UserId>, Error> {
    let items = store.query(Table::Wallet, &keys::partition(giver), keys::ENTRIES, false, None).await?;
    let entries = items.into_iter().map(value::<Entry>).collect::<Result<Vec<_>, _>>()?;
    let given = entries.into_iter().filter(Entry::is_givers);
    Ok(given.filter_map(|entry| entry.other).collect())
}
