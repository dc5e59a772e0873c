//! Pictures that an account can be made with (`docs/dialects/live.md#avatars`).

use crate::{
    dialect::{Routes, utf8},
    refusal::no_picture,
    wire::{Answer, answer},
};
use axum::{http::StatusCode, response::Response};
use kit::{
    Call,
    Sample::{self, Str},
    get, post,
    routes::{access, json, redirect},
};
use schemars::JsonSchema;
use shared::{App, Error, images};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/upload", "UploadAvatar")
            .about("Uploads a picture for an account that is to be made")
            .example(&[("img", Sample::PICTURE)])
            .raw::<UploadForm, Answer<String>, _>(upload),
        get("/static/user_imgs/{name}", "Avatar")
            .about("Leads to somebody's picture")
            .example(&[("name", Str("3f0c9a52-7d1b-4e69-8a40-5702a4a55896.png"))])
            .refusing(no_picture)
            .raw::<(), (), _>(avatar),
    ])
}

/// For the OpenAPI document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct UploadForm {
    /// JPEG, PNG, GIF or WebP, at most 2 MiB; its name does not matter.
    #[schemars(extend("format" = "binary"))]
    img: String,
}

async fn upload(app: App, call: Call) -> Result<Response, Error> {
    let file = call.file("img").await?.ok_or_else(|| Error::missing("img"))?;
    let path = images::upload_unclaimed(&app, &call.caller.address, file).await?;
    Ok(utf8(json(StatusCode::OK, &answer(path))))
}

async fn avatar(app: App, call: Call) -> Result<Response, Error> {
    let method = &call.head.method;
    let name = call.path.get("name").ok_or(Error::NoSuchMedia)?;
    redirect(method, images::avatar_url(&app, name, access(method)).await?)
}
