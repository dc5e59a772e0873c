//! The SealTalk dialect: JSON and a session cookie, `{code,result}` (`docs/dialects/sealtalk.md`).
//!
//! | module | operations |
//! |---|---|
//! | [`account`] | codes, registering, signing in and out, passwords |
//! | [`profile`] | what a person tells about themselves |
//! | [`people`] | finding people |
//! | [`friends`] | friends and the blacklist |
//! | [`groups`] | groups and their members |
//! | [`images`] | uploading pictures |
//! | [`sync`] | what has changed |
//! | [`misc`] | what has to do with nobody |
//! | [`wire`] | the fields and answers that they share |
//! | [`cookie`] | the session cookie, out and in |
//! | [`refusal`] | what every failure says |
//! | [`origin`] | which web pages may call |
//! | [`functions`] | the Lambda function, as the registry knows it |

pub mod account;
pub mod cookie;
pub mod friends;
pub mod functions;
pub mod groups;
pub mod images;
pub mod misc;
pub mod origin;
pub mod people;
pub mod profile;
pub mod refusal;
pub mod sync;
pub mod wire;

use axum::{Router, http::StatusCode, middleware::from_fn_with_state, response::Response};
use kit::{
    Call, Dialect, decode,
    openapi::{Session, document},
    routes::json,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::{App, Error, sessions::Claim, values};

/// The SealTalk contract.
#[derive(Debug)]
pub enum SealTalk {}

/// SealTalk's operations.
pub type Routes = kit::Routes<SealTalk>;

pub use functions::{functions, package};
pub use refusal::Op;

/// Fields whose empty text means something; in all others it is the same as leaving the field out (contract 1.2).
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

/// Where empty text clears `region` and `phone`, which elsewhere cannot be empty.
const CLEARING: [&str; 2] = ["/friendship/set_friend_description", "/group/set_member_info"];
/// Lists in a query: the name is given once for each element (contract 3.3).
const LISTS: [&str; 1] = ["id"];

impl Dialect for SealTalk {
    type Op = Op;

    const NAME: &'static str = "sealtalk";
    const SESSION: Session = Session::Cookie("rong_auth_cookie");
    const BODIES: &'static [&'static str] = &["application/json"];
    const DECODE_FIRST: bool = false;

    fn claim(app: &App, call: &Call) -> Result<Claim, Error> {
        let token = cookie::read(&call.head.headers, &app.config.sealtalk.cookie_name).ok_or(Error::SignedOut)?;
        Claim::of_token(values::Dialect::SealTalk, token)
    }

    /// Path, query and body together: documented reads are GET and POST alike (contract C2).
    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        let mut fields: decode::Fields =
            call.path.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
        let body = if call.body.is_empty() { Vec::new() } else { decode::fields(call)? };
        let given = listed(decode::query(call)?).into_iter().chain(body);
        let path = call.head.uri.path();
        fields.extend(given.filter(|(name, value)| !call.path.contains_key(name) && is_given(path, name, value)));
        decode::value(fields)
    }

    fn encode<T: Serialize>(op: Option<Op>, outcome: Result<&T, &Error>) -> Response {
        refusal::private(match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => refusal::answer(op, error),
        })
    }
}

/// Gathers what a query has for each list.
fn listed(query: decode::Fields) -> decode::Fields {
    let (elements, mut fields): (Vec<_>, Vec<_>) =
        query.into_iter().partition(|(name, _)| LISTS.contains(&name.as_str()));
    for list in LISTS {
        let elements = elements.iter().filter(|(name, value)| name == list && value != "");
        let elements: Vec<Value> = elements.map(|(_, value)| value.clone()).collect();
        fields.push((list.to_owned(), elements.into()));
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

/// All operations of the dialect.
#[must_use]
pub fn all() -> Routes {
    let people = profile::routes().and(people::routes()).and(friends::routes());
    let rest = groups::routes().and(images::routes()).and(sync::routes()).and(misc::routes());
    account::routes().and(people).and(rest)
}

/// The router of all operations.
pub fn router(app: App) -> Router {
    all().router(app.clone()).layer(from_fn_with_state(app, origin::check))
}

/// The dialect's OpenAPI document: `docs/api/sealtalk.json`.
#[must_use]
pub fn openapi() -> Value {
    let failure = serde_json::json!({
        "type": "object", "required": ["code"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    });
    document("SealTalk", &failure, &all())
}
