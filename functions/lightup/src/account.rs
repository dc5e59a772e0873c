//! `/v1/account/*`: accounts, profiles, portraits, devices, drawn questions, a person's own data, and reports and
//! blocks.

mod devices;
mod own;
mod portrait;
mod profile;
mod questions;
mod sign_in;
mod strangers;

use crate::dialect::Routes;

/// The operations of the function `account`.
#[must_use]
pub fn routes() -> Routes {
    let people = profile::routes().and(portrait::routes()).and(devices::routes()).and(questions::routes());
    sign_in::routes().and(people).and(own::routes()).and(strangers::routes())
}
