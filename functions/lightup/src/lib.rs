//! The Light Up dialect: forms with some fields as JSON, `{data,status}` or `{error}` (`docs/dialects/lightup.md`).
//!
//! | module | operations | Lambda function |
//! |---|---|---|
//! | [`account`] | `/v1/account/*` | account |
//! | [`media`] | `/v1/media/*` | media |
//! | [`procedure`] | `/v1/procedure/*` | procedure |
//! | [`functions`] | the Lambda functions, as the registry knows them | |
//! | [`wire`] | the fields and answers that they share | |
//! | [`dialect`] | how requests are read and answers written | |

pub mod account;
pub mod dialect;
pub mod functions;
pub mod media;
pub mod procedure;
pub mod wire;

pub use functions::{all, functions, package};

use axum::Router;
use kit::{openapi::document, plain};
use shared::App;

pub use dialect::{LightUp, Routes};

/// A router of these operations. Pages from anywhere may call it: who somebody is stands in the body, never in a
/// cookie (`docs/dialects/lightup.md#requests`).
pub fn serve(app: App, routes: Routes) -> Router {
    routes.router(app).layer(plain::any_origin())
}

/// The dialect's OpenAPI document: `docs/api/lightup.json`.
#[must_use]
pub fn openapi() -> serde_json::Value {
    document("Light Up", &plain::schema(), &all())
}
