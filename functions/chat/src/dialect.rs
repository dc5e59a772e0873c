//! How Chat's requests are read and its answers written (`docs/dialects/chat.md#requests`,
//! `docs/dialects/chat.md#answers`).

use crate::refusal::{Refusal, anywhere};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use kit::{
    Call, Context, Dialect, cookie, decode,
    openapi::{Bearer, Session},
    origin,
    routes::json,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json as object};
use shared::{App, Error, config::WebOrigins, sessions::Claim, values};

/// The Chat contract (`docs/dialects/chat.md`).
#[derive(Debug)]
pub enum Chat {}

/// Chat's operations.
pub type Routes = kit::Routes<Chat>;

/// The name of the cookie that a session is in (`docs/dialects/chat.md#sessions`).
pub(crate) const COOKIE: &str = "sessionid";

/// Pages of no other origin than the API's own: the apps are no pages.
static NO_ORIGINS: WebOrigins = WebOrigins::Only(Vec::new());

impl Dialect for Chat {
    type Refusal = Refusal;

    const NAME: &'static str = "chat";
    const TITLE: &'static str = "Chat";
    const SESSION: Session =
        Session::Cookie(COOKIE, "5702a4a5589613964cafdc76b9a86e1d74c0352fa81d6c93e75b02f4d8c61a37");
    const ABOUT: &'static str = "Register or log in: the answer sets the cookie `sessionid`, which every other operation needs; its value \
        may be sent as a bearer token as well. `status` says how it went: 1 is done. Messages come over a WebSocket.";
    const BEARER: Bearer = Bearer::Instead;
    const BODIES: &'static [&'static str] = &["application/json"];
    const DECODE_FIRST: bool = false;

    fn claim(_: &App, call: &Call) -> Result<Claim, Error> {
        let headers = &call.head.headers;
        Claim::of_tokens(values::Dialect::Chat, bearers(headers).chain(cookie::read(headers, COOKIE)))
    }

    /// The fields of a path, or those of a body: no operation has both. The body is JSON, whatever its type is said to be.
    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        if decode::takes_nothing::<T>() {
            return decode::value(decode::Fields::new());
        }
        let in_path = call.path.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        if call.path.is_empty() { decode::value(decode::object(&call.body)?) } else { decode::value(in_path.collect()) }
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        utf8(match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => context.refusal(error).unwrap_or_else(|| anywhere(error)).response(context.app),
        })
    }

    fn failure() -> Value {
        object!({
            "type": "object", "required": ["status", "result", "message", "date", "Date"],
            "properties": {
                "status": {"type": "integer", "example": 11_001},
                "result": {},
                "message": {"type": "string"},
                "date": {"type": "string", "example": "2018-11-14T21:40:56"},
                "Date": {"type": "string", "example": "2018/11/14"},
            },
        })
    }

    /// A browser sends the cookie of its own accord, so that foreign pages must not call.
    fn around(app: &App, router: axum::Router) -> axum::Router {
        origin::allow_list::<Self>(app, router, |_| &NO_ORIGINS)
    }
}

/// The tokens of `Authorization: Bearer`.
pub(crate) fn bearers(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    values.filter_map(|value| {
        let (scheme, token) = value.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    })
}

/// This dialect names the character set of its JSON.
fn utf8(mut response: Response) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
