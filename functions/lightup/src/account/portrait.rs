//! Portraits (`docs/dialects/lightup.md#portraits`).

use crate::{
    dialect::Routes,
    wire::{Data, Done, FormFields, done},
};
use kit::{
    Sample::{Int, Str},
    Signed,
    field::Nothing,
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, media,
    storage::Form,
    values::{SaveKey, Unfit},
};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/upload_portrait_request", "UploadPortraitRequest")
            .about("Signs a form that a portrait is uploaded with")
            .example(&[
                ("save_key", Str("/portrait/5702a4a5589613964cafdc76-1460000000.png")),
                ("expiration", Int(2_222_222_222)),
                ("bucket", Str("portrait")),
            ])
            .signed(upload_portrait_request),
        post("/v1/account/upload_portrait_confirm", "UploadPortraitConfirm")
            .about("Shows the portrait that was uploaded")
            .signed(upload_portrait_confirm),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct UploadPortraitRequest {
    #[schemars(with = "String", length(min = 1, max = 254))]
    save_key: SaveKey,
    expiration: Expiration,
    /// Taken and not used: the server has one bucket.
    #[serde(rename = "bucket")]
    _bucket: Bucket,
}

kit::fields! {
    /// `expiration`: exactly ten digits.
    Expiration(#[schemars(with = "String", regex(pattern = r"^[0-9]{10}$"))] i64) from String = |text| {
        let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or(Unfit::Form)
    };

    /// `bucket`: 1 to 63 bytes (`docs/dialects/lightup.md#field-rules`).
    Bucket(#[schemars(with = "String", length(min = 1, max = 63))] ()) from String
        = |text| if (1..=63).contains(&text.len()) { Ok(()) } else { Err(Unfit::Length) };
}

/// The signature in the other spelling, too.
#[derive(Serialize, JsonSchema)]
struct PortraitForm {
    signatrue: String,
    #[serde(flatten)]
    form: FormFields,
}

impl From<Form> for PortraitForm {
    fn from(form: Form) -> Self {
        Self { signatrue: form.signature().to_owned(), form: form.into() }
    }
}

async fn upload_portrait_request(
    app: App,
    signed: Signed,
    input: UploadPortraitRequest,
) -> Result<Data<PortraitForm>, Error> {
    let form = media::request_portrait(&app, &signed.claim, &input.save_key, input.expiration.0).await?;
    Ok(Data { data: form.into() })
}

async fn upload_portrait_confirm(app: App, signed: Signed, _: Nothing) -> Result<Done, Error> {
    media::confirm_portrait(&app, &signed.claim).await?;
    Ok(done("update portrait successfully"))
}
