//! How the reviewers of app stores sign in (`docs/dialects/m_user.md#store-review`).

use crate::{
    account::{LoginUser, login_user},
    dialect::{Routes, SESSION_TOKEN},
    refusal::{Refusal, refused},
};
use axum::http::StatusCode;
use kit::{Caller, Sample::Str, WithHeader, field::Text, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, accounts,
    values::{Dialect, Password, ReviewAccount},
};

pub(crate) fn routes() -> Routes {
    Routes::of([post("/m_user/audit_login", "ReviewLogIn")
        .about("Signs in for the review of an app")
        .example(&[("account", Str("reviewer")), ("password", Str("abc12345"))])
        .refusing(not_let_in)
        .only_while(|app| app.config.review.lets_in())
        .open(log_in)])
}

kit::fields! {
    /// `account`: 1 to 64 characters.
    AccountField(#[schemars(with = "String", length(min = 1, max = 64))] ReviewAccount) from Text
        = |text| ReviewAccount::try_from(text.0);

    /// `password`: 1 to 128 characters.
    PasswordField(#[schemars(with = "String", length(min = 1, max = 128))] Password) from Text
        = |text| Password::new(&text.0, 1..=128);
}

fn not_let_in(error: &Error) -> Option<Refusal> {
    matches!(error, Error::WrongPassword).then(|| refused(StatusCode::UNAUTHORIZED, 1102, "wrong account or password"))
}

#[derive(Deserialize, JsonSchema)]
struct LogIn {
    account: AccountField,
    password: PasswordField,
}

/// A device that nobody else has, and whom it speaks for.
#[derive(Serialize, JsonSchema)]
struct LetIn {
    /// What the client has to send as `X-Device-ID` from now on.
    device_id: String,
    user: LoginUser,
}

async fn log_in(app: App, caller: Caller, input: LogIn) -> Result<WithHeader<LetIn>, Error> {
    let (account, password) = (&input.account.0, &input.password.0);
    let (device, entered) =
        accounts::sign_in_for_review(&app, &caller.address, Dialect::MUser, account, password).await?;
    let body = LetIn { device_id: device.expose().to_owned(), user: login_user(&app, &entered) };
    Ok(WithHeader { body, name: SESSION_TOKEN, value: entered.session.expose().to_owned() })
}
