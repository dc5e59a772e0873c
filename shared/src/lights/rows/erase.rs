//! What a user who is being erased leaves among the lights: theirs on others go, and so do those on them.

use crate::{
    error::Error,
    lights::rows::{Pair, ThirdLight, as_read, received_attribute},
    store::{
        self, Attempt, Condition, Item, Part, Store, Transacted, Update, Write,
        keys::{self, Key, Table},
        number, retrying_from, text, value,
    },
    values::{Order, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;

/// The count of lights that the target has received.
const RECEIVED: Part = Part::named("received");

/// So many writes run side by side.
const WIDTH: usize = 16;

/// Takes the user's lights off everybody, and everybody's third light off the user.
pub(crate) async fn erase_lights(store: &Store, uid: &UserId, now: i64) -> Result<(), Error> {
    // From here on a light on the user finds nobody. The row goes by its TTL: a switch may be on its way.
    let tombstone = Update::of(keys::received(uid))
        .set("erased", AttributeValue::Bool(true))
        .set("type", text("received"))
        .set("expires_at", number(now + 3_600))
        .remove("received1")
        .remove("received2")
        .remove("received3");
    store.update(tombstone).await?;
    let partition = keys::partition(uid);
    let items = store.query(Table::Lights, &partition, "", false, None).await?;
    let erased = items.into_iter().map(|item| async move {
        let key = keys::of(Table::Lights, &item)?;
        if key.sk.starts_with(keys::PAIRS) {
            erase_pair(store, uid, key, item).await
        } else if key.sk.starts_with(keys::THIRD_LIGHTS) {
            erase_third_light(store, uid, key, value(item)?).await
        } else if key == keys::received(uid) {
            Ok(())
        } else {
            store.delete(key).await
        }
    });
    store::side_by_side(WIDTH, erased.collect()).await
}

/// The lights of the user on somebody: their count goes down with them.
async fn erase_pair(store: &Store, uid: &UserId, key: Key, item: Item) -> Result<(), Error> {
    let target = keys::about(&key, keys::PAIRS).ok_or_else(|| Error::internal("a pair without a target"))?;
    let (target, key): (&UserId, _) = (&target, &key);
    retrying_from(item, async |item| try_to_erase_pair(store, uid, target, key, item).await).await
}

/// The same, if the lights are as in `item`; else gives back what they are now.
async fn try_to_erase_pair(
    store: &Store,
    uid: &UserId,
    target: &UserId,
    key: &Key,
    item: Item,
) -> Result<Attempt<(), Item>, Error> {
    let pair: Pair = value(item)?;
    let mut condition = Condition::Present("pk");
    let mut received = Update::of(keys::received(target)).set("type", text("received"));
    let mut message = None;
    for order in Order::ALL {
        condition = condition.and(as_read(&pair, order));
        if pair.is_on(order) {
            received = received.add(received_attribute(order), number(-1));
        }
    }
    if let Some(since) = pair.since(Order::Third) {
        message = Some(Write::delete(keys::third_light(target, since, uid), None));
    }
    let any_on = Order::ALL.into_iter().any(|order| pair.is_on(order));
    let mut writes = vec![Write::delete(key.clone(), Some(condition))];
    if any_on {
        writes.push(Write::from(received.when(Condition::Absent("erased"))).named(RECEIVED));
    }
    writes.extend(message);
    Ok(match store.transact(writes).await? {
        Transacted::Done => Attempt::Done(()),
        // The target is being erased as well: nothing is counted there any more.
        Transacted::Refused { part: RECEIVED, .. } => Attempt::Done(store.delete(key.clone()).await?),
        // Another call erases the same user, or the target, and was here before.
        Transacted::Refused { item, .. } if item.is_empty() => Attempt::Done(()),
        Transacted::Refused { item, .. } => Attempt::Stale(item),
    })
}

/// Somebody's third light on the user, with the rest of their lights on them.
async fn erase_third_light(store: &Store, uid: &UserId, key: Key, light: ThirdLight) -> Result<(), Error> {
    let writes = vec![Write::delete(keys::pair(&light.lighter, uid), None), Write::delete(key, None)];
    store.transact(writes).await.map(drop)
}
