//! `USER#<uid>`/`Q#<number>`: what one packet has brought a person, as one row, so that it is there whole or not at all.

use crate::{
    error::Error,
    inbox::{
        packet::Stored,
        plan::{Known, Letter, PAGE},
    },
    store::{
        Condition, Store, Update, Written, fault, item,
        keys::{self, Table},
        nested, number, pages, side_by_side, text, value,
    },
    values::{MessageId, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How long a letter waits, in seconds: 30 days.
pub(in crate::inbox) const LIFETIME: i64 = 30 * 86_400;

/// A letter as stored.
#[derive(Serialize, Deserialize)]
struct Row {
    messages: Vec<Stored>,
    /// A random name of the call that has put it.
    call: String,
    expires_at: i64,
    /// How often something was taken out of it.
    #[serde(default)]
    edits: i64,
}

/// Puts a letter under a number, unless the number was given up. `false`: it was. One round.
pub(in crate::inbox) async fn put(
    store: &Store,
    uid: &UserId,
    at: i64,
    messages: Vec<Stored>,
    call: &str,
    now: i64,
) -> Result<bool, Error> {
    let row = Row { messages, call: call.to_owned(), expires_at: now.div_euclid(1_000) + LIFETIME, edits: 0 };
    let put = store.put(&keys::letter(uid, at), item("letter", &row)?, Some(Condition::Absent("pk"))).await?;
    Ok(match put {
        Written::Done(_) => true,
        Written::Refused(there) => there.get("call") == Some(&text(call)),
    })
}

/// Gives a number up whose letter has not come: from then on it cannot. If it has come after all, it stays. One round.
pub(in crate::inbox) async fn give_up(store: &Store, uid: &UserId, at: i64, now: i64) -> Result<(), Error> {
    put(store, uid, at, Vec::new(), "", now).await.map(drop)
}

/// The letters behind a number, up to [`PAGE`] of them, and up to which number that is all. One round.
pub(in crate::inbox) async fn after(store: &Store, uid: &UserId, after: i64, upto: i64) -> Result<Known, Error> {
    let (from, to) = (keys::letter(uid, after + 1), keys::letter(uid, upto));
    let query = store
        .client
        .query()
        .table_name(store.table(Table::Chat))
        .consistent_read(true)
        .set_limit(i32::try_from(PAGE).ok())
        .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
        .expression_attribute_values(":pk", text(from.pk))
        .expression_attribute_values(":from", text(from.sk))
        .expression_attribute_values(":to", text(to.sk));
    let page = query.send().await.map_err(fault)?;
    let cut = page.last_evaluated_key.is_some();
    let mut known = Known { from: after, to: upto, ..Known::default() };
    for item in page.items.unwrap_or_default() {
        let at = keys::number_of(&keys::of(Table::Chat, &item)?).ok_or_else(|| Error::internal("no number"))?;
        let Row { messages, expires_at, .. } = value(item)?;
        known.letters.insert(at, Letter { messages, expires_at });
    }
    if let Some(last) = known.letters.keys().next_back().filter(|_| cut) {
        known.to = *last;
    }
    Ok(known)
}

/// Takes messages out of the letters behind a number, those that are not to be `kept`; at most so many letters are looked at. One
/// round, two where there are some.
pub(in crate::inbox) async fn take_out(
    store: &Store,
    uid: &UserId,
    after: i64,
    upto: i64,
    keep: impl Fn(&Stored) -> bool,
) -> Result<(), Error> {
    let (from, to) = (keys::letter(uid, after + 1), keys::letter(uid, upto));
    let query = store
        .client
        .query()
        .table_name(store.table(Table::Chat))
        .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
        .expression_attribute_values(":pk", text(from.pk))
        .expression_attribute_values(":from", text(from.sk))
        .expression_attribute_values(":to", text(to.sk));
    let mut writes = Vec::new();
    for item in pages(query, i32::try_from(LOOKED_AT).ok()).await? {
        let key = keys::of(Table::Chat, &item)?;
        let row: Row = value(item)?;
        let kept: Vec<_> = row.messages.iter().filter(|message| keep(message)).cloned().collect();
        if kept.len() < row.messages.len() {
            // Somebody else who reads has taken something out too: theirs stays until it is read again.
            let as_read = Condition::as_read("edits", Some(number(row.edits)));
            let update = Update::of(key).set("messages", nested(&kept)?).set("edits", number(row.edits + 1));
            writes.push(async move { store.update(update.when(as_read)).await.map(drop) });
        }
    }
    side_by_side(WIDTH, writes).await
}

/// So many letters are looked at for what has been read.
const LOOKED_AT: usize = 500;

/// So many letters are written side by side.
const WIDTH: usize = 25;

/// The ids of the messages in the newest letters of a person, up to [`PAGE`] letters. One round.
pub(in crate::inbox) async fn newest(store: &Store, uid: &UserId) -> Result<HashSet<MessageId>, Error> {
    let items = store.query(Table::Chat, &keys::partition(uid), keys::LETTERS, true, i32::try_from(PAGE).ok()).await?;
    let rows = items.into_iter().map(value).collect::<Result<Vec<Row>, Error>>()?;
    Ok(rows.into_iter().flat_map(|row| row.messages).map(|message| message.id).collect())
}
