//! Likes (`docs/dialects/m_user.md#likes`).

use crate::{
    dialect::Routes,
    lists::{POST, PostField, PostTarget},
    wire::Done,
};
use axum::http::Method;
use kit::{Sample::Str, Signed, at, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, posts};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/m_user/likes", "Like")
            .about("Likes a post")
            .example(&[("target_id", Str(POST)), ("target_type", Str("post"))])
            .signed(like),
        at([Method::DELETE], "/m_user/likes", "Unlike")
            .about("Takes a like back")
            .example(&[("target_id", Str(POST)), ("target_type", Str("post"))])
            .signed(unlike),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct Target {
    target_id: PostField,
    #[serde(rename = "target_type")]
    _target_type: PostTarget,
}

async fn like(app: App, signed: Signed, input: Target) -> Result<Done, Error> {
    posts::like(&app, &signed.claim, &input.target_id.0).await?;
    Ok(Done {})
}

async fn unlike(app: App, signed: Signed, input: Target) -> Result<Done, Error> {
    posts::unlike(&app, &signed.claim, &input.target_id.0).await?;
    Ok(Done {})
}
