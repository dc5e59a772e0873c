//! `USER#<uid>`/`INBOX` and `Q#<number>`: a person's queue; `CONN#<id>`/`CONN`: whose connection it is.

pub(super) mod connections;
pub(super) mod letters;

use crate::{
    error::Error,
    inbox::rules::Inbox,
    store::{
        self, Attempt, Condition, Sheet, Store, Update, Written,
        keys::{self, Table},
        nested, number, text, value,
    },
    values::UserId,
};
use std::collections::HashMap;

/// The row of a queue is deleted so many seconds after it was last written.
const KEPT: i64 = 90 * 86_400;

/// Queues by whose they are; somebody whom nothing was ever sent has an empty one. One round.
pub(crate) async fn inboxes(store: &Store, uids: &[UserId]) -> Result<HashMap<UserId, Inbox>, Error> {
    let mut found = store.get_many(&uids.iter().map(keys::inbox).collect::<Vec<_>>()).await?;
    let each = uids.iter().map(|uid| Ok((uid.clone(), found.take_as(&keys::inbox(uid))?.unwrap_or_default())));
    each.collect()
}

/// One of them. One round.
pub(in crate::inbox) async fn inbox(store: &Store, uid: &UserId) -> Result<Inbox, Error> {
    Ok(store.get_as(keys::inbox(uid)).await?.unwrap_or_default())
}

/// What every write of the row has.
fn written(uid: &UserId, now: i64) -> Update {
    let expires_at = now.div_euclid(1_000) + KEPT;
    Update::of(keys::inbox(uid))
        .set("type", text("inbox"))
        .set("expires_at", number(expires_at))
        // Of somebody who is erased a mark stays for a while.
        .when(Condition::Absent("erased"))
}

/// Takes so many numbers, whatever else happens to the row, and gives back the row afterwards: its `seq` is the last of them. What
/// was `read` of it is needed only to know how old its numbers are. One round.
///
/// # Errors
/// [`Error::NoSuchUser`] for somebody who is erased; faults.
pub(in crate::inbox) async fn take_numbers(
    store: &Store,
    uid: &UserId,
    read: &Inbox,
    count: i64,
    now: i64,
) -> Result<Inbox, Error> {
    let settled = Some(read.settled_by(now)).filter(|settled| *settled > read.settled);
    let update = written(uid, now)
        .set("numbered_at", number(now))
        .set_some("settled", settled.map(number))
        .add("seq", number(count));
    match store.update(update).await? {
        Written::Done(item) => value(item),
        Written::Refused(_) => Err(Error::NoSuchUser),
    }
}

/// Replaces what was read, and gives back the row afterwards; stale: it is another by now. `call` is a random name of the call, by
/// which one whose answer was lost knows what it has written itself. One round.
///
/// Numbers that others take meanwhile do no harm but to who takes some itself, or gives the lease back: nobody else would look at
/// them.
///
/// # Errors
/// [`Error::NoSuchUser`] for somebody who is erased; faults.
pub(in crate::inbox) async fn replace(
    store: &Store,
    uid: &UserId,
    read: &Inbox,
    next: &Inbox,
    call: &str,
    now: i64,
) -> Result<Attempt<Inbox, Inbox>, Error> {
    let as_read = |attribute, read: i64| Condition::as_read(attribute, (read > 0).then(|| number(read)));
    let taken = next.seq - read.seq;
    let mut update = written(uid, now)
        .set("acked", number(next.acked))
        .set("dropped", number(next.dropped))
        .set("turn", number(next.turn))
        .set("call", text(call))
        .set("conns", nested(&next.conns)?)
        .set_some("opened_at", next.opened_at.map(number))
        .when(as_read("turn", read.turn));
    update = match &next.lease {
        Some(lease) => update.set("lease", nested(lease)?),
        None => update.remove("lease"),
    };
    if taken > 0 {
        update = update.set("numbered_at", number(now)).set("settled", number(next.settled)).add("seq", number(taken));
    }
    if taken > 0 || read.lease.is_some() && next.lease.is_none() {
        update = update.when(as_read("seq", read.seq));
    }
    match store.update(update).await? {
        Written::Done(item) => Ok(Attempt::Done(value(item)?)),
        Written::Refused(item) if item.contains_key("erased") => Err(Error::NoSuchUser),
        Written::Refused(item) => {
            let own = item.get("call") == Some(&text(call));
            let inbox: Inbox = value(item)?;
            Ok(if own && inbox.turn == next.turn { Attempt::Done(inbox) } else { Attempt::Stale(inbox) })
        }
    }
}

/// Writes that somebody is there, and gives back the row. One round.
///
/// # Errors
/// As [`replace`].
pub(in crate::inbox) async fn seen(store: &Store, uid: &UserId, now: i64) -> Result<Inbox, Error> {
    match store.update(written(uid, now).set("seen_at", number(now.div_euclid(1_000)))).await? {
        Written::Done(item) => value(item),
        Written::Refused(_) => Err(Error::NoSuchUser),
    }
}

/// So long a mark stays of a queue that is closed, in seconds: longer than anybody may be about to write to it.
const CLOSED: i64 = 86_400;

/// Closes the queue of somebody who is being erased, and gives it back as it was.
pub(in crate::inbox) async fn close(store: &Store, uid: &UserId, now: i64) -> Result<Inbox, Error> {
    let mark = Update::of(keys::inbox(uid))
        .set("type", text("inbox"))
        .set("erased", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
        .set("expires_at", number(now.div_euclid(1_000) + CLOSED));
    match store.update(mark).await? {
        Written::Done(item) => value(item),
        Written::Refused(_) => Err(Error::internal("an unconditional update was refused")),
    }
}

/// Empties the queue of somebody who is being erased. What is left says so, for as long as somebody may be about to send them
/// something. Can be repeated.
pub(in crate::inbox) async fn erase(store: &Store, uid: &UserId, now: i64) -> Result<(), Error> {
    let mark = store::Item::from([
        ("type".into(), text("inbox")),
        ("erased".into(), aws_sdk_dynamodb::types::AttributeValue::Bool(true)),
        ("expires_at".into(), number(now.div_euclid(1_000) + CLOSED)),
    ]);
    store.put(&keys::inbox(uid), mark, None).await?;
    let letters = store.query(keys::Table::Chat, &keys::partition(uid), keys::LETTERS, false, None).await?;
    let deleted = letters.iter().map(|item| async move { store.delete(keys::of(keys::Table::Chat, item)?).await });
    store::side_by_side(25, deleted.collect()).await
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] =
    [Sheet::of("messages_waiting", Table::Chat, keys::LETTERS).without(&["call", "edits"])];
