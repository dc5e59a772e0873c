//! Pairs, received lights, third lights and days.

pub(super) mod erase;

use crate::{
    error::Error,
    person::{self, Profile},
    sessions::{Actor, Reader},
    store::{
        self, Condition, Keeps, Part, Sheet, Store, Transacted, Update, Write,
        keys::{self, Key, Table},
        number, text, value,
    },
    values::{Order, UserId},
    visibility::{self, blocks_between},
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The parts of a switch that are asked for when they refuse.
const RECEIVED: Part = Part::named("received");
const DAY: Part = Part::named("day");

/// Somebody has lit the third light.
#[derive(Debug)]
pub struct Message {
    /// Who.
    pub lighter: Profile,
    /// When, in Unix seconds.
    pub time: i64,
}

/// Days are forgotten so many seconds after they began.
const KEPT: i64 = 3 * 86_400;

/// `USER#<lighter>`/`PAIR#<target>`: since when each order is on, in milliseconds, and the day it was counted on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Pair {
    on1: Option<i64>,
    on2: Option<i64>,
    on3: Option<i64>,
    counted1: Option<String>,
    counted2: Option<String>,
    counted3: Option<String>,
    told: Option<String>,
}

impl Pair {
    /// Whether the target has been told on a day that the third order went on.
    #[must_use]
    pub fn was_told(&self, day: &str) -> bool {
        self.told.as_deref() == Some(day)
    }

    /// Since when an order is on.
    #[must_use]
    pub fn since(&self, order: Order) -> Option<i64> {
        match order {
            Order::First => self.on1,
            Order::Second => self.on2,
            Order::Third => self.on3,
        }
    }

    /// Whether an order is on.
    #[must_use]
    pub fn is_on(&self, order: Order) -> bool {
        self.since(order).is_some()
    }

    /// The day that an order took a slot of.
    fn counted(&self, order: Order) -> Option<&str> {
        match order {
            Order::First => self.counted1.as_deref(),
            Order::Second => self.counted2.as_deref(),
            Order::Third => self.counted3.as_deref(),
        }
    }
}

fn on_attribute(order: Order) -> &'static str {
    match order {
        Order::First => "on1",
        Order::Second => "on2",
        Order::Third => "on3",
    }
}

fn counted_attribute(order: Order) -> &'static str {
    match order {
        Order::First => "counted1",
        Order::Second => "counted2",
        Order::Third => "counted3",
    }
}

fn received_attribute(order: Order) -> &'static str {
    match order {
        Order::First => "received1",
        Order::Second => "received2",
        Order::Third => "received3",
    }
}

/// `USER#<target>`/`RECEIVED`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Received {
    #[serde(default)]
    received1: u32,
    #[serde(default)]
    received2: u32,
    #[serde(default)]
    received3: u32,
}

/// `USER#<uid>`/`DAY#<yyyymmdd>`.
#[derive(Debug, Default, Deserialize)]
pub struct Day {
    /// Lights that took a slot.
    #[serde(default)]
    pub lights: i64,
    /// Guests logged.
    #[serde(default)]
    pub guests: HashSet<UserId>,
}

/// `USER#<target>`/`LIT3#<ms>#<lighter>`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ThirdLight {
    pub(crate) lighter: UserId,
    pub(crate) millis: i64,
}

/// A light that changes.
#[derive(Debug)]
pub(super) struct Switch<'a> {
    /// On whom.
    pub target: &'a UserId,
    /// Which.
    pub order: Order,
    /// On or off.
    pub on: bool,
    /// When, in milliseconds.
    pub millis: i64,
    /// The day in UTC+8.
    pub day: &'a str,
    /// What the lighter may light that day; `None`: any number.
    pub quota: Option<u32>,
}

/// What became of a switch.
#[derive(Debug)]
pub(super) enum Switched {
    /// It happened.
    Done,
    /// The light was changed in between: read again.
    Changed,
    /// The day has no slot left.
    QuotaReached,
    /// The target is being erased.
    TargetGone,
}

/// That an order is as it was read.
fn as_read(pair: &Pair, order: Order) -> Condition {
    Condition::as_read(on_attribute(order), pair.since(order).map(number))
}

/// The parts of a switch, in this order; the fourth is left out where there is no third light, no slot.
fn pair_write(actor: &Actor, before: &Pair, switch: &Switch<'_>) -> Write {
    let (on, counted) = (on_attribute(switch.order), counted_attribute(switch.order));
    let update = Update::of(keys::pair(actor.uid(), switch.target)).set("type", text("pair"));
    let update = match (switch.on, switch.quota) {
        (true, Some(_)) => update.set(on, number(switch.millis)).set(counted, text(switch.day)),
        (true, None) => update.set(on, number(switch.millis)).remove(counted),
        (false, _) => update.remove(on).remove(counted),
    };
    let update = if switch.on && switch.order == Order::Third { update.set("told", text(switch.day)) } else { update };
    update.when(as_read(before, switch.order)).into()
}

/// Counts a light on somebody. A user who is being erased counts nothing any more.
fn received_write(target: &UserId, order: Order, change: i64) -> Update {
    Update::of(keys::received(target))
        .set("type", text("received"))
        .add(received_attribute(order), number(change))
        .when(Condition::Absent("erased"))
}

fn message_write(actor: &Actor, before: &Pair, switch: &Switch<'_>) -> Option<Result<Write, Error>> {
    if switch.order != Order::Third {
        return None;
    }
    if let Some(since) = before.since(Order::Third) {
        return Some(Ok(Write::delete(keys::third_light(switch.target, since, actor.uid()), None)));
    }
    let light = ThirdLight { lighter: actor.uid().clone(), millis: switch.millis };
    let key = keys::third_light(switch.target, switch.millis, actor.uid());
    Some(store::item("message", &light).map(|item| Write::put(key, item, None)))
}

fn day_write(actor: &Actor, before: &Pair, switch: &Switch<'_>) -> Option<Write> {
    let day = Update::of(keys::day(actor.uid(), switch.day)).set("type", text("day"));
    if switch.on {
        let quota = number(i64::from(switch.quota?));
        let free = Condition::Any(vec![Condition::Absent("lights"), Condition::Below("lights", quota)]);
        let expires = number(switch.millis / 1_000 + KEPT);
        return Some(day.add("lights", number(1)).set("expires_at", expires).when(free).into());
    }
    let same_day = before.counted(switch.order) == Some(switch.day);
    same_day.then(|| day.add("lights", number(-1)).when(Condition::AtLeast("lights", number(1))).into())
}

/// The target, unless one of the two has blocked the other; the reader's lights on them, and the reader's day.
pub(super) async fn pair_and_day(
    store: &Store,
    reader: &Reader,
    target: &UserId,
    day: &str,
) -> Result<(Option<Profile>, Pair, Day), Error> {
    let (person, pair, day) = (keys::profile(target), keys::pair(reader.uid(), target), keys::day(reader.uid(), day));
    let mut keys = vec![person, pair, day];
    keys.extend(blocks_between(reader.uid(), target));
    let mut found = store.get_many(&keys).await?;
    let person = visibility::take_person(&mut found, reader.uid(), target)?;
    Ok((person, found.take_as(&keys[1])?.unwrap_or_default(), found.take_as(&keys[2])?.unwrap_or_default()))
}

/// A person, unless one of the two has blocked the other; the lights they have received, and theirs on the reader.
pub(crate) async fn person_and_lights(
    store: &Store,
    reader: &Reader,
    target: &UserId,
) -> Result<(Option<Profile>, [u32; 3], Option<Pair>), Error> {
    let (person, received, pair) = (keys::profile(target), keys::received(target), keys::pair(target, reader.uid()));
    let mut keys = vec![person, received, pair];
    keys.extend(blocks_between(reader.uid(), target));
    let mut found = store.get_many(&keys).await?;
    let person = visibility::take_person(&mut found, reader.uid(), target)?;
    let received: Received = found.take_as(&keys[1])?.unwrap_or_default();
    Ok((person, [received.received1, received.received2, received.received3], found.take_as(&keys[2])?))
}

/// Switches a light in one transaction: the pair, the target's count, the message and the day's slot,
/// if the lighter is still there.
pub(super) async fn switch(
    store: &Store,
    actor: &Actor,
    before: &Pair,
    switch: &Switch<'_>,
) -> Result<Switched, Error> {
    let change = if switch.on { 1 } else { -1 };
    let received = Write::from(received_write(switch.target, switch.order, change));
    let mut writes = vec![pair_write(actor, before, switch), received.named(RECEIVED)];
    writes.extend(message_write(actor, before, switch).transpose()?);
    writes.extend(day_write(actor, before, switch).map(|day| day.named(DAY)));
    // Whoever is erased while their light is on its way lights nothing.
    writes.push(person::still_there(actor.uid()));
    Ok(match store.transact(writes).await? {
        Transacted::Done => Switched::Done,
        Transacted::Refused { part: RECEIVED, .. } => Switched::TargetGone,
        Transacted::Refused { part: DAY, .. } if switch.on => Switched::QuotaReached,
        Transacted::Refused { .. } => Switched::Changed,
    })
}

/// The newest third lights on the reader, newest first.
pub(super) async fn third_lights(store: &Store, reader: &Reader, most: i32) -> Result<Vec<ThirdLight>, Error> {
    let partition = keys::partition(reader.uid());
    let items = store.query(Table::Lights, &partition, keys::THIRD_LIGHTS, true, Some(most)).await?;
    items.into_iter().map(value).collect()
}

/// Whose lights they are; somebody who is gone, or blocked by one of the two, is left out.
pub(super) async fn lighters(store: &Store, reader: &Reader, lights: &[ThirdLight]) -> Result<Vec<Message>, Error> {
    let blocks = lights.iter().flat_map(|light| blocks_between(reader.uid(), &light.lighter));
    let keys: Vec<Key> = lights.iter().map(|light| keys::profile(&light.lighter)).chain(blocks).collect();
    let mut found = store.get_many(&keys).await?;
    let mut messages = Vec::new();
    for light in lights {
        if let Some(lighter) = visibility::take_person(&mut found, reader.uid(), &light.lighter)? {
            messages.push(Message { lighter, time: light.millis / 1_000 });
        }
    }
    Ok(messages)
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 5] = [
    Sheet::of("lights_given", Table::Lights, keys::PAIRS).keyed("to"),
    Sheet::of("lights_received", Table::Lights, keys::RECEIVED),
    Sheet::of("light_messages", Table::Lights, keys::THIRD_LIGHTS).about("lighter", Keeps::AnyBlock),
    Sheet::of("days", Table::Lights, keys::DAYS).keyed("day"),
    Sheet::of("guests_seen", Table::Lights, keys::SEEN).keyed("segment"),
];
