//! `/v1/account/*`: accounts, profiles, portraits, devices, drawn questions (contract 3.1-3.14).

mod people;
mod sign_in;

use crate::Routes;
use axum::http::Method;

/// The operations of the function `account`.
#[must_use]
pub fn routes() -> Routes {
    sign_in::routes().and(people::routes())
}

const POST: Method = Method::POST;

pub(crate) use people::Portrait;
