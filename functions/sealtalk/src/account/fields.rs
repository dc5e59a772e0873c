//! Fields that several of these operations take, and failures that several of them tell alike.

use crate::refusal::{Refusal, business, transport};
use axum::http::StatusCode;
use kit::field::Text;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    Error,
    values::{E164, Password, VerificationToken},
};

/// The proof that a code was right, in the examples of requests.
pub(super) const PROOF: &str = "75dd0f90-9b0d-41e5-803f-59b82644bc50";

/// Whose number has to be proven, and new.
pub(super) fn unproven(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::PhoneTaken => transport(StatusCode::BAD_REQUEST, "Phone number has already existed."),
        Error::UnknownVerification => transport(StatusCode::NOT_FOUND, "Unknown verification_token."),
        _ => return None,
    })
}

/// A code is wrong (`docs/dialects/sealtalk.md#verification-codes`).
pub(super) fn wrong_code(error: &Error) -> Option<Refusal> {
    Some(match error {
        Error::NoCodeSent => transport(StatusCode::NOT_FOUND, "Unknown phone number."),
        Error::CodeExpired => business(2_000, "Verification code expired."),
        Error::WrongCode => business(1_000, "Invalid verification code."),
        _ => return None,
    })
}

/// One number.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Number {
    pub(super) region: Text,
    pub(super) phone: Text,
}

impl Number {
    /// The number.
    pub(super) fn e164(&self) -> Result<E164, Error> {
        crate::wire::number(&self.region, &self.phone)
    }
}

/// A password that was set before: any length.
pub(super) fn old_password(text: &str) -> Result<Password, Error> {
    Password::new(text, 1..=usize::MAX).map_err(|_| Error::malformed("password"))
}

/// The text, if no character of it is a space (`docs/dialects/sealtalk.md#register`,
/// `docs/dialects/sealtalk.md#change_password`).
pub(super) fn unspaced<'a>(text: &'a str, refusal: &'static str) -> Result<&'a str, Error> {
    if text.contains(' ') { Err(Error::invalid("password", refusal)) } else { Ok(text) }
}

/// A password that is to be set: 6 to 20 characters (`docs/dialects/sealtalk.md#register`,
/// `docs/dialects/sealtalk.md#change_password`).
pub(super) fn new_password(text: &str, refusal: &'static str) -> Result<Password, Error> {
    Password::new(text, 6..=20).map_err(|_| Error::invalid("password", refusal))
}

/// A `verification_token`; one that is absent is malformed, as documented (`docs/dialects/sealtalk.md#fields`).
pub(super) fn token(text: Option<&str>) -> Result<VerificationToken, Error> {
    let refused = || Error::invalid("verification_token", "Invalid verification_token.");
    VerificationToken::parse(text.ok_or_else(refused)?).map_err(|_| refused())
}
