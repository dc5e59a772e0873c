//! Registering, signing in, passwords, and the end of an account (`docs/dialects/lightup.md#accounts`).

use super::profile::Texts;
use crate::{
    dialect::{Routes, Words},
    wire::{Data, Done, PHONE, done, portrait_url},
};
use axum::http::StatusCode;
use kit::{
    Caller, Example,
    Sample::{Int, Str},
    Signed,
    example::Samples,
    field::Nothing,
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    accounts::{self, SignedIn},
    codes::{Code, Policy, Purpose},
    limits::Limit,
    sessions,
    values::{Dialect, E164, Password},
};

const LOGIN: Samples =
    &[("phone_number", Str(PHONE)), ("login_type", Str("password")), ("password", Str("correct horse"))];

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/register", "Register")
            .about("Sends a code to a number that is to have an account")
            .example(&[("phone_number", Str(PHONE))])
            .open(register),
        post("/v1/account/validate_sms", "ValidateSms")
            .about("Proves a number with the code that it was sent, and signs in")
            .example(&[
                ("phone_number", Str(PHONE)),
                ("validate_code", Int(123_456)),
                ("validate_type", Str("register")),
            ])
            .open(validate_sms),
        post("/v1/account/login", "Login")
            .about("Signs in with number and password")
            .examples(&[
                Example { fields: LOGIN, ..Example::PLAIN },
                Example {
                    name: Some("login_multipart"),
                    fields: LOGIN,
                    body: Some("multipart/form-data"),
                    ..Example::PLAIN
                },
            ])
            .open(login),
        post("/v1/account/change_password_request", "ChangePasswordRequest")
            .about("Sends a code for a new password")
            .example(&[("phone_number", Str(PHONE))])
            .open(change_password_request),
        post("/v1/account/change_password", "ChangePassword")
            .about("Sets the password of a number that was just proven")
            .example(&[("phone_number", Str(PHONE)), ("password", Str("correct horse"))])
            .open(change_password),
        // There only where the deployment allows it (`docs/dialects/lightup.md#delete_user`).
        post("/v1/account/delete_user", "DeleteUser")
            .about("Deletes the account of a number, where the deployment allows that")
            .only_if(|app| *app.config.allow_erase)
            .example(&[("phone_number", Str(PHONE))])
            .refusing(nobody_to_delete)
            .open(delete_user),
        post("/v1/account/refresh_access_token", "RefreshAccessToken")
            .about("Gives a new token in the place of the old one")
            .signed(refresh_access_token),
    ])
}

const CODE_DIGITS: u32 = 6;

/// What codes are like here (`docs/dialects/lightup.md#verification-codes`).
fn policy(app: &App) -> Policy<'_> {
    Policy {
        dialect: Dialect::LightUp,
        digits: CODE_DIGITS,
        lifetime: 600,
        remembered: 0,
        gap: None,
        per_number: &[Limit::SendBurst, Limit::SendDay],
        per_address: Limit::SendAddress,
        captcha: false,
        handles: false,
        text: &app.config.lightup.code_text,
        test_code: None,
    }
}

/// The calling code of every number of this dialect (`docs/dialects/lightup.md#field-rules`).
const CHINA: &str = "86";

kit::fields! {
    /// `phone_number`: the 11 digits of a mobile number in China.
    Phone(#[schemars(with = "String", regex(pattern = r"^1[3-9][0-9]{9}$"))] E164) from String
        = |text| E164::new(CHINA, &text);

    /// `password`: 6 to 30 characters.
    NewPassword(#[schemars(with = "String", length(min = 6, max = 30))] Password) from String
        = |text| Password::new(&text, 6..=30);

    /// `password` of a sign-in: 6 to 128 characters. In other APIs longer ones can be set than here.
    pub(super) AnyPassword(#[schemars(with = "String", length(min = 6, max = 128))] Password) from String
        = |text| Password::new(&text, 6..=128);

    /// `validate_code`: exactly six digits from 100000.
    CodeField(#[schemars(with = "String", regex(pattern = r"^[1-9][0-9]{5}$"))] Code) from String
        = |text| Code::parse(&text, CODE_DIGITS);
}

kit::words! {
    /// What a code is sent for.
    CodeType(Purpose) { "register" => Purpose::Register, "change_password" => Purpose::ChangePassword }
}

#[derive(Deserialize, JsonSchema)]
struct OnePhone {
    phone_number: Phone,
}

async fn register(app: App, caller: Caller, input: OnePhone) -> Result<Done, Error> {
    accounts::register(&app, &policy(&app), &caller.address, &input.phone_number.0).await?;
    Ok(done("new a user, sms sent successfully"))
}

#[derive(Deserialize, JsonSchema)]
struct ValidateSms {
    phone_number: Phone,
    validate_code: CodeField,
    /// What the code was sent for: `register` or `change_password_request`.
    validate_type: CodeType,
}

#[derive(Serialize, JsonSchema)]
struct Session {
    user_id: String,
    access_token: String,
}

async fn validate_sms(app: App, caller: Caller, input: ValidateSms) -> Result<Data<Session>, Error> {
    let (phone, code) = (&input.phone_number.0, input.validate_code.0);
    let (policy, purpose) = (policy(&app), input.validate_type.0);
    let signed_in = accounts::redeem_code(&app, &policy, &caller.address, phone, purpose, code).await?;
    let SignedIn { uid, token } = signed_in;
    Ok(Data { data: Session { user_id: uid.to_string(), access_token: token.expose().to_owned() } })
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LoginType {
    Password,
    AccessToken,
}

#[derive(Deserialize, JsonSchema)]
struct Login {
    phone_number: Phone,
    login_type: LoginType,
    password: Option<AnyPassword>,
    access_token: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Account {
    #[serde(rename = "_id")]
    id: String,
    user_id: String,
    phone_number: String,
    access_token: String,
    nickname: String,
    portrait: String,
    #[serde(flatten)]
    texts: Texts,
}

async fn login(app: App, caller: Caller, input: Login) -> Result<Data<Account>, Error> {
    let phone = &input.phone_number.0;
    let missing = |field: &str| Error::missing(field);
    let (profile, token) = match input.login_type {
        LoginType::Password => {
            let password = input.password.ok_or_else(|| missing("password"))?;
            accounts::sign_in(&app, &caller.address, Dialect::LightUp, phone, &password.0).await?
        }
        LoginType::AccessToken => {
            let token = input.access_token.ok_or_else(|| missing("access_token"))?;
            accounts::sign_in_by_token(&app, &caller.address, Dialect::LightUp, phone, &token).await?
        }
    };
    let nickname =
        profile.nickname_in(Dialect::LightUp).map_or(app.config.default_nickname.as_str(), |name| name.as_str());
    let portrait = portrait_url(&app, &caller, &profile).unwrap_or_else(|| app.config.default_portrait.to_string());
    let account = Account {
        id: profile.uid.to_string(),
        user_id: profile.uid.to_string(),
        phone_number: profile.phone.as_ref().map(|phone| phone.national().to_owned()).unwrap_or_default(),
        access_token: token.expose().to_owned(),
        nickname: nickname.to_owned(),
        portrait,
        texts: Texts::of(profile, true),
    };
    Ok(Data { data: account })
}

async fn change_password_request(app: App, caller: Caller, input: OnePhone) -> Result<Done, Error> {
    accounts::request_password_change(&app, &policy(&app), &caller.address, &input.phone_number.0).await?;
    Ok(done("sms sent successfully"))
}

#[derive(Deserialize, JsonSchema)]
struct ChangePassword {
    phone_number: Phone,
    password: NewPassword,
    /// For a caller from another address than the one that proved the number.
    access_token: Option<String>,
}

async fn change_password(app: App, caller: Caller, input: ChangePassword) -> Result<Done, Error> {
    let (phone, token) = (&input.phone_number.0, input.access_token.as_deref());
    accounts::set_password(&app, &caller.address, phone, &input.password.0, token).await?;
    Ok(done("change password successfully"))
}

fn nobody_to_delete(error: &Error) -> Option<Words> {
    matches!(error, Error::NoSuchUser).then_some((StatusCode::BAD_REQUEST, "No such user"))
}

async fn delete_user(app: App, _: Caller, input: OnePhone) -> Result<Done, Error> {
    accounts::erase(&app, &input.phone_number.0).await?;
    Ok(done("remove account successfully"))
}

#[derive(Serialize, JsonSchema)]
struct NewToken {
    access_token: String,
}

async fn refresh_access_token(app: App, signed: Signed, _: Nothing) -> Result<Data<NewToken>, Error> {
    let token = sessions::refresh(&app, &signed.claim).await?;
    Ok(Data { data: NewToken { access_token: token.expose().to_owned() } })
}
