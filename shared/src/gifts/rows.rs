//! `USER#<receiver>`/`GIFTS#<giver>`: what one person has given another: how many of each gift, in an attribute that is called like
//! the gift, and what all of them have cost, as `rank`, by which the index `ranking` has them in order.

use crate::{
    error::Error,
    sessions::AnyReader,
    store::{
        self, Item, Sheet, Store, Update, Write,
        keys::{self, Table},
        number, text,
    },
    values::{Amount, GiftCode, UserId},
};

/// What one person has given another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who has given it.
    pub giver: UserId,
    /// How many of each gift, in the order of the list of prices.
    pub gifts: Vec<(GiftCode, u32)>,
}

/// Counts one more gift. A part of the transaction that pays for it, which is refused while the receiver is being erased.
pub(super) fn give(receiver: &UserId, giver: &UserId, code: GiftCode, price: Amount) -> Write {
    let update = Update::of(keys::gifts(receiver, giver)).set("type", text("gifts"));
    update.add("rank", number(price.get())).add(code.as_str(), number(1)).into()
}

/// What each of those has given who have given somebody the most, as many as `most`. One round.
pub(super) async fn given_to(
    store: &Store,
    _: &AnyReader,
    receiver: &UserId,
    most: usize,
) -> Result<Vec<Given>, Error> {
    let items = store.query_ranking(Table::Social, &keys::partition(receiver), most).await?;
    items.iter().map(given).collect()
}

fn given(item: &Item) -> Result<Given, Error> {
    let key = keys::of(Table::Social, item)?;
    let giver = keys::about(&key, keys::GIFTS).ok_or_else(|| Error::internal("gifts of nobody"))?;
    let count = |code: GiftCode| {
        let count: Option<u32> =
            item.get(code.as_str()).and_then(|value| value.as_n().ok()).and_then(|n| n.parse().ok());
        count.map(|count| (code, count))
    };
    Ok(Given { giver, gifts: GiftCode::ALL.into_iter().filter_map(count).collect() })
}

/// So many rows are deleted side by side.
const WIDTH: usize = 16;

/// Deletes what somebody has given these people.
pub(super) async fn erase_given(
    store: &Store,
    giver: &UserId,
    receivers: impl IntoIterator<Item = UserId>,
) -> Result<(), Error> {
    let deleted = receivers.into_iter().map(|receiver| store.delete(keys::gifts(&receiver, giver)));
    store::side_by_side(WIDTH, deleted.collect()).await
}

/// Deletes what anybody has given somebody.
pub(super) async fn erase_received(store: &Store, receiver: &UserId) -> Result<(), Error> {
    let items = store.query(Table::Social, &keys::partition(receiver), keys::GIFTS, false, None).await?;
    let deleted = items.into_iter().map(|item| async move { store.delete(keys::of(Table::Social, &item)?).await });
    store::side_by_side(WIDTH, deleted.collect()).await
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] = [Sheet::of("gifts_received", Table::Social, keys::GIFTS).keyed("from")];
