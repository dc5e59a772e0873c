//! Uploading pictures (`docs/dialects/sealtalk.md#pictures`).

use crate::{
    dialect::{Routes, SealTalk, private},
    refusal::{Refusal, transport},
    wire::{Answer, answer},
};
use axum::{http::StatusCode, response::Response};
use kit::{Call, Caller, Dialect, Example, Sample, Sample::Str, Signed, post, read, routes::json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    error::Unusable,
    images::{self, Ticket},
    values::SaveKey,
};
use std::collections::BTreeMap;

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/", "UploadImage")
            .about("Uploads a picture")
            .examples(&[Example {
                name: Some("upload"),
                fields: &[("token", Str("a:b:c")), ("file", Sample::PICTURE)],
                ..Example::PLAIN
            }])
            .refusing(no_picture)
            .raw::<UploadForm, Uploaded, _>(upload),
        read("/user/get_image_token", "GetImageToken")
            .about("Gives a token that pictures are uploaded with")
            .checked(TokenInput::checked, get_image_token),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct TokenInput {
    /// What the picture is to be called in the signed form; its ending says the type. `image.jpg` unless given.
    name: Option<String>,
}

impl TokenInput {
    fn checked(self) -> Result<SaveKey, Error> {
        let name = self.name.unwrap_or_else(|| "image.jpg".to_owned());
        SaveKey::try_from(name).map_err(|_| Error::malformed("name"))
    }
}

/// For clients that send the bytes to the bucket themselves.
#[derive(Serialize, JsonSchema)]
struct UploadItem {
    /// Where the Qiniu-compatible form goes.
    form_url: String,
    /// Where the signed form goes.
    url: String,
    fields: BTreeMap<String, String>,
    /// What follows the domain in the picture's URL after that.
    key: String,
}

#[derive(Serialize, JsonSchema)]
struct ImageToken {
    target: &'static str,
    domain: String,
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<UploadItem>,
}

async fn get_image_token(app: App, signed: Signed, name: SaveKey) -> Result<Answer<ImageToken>, Error> {
    Ok(answer(match images::ticket(&app, &signed.claim, &name).await? {
        Ticket::Own { token, form, path } => ImageToken {
            target: "s3",
            domain: domain(&app, &signed.caller),
            token: token.expose().to_owned(),
            upload: Some(UploadItem {
                form_url: signed.caller.base.clone() + "/",
                url: form.url,
                fields: form.fields,
                key: path,
            }),
        },
        Ticket::Qiniu { token, domain } => {
            ImageToken { target: "qiniu", domain, token: token.expose().to_owned(), upload: None }
        }
    }))
}

/// Where pictures are read, without a scheme: clients put `http://` in front (`docs/dialects/sealtalk.md#plain-http`).
fn domain(app: &App, caller: &Caller) -> String {
    let base = caller.media_base(app);
    base.split_once("://").map_or(base, |(_, domain)| domain).to_owned()
}

#[derive(Deserialize)]
struct UploadInput {
    token: String,
    key: Option<String>,
}

/// The same with the file, for the OpenAPI document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct UploadForm {
    /// That of `get_image_token`.
    token: String,
    /// How the client calls the file; it is kept under another name.
    key: Option<String>,
    #[schemars(extend("format" = "binary"))]
    file: String,
}

#[derive(Serialize, JsonSchema)]
struct Uploaded {
    hash: String,
    key: String,
}

fn no_picture(error: &Error) -> Option<Refusal> {
    matches!(error, Error::Unusable(Unusable::Picture)).then(|| transport(StatusCode::BAD_REQUEST, "Invalid image."))
}

/// Qiniu's own way to take a form, for clients that know no other (`docs/dialects/sealtalk.md#upload-form`).
async fn upload(app: App, call: Call) -> Result<Response, Error> {
    let input: UploadInput = SealTalk::decode(&call)?;
    let name = input.key.map(SaveKey::try_from).transpose();
    let name = name.map_err(|_| Error::malformed("key"))?;
    let file = call.file("file").await?.ok_or_else(|| Error::missing("file"))?;
    match images::upload(&app, &input.token, name.as_ref(), file).await {
        // The code of a session that is over would sign a client out
        // (`docs/dialects/sealtalk.md#the-answer-without-a-session`).
        Err(Error::SignedOut) => Ok(transport(StatusCode::UNAUTHORIZED, "Bad token.").response()),
        Err(error) => Err(error),
        Ok(images::Uploaded { hash, path }) => Ok(private(json(StatusCode::OK, &Uploaded { hash, key: path }))),
    }
}
