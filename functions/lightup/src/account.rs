//! `/v1/account/*`: accounts, profiles, portraits, devices, drawn questions (contract 3.1-3.14).

mod devices;
mod portrait;
mod profile;
mod questions;
mod sign_in;

pub(crate) use portrait::portrait_url;

use crate::Routes;
use axum::http::Method;

/// The operations of the function `account`.
#[must_use]
pub fn routes() -> Routes {
    let people = profile::routes().and(portrait::routes()).and(devices::routes()).and(questions::routes());
    sign_in::routes().and(people)
}

const POST: Method = Method::POST;
