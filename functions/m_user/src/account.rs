//! Registering and signing in (`docs/dialects/m_user.md#register`, `docs/dialects/m_user.md#log-in`).

use crate::{
    dialect::{Routes, SESSION_TOKEN},
    refusal::{Refusal, field},
    wire::{AgeField, GenderField, KeyField, NicknameField, icon, nickname},
};
use kit::{
    Sample::{Int, Str},
    Signed, WithHeader,
    field::Nothing,
    get, post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    accounts::{self, NewPerson},
    error::Unusable,
    sessions::devices::{self, Entered},
    values::{Age, Dialect, Gender},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/m_user/login", "LogIn").about("Signs in the user of the device").signed(log_in),
        post("/m_user/users", "Register")
            .about("Makes the user of the device")
            .example(&[("nickname", Str("阙子雄")), ("gender", Str("male")), ("age", Int(24))])
            .refusing(unusable_icon)
            .claimed(register),
        get("/m_user/im_token", "PushToken").about("Gives a new push token").signed(push_token),
    ])
}

/// Somebody who has just signed in (`docs/dialects/m_user.md#people`).
#[derive(Serialize, JsonSchema)]
pub(crate) struct LoginUser {
    id: String,
    nickname: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: Option<&'static str>,
    icon: Option<String>,
    age: Option<u8>,
    is_vip: bool,
    vip_left: i64,
    im_token: String,
}

/// The answer to who has signed in, with the token of the device in a header.
pub(crate) fn entered(app: &App, entered: &Entered) -> WithHeader<LoginUser> {
    WithHeader { body: login_user(app, entered), name: SESSION_TOKEN, value: entered.session.expose().to_owned() }
}

pub(crate) fn login_user(app: &App, entered: &Entered) -> LoginUser {
    let profile = &entered.profile;
    let left = profile.vip_days_left(app.clock.seconds());
    LoginUser {
        id: profile.uid.to_string(),
        nickname: nickname(profile),
        gender: profile.gender.map(Gender::as_str),
        icon: icon(profile),
        age: profile.age.map(Age::years),
        is_vip: left > 0,
        vip_left: left,
        im_token: entered.push_token.expose().to_owned(),
    }
}

/// Whatever is sent is nothing that can be wrong.
async fn log_in(app: App, signed: Signed, _: Nothing) -> Result<WithHeader<LoginUser>, Error> {
    let caller = &signed.caller;
    accounts::enter(&app, &caller.address, &signed.claim, &caller.app).await.map(|person| entered(&app, &person))
}

#[derive(Deserialize, JsonSchema)]
struct Register {
    nickname: Option<NicknameField>,
    gender: GenderField,
    /// The key of a picture that the device has uploaded.
    icon: Option<KeyField>,
    age: AgeField,
}

/// The one file of the form.
fn unusable_icon(error: &Error) -> Option<Refusal> {
    matches!(error, Error::Unusable(Unusable::File(_))).then(|| field("icon"))
}

async fn register(app: App, signed: Signed, input: Register) -> Result<WithHeader<LoginUser>, Error> {
    let new = NewPerson {
        nickname: input.nickname.map(|nickname| nickname.0),
        gender: input.gender.0,
        icon: input.icon.map(|key| key.0),
        age: input.age.0,
    };
    let made = accounts::create_for_device(&app, &signed.caller.address, Dialect::MUser, &signed.claim, &new).await?;
    Ok(entered(&app, &made))
}

#[derive(Serialize, JsonSchema)]
struct PushToken {
    im_token: String,
}

/// `docs/dialects/m_user.md#push-tokens`.
async fn push_token(app: App, signed: Signed, _: Nothing) -> Result<PushToken, Error> {
    let token = devices::push_token(&app, &signed.claim).await?;
    Ok(PushToken { im_token: token.expose().to_owned() })
}
