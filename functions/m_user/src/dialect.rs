//! How m_user's requests are read and its answers written (`docs/dialects/m_user.md#requests`,
//! `docs/dialects/m_user.md#answers`).

use crate::refusal::{FAULT, Refusal, anywhere};
use axum::{
    http::{HeaderName, Method, StatusCode},
    response::Response,
};
use kit::{
    Call, Context, Dialect, decode, device,
    openapi::{Bearer, Header, Session},
    plain,
    routes::json,
    signature,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json as object};
use shared::{App, Error, sessions::Claim, values};
use tower_http::cors::AllowHeaders;

/// The m_user contract (`docs/dialects/m_user.md`).
#[derive(Debug)]
pub enum MUser {}

/// m_user's operations.
pub type Routes = kit::Routes<MUser>;

/// The header of those clients that know the envelope.
const VERSION: HeaderName = HeaderName::from_static("x-api-version");

/// The header that gives a client the token of its device (`docs/dialects/m_user.md#session-upgrade`).
pub(crate) const SESSION_TOKEN: HeaderName = HeaderName::from_static("x-session-token");

impl Dialect for MUser {
    type Refusal = Refusal;

    const NAME: &'static str = "m_user";
    const TITLE: &'static str = "m_user";
    const SESSION: Session = Session::Header(device::DEVICE_NAME, "dev-aaaa-0001");
    const ABOUT: &'static str = "The account is the device: it says its name in `X-Device-ID`, and registers once. A client that was \
        given a token shows it as well. A failure has an HTTP status, or with `X-Api-Version` a `status` in the envelope.";
    const BEARER: Bearer = Bearer::Beside;
    const HEADERS: &'static [Header] = &[
        Header {
            name: "X-Api-Version",
            about: "With any value answers come in an envelope, and failures are HTTP 200 but for faults.",
            example: "",
        },
        Header {
            name: "X-Api-Nonce",
            about: "A text that was not used before, where the deployment asks for signatures.",
            example: "",
        },
        Header {
            name: "X-Api-Timestamp",
            about: "When the request was signed, where the deployment asks for signatures.",
            example: "",
        },
        Header {
            name: "X-Api-Sign",
            about: "The signature of the app, where the deployment asks for signatures.",
            example: "",
        },
    ];
    const BODIES: &'static [&'static str] = &["application/json", "application/x-www-form-urlencoded"];
    const DECODE_FIRST: bool = false;
    // For DELETE alone, see `decode`.
    const QUERY_IN_WRITES: bool = true;

    fn claim(app: &App, call: &Call) -> Result<Claim, Error> {
        device::claim(app, call, values::Dialect::MUser)
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        match given(call) {
            // Whatever is sent to an operation without fields is nothing that can be wrong.
            Err(_) if decode::takes_nothing::<T>() => decode::value_in_order(decode::Fields::new()),
            fields => decode::value_in_order(fields?),
        }
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        let wrapped =
            context.head.headers.get(VERSION).is_some_and(|version| !version.as_bytes().trim_ascii().is_empty());
        match outcome {
            Ok(body) if wrapped => json(StatusCode::OK, &object!({"status": 200, "message": "ok", "data": body})),
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => {
                let refusal = context.refusal(error).unwrap_or_else(|| anywhere(error));
                // A fault is told by its status in either way: monitors and clients that try again go by it.
                let status = if wrapped && refusal.status != FAULT { StatusCode::OK } else { refusal.http };
                json(status, &refusal)
            }
        }
    }

    fn failure() -> Value {
        object!({
            "type": "object", "required": ["status", "message", "data"],
            "properties": {
                "status": {"type": "integer", "example": 777},
                "message": {"type": "string"},
                "data": {"type": "object"},
            },
        })
    }

    /// The bare result, or the envelope of clients that name a version.
    fn success(result: Value) -> Value {
        let envelope = object!({
            "type": "object", "required": ["status", "message", "data"],
            "properties": {"status": {"type": "integer"}, "message": {"type": "string"}, "data": result},
        });
        object!({ "anyOf": [result, envelope] })
    }

    /// Pages from anywhere may call: the session stands in headers that browsers do not send of their own accord. So does the
    /// signature of the app, which a preflight has not.
    fn around(app: &App, router: axum::Router) -> axum::Router {
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let pages = plain::any_origin()
            .allow_methods(methods)
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers([SESSION_TOKEN]);
        signature::checked::<Self>(app, router).layer(pages)
    }
}

/// The fields of a request: of a read those of the query, of a write those of the body, of a DELETE both. What stands in the path
/// counts whatever else is sent.
fn given(call: &Call) -> Result<decode::Fields, Error> {
    let body = || if call.body.is_empty() { Ok(decode::Fields::new()) } else { decode::fields(call) };
    let fields = match call.head.method {
        Method::GET | Method::HEAD => decode::query(call)?,
        Method::DELETE => decode::both(body()?, decode::query(call)?),
        _ => body()?,
    };
    let path = call.path.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    // An empty text is no text.
    let tidied = decode::both(path, fields)
        .into_iter()
        .map(|(name, value)| (name, if value == "" { Value::Null } else { value }));
    Ok(tidied.collect())
}
