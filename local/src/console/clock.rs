//! The application's time: it can be moved forward, so that sessions, codes and quotas end.

use super::{
    Console,
    fields::form,
    frame::{Section, ahead, heading, machine, outcome, page, region},
    shown,
};
use axum::{body::Bytes, extract::State, response::Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use shared::time::{day, segment};

/// The furthest that one form moves the clock: ten years, in seconds.
const FURTHEST: u64 = 315_360_000;

/// What is often wanted.
const STEPS: [(&str, u64); 8] = [
    ("1 minute", 60),
    ("2 minutes", 120),
    ("10 minutes", 600),
    ("15 minutes", 900),
    ("1 hour", 3_600),
    ("8 hours", 28_800),
    ("1 day", 86_400),
    ("30 days", 2_592_000),
];

pub(super) async fn page_of_clock(State(console): State<Console>) -> Response {
    show(&console, None)
}

#[derive(Deserialize)]
pub(super) struct Advanced {
    seconds: u64,
}

/// Moves the clock.
pub(super) async fn advance(State(console): State<Console>, body: Bytes) -> Response {
    let asked = form(&body).map(|Advanced { seconds }| seconds).filter(|seconds| *seconds <= FURTHEST);
    let said = match asked.and_then(|seconds| u32::try_from(seconds).ok()) {
        Some(seconds) => {
            console.app.clock.advance(seconds);
            console.wire.tell(crate::news::News::Clock);
            Ok(format!("The clock was moved by {}.", shown::span(seconds.into())))
        }
        None => Err("Wanted a whole number of seconds, from 0 to 315360000, which is ten years.".to_owned()),
    };
    show(&console, Some(&said))
}

fn show(console: &Console, said: Option<&Result<String, String>>) -> Response {
    let content = html! {
        (heading("Clock", "By this time sessions, codes, quotas and leases end. It goes forward only, until the process ends."))
        (outcome(said))
        (region("times", "clock", &times(console)))
        section.card aria-labelledby="move-title" {
            h2 #move-title { "Move it forward" }
            form.steps method="post" action="/console/clock" {
                @for (name, seconds) in STEPS { button type="submit" name="seconds" value=(seconds) { "+" (name) } }
            }
            form method="post" action="/console/clock" {
                label { "Seconds" input name="seconds" inputmode="numeric" required pattern="[0-9]+" autocomplete="off"; }
                button type="submit" { "Move" }
            }
        }
    };
    page(console, Section::Clock, "Clock", &content)
}

fn times(console: &Console) -> Markup {
    let (now, ahead) = (console.app.clock.now(), ahead(console));
    let part = segment(now);
    let real: Timestamp = machine();
    html! {
        dl.facts.times {
            dt { "Application, UTC" } dd { (shown::day_and_time(now)) }
            dt { "Machine, UTC" } dd { (shown::day_and_time(real)) }
            dt { "Ahead by" } dd #ahead { (shown::span(ahead)) }
            dt { "Day of quotas, UTC+8" } dd { (day(now)) }
            dt { "Segment of guests" } dd { (part.number) " of " (part.date) }
        }
    }
}
