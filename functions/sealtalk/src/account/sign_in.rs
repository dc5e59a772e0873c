//! Registering, signing in and out (`docs/dialects/sealtalk.md#register`, `docs/dialects/sealtalk.md#login`,
//! `docs/dialects/sealtalk.md#verify_code_register`, `docs/dialects/sealtalk.md#logout`).

use super::{
    codes::policy,
    fields::{Number, PROOF, new_password, old_password, token, unproven, unspaced, wrong_code},
};
use crate::{
    cookie,
    dialect::Routes,
    refusal::{Refusal, business},
    wire::{Answer, Done, PHONE, answer, done},
};
use kit::{
    Caller, Example,
    Sample::Str,
    Signed, WithCookie,
    field::{Nothing, Text},
    post, read,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    accounts::{self, NewSession},
    sessions::{self, Claim, ROW_LIFETIME},
    values::{Dialect, Nickname},
};

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/user/register", "Register")
            .about("Makes an account of a proven number, and signs in")
            .example(&[("nickname", Str("Tony")), ("password", Str("secret12")), ("verification_token", Str(PROOF))])
            .refusing(unproven)
            .open(register),
        post("/user/login", "Login")
            .about("Signs in with number and password")
            .example(&[("region", Str("86")), ("phone", Str(PHONE)), ("password", Str("secret12"))])
            .refusing(invalid_login)
            .open(login),
        post("/user/verify_code_register", "VerifyCodeRegister")
            .about("Signs in with a code, and makes an account where there is none")
            .example(&[("region", Str("86")), ("phone", Str(PHONE)), ("code", Str("123456"))])
            .refusing(wrong_code)
            .open(verify_code_register),
        // Shipped clients send a slash too many.
        post("/user/logout", "Logout")
            .about("Ends the session")
            .examples(&[Example { path: Some("/user//logout"), ..Example::PLAIN }])
            .optional(logout),
        read("/user/get_token", "GetToken")
            .about("Gives the token for the service of messages")
            .changing()
            .signed(get_token),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct Register {
    #[schemars(length(min = 1, max = 32))]
    nickname: String,
    #[schemars(length(min = 6, max = 20))]
    password: String,
    #[schemars(required, extend("format" = "uuid"))]
    verification_token: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Registered {
    id: String,
}

async fn register(app: App, caller: Caller, input: Register) -> Result<WithCookie<Answer<Registered>>, Error> {
    // In the documented order: which of several faults is told matters to clients
    // (`docs/dialects/sealtalk.md#register`).
    unspaced(&input.password, "Password must have no space.")?;
    let nickname =
        Nickname::try_from(input.nickname).map_err(|_| Error::invalid("nickname", "Length of nickname invalid."))?;
    let password = new_password(&input.password, "Length of password invalid.")?;
    let token = token(input.verification_token.as_deref())?;
    let (address, dialect) = (&caller.address, Dialect::SealTalk);
    let session = accounts::register_with_token(&app, address, dialect, &nickname, &password, &token).await?;
    let body = answer(Registered { id: session.profile.uid.to_string() });
    Ok(WithCookie { body, cookie: cookie::signed_in(&app, &session.token) })
}

/// Only a wrong password has a code of its own (`docs/dialects/sealtalk.md#login`).
fn invalid_login(error: &Error) -> Option<Refusal> {
    let code = match error {
        Error::NoSuchUser | Error::TooManyRequests { .. } => 1_000,
        Error::WrongPassword => 1_001,
        _ => return None,
    };
    Some(business(code, "Invalid phone or password."))
}

#[derive(Deserialize, JsonSchema)]
struct Login {
    region: Text,
    phone: Text,
    password: String,
}

#[derive(Serialize, JsonSchema)]
struct SignedIn {
    id: String,
    /// For the push connection.
    token: String,
}

async fn login(app: App, caller: Caller, input: Login) -> Result<WithCookie<Answer<SignedIn>>, Error> {
    let phone = Number { region: input.region, phone: input.phone }.e164()?;
    let password = old_password(&input.password)?;
    let (address, dialect) = (&caller.address, Dialect::SealTalk);
    let opened = accounts::open_session(&app, address, dialect, &phone, &password, ROW_LIFETIME).await;
    let session = match opened {
        // As documented, a wrong password says no more than an unknown number; the shipped apps want more
        // (`docs/dialects/sealtalk.md#login`).
        Err(Error::WrongPassword) if app.config.sealtalk.wrong_password_code == 1_000 => Err(Error::NoSuchUser),
        opened => opened,
    }?;
    let NewSession { profile, token, push_token, .. } = session;
    let body = answer(SignedIn { id: profile.uid.to_string(), token: push_token.expose().to_owned() });
    Ok(WithCookie { body, cookie: cookie::signed_in(&app, &token) })
}

#[derive(Deserialize, JsonSchema)]
struct VerifyCodeRegister {
    region: Text,
    phone: Text,
    code: Text,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SignedInByCode {
    id: String,
    /// For the push connection.
    token: String,
    nick_name: String,
}

async fn verify_code_register(
    app: App,
    caller: Caller,
    input: VerifyCodeRegister,
) -> Result<WithCookie<Answer<SignedInByCode>>, Error> {
    let phone = Number { region: input.region, phone: input.phone }.e164()?;
    let code = &input.code.0;
    let (address, policy) = (&caller.address, policy(&app));
    let session = accounts::sign_in_by_code(&app, &policy, address, Dialect::SealTalk, &phone, code).await?;
    let NewSession { profile, token, push_token, .. } = session;
    let nickname = profile.nickname.as_ref().map_or(app.config.default_nickname.as_str(), Nickname::as_str);
    let body = answer(SignedInByCode {
        id: profile.uid.to_string(),
        token: push_token.expose().to_owned(),
        nick_name: crate::wire::escaped(nickname, 32),
    });
    Ok(WithCookie { body, cookie: cookie::signed_in(&app, &token) })
}

async fn logout(app: App, claim: Option<Claim>) -> Result<WithCookie<Done>, Error> {
    if let Some(claim) = claim {
        accounts::end_session(&app, &claim).await?;
    }
    Ok(WithCookie { body: done(), cookie: cookie::signed_out(&app) })
}

/// Both names of the id are in use.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewToken {
    id: String,
    user_id: String,
    token: String,
}

async fn get_token(app: App, signed: Signed, _: Nothing) -> Result<Answer<NewToken>, Error> {
    let (actor, token) = sessions::new_push_token(&app, &signed.claim).await?;
    let id = actor.uid().to_string();
    Ok(answer(NewToken { user_id: id.clone(), id, token: token.expose().to_owned() }))
}
