//! Verification codes; those without a purpose are in [`verification`]. Random, hashed, bound to a purpose and a phone, short-lived, dead after five tries.

mod rows;
mod verification;

pub use rows::Right;
pub(crate) use rows::redeem;
pub use verification::{CODE_LIFETIME, TOKEN_LIFETIME, send_verification, verify_number};
pub(crate) use verification::{
    check_code, erase_verification, proven_number,
    rows::{TokenUse, spend_token, use_code, use_token},
    too_often,
};

pub use crate::values::Purpose;

use crate::{
    app::App,
    codes::rows::StoredCode,
    error::Error,
    limits::keyed_hash,
    store::{
        Part,
        keys::{self, Key},
    },
    values::E164,
};
use subtle::ConstantTimeEq;

/// The code or token that proves a number, as the part of a transaction that uses it up.
pub(crate) const PROOF: Part = Part::named("proof");

/// How long a code lives, in seconds (`docs/dialects/lightup.md#verification-codes`).
pub const LIFETIME: i64 = 600;

/// So many tries a code has. They are counted before they are compared.
pub const ATTEMPTS: u32 = 5;

/// Six digits on their way to a phone. `Debug` shows nothing of them.
#[derive(Clone, Copy)]
pub struct Code(u32);

impl Code {
    /// A code as somebody typed it: exactly six ASCII digits from 100000 (`docs/dialects/lightup.md#field-rules`).
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let plain = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        text.parse()
            .ok()
            .filter(|_| plain)
            .map(Self)
            .ok_or_else(|| Error::invalid("validate_code", "not a number from 100000 to 999999"))
    }

    /// A new one that nobody can guess.
    #[must_use]
    pub fn new(app: &App) -> Self {
        Self(app.random.within(100_000..=999_999))
    }

    /// The digits.
    #[must_use]
    pub fn digits(self) -> String {
        self.0.to_string()
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(..)")
    }
}

/// Where the code of a number is. The number itself does not stand in the table: a code may outlive its user.
pub(crate) fn key(app: &App, purpose: Purpose, phone: &E164) -> Key {
    keys::code(purpose, &keyed_hash(&app.config.hash_key, "code", phone.as_str()))
}

fn hash(app: &App, purpose: Purpose, phone: &E164, salt: &str, code: Code) -> String {
    let text = format!("{}\0{salt}\0{}", phone.as_str(), code.digits());
    keyed_hash(&app.config.hash_key, purpose.as_str(), &text)
}

/// Stores `code` in the place of the phone's earlier one of this purpose.
///
/// # Errors
/// Faults only.
pub async fn store(app: &App, purpose: Purpose, phone: &E164, code: Code) -> Result<(), Error> {
    let (salt, now) = (app.random.hex::<8>(), app.clock.seconds());
    let hash = hash(app, purpose, phone, &salt, code);
    let stored = StoredCode { hash, salt, attempts: 0, sent_at: now, expires_at: now + LIFETIME };
    rows::put_code(&app.store, &key(app, purpose, phone), &stored).await
}

/// Counts a try and compares, in constant time.
///
/// # Errors
/// [`Error::WrongCode`], whatever is wrong with it; faults.
pub async fn check(app: &App, purpose: Purpose, phone: &E164, code: Code) -> Result<Right, Error> {
    let now = app.clock.seconds();
    let key = key(app, purpose, phone);
    let stored = rows::count_attempt(&app.store, &key, ATTEMPTS, now).await?.ok_or(Error::WrongCode)?;
    let presented = hash(app, purpose, phone, &stored.salt, code);
    if bool::from(presented.as_bytes().ct_eq(stored.hash.as_bytes())) {
        Ok(Right { key, hash: stored.hash })
    } else {
        Err(Error::WrongCode)
    }
}

/// Deletes the codes of a number, of every purpose.
///
/// # Errors
/// Faults only.
pub(crate) async fn erase(app: &App, phone: &E164) -> Result<(), Error> {
    let delete = |purpose| app.store.delete(key(app, purpose, phone));
    futures_util::try_join!(delete(Purpose::Register), delete(Purpose::ChangePassword)).map(drop)
}
