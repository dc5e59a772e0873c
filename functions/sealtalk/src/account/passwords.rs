//! New passwords (contract 2.10, 2.11).

use super::{new_password, old_password, token, unspaced};
use crate::{
    Op, Routes,
    wire::{Done, POST, done},
};
use kit::{Caller, Signed};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{App, Error, accounts, values::Password};

pub(super) fn routes() -> Routes {
    Routes::new().open(POST, "/user/reset_password", Op::ResetPassword, reset_password).signed(
        POST,
        "/user/change_password",
        Op::ChangePassword,
        change_password,
    )
}

#[derive(Deserialize, JsonSchema)]
struct ResetPassword {
    #[schemars(length(min = 6, max = 20))]
    password: String,
    #[schemars(required, extend("format" = "uuid"))]
    verification_token: Option<String>,
}

async fn reset_password(app: App, _: Caller, input: ResetPassword) -> Result<Done, Error> {
    unspaced(&input.password, "Password must have no space.")?;
    let password = new_password(input.password, "Length of password invalid.")?;
    let token = token(input.verification_token.as_deref())?;
    accounts::reset_password(&app, &password, &token).await?;
    Ok(done())
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChangePassword {
    old_password: String,
    #[schemars(length(min = 6, max = 20))]
    new_password: String,
}

impl ChangePassword {
    fn checked(self) -> Result<(Password, Password), Error> {
        unspaced(&self.new_password, "New password must have no space.")?;
        let new = new_password(self.new_password, "Invalid new password length.")?;
        Ok((old_password(self.old_password)?, new))
    }
}

async fn change_password(app: App, signed: Signed, input: ChangePassword) -> Result<Done, Error> {
    let (old, new) = signed.checked(&app, input.checked()).await?;
    accounts::change_password(&app, &signed.caller.address, &signed.claim, &old, &new).await?;
    Ok(done())
}
