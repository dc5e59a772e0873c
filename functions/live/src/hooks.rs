//! What a publishing server asks before it lets somebody publish, and says when they stop
//! (`docs/dialects/live.md#publishing-server`): nginx-rtmp with forms, SRS with JSON.
//!
//! To such a server every answer of 2xx is a yes, so that no failure may have this dialect's usual 200.

use crate::{dialect::Routes, refusal::forbidden};
use axum::{
    body::Body,
    http::{StatusCode, header},
    response::Response,
};
use kit::{Call, Sample::Str, decode, field::Text, post, routes::json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    rooms::hooks::{self, Publisher},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/live/hooks/publish", "PublishHook")
            .about("Says whether a publishing server may take a stream")
            .example(&[("app", Str("live")), ("name", Str(TITLE)), ("key", Str(KEY)), ("clientid", Str("1"))])
            .refusing(forbidden)
            .raw::<Said, Word, _>(publish),
        post("/live/hooks/publish_done", "PublishDoneHook")
            .about("Hears from a publishing server that a stream has ended")
            .example(&[("app", Str("live")), ("name", Str(TITLE)), ("key", Str(KEY)), ("clientid", Str("1"))])
            .refusing(forbidden)
            .raw::<Said, Word, _>(publish_done),
    ])
}

const TITLE: &str = "5702a05c7b6ef053a330e8c3";
const KEY: &str = "0123456789abcdef";

/// nginx-rtmp's fields are `name`, `key` (or the whole query in `args`) and `clientid`; those of SRS `stream`, `param` and
/// `client_id`, with an `action`.
#[derive(Deserialize, JsonSchema)]
struct Said {
    name: Option<Text>,
    key: Option<Text>,
    args: Option<Text>,
    clientid: Option<Text>,
    action: Option<Text>,
    stream: Option<Text>,
    param: Option<Text>,
    client_id: Option<Text>,
}

/// By what the server is known.
#[derive(Deserialize)]
struct Known {
    secret: Option<Text>,
}

/// What SRS is answered: 0 is a yes.
#[derive(Serialize, JsonSchema)]
struct Word {
    code: u8,
}

/// A request of either server, read.
struct Hook {
    secret: String,
    title: String,
    key: String,
    connection: String,
    srs: bool,
}

fn text(field: Option<Text>) -> String {
    field.map(|Text(text)| text).unwrap_or_default()
}

/// The key in the query of a stream's URL. One that is there twice is none.
fn key_in(query: &str) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Query {
        key: Option<Text>,
    }
    let pairs = decode::form(query.trim_start_matches('?').as_bytes())?;
    let query: Query = decode::value(pairs.into_iter().map(|(name, text)| (name, text.into())).collect())?;
    Ok(text(query.key))
}

impl Hook {
    /// A publisher chooses a part of what nginx-rtmp sends, which is why a field that is there twice is refused. SRS says what
    /// has happened, which has to be what the path is for.
    fn of(call: &Call, action: &str) -> Result<Self, Error> {
        let known: Known = decode::value(decode::query(call)?)?;
        let said: Said = decode::value(decode::fields(call)?)?;
        if said.action.as_ref().is_some_and(|Text(said)| said != action) {
            return Err(Error::malformed("action"));
        }
        let srs = said.action.is_some();
        let (title, query, connection) = match srs {
            true => (said.stream, said.param, said.client_id),
            false => (said.name, said.args, said.clientid),
        };
        let key = match said.key.filter(|_| !srs) {
            Some(Text(key)) => key,
            None => key_in(&text(query))?,
        };
        Ok(Self { secret: text(known.secret), title: text(title), key, connection: text(connection), srs })
    }

    fn publisher(&self) -> Publisher<'_> {
        let Self { secret, title, key, connection, .. } = self;
        Publisher { secret, title, key, connection }
    }

    fn answer(&self, allowed: bool) -> Response {
        match (self.srs, allowed) {
            (true, _) => json(StatusCode::OK, &Word { code: u8::from(!allowed) }),
            (false, true) => empty(StatusCode::NO_CONTENT),
            (false, false) => empty(StatusCode::FORBIDDEN),
        }
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

async fn publish(app: App, call: Call) -> Result<Response, Error> {
    let hook = Hook::of(&call, "on_publish")?;
    let allowed = hooks::publish(&app, &hook.publisher()).await?;
    Ok(hook.answer(allowed))
}

async fn publish_done(app: App, call: Call) -> Result<Response, Error> {
    let hook = Hook::of(&call, "on_unpublish")?;
    hooks::publish_done(&app, &hook.publisher()).await?;
    Ok(hook.answer(true))
}
