//! SMS, and what operators were told: the messages that this process has sent, the newest first.

use super::{
    Console,
    fields::{Query, link},
    frame::{Section, heading, nothing, page, region},
    shown,
};
use crate::sns::{Notice, Sms};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use serde::Deserialize;

/// Messages on one page.
const PAGE: usize = 50;

/// A code has at least so many digits.
const CODE_DIGITS: usize = 4;

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    /// What the number ends with.
    #[serde(default)]
    q: String,
    /// How many of the newest are left out.
    #[serde(default)]
    skip: usize,
}

pub(super) async fn page_of_messages(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    let content = html! {
        (heading("SMS", "What this process has sent to numbers. Kept until it ends."))
        form.find role="search" {
            label.unseen for="find" { "The number ends with" }
            input #find type="search" name="q" value=(asked.q) inputmode="tel" autocomplete="off"
                placeholder="The number ends with";
            kbd aria-hidden="true" { "/" }
        }
        (region("messages", "message", &all(&console, &asked)))
    };
    page(&console, Section::Messages, "SMS", &content)
}

fn all(console: &Console, asked: &Asked) -> Markup {
    let found = if asked.q.is_empty() { console.outbox.all() } else { console.outbox.to(&asked.q) };
    let shown: Vec<_> = found.iter().rev().skip(asked.skip).take(PAGE).collect();
    let skipped = asked.skip + shown.len();
    let notices = console.outbox.notices();
    html! {
        @if shown.is_empty() { (none(console, &asked.q)) } @else { (list(&shown)) }
        @if skipped < found.len() {
            p.more { a href=(link("/console/sms", &[("q", &asked.q), ("skip", &skipped.to_string())])) { "Older" } }
        }
        @if !notices.is_empty() { (told(&notices)) }
    }
}

/// The newest messages, for the page of requests.
pub(super) fn newest(console: &Console, many: usize) -> Markup {
    let all = console.outbox.all();
    let shown: Vec<_> = all.iter().rev().take(many).collect();
    html! {
        h2 { "Newest SMS" }
        @if shown.is_empty() { p.muted { "Messages appear here as they are sent, codes first of all." } }
        @else { (list(&shown)) p.more { a href="/console/sms" { "All messages" } } }
    }
}

fn none(console: &Console, asked: &str) -> Markup {
    if !asked.is_empty() {
        return nothing(
            "No message went to such a number.",
            "It is compared with the end of the number, digits alone.",
            None,
        );
    }
    let line = format!("curl {}/v1/account/register -d phone_number=15172354423", console.url);
    nothing("No messages yet.", "Paste this into a terminal: it registers a number, which is sent a code.", Some(&line))
}

fn list(messages: &[&Sms]) -> Markup {
    html! {
        ol.messages {
            @for Sms { phone, message, sent_at } in messages {
                li {
                    p.to { strong { (phone) } " " (shown::day_and_time(*sent_at)) }
                    p.text { (message) }
                    @if let Some(code) = code(message) {
                        p.code {
                            span.unseen { "Code " } code { (code) }
                            button.quiet type="button" data-copy=(code) hidden { "Copy" }
                        }
                    }
                }
            }
        }
    }
}

/// The first run of digits that is long enough to be a code.
fn code(message: &str) -> Option<&str> {
    message.split(|char: char| !char.is_ascii_digit()).find(|digits| digits.len() >= CODE_DIGITS)
}

fn told(notices: &[Notice]) -> Markup {
    html! {
        h2 { "Told to operators" }
        ol.messages {
            @for Notice { topic, message, sent_at } in notices.iter().rev().take(PAGE) {
                li {
                    p.to { strong { (topic) } " " (shown::day_and_time(*sent_at)) }
                    p.text { (message) }
                }
            }
        }
    }
}
