//! How keys, values, times and sizes are written. Hashes and other secrets are shortened.

use super::fields::link;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use maud::{Markup, html};
use shared::values::UserId;
use std::time::Duration;

/// A run of so many hexadecimal digits is a hash, a token or a key. The id of a user has 24.
const SECRET_DIGITS: usize = 32;
/// So many characters of it are shown.
const SHOWN_DIGITS: usize = 8;
/// So much of a text is shown, in characters.
const LONGEST_TEXT: usize = 2_000;

/// A text in which what may be a secret is shortened.
pub(super) fn shortened(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("$argon2") {
        return format!("$argon2{}…", rest.split('$').next().unwrap_or_default());
    }
    let (mut short, mut run) = (String::with_capacity(text.len()), String::new());
    for char in text.chars().map(Some).chain([None]) {
        match char {
            Some(digit) if digit.is_ascii_hexdigit() => run.push(digit),
            other => {
                match run.len() >= SECRET_DIGITS {
                    true => short.extend(run.chars().take(SHOWN_DIGITS).chain(['…'])),
                    false => short.push_str(&run),
                }
                run.clear();
                short.extend(other);
            }
        }
    }
    match short.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &short[..end]),
        None => short,
    }
}

/// The first user that a text names.
fn user_in(text: &str) -> Option<&str> {
    let mut pieces = text.split(|char: char| !char.is_ascii_hexdigit());
    pieces.find(|piece| UserId::try_from((*piece).to_owned()).is_ok())
}

/// The page of a person.
pub(super) fn person_path(uid: &str) -> String {
    format!("/console/people/{uid}")
}

/// A text, as a link to the person or the object that it names.
pub(super) fn text(text: &str) -> Markup {
    let shown = shortened(text);
    if let Some(uid) = user_in(text).filter(|_| !is_object(text)) {
        return html! { a href=(person_path(uid)) { (shown) } };
    }
    if is_object(text) {
        return html! { a href=(link("/console/object", &[("key", text)])) { (shown) } };
    }
    html! { (shown) }
}

/// Whether a text looks like the key of an object.
fn is_object(text: &str) -> bool {
    ["media/", "pending/", "images/"].iter().any(|folder| text.starts_with(folder))
}

/// The value of an attribute.
pub(super) fn value(name: &str, value: &AttributeValue) -> Markup {
    match value {
        AttributeValue::S(string) if string.is_empty() => html! { span.muted { "empty" } },
        AttributeValue::S(string) => text(string),
        AttributeValue::N(number) => html! {
            span.number { (number) }
            @if let Some(at) = moment(name, number) { " " span.muted { (at) } }
        },
        AttributeValue::Bool(yes) => html! { (yes) },
        AttributeValue::Null(_) => html! { span.muted { "null" } },
        AttributeValue::B(bytes) => html! { span.muted { (bytes.as_ref().len()) " bytes" } },
        AttributeValue::Ss(texts) => html! { ul { @for one in texts { li { (text(one)) } } } },
        AttributeValue::Ns(numbers) => html! { (numbers.join(", ")) },
        AttributeValue::L(values) => html! { ol { @for one in values { li { (self::value("", one)) } } } },
        AttributeValue::M(values) => {
            let mut names: Vec<_> = values.iter().collect();
            names.sort_by_key(|(name, _)| name.as_str());
            html! { dl.map { @for (name, one) in names { dt { (name) } dd { (self::value(name, one)) } } } }
        }
        _ => html! { span.muted { "of another kind" } },
    }
}

/// The moment that a number says, if it is one: in seconds or milliseconds since 1970.
fn moment(name: &str, number: &str) -> Option<String> {
    let timed = ["_at", "_until", "_since", "until", "issued"].iter().any(|end| name.ends_with(end));
    let number: i64 = number.parse().ok().filter(|_| timed)?;
    let at =
        if number > 100_000_000_000 { Timestamp::from_millisecond(number) } else { Timestamp::from_second(number) };
    at.ok().filter(|_| number > 1_000_000_000).map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// A point in time, which a machine can read as well.
pub(super) fn time(at: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) title=(at.to_string()) { (at.strftime("%H:%M:%S")) } }
}

/// The same with its day.
pub(super) fn day_and_time(at: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) { (at.strftime("%Y-%m-%d %H:%M:%S")) } }
}

/// Milliseconds, with a digit more where they are few.
pub(super) fn milliseconds(took: Duration) -> String {
    let millis = took.as_secs_f64() * 1_000.0;
    if millis < 10.0 { format!("{millis:.1}") } else { format!("{millis:.0}") }
}

/// Units, which may be halves.
pub(super) fn units(units: f64) -> String {
    if units.fract() == 0.0 { format!("{units:.0}") } else { format!("{units:.1}") }
}

/// So many seconds in the two largest units that they have.
pub(super) fn span(seconds: i64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let parts = parts.iter().skip_while(|(many, _)| *many == 0).take(2).filter(|(many, _)| *many > 0);
    let text: Vec<_> = parts.map(|(many, unit)| format!("{many}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text.join(" ") }
}

/// Bytes in the largest unit that they have.
pub(super) fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} kB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}
