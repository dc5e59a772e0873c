//! Accounts: proving a phone number, signing in, passwords, and the end of an account (contract 3.1-3.5, 3.14).
//!
//! A number belongs to a user from the moment a code sent to it is redeemed: the claim is written in that transaction
//! and nowhere else. It is *taken* once there is a password or a profile (contract C-7).

mod erase;
mod password;
mod proof;
mod registration;
mod sign_in;
mod verification;

pub use erase::erase;
pub use password::{change_password, reset_password};
pub use proof::{PROOF_LIFETIME, redeem_code, register, request_password_change, set_password};
pub use registration::{is_taken, register_with_token, sign_in_by_code};
pub use sign_in::{NewSession, open_session, sign_in, sign_in_by_token};
pub use verification::{CODE_LIFETIME, TOKEN_LIFETIME, send_verification, verify_number};

use crate::{
    App,
    limits::keyed_hash,
    values::{Token, UserId},
};
use std::fmt;

/// Where a request came from, as the network says; never a header. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Address(String);

impl Address {
    /// The text of an IP address.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn hash(&self, app: &App) -> String {
        keyed_hash(&app.config.hash_key, "proof-address", &self.0)
    }

    /// What limits count it by.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who it is.
    pub uid: UserId,
    /// The new token; the one before is dead.
    pub token: Token,
}
