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
//! | [`dialect`] | how requests are read and answers written |
//! | [`cookie`] | the session cookie, out and in |
//! | [`envelope`] | how failures are written |
//! | [`refusal`] | what a failure says wherever it happens |
//! | [`origin`] | which web pages may call |
//! | [`functions`] | the Lambda function, as the registry knows it |

pub mod account;
pub mod cookie;
pub mod dialect;
pub mod envelope;
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

use axum::{Router, middleware::from_fn_with_state};
use kit::openapi::document;
use serde_json::Value;
use shared::App;

pub use dialect::{Routes, SealTalk};
pub use functions::{functions, package};

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
