//! The console: pages at `/` of the local server that show what requests did, and what is stored and was sent.
//!
//! | module | what it holds |
//! |---|---|
//! | `asked` | the requests: `/`, and one of them with its calls |
//! | `messages` | SMS, and what operators were told |
//! | `people` | finding people, and one person's rows in all tables |
//! | `objects` | what lies in the bucket, with previews |
//! | `sockets` | open WebSockets, and queues |
//! | `wallet` | receipts and grants |
//! | `reports` | what people have reported, and deciding about it |
//! | `clock` | the application's time |
//! | `demo` | `/demo`: two people whose story the page's script lives by calling the API |
//! | `live` | `/_local/events`: pages that are open hear what happens |
//! | `tables` | reading rows, a page at a time |
//! | `fields` | queries and forms |
//! | `frame` | what stands around every page |
//! | `shown` | how keys, times and values are written |
//!
//! It is for whoever runs the server, so it shows numbers, ids and keys; secrets are shortened. Pages are made here, whole, and work
//! without a script; the script keeps them fresh. It runs no code from anywhere else, which a Content-Security-Policy holds.

mod asked;
mod clock;
mod demo;
mod fields;
mod frame;
mod live;
mod messages;
mod objects;
mod people;
mod reports;
mod shown;
mod sockets;
mod tables;
mod wallet;

use crate::{
    guard::{own_pages, secured},
    news::Wire,
    requests::Requests,
    sns::Outbox,
    sockets::Lines,
};
use aws_sdk_s3::Client as S3;
use axum::{
    Router,
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use http::{HeaderValue, header};
use shared::{App, OnDemand};
pub(crate) use tables::Tables;

/// What the pages show.
#[derive(Clone)]
pub(crate) struct Console {
    pub(crate) app: App,
    /// Clients of the console's own, which no failure on demand strikes.
    pub(crate) tables: Tables,
    pub(crate) s3: OnDemand<S3>,
    pub(crate) requests: Requests,
    pub(crate) outbox: Outbox,
    pub(crate) sockets: Lines,
    pub(crate) wire: Wire,
    /// Where the server answers.
    pub(crate) url: String,
}

/// The pages, the script and the style.
pub(crate) fn routes(console: Console, storage: &str) -> Router {
    Router::new()
        .route("/console/requests/{number}", get(asked::one))
        .route("/console/sms", get(messages::page_of_messages))
        .route("/console/people", get(people::list))
        .route("/console/people/{uid}", get(people::one))
        .route("/console/objects", get(objects::list))
        .route("/console/object", get(objects::one))
        .route("/console/sockets", get(sockets::page_of_sockets).post(sockets::end))
        .route("/console/wallet", get(wallet::page_of_wallet))
        .route("/console/wallet/receipts", get(wallet::page_of_wallet).post(wallet::issue))
        .route("/console/wallet/grants", get(wallet::page_of_wallet).post(wallet::grant))
        .route("/console/reports", get(reports::list).post(reports::decide))
        .route("/console/clock", get(clock::page_of_clock).post(clock::advance))
        .route("/console/console.js", get(script))
        .route("/console/console.css", get(style))
        .route("/console/demo.js", get(demo::script))
        .route("/console/demo.css", get(demo::style))
        .route("/console", get(asked::list))
        .route("/console/{*rest}", get(frame::not_found))
        .layer(from_fn(secured(policy(storage, ""))))
        .merge(Router::new().route("/demo", get(demo::page_of_demo)).layer(from_fn(secured(policy(storage, storage)))))
        .with_state(console)
        .layer(from_fn(own_pages))
}

/// The first page. It lies at a path that a function has as well, with other methods.
pub(crate) fn home(console: &Console, storage: &str) -> MethodRouter {
    get(asked::list).with_state(console.clone()).layer(from_fn(secured(policy(storage, "")))).layer(from_fn(own_pages))
}

/// What is heard while something happens.
pub(crate) fn events(console: Console) -> Router {
    Router::new().route("/_local/events", get(live::events)).with_state(console).layer(from_fn(own_pages))
}

/// Pages are not kept, run the console's own scripts and nothing else, and stand in no frame. Files come from the stand-in of S3; beside this
/// server a script calls `uploads` alone, which is where the page with two people sends files.
fn policy(storage: &str, uploads: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {uploads}; img-src 'self' data: {storage}; \
         media-src {storage}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("console/console.js")).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("console/console.css")).into_response()
}
