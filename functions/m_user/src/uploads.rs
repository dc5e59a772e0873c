//! Permission to upload files (`docs/dialects/m_user.md#uploads`).

use crate::dialect::Routes;
use kit::{
    Sample::{Int, Str},
    Signed,
    field::Integer,
    get,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    uploads::{self, Kind, MOST_PERMITS, Permit},
    values::Unfit,
};
use std::collections::BTreeMap;

pub(crate) fn routes() -> Routes {
    Routes::of([get("/common/upload_tokens", "UploadTokens")
        .about("Gives keys and places that files are uploaded to")
        .example(&[("num", Int(1)), ("res_type", Str("picture"))])
        .claimed(upload_tokens)])
}

kit::fields! {
    /// `num`: 1 to 9.
    NumField(#[schemars(with = "u32", range(min = 1, max = 9))] u32) from Integer
        = |num| u32::try_from(num.0).ok().filter(|num| (1..=MOST_PERMITS).contains(num)).ok_or(Unfit::Form);
}

kit::words! {
    /// `res_type`: `picture`, `video` or `audio`.
    KindField(Kind) { "picture" => Kind::Picture, "video" => Kind::Video, "audio" => Kind::Audio }
}

#[derive(Deserialize, JsonSchema)]
struct UploadTokens {
    num: NumField,
    res_type: KindField,
}

#[derive(Serialize, JsonSchema)]
struct Tokens {
    tokens: Vec<Token>,
}

#[derive(Serialize, JsonSchema)]
struct Token {
    /// The same as `url`, under the name that it has had.
    token: String,
    key: String,
    /// Where to PUT the file.
    url: String,
    /// With these headers.
    headers: BTreeMap<String, String>,
    form: Form,
}

/// A form, which bounds the size.
#[derive(Serialize, JsonSchema)]
struct Form {
    url: String,
    fields: BTreeMap<String, String>,
}

impl From<Permit> for Token {
    fn from(permit: Permit) -> Self {
        let Permit { key, put, form } = permit;
        Self {
            token: put.url.clone(),
            key: key.as_str().to_owned(),
            url: put.url,
            headers: put.headers,
            form: Form { url: form.url, fields: form.fields },
        }
    }
}

async fn upload_tokens(app: App, signed: Signed, input: UploadTokens) -> Result<Tokens, Error> {
    let (kind, many) = (input.res_type.0, input.num.0);
    let permits = uploads::permits(&app, &signed.claim, &signed.caller.address, kind, many).await?;
    Ok(Tokens { tokens: permits.into_iter().map(Token::from).collect() })
}
