//! What stands around every page: the head, the ways to the other pages, and help.

use super::Console;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use shared::time::Clock;

/// A page of the console, as the ways lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Requests,
    Messages,
    People,
    Objects,
    Sockets,
    Wallet,
    Reports,
    Clock,
    Demo,
}

impl Section {
    const ALL: [Self; 9] = [
        Self::Requests,
        Self::Messages,
        Self::People,
        Self::Objects,
        Self::Sockets,
        Self::Wallet,
        Self::Reports,
        Self::Clock,
        Self::Demo,
    ];

    /// Name, path, and the key after `g` that leads there.
    fn way(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Requests => ("Requests", "/", "r"),
            Self::Messages => ("SMS", "/console/sms", "s"),
            Self::People => ("People", "/console/people", "p"),
            Self::Objects => ("Objects", "/console/objects", "o"),
            Self::Sockets => ("Sockets", "/console/sockets", "k"),
            Self::Wallet => ("Wallet", "/console/wallet", "w"),
            Self::Reports => ("Reports", "/console/reports", "e"),
            Self::Clock => ("Clock", "/console/clock", "c"),
            Self::Demo => ("Demo", "/demo", "d"),
        }
    }

    /// The lines of its picture, in a square of 16.
    fn lines(self) -> &'static str {
        match self {
            Self::Requests => "M2.5 4h11M2.5 8h7M2.5 12h9",
            Self::Messages => "M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z",
            Self::People => "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.6-2.4 2.5-3.5 5-3.5s4.4 1.1 5 3.5",
            Self::Objects => "M2.5 3.5h11v9h-11zM2.5 10.5l3-3 3 3 2-2 3 3",
            Self::Sockets => "M6 2.5v3M10 2.5v3M4 5.5h8v2a4 4 0 0 1-8 0zM8 11.5v2",
            Self::Wallet => "M2.5 4.5h11v8h-11zM2.5 7.5h11M10.5 10h1",
            Self::Reports => "M4 14v-11h8l-2 3 2 3h-8",
            Self::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6",
            Self::Demo => {
                "M5 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM11 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM1.5 13c.3-2.6 1.6-3.8 3.5-3.8s3 .9 3 2.3c0-1.4 1.1-2.3 3-2.3s3.2 1.2 3.5 3.8"
            }
        }
    }
}

/// A whole page.
pub(super) fn page(console: &Console, section: Section, title: &str, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · console" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/console/console.css";
                script src="/console/console.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.brand href="/" { span.mark aria-hidden="true" {} "Console" }
                    span.host { (console.url.trim_start_matches("http://")) }
                    span.live #live role="status" { "not live" }
                    a href="/docs" { "Docs" }
                    (time(console))
                    button.quiet #help-button type="button" aria-haspopup="dialog" hidden { "Help " kbd { "?" } }
                }
                (ways(section))
                main #main tabindex="-1" { (content) }
                (help())
                div #announcer .unseen aria-live="polite" {}
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// The application's time, which leads to where it is moved.
fn time(console: &Console) -> Markup {
    let (now, ahead) = (console.app.clock.now(), ahead(console));
    html! {
        a.now #now data-follows="clock" href="/console/clock" title="The application's time, in UTC" {
            time datetime=(now.to_string()) data-ahead=(ahead) { (now.strftime("%H:%M:%S")) }
            @if ahead > 0 { span.ahead { "+" (super::shown::span(ahead)) } }
        }
    }
}

fn ways(section: Section) -> Markup {
    html! {
        nav aria-label="Pages" {
            ul {
                @for to in Section::ALL {
                    @let (name, path, key) = to.way();
                    li {
                        a href=(path) aria-current=[(to == section).then_some("page")] data-key=(key) {
                            svg viewBox="0 0 16 16" aria-hidden="true" { path d=(to.lines()) {} }
                            span { (name) }
                            kbd aria-hidden="true" { "g " (key) }
                        }
                    }
                }
            }
        }
    }
}

fn help() -> Markup {
    let keys = [
        ("?", "this list"),
        ("/", "to the field that filters or finds"),
        ("j k", "to the next row, or the one before"),
        ("Enter", "opens the row"),
        ("Esc", "closes what is open"),
        ("p", "stops new requests from coming in, or lets them"),
    ];
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            dl.keys {
                @for (key, does) in keys {
                    dt { @for key in key.split(' ') { kbd { (key) } " " } }
                    dd { (does) }
                }
                @for to in Section::ALL {
                    @let (name, _, key) = to.way();
                    dt { kbd { "g" } " " kbd { (key) } }
                    dd { (name) }
                }
            }
            form method="dialog" { button { "Close" } }
        }
    }
}

/// A part of a page that is fetched again when something of these names happens.
pub(super) fn region(id: &str, follows: &str, content: &Markup) -> Markup {
    html! { div id=(id) data-follows=(follows) { (content) } }
}

/// What a page says where nothing is to be shown yet, with a line to paste into a terminal.
pub(super) fn nothing(what: &str, then: &str, paste: Option<&str>) -> Markup {
    html! {
        div.nothing {
            p.what { (what) }
            p { (then) }
            @if let Some(line) = paste {
                div.paste {
                    pre tabindex="0" { code { (line) } }
                    button type="button" .quiet data-copy=(line) hidden { "Copy" }
                }
            }
        }
    }
}

/// How an action went.
pub(super) fn outcome(said: Option<&Result<String, String>>) -> Markup {
    match said {
        None => html! {},
        Some(Ok(text)) => html! { p.said.good role="status" { (text) } },
        Some(Err(text)) => html! { p.said.bad role="alert" { (text) } },
    }
}

/// The heading of a page, with what it is about.
pub(super) fn heading(title: &str, about: &str) -> Markup {
    html! {
        div.heading { h1 { (title) } p { (about) } }
    }
}

pub(super) async fn not_found(State(console): State<Console>) -> Response {
    let content = nothing("There is no such page.", "The pages are in the list beside this text.", None);
    let mut response = page(&console, Section::Requests, "Not found", &content);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Something that the console itself could not read.
pub(super) fn failed(console: &Console, section: Section, reason: &str) -> Response {
    let content = html! { (outcome(Some(&Err(reason.to_owned())))) };
    let mut response = page(console, section, "Error", &content);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// The machine's time.
pub(super) fn machine() -> jiff::Timestamp {
    Clock::wall()
}

/// By how many seconds the application's clock is ahead of the machine's.
pub(super) fn ahead(console: &Console) -> i64 {
    let before = machine();
    // Both are read one after the other: less than a second has passed, which counts as none.
    let ahead = console.app.clock.now().as_millisecond() - before.as_millisecond();
    (ahead + 500).div_euclid(1_000)
}
