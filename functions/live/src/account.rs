//! Signing in and out (`docs/dialects/live.md#log-in`, `docs/dialects/live.md#log-out`).

use crate::{
    dialect::Routes,
    refusal::{Refusal, refused},
    wire::{Answer, PHONE, PhoneField, answer, done},
};
use axum::http::Method;
use kit::{
    Caller,
    Sample::{Int, Str},
    Signed, at,
    field::{Nothing, Text},
    post,
};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, accounts, sessions,
    values::{Dialect, Password},
};

/// How long a session lasts where the client does not say, in seconds: a week.
const USUAL_LIFETIME: i64 = 604_800;

/// The shortest and the longest life of a session, in seconds.
const LIFETIMES: (i64, i64) = (60, sessions::ROW_LIFETIME);

pub(crate) fn routes() -> Routes {
    Routes::of([
        post("/log", "LogIn")
            .about("Signs in with number and password")
            .example(&[("userId", Str(PHONE)), ("password", Str("abc12345")), ("expire_in", Int(USUAL_LIFETIME))])
            .refusing(invalid_login)
            .open(log_in),
        at([Method::DELETE], "/log", "LogOut").about("Ends the session").signed(log_out),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct LogIn {
    #[serde(rename = "userId")]
    user_id: PhoneField,
    password: Text,
    /// Seconds; a week unless it is a positive number, at least a minute and at most 30 days.
    expire_in: Option<Text>,
}

fn invalid_login(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::NoSuchUser => refused("0007"),
        Error::WrongPassword | Error::TooManyRequests { .. } => refused("0008"),
        _ => return None,
    })
}

/// What a client means by `expire_in` (`docs/dialects/live.md#tokens`).
fn lifetime(expire_in: Option<&str>) -> i64 {
    let seconds = expire_in.and_then(|text| {
        // More digits than fit are a very long time.
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(i64::MAX))
    });
    let (shortest, longest) = LIFETIMES;
    seconds.filter(|seconds| *seconds > 0).unwrap_or(USUAL_LIFETIME).clamp(shortest, longest)
}

async fn log_in(app: App, caller: Caller, input: LogIn) -> Result<Answer<String>, Error> {
    let phone = input.user_id.0;
    // A password that was set before: any length.
    let password = Password::new(&input.password.0, 1..=usize::MAX).map_err(|_| Error::malformed("password"))?;
    let lifetime = lifetime(input.expire_in.as_ref().map(|text| text.0.trim()));
    let (address, dialect) = (&caller.address, Dialect::Live);
    let session = accounts::open_session(&app, address, dialect, &phone, &password, lifetime).await?;
    Ok(answer(format!("{}.{}.{}", phone.national(), session.expires_at, session.token.expose())))
}

async fn log_out(app: App, signed: Signed, _: Nothing) -> Result<Answer<()>, Error> {
    accounts::end_proven_session(&app, &signed.claim).await?;
    Ok(done())
}
