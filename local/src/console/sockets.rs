//! Open WebSockets, and the queues of messages that are read over them.

use super::{
    Console,
    fields::{Query, form},
    frame::{Section, failed, heading, nothing, outcome, page, region},
    people::shown_rows,
    shown,
    tables::{After, Page, Row, word},
};
use crate::sockets::Open;
use axum::{body::Bytes, extract::State, response::Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use shared::{config::Table, store::keys, values::UserId};

/// Rows of queues on one page.
const PAGE: usize = 50;

pub(super) async fn page_of_sockets(State(console): State<Console>, Query(after): Query<After>) -> Response {
    show(&console, &after, None).await
}

#[derive(Deserialize)]
pub(super) struct Ended {
    user: String,
}

/// Ends somebody's sockets as a network does that fails.
pub(super) async fn end(State(console): State<Console>, body: Bytes) -> Response {
    let asked = form(&body).and_then(|Ended { user }| UserId::try_from(user).ok());
    let said = match asked {
        Some(uid) => {
            Ok(format!("{} sockets were dropped. No function has heard of it.", console.sockets.drop_of(&uid)))
        }
        None => Err("wanted the id of a user".to_owned()),
    };
    show(&console, &After::default(), Some(&said)).await
}

async fn show(console: &Console, after: &After, said: Option<&Result<String, String>>) -> Response {
    let inbox = keys::inbox(&UserId::nobody()).sk;
    let queued = |row: &Row| word(row, "sk").is_some_and(|sk| sk == inbox || sk.starts_with("Q#"));
    let queues = match console.tables.scan(Table::Chat, after, PAGE, queued).await {
        Ok(queues) => queues,
        Err(reason) => return failed(console, Section::Sockets, &reason),
    };
    let content = html! {
        (heading("Sockets and queues", "WebSockets that are open now, and the queues of people: what waits for them, and what they have read, until it is deleted."))
        (outcome(said))
        (region("sockets", "sockets", &open(console)))
        h2 { "Queues" }
        (region("queues", "request sockets", &rows(console, &queues)))
    };
    page(console, Section::Sockets, "Sockets", &content)
}

fn open(console: &Console) -> Markup {
    let mut open = console.sockets.all();
    open.sort_by_key(|socket| std::cmp::Reverse(socket.opened));
    if open.is_empty() {
        let then = "An app of Chat opens one at /android/websocket/ with the session of its user. docs/dialects/chat.md shows how.";
        return nothing("No socket is open.", then, None);
    }
    html! {
        table.sockets {
            caption { (open.len()) " open" }
            thead {
                tr {
                    th scope="col" { "Whose" } th scope="col" { "Connection" } th.wide scope="col" { "From" }
                    th scope="col" { "Opened" } th scope="col" { "Last word" } th scope="col" { "Drop" }
                }
            }
            tbody { @for socket in &open { (one(socket)) } }
        }
    }
}

fn one(socket: &Open) -> Markup {
    let at = |millis| Timestamp::from_millisecond(millis).unwrap_or_default();
    html! {
        tr {
            td {
                @match &socket.whose {
                    Some(uid) => a href=(shown::person_path(uid.as_str())) { (uid) },
                    None => "nobody's",
                }
            }
            td { code { (socket.name) } }
            td.wide { (socket.address) " " span.muted { (socket.agent.as_deref().unwrap_or_default()) } }
            td { (shown::time(at(socket.opened))) }
            td { (shown::time(at(socket.active))) }
            td {
                @if let Some(uid) = &socket.whose {
                    form method="post" action="/console/sockets" {
                        input type="hidden" name="user" value=(uid);
                        button type="submit" .quiet aria-label={ "Drop the sockets of " (uid) } { "Drop" }
                    }
                }
            }
        }
    }
}

fn rows(console: &Console, queues: &Page) -> Markup {
    html! {
        @if queues.rows.is_empty() { p.muted { "No queue has a row." } }
        (shown_rows(console.tables.name(Table::Chat), &queues.rows, true, ""))
        @if let Some(After { pk, sk }) = &queues.next {
            p.more { a href=(super::fields::link("/console/sockets", &[("pk", pk), ("sk", sk)])) { "More" } }
        }
    }
}
