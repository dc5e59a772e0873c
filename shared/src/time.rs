//! Time as the domain sees it: an injected clock, and the days and segments in which guests and lights are counted
//! (`docs/dialects/lightup.md#days-and-segments`).

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The application clock: the machine's time plus an offset that only the local server and tests move.
///
/// Everything with a life time (sessions, codes, quotas, segments) is judged by it. Signatures are not: the party
/// that checks them has a clock of its own, so they are made with [`Clock::wall`].
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// The application's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let offset = self.0.load(Ordering::Relaxed);
        Self::wall().checked_add(offset.seconds()).unwrap_or(Timestamp::MAX)
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.now().as_second()
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// The machine's time, for signatures that somebody else checks.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn wall() -> Timestamp {
        Timestamp::now()
    }

    /// Moves the application clock forward and returns the new time. At most ten years a call.
    pub fn advance(&self, seconds: u32) -> Timestamp {
        self.0.fetch_add(i64::from(seconds.min(315_360_000)), Ordering::Relaxed);
        self.now()
    }
}

/// The local time by which days are counted: UTC+8 without daylight saving (`docs/dialects/lightup.md#identifiers-and-time`).
fn china(at: Timestamp) -> DateTime {
    TimeZone::fixed(Offset::constant(8)).to_datetime(at)
}

fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// The calendar day in UTC+8 as `yyyymmdd`: the day of the quotas of incomplete users
/// (`docs/dialects/lightup.md#days-and-segments`).
#[must_use]
pub fn day(at: Timestamp) -> String {
    compact(china(at).date())
}

/// The calendar day in UTC, of milliseconds since 1970, as `yyyymmdd`.
#[must_use]
pub fn utc_day(millis: i64) -> String {
    compact(Offset::UTC.to_datetime(Timestamp::from_millisecond(millis).unwrap_or_default()).date())
}

/// Milliseconds since 1970 as ISO 8601 in UTC, with exactly three digits of milliseconds.
#[must_use]
pub fn iso_millis(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), |at| format!("{at:.3}"))
}

/// Milliseconds since 1970 as RFC 3339 at UTC+8, with three digits of the second's fraction, or nine.
#[must_use]
pub fn rfc3339_china(millis: i64, nine: bool) -> String {
    let digits = if nine { 9 } else { 3 };
    Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), |at| format!("{:.digits$}+08:00", china(at)))
}

/// Seconds since 1970 as date and time at UTC+8 without a zone, `yyyy-MM-ddTHH:mm:ss`.
#[must_use]
pub fn china_seconds(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |at| format!("{:.0}", china(at)))
}

/// Seconds since 1970 as date and time in UTC without a zone, `yyyy-MM-ddTHH:mm:ss`.
#[must_use]
pub fn utc_seconds(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds);
    at.map_or_else(|_| String::new(), |at| format!("{:.0}", Offset::UTC.to_datetime(at)))
}

/// The day at UTC+8 of seconds since 1970, `yyyy/M/d`.
#[must_use]
pub fn china_day(seconds: i64) -> String {
    let date = china(Timestamp::from_second(seconds).unwrap_or_default()).date();
    format!("{}/{}/{}", date.year(), date.month(), date.day())
}

/// One of the three parts of a day in which guests are counted (`docs/dialects/lightup.md#days-and-segments`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The date of the most recent 19:00, as `yyyymmdd`.
    pub date: String,
    /// 1 from 19:00, 2 from 05:00, 3 from 12:00.
    pub number: u8,
}

/// The segment that `at` lies in. Boundaries: 05:00, 12:00 and 19:00 in UTC+8
/// (`docs/dialects/lightup.md#days-and-segments`).
#[must_use]
pub fn segment(at: Timestamp) -> Segment {
    let local = china(at);
    let (number, begun_today) = match local.hour() {
        0..5 => (1, false),
        5..12 => (2, false),
        12..19 => (3, false),
        _ => (1, true),
    };
    let date = if begun_today { local.date() } else { local.date().yesterday().unwrap_or(Date::MIN) };
    Segment { date: compact(date), number }
}
