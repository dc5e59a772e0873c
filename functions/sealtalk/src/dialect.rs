//! How SealTalk's requests are read and its answers written (`docs/dialects/sealtalk.md#requests`,
//! `docs/dialects/sealtalk.md#answers`).

use crate::refusal::{Refusal, anywhere};
use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use kit::{Call, Context, Dialect, cookie, decode, openapi::Session, origin, routes::json};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::{App, Error, sessions::Claim, values};

/// The SealTalk contract (`docs/dialects/sealtalk.md`).
#[derive(Debug)]
pub enum SealTalk {}

/// SealTalk's operations.
pub type Routes = kit::Routes<SealTalk>;

/// Fields whose empty text means something; in all others it is the same as leaving the field out
/// (`docs/dialects/sealtalk.md#empty-fields`).
const MAY_BE_EMPTY: [&str; 11] = [
    "displayName",
    "pushContent",
    "bulletin",
    "groupNickname",
    "WeChat",
    "Alipay",
    "memberDesc",
    "description",
    "imageUri",
    "contactList",
    "memberIds",
];

/// Where empty text clears `region` and `phone`, which elsewhere cannot be empty
/// (`docs/dialects/sealtalk.md#empty-fields`).
const CLEARING: [&str; 2] = ["/friendship/set_friend_description", "/group/set_member_info"];
/// Lists in a query: the name is given once for each element (`docs/dialects/sealtalk.md#fields`).
const LISTS: [&str; 1] = ["id"];

impl Dialect for SealTalk {
    type Refusal = Refusal;

    const NAME: &'static str = "sealtalk";
    const TITLE: &'static str = "SealTalk";
    const SESSION: Session =
        Session::Cookie("rong_auth_cookie", "5702a4a5589613964cafdc76b9a86e1d74c0352fa81d6c93e75b02f4d8c61a37");
    const ABOUT: &'static str = "Log in, or prove a number and register: the answer sets a cookie, which every other operation needs. \
        `code` says how it went: 200 is done.";
    const BODIES: &'static [&'static str] = &["application/json"];
    const DECODE_FIRST: bool = false;

    fn claim(app: &App, call: &Call) -> Result<Claim, Error> {
        let tokens = cookie::read(&call.head.headers, &app.config.sealtalk.cookie_name);
        Claim::of_tokens(values::Dialect::SealTalk, tokens)
    }

    /// Path, query and body together: documented reads are GET and POST alike
    /// (`docs/dialects/sealtalk.md#methods-and-paths`).
    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        let mut fields: decode::Fields =
            call.path.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
        let body = if call.body.is_empty() { Vec::new() } else { decode::fields(call)? };
        let sent = listed(decode::query(call)?).into_iter().chain(body);
        fields.extend(sent.filter(|(name, _)| !call.path.contains_key(name)));
        let path = call.head.uri.path();
        decode::value_of_given(fields, |name, value| is_given(path, name, value))
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        private(match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => context.refusal(error).unwrap_or_else(|| anywhere(error)).response(),
        })
    }

    fn failure() -> Value {
        serde_json::json!({
            "type": "object", "required": ["code"],
            "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
        })
    }

    /// Pages of some origins only (`docs/dialects/sealtalk.md#web-origins`).
    fn around(app: &App, router: Router) -> Router {
        origin::allow_list::<Self>(app, router, |app| &app.config.sealtalk.web_origins)
    }
}

/// Nothing here is for anybody else's cache (`docs/dialects/sealtalk.md#answers`).
pub(crate) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    response
}

/// Gathers what a query has for each list.
fn listed(query: decode::Fields) -> decode::Fields {
    let (elements, mut fields): (Vec<_>, Vec<_>) =
        query.into_iter().partition(|(name, _)| LISTS.contains(&name.as_str()));
    for list in LISTS {
        let elements: Vec<_> = elements.iter().filter(|(name, _)| name == list).collect();
        if !elements.is_empty() {
            let elements = elements.into_iter().map(|(_, value)| value.clone()).filter(|value| value != "");
            fields.push((list.to_owned(), elements.collect()));
        }
    }
    fields
}

fn is_given(path: &str, name: &str, value: &Value) -> bool {
    let clears = CLEARING.contains(&path) && ["region", "phone"].contains(&name);
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty() || MAY_BE_EMPTY.contains(&name) || clears,
        Value::Array(elements) => !elements.is_empty() || MAY_BE_EMPTY.contains(&name),
        _ => true,
    }
}
