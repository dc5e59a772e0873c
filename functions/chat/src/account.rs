//! Registering, signing in and out (`docs/dialects/chat.md#register`, `docs/dialects/chat.md#log-in`,
//! `docs/dialects/chat.md#sign-out`).

use crate::{
    dialect::{COOKIE, Routes},
    refusal::{Refusal, Template, anywhere, refused},
    status::Status,
    wire::{Account, Answer, PHONE, Sent, done, username},
};
use kit::{Caller, Sample::Str, WithCookie, cookie::SessionCookie, post, read};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error,
    accounts::{self, UNPROVEN_LIFETIME},
    config::SameSite,
    sessions::Claim,
    values::{Dialect, E164, Password, Token},
};

pub(crate) fn routes() -> Routes {
    const CREDENTIALS: kit::example::Samples = &[("phone", Str(PHONE)), ("password", Str("secret12"))];
    Routes::of([
        post("/android/register", "Register")
            .about("Makes an account of a number and a password, and signs in")
            .example(CREDENTIALS)
            .refusing(no_account)
            .open(register),
        post("/android/login", "LogIn")
            .about("Signs in with number and password")
            .example(CREDENTIALS)
            .refusing(no_login)
            .open(log_in),
        read("/android/out", "SignOut").about("Ends the session").changing().optional(out),
    ])
}

fn no_account(error: &Error) -> Option<Refusal> {
    Some(anywhere(error).with(Template::Account))
}

/// Whoever fails too often is told no more than who fails.
fn no_login(error: &Error) -> Option<Refusal> {
    match error {
        Error::TooManyRequests { .. } => Some(refused(Status::WrongPassword).with(Template::Account)),
        other => no_account(other),
    }
}

/// Number and password, as clients send them.
#[derive(Deserialize, JsonSchema)]
struct Credentials {
    #[serde(default)]
    phone: Sent,
    #[serde(default)]
    password: Sent,
}

/// A number of eleven digits.
fn phone(sent: &Sent) -> Result<E164, Error> {
    let text = sent.text("phone")?;
    if !(6..=16).contains(&text.chars().count()) {
        return Err(Error::invalid("phone", "length"));
    }
    let mobile = text.len() == 11 && text.starts_with('1') && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'));
    E164::new("86", &text).ok().filter(|_| mobile).ok_or_else(|| Error::malformed("phone"))
}

/// A password of at most so many characters.
fn password(sent: &Sent, most: usize) -> Result<Password, Error> {
    let text = sent.text("password")?;
    Password::new(&text, 6..=most).map_err(|_| Error::invalid("password", "length"))
}

/// A password that may be set here.
fn new_password(app: &App, sent: &Sent) -> Result<Password, Error> {
    let password = password(sent, app.config.chat.password_max)?;
    let plain = |char: char| !char.is_whitespace() && !char.is_control();
    if password.expose().chars().all(plain) { Ok(password) } else { Err(Error::malformed("password")) }
}

/// What an earlier client sends beside number and password: a picture that it cannot have uploaded yet, which does not count.
#[derive(Deserialize, JsonSchema)]
struct Register {
    #[serde(default)]
    phone: Sent,
    #[serde(default)]
    password: Sent,
    #[serde(default)]
    username: Sent,
    #[serde(default)]
    avatar: Sent,
}

async fn register(app: App, caller: Caller, input: Register) -> Result<WithCookie<Answer<Account>>, Error> {
    let password = new_password(&app, &input.password)?;
    let phone = phone(&input.phone)?;
    let username = match input.username.optional("username")? {
        Some(_) => Some(username(&input.username)?),
        None => None,
    };
    if input.avatar.optional("avatar")?.is_some() {
        input.avatar.text("avatar")?;
    }
    let (address, dialect) = (&caller.address, Dialect::Chat);
    let made = accounts::create_unproven(&app, address, dialect, &phone, &password, username.as_ref()).await;
    let (session, shown) = made?;
    let body = Answer::of(&app, Account::of(&shown));
    Ok(WithCookie { body, cookie: signed_in(&app, &session.token) })
}

async fn log_in(app: App, caller: Caller, input: Credentials) -> Result<WithCookie<Answer<Account>>, Error> {
    // Whoever has set a password elsewhere may have a longer one than can be set here.
    let password = password(&input.password, 128)?;
    let phone = phone(&input.phone)?;
    let opened = accounts::sign_in_unproven(&app, &caller.address, Dialect::Chat, &phone, &password).await;
    let (session, shown) = opened?;
    let body = Answer::of(&app, Account::of(&shown));
    Ok(WithCookie { body, cookie: signed_in(&app, &session.token) })
}

/// The cookie of a session (`docs/dialects/chat.md#sessions`).
fn signed_in(app: &App, token: &Token) -> String {
    let cookie =
        SessionCookie { name: COOKIE, domain: None, secure: app.config.chat.cookie_secure, same_site: SameSite::Lax };
    cookie.set(token.expose(), UNPROVEN_LIFETIME, app.clock.seconds())
}

/// The cookie stays with the client: it counts no more, and the client's parser takes none without a value.
async fn out(app: App, claim: Option<Claim>) -> Result<Answer<&'static str>, Error> {
    if let Some(claim) = claim {
        accounts::sign_out(&app, &claim).await?;
    }
    Ok(done(&app))
}
