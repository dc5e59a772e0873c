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

use axum::{
    Router,
    http::{Method, header},
};
use kit::openapi::document;
use shared::App;
use tower_http::cors::{Any, CorsLayer};

pub use dialect::{LightUp, Routes};

/// A router of these operations. Pages from anywhere may call it: who somebody is stands in the body, never in a
/// cookie.
pub fn serve(app: App, routes: Routes) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST, Method::GET])
        .allow_headers([header::CONTENT_TYPE]);
    routes.router(app).layer(cors)
}

/// The dialect's OpenAPI document: `docs/api/lightup.json`.
#[must_use]
pub fn openapi() -> serde_json::Value {
    let failure = serde_json::json!({
        "type": "object", "required": ["error"], "properties": {"error": {"type": "string"}},
    });
    document("Light Up", &failure, &all())
}
