//! Codes and new accounts (`docs/dialects/live.md#send-a-code`, `docs/dialects/live.md#check-a-code`,
//! `docs/dialects/live.md#create-an-account`). All three have one path.

use crate::{
    dialect::Routes,
    refusal::{Refusal, UNKNOWN, refused},
    wire::{Answer, PHONE, answer, done, phone},
};
use axum::http::Method;
use kit::{Caller, Sample::Str, Selector, at, field::Text, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    accounts::{self, NewAccount},
    codes::{self, Handle, Policy},
    error::{Limit, Unusable, Why},
    values::{Dialect, Gender, Nickname, Password, VerificationToken},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        at([Method::POST, Method::GET], "/register", "SendCode")
            .about("Sends a code to a number")
            .chosen_by(Selector::Otherwise)
            .example(&[("userId", Str(PHONE))])
            .refusing(not_sent)
            .open(send_code),
        post("/register", "CheckCode")
            .about("Proves a number with the code that it was sent")
            .chosen_by(Selector::OtherwiseHas(&["code_v", "code"]))
            .example(&[("code_v", Str("482905137764920118")), ("code", Str("1234"))])
            .refusing(wrong_code)
            .open(check_code),
        post("/register", "CreateAccount")
            .about("Makes the account of a number that was proven")
            .chosen_by(Selector::Field("register", "1"))
            .example(&[
                ("userId", Str(PHONE)),
                ("password", Str("abc12345")),
                ("nickname", Str("Ann")),
                ("gender", Str("0")),
            ])
            .refusing(not_created)
            .open(create_account),
    ])
}

/// What this API's codes are like.
pub(crate) fn policy(app: &App) -> Policy<'_> {
    Policy {
        dialect: Dialect::Live,
        digits: 4,
        lifetime: 300,
        remembered: 0,
        gap: Some(Limit::SendGap),
        per_number: &[Limit::SendDay, Limit::HandleHour],
        per_address: Limit::HandleAddress,
        captcha: false,
        handles: true,
        text: &app.config.live.code_text,
        test_code: None,
    }
}

fn not_sent(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::PhoneTaken => refused("0001"),
        _ => refused("0002").with_mes(),
    })
}

/// The original document calls the number `token`.
#[derive(Deserialize, JsonSchema)]
struct SendCode {
    #[serde(rename = "userId")]
    user_id: Option<Text>,
    token: Option<Text>,
}

async fn send_code(app: App, caller: Caller, input: SendCode) -> Result<Answer<String>, Error> {
    let text = input.user_id.or(input.token).ok_or_else(|| Error::missing("userId"))?;
    let phone = phone(&text.0).map_err(|_| Error::malformed("userId"))?;
    let handle = accounts::prove_number(&app, &policy(&app), &caller.address, &phone).await?;
    Ok(answer(handle.expose().to_owned()))
}

fn wrong_code(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::TriedTooOften => refused("0005"),
        Error::Invalid { .. } | Error::WrongCode => refused("0004"),
        _ => return None,
    })
}

#[derive(Deserialize, JsonSchema)]
struct CheckCode {
    /// What was answered to whoever asked for the code.
    code_v: Text,
    /// Four digits.
    code: Text,
}

#[derive(Serialize, JsonSchema)]
struct Checked {
    result: &'static str,
    message: (),
    /// Proves the number to whoever makes an account.
    ticket: String,
}

async fn check_code(app: App, caller: Caller, input: CheckCode) -> Result<Checked, Error> {
    let handle = Handle::parse(&input.code_v.0).map_err(|_| Error::WrongCode)?;
    let policy = policy(&app);
    let ticket = codes::exchange_by_handle(&app, &policy, &caller.address, &handle, &input.code.0).await?;
    Ok(Checked { result: "0000", message: (), ticket: ticket.expose().to_owned() })
}

/// One code for all of it, and a text that says more.
fn not_created(error: &Error) -> Option<Refusal> {
    let message = match error {
        Error::Invalid { field, why } => match (field.as_str(), why) {
            ("userId", _) => "wrong phone number",
            ("password", _) => "the password needs 8 to 128 characters, among them a letter and a digit",
            ("nickname", _) => "the nickname needs 1 to 32 characters",
            ("headImage", _) => "unknown headImage",
            (_, Why::Missing) => "a field is missing",
            _ => "wrong ticket",
        },
        Error::Unusable(Unusable::Password) => "the password is too common",
        Error::Unusable(Unusable::Upload) => "unknown headImage",
        Error::UnknownVerification => "the phone number is not verified",
        Error::PhoneTaken => "the phone number is registered",
        _ => return None,
    };
    Some(refused(UNKNOWN).saying(message))
}

#[derive(Deserialize, JsonSchema)]
struct CreateAccount {
    #[serde(rename = "userId")]
    user_id: Text,
    /// 8 to 128 characters, among them a letter and a digit.
    #[schemars(length(min = 8, max = 128))]
    password: Text,
    #[schemars(length(min = 1, max = 32))]
    nickname: Option<Text>,
    /// 0 female, 1 male; anything else: unset.
    gender: Option<Text>,
    /// What uploading it was answered.
    #[serde(rename = "headImage")]
    head_image: Option<Text>,
    ticket: Option<Text>,
}

/// A password that may be set here: letters and digits of any script count.
fn new_password(text: &str) -> Result<Password, Error> {
    let mixed = text.chars().any(char::is_alphabetic) && text.chars().any(char::is_numeric);
    Password::new(text, 8..=128).ok().filter(|_| mixed).ok_or_else(|| Error::malformed("password"))
}

async fn create_account(app: App, caller: Caller, input: CreateAccount) -> Result<Answer<()>, Error> {
    let phone = phone(&input.user_id.0).map_err(|_| Error::malformed("userId"))?;
    let password = new_password(&input.password.0)?;
    let nickname = input.nickname.map(|text| Nickname::try_from(text.0)).transpose();
    let nickname = nickname.map_err(|_| Error::malformed("nickname"))?;
    let ticket = input.ticket.map(|text| VerificationToken::parse_digits(&text.0)).transpose();
    let ticket = ticket.map_err(|_| Error::malformed("ticket"))?;
    let gender = match input.gender.as_ref().map(|text| text.0.as_str()) {
        Some("0") => Some(Gender::Female),
        Some("1") => Some(Gender::Male),
        _ => None,
    };
    let new = NewAccount {
        phone: &phone,
        password: &password,
        ticket: ticket.as_ref(),
        nickname: nickname.as_ref(),
        gender,
        portrait: input.head_image.as_ref().map(|text| text.0.as_str()),
    };
    accounts::create(&app, &policy(&app), &caller.address, &new).await?;
    Ok(done())
}
