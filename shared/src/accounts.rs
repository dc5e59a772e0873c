//! Accounts: proving a phone number, signing in, passwords, and the end of an account (`docs/dialects/lightup.md`).
//!
//! A number belongs to a user from the moment a code sent to it is redeemed: the claim is written in that transaction
//! and nowhere else. It is *taken* once there is a password or a profile
//! (`docs/dialects/lightup.md#when-a-number-is-taken`).

mod account;
mod creation;
mod devices;
mod ending;
mod erase;
mod export;
mod origin;
mod password;
mod proof;
mod registration;
mod review;
mod rows;
mod sign_in;
mod unproven;

pub use creation::{NewAccount, create, prove_number};
pub use devices::{NewPerson, create_for_device, enter};
pub use ending::{end_proven_session, end_session};
pub use erase::{erase, erase_own, erase_person};
pub use export::{export_own, export_person};
pub use origin::REMEMBERED;
pub use password::{change_password, reset_password};
pub use proof::{PROOF_LIFETIME, redeem_code, register, request_password_change, set_password};
pub use registration::{is_taken, register_with_token, sign_in_by_code};
pub use review::{set_review_account, sign_in_for_review};
pub use sign_in::{NewSession, open_session, sign_in, sign_in_by_token};
pub use unproven::{UNPROVEN_LIFETIME, create_unproven, sign_in_unproven, sign_out};

use crate::values::{Token, UserId};

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub uid: UserId,
    /// The new token; the one before is dead.
    pub token: Token,
}
