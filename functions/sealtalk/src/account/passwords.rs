//! New passwords (`docs/dialects/sealtalk.md#reset_password`, `docs/dialects/sealtalk.md#change_password`).

use super::fields::{PROOF, new_password, old_password, token, unproven, unspaced};
use crate::{
    dialect::Routes,
    refusal::{Refusal, business},
    wire::{Done, done},
};
use kit::{Caller, Sample::Str, Signed, post};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, accounts, values::Password};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/user/reset_password", "ResetPassword")
            .about("Sets a password with the token of a proven number")
            .example(&[("password", Str("secret12")), ("verification_token", Str(PROOF))])
            .refusing(unproven)
            .open(reset_password),
        post("/user/change_password", "ChangePassword")
            .about("Changes the own password")
            .example(&[("oldPassword", Str("secret12")), ("newPassword", Str("secret34"))])
            .refusing(wrong_old_password)
            .checked(ChangePassword::checked, change_password),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct ResetPassword {
    #[schemars(length(min = 6, max = 20))]
    password: String,
    #[schemars(required, extend("format" = "uuid"))]
    verification_token: Option<String>,
}

async fn reset_password(app: App, caller: Caller, input: ResetPassword) -> Result<Done, Error> {
    unspaced(&input.password, "Password must have no space.")?;
    let password = new_password(&input.password, "Length of password invalid.")?;
    let token = token(input.verification_token.as_deref())?;
    accounts::reset_password(&app, &caller.address, &password, &token).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChangePassword {
    old_password: String,
    #[schemars(length(min = 6, max = 20))]
    new_password: String,
}

fn wrong_old_password(error: &Error) -> Option<Refusal> {
    matches!(error, Error::WrongPassword | Error::TooManyRequests { .. })
        .then(|| business(1_000, "Wrong old password."))
}

impl ChangePassword {
    /// The old password and the new one.
    fn checked(self) -> Result<(Password, Password), Error> {
        unspaced(&self.new_password, "New password must have no space.")?;
        let new = new_password(&self.new_password, "Invalid new password length.")?;
        Ok((old_password(&self.old_password)?, new))
    }
}

async fn change_password(app: App, signed: Signed, (old, new): (Password, Password)) -> Result<Done, Error> {
    accounts::change_password(&app, &signed.caller.address, &signed.claim, &old, &new).await?;
    Ok(done())
}
