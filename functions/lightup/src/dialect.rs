//! How Light Up's requests are read and its answers written (`docs/dialects/lightup.md#requests`,
//! `docs/dialects/lightup.md#answers`).

use axum::{Router, http::StatusCode, response::Response};
use kit::{Call, Context, Dialect, decode, openapi::Session, plain, routes::json};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{
    App, Error, ErrorKind,
    sessions::Claim,
    values::{self, UserId},
};

/// The Light Up contract (`docs/dialects/lightup.md`).
#[derive(Debug)]
pub enum LightUp {}

/// Light Up's operations.
pub type Routes = kit::Routes<LightUp>;

pub use kit::plain::Words;

#[derive(Deserialize)]
struct Credentials {
    user_id: UserId,
    access_token: String,
}

impl Dialect for LightUp {
    type Refusal = Words;

    const NAME: &'static str = "lightup";
    const TITLE: &'static str = "Light Up";
    const SESSION: Session = Session::Fields(&[
        ("user_id", "5702a4a5589613964cafdc76"),
        ("access_token", "87ec2279c7b10a1c6f0a41e60349aa46"),
    ]);
    const ABOUT: &'static str = "Register a number, or log in: the answer has `user_id` and `access_token`, which every other operation \
        takes as fields. A failure has an HTTP status of its own, and says why in `error`.";
    const BODIES: &'static [&'static str] =
        &["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];
    /// Form validation comes first in Light Up (`docs/dialects/lightup.md#calling-the-api`).
    const DECODE_FIRST: bool = true;

    fn claim(_: &App, call: &Call) -> Result<Claim, Error> {
        let Credentials { user_id, access_token } = Self::decode(call)?;
        Ok(Claim::new(values::Dialect::LightUp, user_id, &access_token))
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        let fields = decode::fields(call)?;
        decode::value(fields.into_iter().map(|(name, value)| (name, decode::lenient(value))).collect())
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => plain::failure(context.refusal(error).unwrap_or_else(|| refusal(error))),
        }
    }

    /// Who somebody is stands in the body, never in a cookie (`docs/dialects/lightup.md#requests`).
    fn around(_: &App, router: Router) -> Router {
        router.layer(plain::any_origin())
    }
}

/// The error catalogue (`docs/dialects/lightup.md#errors`). A failure is never 2xx, 401 is for credentials only, 403 for
/// quotas only. What single operations say in words of their own stands at their routes.
fn refusal(error: &Error) -> Words {
    match error {
        Error::NoSuchUser => (StatusCode::BAD_REQUEST, "no such user"),
        Error::WrongPassword => (StatusCode::BAD_REQUEST, "phone_number and password don't match"),
        // The answer does not say what is wrong with a code.
        Error::NoCodeSent | Error::CodeExpired | Error::WrongCode => {
            (StatusCode::BAD_REQUEST, "validate code not right")
        }
        Error::NoSuchMedia => (StatusCode::BAD_REQUEST, "No such media"),
        Error::NothingPending => (StatusCode::BAD_REQUEST, "You haven't sent this request"),
        Error::NotProven => (StatusCode::UNAUTHORIZED, "you haven't prove yourself"),
        Error::SegmentQuota => (StatusCode::FORBIDDEN, "This segment limit number has been reached"),
        Error::GuestQuota => {
            let text = "Your cant only get these guests because you havent complete your media info";
            (StatusCode::FORBIDDEN, text)
        }
        Error::LightQuota => (StatusCode::FORBIDDEN, "Your light up time is more than the limit"),
        Error::PhoneTaken => (StatusCode::CONFLICT, "This user has already exist"),
        Error::NicknameTaken => (StatusCode::CONFLICT, "This nickname has already been used"),
        Error::NoGuests => (StatusCode::NOT_FOUND, "No guests"),
        other if other.kind() == ErrorKind::SignedOut => (StatusCode::UNAUTHORIZED, "You haven't logined"),
        other => plain::words(other),
    }
}
