//! `/demo`: two people side by side. The page's script lives their story by the calls that apps make, in front of whoever looks on.
//!
//! Nothing here calls the API for them: the server gives the page, and the script sends every request to the dialects' own URLs, every
//! file to the stand-in of S3, and every message over a WebSocket. What only this machine has is the inbox of SMS and an operator who
//! sells coins, `/_local/sms` and `/_local/receipts`. Two people share a browser with its cookies, so no request sends or keeps any:
//! sessions are fields of Light Up and Live, and a socket is opened with the token that signing in to SealTalk answers.

use super::{
    Console,
    frame::{Section, heading, page},
};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

/// The two: key, name, and the sex that Light Up knows.
const PEOPLE: [(&str, &str, &str); 2] = [("ann", "Ann", "female"), ("ben", "Ben", "male")];

/// The steps of the story: key, title, and what happens. The script has a function for each key.
const STEPS: [(&str, &str, &str); 9] = [
    ("register", "Register", "Each asks Light Up for a code, reads the SMS, redeems the code and sets a password."),
    (
        "profile",
        "Profile and portrait",
        "A nickname, and a picture drawn here that goes straight to S3 by a signed form.",
    ),
    ("answer", "Answer questions", "Three answers in sound and two films, recorded here and uploaded the same way."),
    (
        "connect",
        "Open the sockets",
        "The same people sign in to SealTalk with number and password, and open a WebSocket with its token.",
    ),
    ("guests", "See a guest", "Each is shown somebody by chance, then looks at the other: profile, sound, films."),
    (
        "lights",
        "Three lights",
        "Each lights the other up. The third light makes a message, and comes over the socket as well.",
    ),
    ("friends", "Become friends", "Ann asks in Live, Ben agrees there. Both hear of it over their sockets."),
    ("chat", "Chat", "They write to each other over the WebSockets, and acknowledge what arrives."),
    ("gift", "A gift", "Ben shows a receipt for ten coins in Live, and gives Ann a rose for four of them."),
];

/// The page as it is before the first step.
pub(super) async fn page_of_demo(State(console): State<Console>) -> Response {
    let content = html! {
        link rel="stylesheet" href="/console/demo.css";
        (heading(
            "Demo",
            "Two people live through one story across the APIs. Every line is a real call of this page, and the console shows what it did.",
        ))
        noscript { p.said.bad { "This page is a client of the API: it needs its script." } }
        div #demo.demo data-state="ready" {
            div.bar.run {
                button #next type="button" disabled { "Next step" }
                button #all.quiet type="button" disabled { "Run it all" }
                button #again.quiet type="button" disabled { "Begin again" }
                p #said role="status" { "Nobody has done anything yet." }
            }
            div.pair-of-people { @for (key, name, sex) in PEOPLE { (person(key, name, sex)) } }
            (steps())
        }
        script src="/console/demo.js" defer {}
    };
    page(&console, Section::Demo, "Demo", &content)
}

fn person(key: &str, name: &str, sex: &str) -> Markup {
    html! {
        section.person id=(key) data-name=(name) data-sex=(sex) aria-labelledby={ (key) "-name" } {
            div.face {
                img data-part="portrait" alt={ "The portrait of " (name) } hidden;
                span.blank aria-hidden="true" { (name.chars().take(1).collect::<String>()) }
            }
            h2 id={ (key) "-name" } { (name) }
            p.muted data-part="phone" { "no number yet" }
            p.links { a data-part="rows" hidden { "Rows" } }
            dl.facts {
                dt { "Lights" }
                dd { span.lamps data-part="lamps" role="img" aria-label="0 of 3 lights" { i {} i {} i {} } }
                dt { "Socket" }
                dd data-part="socket" { "closed" }
                dt { "Coins" }
                dd.coins data-part="coins" { "–" }
            }
            div.seen data-part="seen" hidden {}
            ol.talk data-part="talk" aria-label={ "What " (name) " reads and writes" } {}
        }
    }
}

fn steps() -> Markup {
    html! {
        ol.steps-of-story {
            @for (key, title, about) in STEPS {
                li data-step=(key) data-state="waits" {
                    details {
                        summary { span.state { "waits" } strong { (title) } span.count {} }
                        p.muted { (about) }
                        ol.calls-of-step aria-label={ "Calls of " (title) } {}
                    }
                }
            }
        }
    }
}

pub(super) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("demo.js")).into_response()
}

pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("demo.css")).into_response()
}
