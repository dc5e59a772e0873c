//! A person's own data: a copy of it, and the end of all of it (`docs/dialects/sealtalk.md#export`,
//! `docs/dialects/sealtalk.md#erase`).

use super::fields::old_password;
use crate::{
    cookie,
    dialect::Routes,
    refusal::{Refusal, business},
    wire::{Answer, Done, answer, done},
};
use kit::{Sample::Str, Signed, WithCookie, exported::Exported, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, accounts, values::Password};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/user/export", "ExportAccount")
            .about("Gives a copy of everything that is stored of the caller")
            .example(&[("password", Str("secret12"))])
            .refusing(wrong_password)
            .checked(Asked::checked, export),
        post("/user/erase", "EraseAccount")
            .about("Erases the caller and everything that is theirs")
            .example(&[("password", Str("secret12"))])
            .refusing(wrong_password)
            .checked(Confirmed::checked, erase),
    ])
}

fn wrong_password(error: &Error) -> Option<Refusal> {
    matches!(error, Error::WrongPassword).then(|| business(1_000, "Wrong password."))
}

/// The password of whoever has one.
fn password(text: Option<&str>) -> Result<Option<Password>, Error> {
    text.map(old_password).transpose()
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// Of whoever has one.
    password: Option<String>,
    /// The `next` of the archive before.
    after: Option<String>,
}

impl Asked {
    fn checked(self) -> Result<(Option<Password>, Option<String>), Error> {
        Ok((password(self.password.as_deref())?, self.after.filter(|after| !after.is_empty())))
    }
}

async fn export(
    app: App,
    signed: Signed,
    (password, after): (Option<Password>, Option<String>),
) -> Result<Answer<Exported>, Error> {
    let (address, claim) = (&signed.caller.address, &signed.claim);
    let export = accounts::export_own(&app, address, claim, password.as_ref(), after.as_deref()).await?;
    Ok(answer(export.into()))
}

#[derive(Deserialize, JsonSchema)]
struct Confirmed {
    /// Of whoever has one.
    password: Option<String>,
}

impl Confirmed {
    fn checked(self) -> Result<Option<Password>, Error> {
        password(self.password.as_deref())
    }
}

async fn erase(app: App, signed: Signed, password: Option<Password>) -> Result<WithCookie<Done>, Error> {
    accounts::erase_own(&app, &signed.caller.address, &signed.claim, password.as_ref()).await?;
    Ok(WithCookie { body: done(), cookie: cookie::signed_out(&app) })
}
