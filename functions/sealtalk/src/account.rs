//! Codes, registering, signing in and out, passwords (contract 2.1-2.11, 2.17, 2.19, 3.3).
//!
//! | module | operations |
//! |---|---|
//! | `codes` | sending and checking codes, captchas |
//! | `sign_in` | registering, signing in and out |
//! | `passwords` | new passwords |

mod codes;
mod passwords;
mod sign_in;

use crate::{Op, Routes, refusal::business, refusal::transport, wire::Text};
use axum::{http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    Error,
    limits::Limit,
    values::{E164, Password, VerificationToken},
};

pub(crate) fn routes() -> Routes {
    codes::routes().and(sign_in::routes()).and(passwords::routes())
}

/// What these operations say in words of their own.
pub(crate) fn refusal(op: Op, error: &Error) -> Option<Response> {
    match op {
        Op::SendCode | Op::SendCodeYp => not_sent(op, error),
        Op::VerifyCode | Op::VerifyCodeYp | Op::VerifyCodeRegister => wrong_code(error),
        Op::CheckPhoneAvailable | Op::PicCode | Op::GetSmsImgCode => match error {
            Error::TooManyRequests { .. } => Some(throttled()),
            _ => None,
        },
        Op::Login => match error {
            Error::NoSuchUser | Error::TooManyRequests { .. } => Some(business(1_000, INVALID_LOGIN)),
            Error::WrongPassword => Some(business(1_001, INVALID_LOGIN)),
            _ => None,
        },
        Op::Register | Op::ResetPassword => match error {
            Error::PhoneTaken => Some(transport(StatusCode::BAD_REQUEST, "Phone number has already existed.")),
            Error::UnknownVerification => Some(transport(StatusCode::NOT_FOUND, "Unknown verification_token.")),
            _ => None,
        },
        Op::ChangePassword => match error {
            Error::WrongPassword | Error::TooManyRequests { .. } => Some(business(1_000, "Wrong old password.")),
            _ => None,
        },
        _ => None,
    }
}

const INVALID_LOGIN: &str = "Invalid phone or password.";

fn throttled() -> Response {
    business(5_000, "Throttle limit exceeded.")
}

/// `send_code` knows one refusal, `send_code_yp` those of the SMS provider that it was made for (contract 2.1, 2.2).
fn not_sent(op: Op, error: &Error) -> Option<Response> {
    let provider = op == Op::SendCodeYp;
    Some(match error {
        Error::TooManyRequests { limit } if provider => match limit {
            Limit::SendHour => business(3_122, "More than 3 codes per hour for this phone number."),
            Limit::SendDay => business(3_117, "More than 10 codes per day for this phone number."),
            Limit::VerificationAddress => business(3_004, "Too many codes for this IP address."),
            Limit::SmsBudget => business(3_103, "The SMS balance of the day is used up."),
            _ => throttled(),
        },
        Error::TooManyRequests { .. } => throttled(),
        Error::RegionNotServed if provider => business(3_120, "Unsupported country."),
        Error::RegionNotServed => transport(StatusCode::BAD_REQUEST, "Invalid region and phone number."),
        Error::SmsFailed if provider => business(3_000, "SMS provider error."),
        Error::WrongCaptcha => transport(StatusCode::BAD_REQUEST, "Invalid verify_code."),
        _ => return None,
    })
}

fn wrong_code(error: &Error) -> Option<Response> {
    Some(match error {
        Error::NoCodeSent => transport(StatusCode::NOT_FOUND, "Unknown phone number."),
        Error::CodeExpired => business(2_000, "Verification code expired."),
        Error::WrongCode => business(1_000, "Invalid verification code."),
        _ => return None,
    })
}

/// One number.
#[derive(Deserialize, JsonSchema)]
struct Number {
    region: Text,
    phone: Text,
}

impl Number {
    fn e164(&self) -> Result<E164, Error> {
        crate::wire::number(&self.region, &self.phone)
    }
}

/// A password that was set before: any length.
fn old_password(text: String) -> Result<Password, Error> {
    Password::new(text, 1..=usize::MAX)
}

/// The text, if no character of it is a space.
fn unspaced<'a>(text: &'a str, refusal: &'static str) -> Result<&'a str, Error> {
    if text.contains(' ') { Err(Error::invalid("password", refusal)) } else { Ok(text) }
}

/// A password that is to be set: 6 to 20 characters.
fn new_password(text: String, refusal: &'static str) -> Result<Password, Error> {
    Password::new(text, 6..=20).map_err(|_| Error::invalid("password", refusal))
}

/// A `verification_token`; one that is absent is malformed, as documented.
fn token(text: Option<&str>) -> Result<VerificationToken, Error> {
    let refused = || Error::invalid("verification_token", "Invalid verification_token.");
    VerificationToken::parse(text.ok_or_else(refused)?).map_err(|_| refused())
}
