//! The end of a user: everything of theirs, in every table. Each step can be repeated.

use super::{
    Condition, Item, Key, Store, Table, Transacted, Update, Write, Written, keys,
    lights::{Pair, ThirdLight, as_read, received_attribute},
    number, profiles, retrying_from, text, value,
};
use crate::{
    error::Error,
    values::{E164, Order, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::ops::ControlFlow;

/// So many writes run side by side.
const WIDTH: usize = 16;

fn key_of(table: Table, item: &Item) -> Result<Key, Error> {
    let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    match (part("pk"), part("sk")) {
        (Some(pk), Some(sk)) => Ok(Key { table, pk, sk }),
        _ => Err(Error::internal("an item without a key")),
    }
}

fn uid_after(prefix: &str, sk: &str) -> Result<UserId, Error> {
    UserId::try_from(sk.strip_prefix(prefix).unwrap_or_default().to_owned())
}

impl Store {
    /// Hides the user everywhere, at once and for good. Gives back the names to be released.
    pub(crate) async fn start_erasing(&self, uid: &UserId) -> Result<Vec<Key>, Error> {
        let hidden = Update::of(keys::profile(uid))
            .set("state", text("erasing"))
            .remove("guest_pool")
            .remove("guest_rank")
            .remove("lightup_token")
            .when(Condition::Present("pk"));
        match self.update(hidden).await? {
            Written::Done(item) => Ok(profiles::claims(&value(item)?)),
            Written::Refused(_) => Ok(Vec::new()),
        }
    }

    /// Takes the user's lights off everybody, and everybody's third light off the user.
    pub(crate) async fn erase_lights(&self, uid: &UserId, now: i64) -> Result<(), Error> {
        // From here on a light on the user finds nobody. The row goes by its TTL: a switch may be on its way.
        let tombstone = Update::of(keys::received(uid))
            .set("erased", AttributeValue::Bool(true))
            .set("type", text("received"))
            .set("expires_at", number(now + 3_600))
            .remove("received1")
            .remove("received2")
            .remove("received3");
        self.update(tombstone).await?;
        let partition = keys::partition(uid);
        let items = self.query(Table::Lights, &partition, "", false, None).await?;
        let erased = items.into_iter().map(|item| async move {
            let key = key_of(Table::Lights, &item)?;
            if key.sk.starts_with(keys::PAIRS) {
                self.erase_pair(uid, key, item).await
            } else if key.sk.starts_with(keys::THIRD_LIGHTS) {
                self.erase_third_light(uid, key, value(item)?).await
            } else if key == keys::received(uid) {
                Ok(())
            } else {
                self.delete(key).await
            }
        });
        stream::iter(erased).buffer_unordered(WIDTH).try_collect().await
    }

    /// The lights of the user on somebody: their count goes down with them.
    async fn erase_pair(&self, uid: &UserId, key: Key, item: Item) -> Result<(), Error> {
        let (target, key) = (&uid_after(keys::PAIRS, &key.sk)?, &key);
        retrying_from(item, async |item| self.try_to_erase_pair(uid, target, key, item).await).await
    }

    /// The same, if the lights are as in `item`; else gives back what they are now.
    async fn try_to_erase_pair(
        &self,
        uid: &UserId,
        target: &UserId,
        key: &Key,
        item: Item,
    ) -> Result<ControlFlow<(), Item>, Error> {
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
            message = Some(Write::Delete(keys::third_light(target, since, uid), None));
        }
        let any_on = Order::ALL.into_iter().any(|order| pair.is_on(order));
        let mut writes = vec![Write::Delete(key.clone(), Some(condition))];
        if any_on {
            writes.push(received.when(Condition::Absent("erased")).into());
        }
        writes.extend(message);
        Ok(match self.transact(writes).await? {
            Transacted::Done => ControlFlow::Break(()),
            // The target is being erased as well: nothing is counted there any more.
            Transacted::Refused { part: 1, .. } => ControlFlow::Break(self.delete(key.clone()).await?),
            // Another call erases the same user, or the target, and was here before.
            Transacted::Refused { item, .. } if item.is_empty() => ControlFlow::Break(()),
            Transacted::Refused { item, .. } => ControlFlow::Continue(item),
        })
    }

    /// Somebody's third light on the user, with the rest of their lights on them.
    async fn erase_third_light(&self, uid: &UserId, key: Key, light: ThirdLight) -> Result<(), Error> {
        let writes = vec![Write::Delete(keys::pair(&light.lighter, uid), None), Write::Delete(key, None)];
        self.transact(writes).await.map(drop)
    }

    /// The rest: the user's own rows, then the profile and the claims in one transaction.
    pub(crate) async fn erase_person(&self, uid: &UserId, phone: &E164, names: &[Key]) -> Result<(), Error> {
        let items = self.query(Table::Users, &keys::partition(uid), "", false, None).await?;
        let keys: Result<Vec<_>, _> = items.iter().map(|item| key_of(Table::Users, item)).collect();
        let others = keys?.into_iter().filter(|key| *key != keys::profile(uid)).map(|key| self.erase_row(uid, key));
        let () = stream::iter(others).buffer_unordered(WIDTH).try_collect().await?;
        let mut claims = vec![keys::phone(phone)];
        claims.extend_from_slice(names);
        let mine = profiles::mine(uid);
        loop {
            let released = claims.iter().map(|key| Write::Delete(key.clone(), Some(mine.clone())));
            let writes = released.chain([Write::Delete(keys::profile(uid), None)]).collect();
            match self.transact(writes).await? {
                Transacted::Done => return Ok(()),
                // Another call erased the user before, and the claim is somebody else's by now.
                Transacted::Refused { part, .. } if part < claims.len() => drop(claims.remove(part)),
                Transacted::Refused { .. } => return Err(Error::internal("an unconditional delete was refused")),
            }
        }
    }

    /// A row of the user's. A push token goes with its owner's row, unless it is somebody else's by now.
    async fn erase_row(&self, uid: &UserId, key: Key) -> Result<(), Error> {
        if key.sk.starts_with(keys::DEVICES) {
            let mine = Condition::Equals("uid", text(uid.as_str()));
            let owner = Write::Delete(keys::owner_of_device(&key), Some(mine));
            if let Transacted::Done = self.transact(vec![owner, Write::Delete(key.clone(), None)]).await? {
                return Ok(());
            }
        }
        self.delete(key).await
    }
}
