//! A person's own data: a copy of it, and the end of all of it (`docs/dialects/lightup.md#export_account`,
//! `docs/dialects/lightup.md#erase_account`).

use super::sign_in::AnyPassword;
use crate::{
    dialect::Routes,
    wire::{Data, Done, done},
};
use kit::{Sample::Str, Signed, exported::Exported, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, accounts};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/export_account", "ExportAccount")
            .about("Gives a copy of everything that is stored of the caller")
            .example(&[("password", Str("correct horse"))])
            .signed(export),
        post("/v1/account/erase_account", "EraseAccount")
            .about("Erases the caller and everything that is theirs")
            .example(&[("password", Str("correct horse"))])
            .signed(erase),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// Of whoever has one.
    password: Option<AnyPassword>,
    /// The `next` of the archive before.
    #[serde(default)]
    after: Option<String>,
}

async fn export(app: App, signed: Signed, input: Asked) -> Result<Data<Exported>, Error> {
    let (password, after) = (input.password.map(|password| password.0), input.after.filter(|after| !after.is_empty()));
    let (address, claim) = (&signed.caller.address, &signed.claim);
    let export = accounts::export_own(&app, address, claim, password.as_ref(), after.as_deref()).await?;
    Ok(Data { data: export.into() })
}

#[derive(Deserialize, JsonSchema)]
struct Confirmed {
    /// Of whoever has one.
    password: Option<AnyPassword>,
}

async fn erase(app: App, signed: Signed, input: Confirmed) -> Result<Done, Error> {
    let password = input.password.map(|password| password.0);
    accounts::erase_own(&app, &signed.caller.address, &signed.claim, password.as_ref()).await?;
    Ok(done("erase account successfully"))
}
