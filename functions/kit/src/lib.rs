//! What every dialect shares between the request and the domain, written once: read, claim, decode, call, encode, log.
//!
//! | module | what it holds |
//! |---|---|
//! | [`call`] | a request read whole, and who sent it |
//! | [`cookie`] | a session in a cookie |
//! | [`device`] | a device that is an account, and the token that it shows |
//! | [`decode`] | strict forms, JSON and multipart as one list of fields, and lenient values out of it |
//! | [`field`] | types of fields, and macros for a dialect's own |
//! | [`reply`] | what a handler gives back |
//! | [`operation`] | a row of the list: name, refusals, check, handler; and how it answers a request |
//! | [`selector`] | several operations at one path and method |
//! | [`routes`] | the operations of a dialect, as data and as an axum router |
//! | [`log`] | one event per request |
//! | [`metrics`] | what a request has counted, as CloudWatch reads it |
//! | [`request_id`] | the id of a request, in its event and on its answer |
//! | [`openapi`] | the document of a dialect, made of its routes |
//! | [`plain`] | failures as an object with only `error`, for what belongs to no dialect |
//! | [`origin`] | which web pages may call, for dialects with a cookie |
//! | [`signature`] | which requests are signed by the app |
//! | [`example`] | examples of requests, which stand on the rows |
//! | `headers` | the headers that every answer has |
//! | [`front`] | who called, where CloudFront stands in front |
//! | [`sockets`] | WebSockets: three handlers instead of routes |
//! | [`registry`] | what a dialect's package says about itself: functions, routes, settings |
//!
//! A dialect is one `impl` of [`Dialect`]. A handler makes one domain call at most.

pub mod call;
pub mod cookie;
pub mod decode;
pub mod device;
pub mod example;
pub mod exported;
pub mod field;
pub mod front;
mod headers;
pub mod log;
pub mod metrics;
pub mod openapi;
pub mod operation;
pub mod origin;
pub mod plain;
pub mod registry;
pub mod reply;
pub mod reported;
pub mod request_id;
pub mod routes;
pub mod selector;
pub mod signature;
pub mod sockets;

pub use call::{Call, Caller, Signed};
pub use example::{Example, Sample};
pub use operation::{At, Context, Operation, at, get, post, read};
pub use reply::{Reply, WithCookie, WithHeader};
pub use routes::{Endpoint, Route, Routes};
pub use selector::Selector;

use axum::{Router, response::Response};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shared::{App, Error, sessions::Claim};

/// One wire contract: where the session is, how fields become values, how outcomes become answers.
pub trait Dialect: Send + Sync + 'static {
    /// What an operation says to a failure in words of its own.
    type Refusal: 'static;

    /// The name in logs, and of its package.
    const NAME: &'static str;

    /// The name in documents.
    const TITLE: &'static str;

    /// Where clients say who they are, for documents.
    const SESSION: openapi::Session;

    /// What whoever calls has to know first, for documents: how to sign in, and where answers say how it went. CommonMark.
    const ABOUT: &'static str = "";

    /// Whether a session may stand, or a token of it stands, in `Authorization: Bearer`, for documents.
    const BEARER: openapi::Bearer = openapi::Bearer::No;

    /// Headers that every operation reads, for documents.
    const HEADERS: &'static [openapi::Header] = &[];

    /// The content types that clients may send.
    const BODIES: &'static [&'static str];

    /// Whether a bad form is refused before a bad session. Otherwise the session is proven first, and only who is
    /// signed in hears about the form.
    const DECODE_FIRST: bool;

    /// Whether the fields of a write may stand in the query of its URL as well, where logs and links keep them. Otherwise
    /// the query is for reads.
    const QUERY_IN_WRITES: bool = false;

    /// Who the caller says it is. Does no I/O.
    ///
    /// # Errors
    /// What the dialect says to a call without a session.
    fn claim(app: &App, call: &Call) -> Result<Claim, Error>;

    /// The query, path and body as a value.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the field that is wrong.
    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error>;

    /// The answer: an outcome in the dialect's envelope.
    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response
    where
        Self: Sized;

    /// What failures look like, for documents.
    #[must_use]
    fn failure() -> Value {
        plain::schema()
    }

    /// What the answer to a success looks like whose result looks like this, for documents.
    #[must_use]
    fn success(result: Value) -> Value {
        result
    }

    /// The router of each of its functions, with what stands around it: which web pages may call.
    fn around(_: &App, router: Router) -> Router {
        router
    }
}
