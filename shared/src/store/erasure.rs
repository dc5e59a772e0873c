//! The end of a user: everything of theirs, in every table. Each step can be repeated.

use super::{
    Condition, Key, Store, Table, Transacted, Update, Write, Written, keys,
    lights::{Pair, ThirdLight, as_read, received_attribute},
    number, text, value,
};
use crate::{
    codes::Purpose,
    error::Error,
    sessions::Profile,
    values::{E164, Nickname, Order, UserId},
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};

/// So many writes run side by side.
const WIDTH: usize = 16;

fn key_of(table: Table, item: &super::Item) -> Result<Key, Error> {
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
    /// Hides the user everywhere, at once and for good. Gives back the nickname to be released.
    pub(crate) async fn start_erasing(&self, uid: &UserId) -> Result<Option<String>, Error> {
        let hidden = Update::of(keys::profile(uid))
            .set("state", text("erasing"))
            .remove("guest_pool")
            .remove("guest_rank")
            .remove("lightup_token")
            .when(Condition::Present("pk"));
        match self.update(hidden).await? {
            Written::Done(item) => Ok(value::<Profile>(item)?.nickname.as_ref().map(Nickname::folded)),
            Written::Refused(_) => Ok(None),
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
    async fn erase_pair(&self, uid: &UserId, key: Key, item: super::Item) -> Result<(), Error> {
        let target = uid_after(keys::PAIRS, &key.sk)?;
        let pair: Pair = value(item)?;
        let mut condition = Condition::Present("pk");
        let mut received = Update::of(keys::received(&target)).set("type", text("received"));
        let mut message = None;
        for order in Order::ALL {
            condition = condition.and(as_read(&pair, order));
            if pair.is_on(order) {
                received = received.add(received_attribute(order), number(-1));
            }
        }
        if let Some(since) = pair.since(Order::Third) {
            message = Some(Write::Delete(keys::third_light(&target, since, uid), None));
        }
        let any_on = Order::ALL.into_iter().any(|order| pair.is_on(order));
        let mut writes = vec![Write::Delete(key.clone(), Some(condition))];
        if any_on {
            writes.push(received.when(Condition::Absent("erased")).into());
        }
        writes.extend(message);
        match self.transact(writes).await? {
            Transacted::Done => Ok(()),
            // The target is being erased as well: nothing is counted there any more.
            Transacted::Refused { part: 1, .. } => self.delete(key).await,
            // Another call erases the same user and was here before.
            Transacted::Refused { item, .. } if item.is_empty() => Ok(()),
            Transacted::Refused { .. } => Err(Error::Busy),
        }
    }

    /// Somebody's third light on the user, with the rest of their lights on them.
    async fn erase_third_light(&self, uid: &UserId, key: Key, light: ThirdLight) -> Result<(), Error> {
        let writes = vec![Write::Delete(keys::pair(&light.lighter, uid), None), Write::Delete(key, None)];
        self.transact(writes).await.map(drop)
    }

    /// The user's push tokens; one that is somebody else's by now stays theirs.
    pub(crate) async fn erase_devices(&self, uid: &UserId) -> Result<(), Error> {
        let items = self.query(Table::Users, &keys::partition(uid), keys::DEVICES, false, None).await?;
        let erased = items.into_iter().map(|item| async move {
            let key = key_of(Table::Users, &item)?;
            let owner = keys::owner_of_device(&key);
            let mine = Condition::Equals("uid", text(uid.as_str()));
            let owner = Write::Delete(owner, Some(mine));
            match self.transact(vec![owner, Write::Delete(key.clone(), None)]).await? {
                Transacted::Done => Ok(()),
                Transacted::Refused { .. } => self.delete(key).await,
            }
        });
        stream::iter(erased).buffer_unordered(WIDTH).try_collect().await
    }

    /// The codes of a number.
    pub(crate) async fn erase_codes(&self, phone: &E164) -> Result<(), Error> {
        let delete = |purpose| self.delete(keys::code(purpose, phone));
        futures_util::try_join!(delete(Purpose::Register), delete(Purpose::ChangePassword)).map(drop)
    }

    /// The rest: the user's own rows, then the profile and the claims in one transaction.
    pub(crate) async fn erase_person(&self, uid: &UserId, phone: &E164, nickname: Option<&str>) -> Result<(), Error> {
        let items = self.query(Table::Users, &keys::partition(uid), "", false, None).await?;
        let keys: Result<Vec<_>, _> = items.iter().map(|item| key_of(Table::Users, item)).collect();
        let others = keys?.into_iter().filter(|key| *key != keys::profile(uid)).map(|key| self.delete(key));
        let () = stream::iter(others).buffer_unordered(WIDTH).try_collect().await?;
        let mine = Condition::Any(vec![Condition::Absent("pk"), Condition::Equals("uid", text(uid.as_str()))]);
        let mut writes =
            vec![Write::Delete(keys::profile(uid), None), Write::Delete(keys::phone(phone), Some(mine.clone()))];
        if let Some(nickname) = nickname {
            writes.push(Write::Delete(keys::nickname(nickname), Some(mine)));
        }
        match self.transact(writes).await? {
            Transacted::Done => Ok(()),
            Transacted::Refused { .. } => Err(Error::Busy),
        }
    }
}
