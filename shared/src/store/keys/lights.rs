//! Keys of the table `lights`: who lit whom.

use super::{Key, partition};
use crate::{config::Table, time::Segment, values::UserId};

fn lights(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Lights, pk, sk: sk.into() }
}

/// The lights of one person on one guest.
#[must_use]
pub fn pair(lighter: &UserId, target: &UserId) -> Key {
    lights(partition(lighter), format!("{PAIRS}{target}"))
}

/// Every pair of a lighter starts so.
pub const PAIRS: &str = "PAIR#";

/// How many lights a person has received.
#[must_use]
pub fn received(target: &UserId) -> Key {
    lights(partition(target), RECEIVED)
}

/// What its row is called.
pub const RECEIVED: &str = "RECEIVED";

/// A third light that is on, in order of time: 13 digits of milliseconds.
#[must_use]
pub fn third_light(target: &UserId, millis: i64, lighter: &UserId) -> Key {
    lights(partition(target), format!("{THIRD_LIGHTS}{millis:013}#{lighter}"))
}

/// Every third light on a person starts so.
pub const THIRD_LIGHTS: &str = "LIT3#";

/// A user's calendar day, `yyyymmdd`.
#[must_use]
pub fn day(uid: &UserId, day: &str) -> Key {
    lights(partition(uid), format!("{DAYS}{day}"))
}

/// Every day of a user starts so.
pub const DAYS: &str = "DAY#";

/// The guests that a user has seen in a segment.
#[must_use]
pub fn seen(uid: &UserId, segment: &Segment) -> Key {
    lights(partition(uid), format!("{SEEN}{}#{}", segment.date, segment.number))
}

/// The guests of every segment start so.
pub const SEEN: &str = "SEEN#";
