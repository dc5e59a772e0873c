//! How Light Up's requests are read and its answers written.

use axum::{http::StatusCode, response::Response};
use kit::{Call, Context, Dialect, decode, openapi::Session, routes::json};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::{App, Error, ErrorKind, sessions::Claim, values::UserId};

/// The Light Up contract.
#[derive(Debug)]
pub enum LightUp {}

/// Light Up's operations.
pub type Routes = kit::Routes<LightUp>;

/// A failure as it is told: an HTTP status and a text.
pub type Words = (StatusCode, &'static str);

#[derive(Deserialize)]
struct Credentials {
    user_id: UserId,
    access_token: String,
}

impl Dialect for LightUp {
    type Refusal = Words;

    const NAME: &'static str = "lightup";
    const SESSION: Session = Session::Fields(&[
        ("user_id", "5702a4a5589613964cafdc76"),
        ("access_token", "87ec2279c7b10a1c6f0a41e60349aa46"),
    ]);
    const BODIES: &'static [&'static str] =
        &["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];
    /// Form validation comes first in Light Up.
    const DECODE_FIRST: bool = true;

    fn claim(_: &App, call: &Call) -> Result<Claim, Error> {
        let Credentials { user_id, access_token } = Self::decode(call)?;
        Ok(Claim::new(user_id, &access_token))
    }

    fn decode<T: DeserializeOwned>(call: &Call) -> Result<T, Error> {
        let fields = decode::fields(call)?;
        decode::value(fields.into_iter().map(|(name, value)| (name, decode::lenient(value))).collect())
    }

    fn encode<T: Serialize>(context: &Context<'_, Self>, outcome: Result<&T, &Error>) -> Response {
        match outcome {
            Ok(body) => json(StatusCode::OK, body),
            Err(error) => {
                let (status, error) = context.refusal(error).unwrap_or_else(|| refusal(error));
                json(status, &Failure { error })
            }
        }
    }
}

/// A failure is an object with only `error`.
#[derive(Serialize)]
struct Failure {
    error: &'static str,
}

/// The error catalogue. A failure is never 2xx, 401 is for credentials only, 403 for quotas only.
/// What single operations say in words of their own stands at their routes.
fn refusal(error: &Error) -> Words {
    match error {
        Error::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid request"),
        Error::NoSuchUser => (StatusCode::BAD_REQUEST, "no such user"),
        Error::WrongPassword => (StatusCode::BAD_REQUEST, "phone_number and password don't match"),
        Error::WrongCode => (StatusCode::BAD_REQUEST, "validate code not right"),
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
        other => match other.kind() {
            ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "invalid request"),
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, "not found"),
            ErrorKind::Method => (StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
            ErrorKind::SignedOut => (StatusCode::UNAUTHORIZED, "You haven't logined"),
            ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            ErrorKind::Conflict => (StatusCode::CONFLICT, "conflict"),
            ErrorKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too many requests"),
            ErrorKind::Unavailable | ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server error"),
        },
    }
}
