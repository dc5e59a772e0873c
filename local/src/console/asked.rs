//! The requests: `/` lists them, and one of them opens beside the list, with what it read and wrote.

use super::{
    Console,
    fields::{Query, link},
    frame::{Section, nothing, page, region},
    messages, shown,
};
use crate::{
    cost::{Call, Touched},
    requests::{Entry, KEPT},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};

/// Requests on one page.
const PAGE: usize = 100;

/// Messages beside the list.
const MESSAGES: usize = 5;

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    /// What has to be in a request that is listed.
    #[serde(default)]
    q: String,
    /// Only those before this number.
    before: Option<u64>,
}

/// The list, with the newest messages beside it.
pub(super) async fn list(State(console): State<Console>, Query(asked): Query<Asked>) -> Response {
    let beside = html! {
        aside #detail aria-label="Newest messages" {
            (region("messages", "message", &messages::newest(&console, MESSAGES)))
        }
    };
    page(&console, Section::Requests, "Requests", &both(&console, &asked, None, &beside))
}

/// The list, with one of the requests beside it.
pub(super) async fn one(
    State(console): State<Console>,
    Path(number): Path<u64>,
    Query(asked): Query<Asked>,
) -> Response {
    let beside = match console.requests.of(number) {
        Some(entry) => detail(&entry),
        None => html! {
            aside #detail aria-label="Request" {
                (nothing("This request is no longer kept.", &format!("The newest {KEPT} are."), None))
            }
        },
    };
    page(&console, Section::Requests, &format!("Request {number}"), &both(&console, &asked, Some(number), &beside))
}

fn both(console: &Console, asked: &Asked, open: Option<u64>, beside: &Markup) -> Markup {
    let before = asked.before.map(|number| number.to_string()).unwrap_or_default();
    html! {
        div.split.opened[open.is_some()] {
            section.list aria-labelledby="requests-title" {
                div.bar {
                    h1 #requests-title { "Requests" }
                    form role="search" action="/" {
                        label.unseen for="find" { "Filter" }
                        input #find type="search" name="q" value=(asked.q) autocomplete="off" spellcheck="false"
                            placeholder="Filter by path, operation, 4xx, key";
                        kbd aria-hidden="true" { "/" }
                    }
                    button #pause .quiet type="button" aria-pressed="false" hidden { "Pause" }
                }
                // What is filtered, or is older, is read again as a whole; else new rows are put in front.
                @let whole = !asked.q.is_empty() || asked.before.is_some();
                div #requests data-follows=[whole.then_some("request")] data-rows=[(!whole).then_some("request")] {
                    (rows(console, asked, open))
                }
                @if !before.is_empty() { p.more { a href=(link("/", &[("q", &asked.q)])) { "Newest" } } }
            }
            (beside)
        }
    }
}

fn rows(console: &Console, asked: &Asked, open: Option<u64>) -> Markup {
    let (wanted, before) = (asked.q.trim().to_lowercase(), asked.before.unwrap_or(u64::MAX));
    let all = console.requests.all();
    let mut fitting = all.iter().filter(|entry| entry.number < before && fits(entry, &wanted));
    let shown: Vec<&Arc<Entry>> = fitting.by_ref().take(PAGE).collect();
    let (oldest, more) = (shown.last().map(|entry| entry.number.to_string()), fitting.next().is_some());
    html! {
        table.requests {
            caption.unseen { "Requests, the newest first" }
            thead {
                tr {
                    th.time scope="col" { "Time" }
                    th.method scope="col" { "Method" }
                    th scope="col" { "Path" }
                    th.status scope="col" { "Status" }
                    th.number scope="col" { abbr title="Milliseconds" { "ms" } }
                    th.number scope="col" { abbr title="Sequential rounds of AWS calls" { "Rounds" } }
                    th.number scope="col" { "Calls" }
                    th.number scope="col" { abbr title="DynamoDB read units" { "Read" } }
                    th.number scope="col" { abbr title="DynamoDB write units" { "Write" } }
                }
            }
            tbody #rows { @for entry in &shown { (row(entry, open == Some(entry.number))) } }
        }
        @if shown.is_empty() {
            @if wanted.is_empty() {
                @let line = format!("curl {}/v1/account/register -d phone_number=15172354423", console.url);
                (nothing("No requests yet.", "Paste this into a terminal. The request appears here, and its SMS beside it.",
                    Some(&line)))
            } @else {
                (nothing("No request is like this.", "Take something out of the filter, or Esc to empty it.", None))
            }
        }
        @if let (true, Some(oldest)) = (more, oldest) {
            p.more { a href=(link("/", &[("q", &asked.q), ("before", &oldest)])) { "Older" } }
        }
    }
}

/// Whether a request has each of the words in its path, operation, status or keys.
fn fits(entry: &Entry, wanted: &str) -> bool {
    let class = format!("{}xx", entry.status / 100);
    let logged = entry.logged.as_ref();
    let touched = entry.bill.calls.iter().flat_map(|call| &call.touched);
    let keys = touched.flat_map(|touched| [touched.place.as_str(), &touched.key, &touched.sort]);
    let told = [entry.method.as_str(), &entry.path, &entry.id, &class, entry.function.as_deref().unwrap_or_default()];
    let said = logged.into_iter().flat_map(|logged| [logged.dialect, &logged.operation, &logged.outcome]);
    let texts: Vec<String> = keys.chain(told).chain(said).map(str::to_lowercase).collect();
    let status = entry.status.to_string();
    wanted.split_whitespace().all(|word| word == status || texts.iter().any(|text| text.contains(word)))
}

/// A row of the list.
pub(super) fn row(entry: &Entry, open: bool) -> Markup {
    let cost = entry.bill.cost;
    html! {
        tr id={ "request-" (entry.number) } aria-current=[open.then_some("true")] {
            td.time { (shown::time(entry.at)) }
            td.method { (entry.method) }
            td.path {
                a href={ "/console/requests/" (entry.number) } { (entry.path) }
                @if let Some(operation) = entry.operation() { span.operation { (operation) } }
            }
            td.status { (status(entry.status)) }
            td.number data-label="ms" { (shown::milliseconds(entry.took)) }
            td.number data-label="rounds" { (cost.rounds) }
            td.number data-label="calls" { (cost.calls) }
            td.number data-label="read" { (shown::units(cost.read_units)) }
            td.number data-label="write" { (shown::units(cost.write_units)) }
        }
    }
}

fn status(status: u16) -> Markup {
    let class = format!("chip s{}", status / 100);
    html! { span class=(class) { (status) } }
}

fn detail(entry: &Entry) -> Markup {
    let cost = entry.bill.cost;
    let logged = entry.logged.as_ref();
    html! {
        aside #detail aria-labelledby="detail-title" tabindex="-1" {
            div.bar {
                h2 #detail-title { span.method { (entry.method) } " " (entry.path) }
                a.close href="/" aria-label="Close" { span aria-hidden="true" { "×" } }
            }
            p.facts {
                (status(entry.status))
                @if let Some(logged) = logged { " " span.chip { (logged.outcome) } }
                " " (shown::milliseconds(entry.took)) " ms · " (shown::day_and_time(entry.at))
            }
            @if let Some(reason) = logged.and_then(|logged| logged.reason.as_ref()) { p.said.bad { (reason) } }
            dl.facts {
                dt { "Function" } dd { (entry.function.as_deref().unwrap_or("none answered in time")) }
                @if let Some(logged) = logged { dt { "Operation" } dd { (logged.operation) " of " (logged.dialect) } }
                @if !entry.id.is_empty() { dt { "Request id" } dd { code { (entry.id) } } }
            }
            ul.sums {
                li { strong { (cost.rounds) } " rounds" }
                li { strong { (cost.calls) } " calls" }
                li { strong { (shown::units(cost.read_units)) } " read units" }
                li { strong { (shown::units(cost.write_units)) } " write units" }
            }
            (calls(&entry.bill.calls, cost.calls, entry.took))
        }
    }
}

fn calls(calls: &[Call], made: u32, took: Duration) -> Markup {
    let left = usize::try_from(made).unwrap_or_default().saturating_sub(calls.len());
    html! {
        h3 { "What it read and wrote" }
        @if calls.is_empty() { p.muted { "It made no call to AWS." } } @else {
            ol.calls { @for call in calls { li { (one_call(call, took)) } } }
        }
        @if left > 0 { p.muted { (left) " more calls are not kept." } }
    }
}

fn one_call(call: &Call, whole: Duration) -> Markup {
    html! {
        div.call {
            span.round title="The round" { span.unseen { "Round " } (call.round) }
            span.name { (call.operation) " " span.muted { (call.service) } }
            span.number {
                @match call.took {
                    Some(took) => { (shown::milliseconds(took)) " ms" }
                    None => { "not ended" }
                }
            }
            span.number {
                @if call.read_units > 0.0 { (shown::units(call.read_units)) " read" }
                @if call.write_units > 0.0 { (shown::units(call.write_units)) " write" }
            }
        }
        (bar(call, whole))
        @if let Some(failure) = &call.failure { p.failure { (failure) } }
        @if !call.touched.is_empty() {
            ul.touched {
                @for touched in &call.touched { (item(touched)) }
                @if call.more > 0 { li.muted { "and " (call.more) " more" } }
            }
        }
    }
}

/// When the call was under way, as a part of the request's time.
fn bar(call: &Call, whole: Duration) -> Markup {
    let whole = whole.as_secs_f64().max(f64::EPSILON);
    let from = (call.began.as_secs_f64() / whole * 100.0).clamp(0.0, 99.0);
    let wide = (call.took.unwrap_or_default().as_secs_f64() / whole * 100.0).clamp(0.8, 100.0 - from);
    html! {
        svg.line aria-hidden="true" {
            rect.whole width="100%" height="100%" rx="2" {}
            rect.part x={ (format!("{from:.2}")) "%" } width={ (format!("{wide:.2}")) "%" } height="100%" rx="2" {}
        }
    }
}

fn item(touched: &Touched) -> Markup {
    let Touched { verb, place, key, sort } = touched;
    html! {
        li {
            span class={ "verb " (verb) } { (verb) }
            @if !place.is_empty() { span.place { (place) } }
            span.key { (shown::text(key)) @if !sort.is_empty() { span.muted { " / " } (shown::text(sort)) } }
        }
    }
}
