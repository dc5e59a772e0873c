//! What every dialect shares between the request and the domain, written once: read, claim, decode, call, encode, log.
//!
//! | module | what it holds |
//! |---|---|
//! | [`call`] | a request read whole, and who sent it |
//! | [`decode`] | strict forms, JSON and multipart as one list of fields, and lenient values out of it |
//! | [`reply`] | what a handler gives back |
//! | [`routes`] | the operations of a dialect, as data and as an axum router |
//! | [`log`] | one event per request |
//! | [`openapi`] | the document of a dialect, made of its routes |
//! | [`registry`] | what a dialect's package says about itself: functions, routes, settings |
//!
//! A dialect is one `impl` of [`Dialect`]. A handler makes exactly one domain call.

pub mod call;
pub mod decode;
pub mod log;
pub mod openapi;
pub mod registry;
pub mod reply;
pub mod routes;

pub use call::{Call, Caller, Signed};
pub use reply::{Reply, WithCookie};
pub use routes::{Endpoint, Routes};

use axum::response::Response;
use serde::{Serialize, de::DeserializeOwned};
use shared::{App, Error, sessions::Claim};
use std::fmt::Debug;

/// One wire contract: where the session is, how fields become values, how outcomes become answers.
pub trait Dialect: Send + Sync + 'static {
    /// The operations, so that a failure can be encoded as *that* operation's failure.
    type Op: Copy + Debug + Send + Sync + 'static;

    /// The name in logs.
    const NAME: &'static str;

    /// Where clients say who they are, for documents.
    const SESSION: openapi::Session;

    /// The content types that clients may send.
    const BODIES: &'static [&'static str];

    /// Whether a bad form is refused before a bad session. Otherwise the session is proven first, and only who is
    /// signed in hears about the form.
    const DECODE_FIRST: bool;

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

    /// The answer. `op` is absent when no operation was reached (404, 405, a body that could not be read).
    fn encode<T: Serialize>(op: Option<Self::Op>, outcome: Result<&T, &Error>) -> Response;
}
