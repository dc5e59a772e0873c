//! Verification codes: one service for every API, with a [`Policy`] that says what the codes of one are like.
//!
//! A code is random, sent by SMS, stored as a keyed hash, and dead after [`ATTEMPTS`] wrong tries. It is for a number, in one
//! API, for one [`Purpose`]. Whoever has it acts on it at once ([`use_code`] is a part of that transaction), or
//! [exchanges](exchange) it for a token.
//!
//! | module | what is there |
//! |---|---|
//! | `policy` | what the codes of an API are like |
//! | `sending` | how a code comes to a phone, and under which limits |
//! | `handles` | what stands for a code, where who asks for one is given that |
//! | `tokens` | what a code for any purpose ([`Purpose::Any`]) is exchanged for |
//! | `rows` | `CODE#`, `VERIFYTOKEN#` and `HANDLE#` |

mod handles;
mod policy;
mod rows;
mod sending;
mod tokens;

pub use handles::{Handle, exchange_by_handle};
pub use policy::Policy;
pub use sending::{Request, send};
pub use tokens::{TOKEN_LIFETIME, exchange};

pub(crate) use handles::proven_from;
pub(crate) use rows::{
    tokens::{TokenUse, spend_token, use_token},
    use_code,
};
pub(crate) use tokens::proven_number;

pub use crate::values::Purpose;

use crate::{
    app::App,
    codes::rows::{Rules, Tried},
    error::Error,
    limits::keyed_hash,
    store::{
        Part,
        keys::{self, Key},
    },
    values::{E164, Unfit},
};
use subtle::ConstantTimeEq;

/// The code or token that proves a number, as the part of a transaction that uses it up.
pub(crate) const PROOF: Part = Part::named("proof");

/// So many wrong tries a code has.
pub const ATTEMPTS: u32 = 5;

/// A code on its way to a phone. `Debug` shows nothing of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(u32);

impl Code {
    /// A code as somebody typed it: exactly so many ASCII digits, the first of them not 0.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str, digits: u32) -> Result<Self, Unfit> {
        let long = u32::try_from(text.len()).is_ok_and(|length| length == digits);
        let plain = long && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        text.parse().ok().filter(|_| plain).map(Self).ok_or(Unfit::Form)
    }

    /// A new one that nobody can guess. It has at most nine digits.
    #[must_use]
    pub fn new(app: &App, digits: u32) -> Self {
        let smallest = 10_u32.pow(digits.clamp(1, 9) - 1);
        Self(app.random.within(smallest..=smallest * 9 + (smallest - 1)))
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

/// Names the partition of a number's codes. The number itself does not stand in the table: a code may outlive its user.
fn subject(app: &App, phone: &E164) -> String {
    keyed_hash(&app.config.hash_key, "code-phone", phone.as_str())
}

fn key(app: &App, policy: &Policy<'_>, purpose: Purpose, phone: &E164) -> Key {
    keys::code(&subject(app, phone), policy.dialect, purpose)
}

/// It depends on the key of the row and on the code alone, so that a try need not read the row before.
fn hash(app: &App, key: &Key, digits: &str) -> String {
    keyed_hash(&app.config.hash_key, "code", &format!("{}\0{}\0{digits}", key.pk, key.sk))
}

/// A code that was right. Used up in the transaction that acts on it, by whoever comes first.
#[derive(Debug)]
pub(crate) struct Right {
    key: Key,
    hash: String,
    salt: String,
    /// It was exchanged before, by whoever asks now.
    exchanged: bool,
}

/// Compares, and counts the try if it was wrong. One round.
///
/// Counting and comparing are one write: of any number of tries at once, no more than [`ATTEMPTS`] wrong ones learn that
/// they were wrong, and a right one is none of them. A code that was [exchanged](exchange) is dead, but for `exchanger`, if
/// that is who did.
///
/// # Errors
/// [`Error::NoCodeSent`], [`Error::CodeExpired`], [`Error::WrongCode`], in this order; faults.
pub(crate) async fn check(
    app: &App,
    policy: &Policy<'_>,
    purpose: Purpose,
    phone: &E164,
    presented: &str,
    exchanger: Option<&str>,
) -> Result<Right, Error> {
    let compared = compare(app, policy, purpose, phone, presented, exchanger).await;
    compared.inspect_err(handles::count_wrong)
}

async fn compare(
    app: &App,
    policy: &Policy<'_>,
    purpose: Purpose,
    phone: &E164,
    presented: &str,
    exchanger: Option<&str>,
) -> Result<Right, Error> {
    let key = key(app, policy, purpose, phone);
    let test = policy.test_code.is_some_and(|test| test.is(presented));
    let presented = Code::parse(presented, policy.digits).map(|code| hash(app, &key, &code.digits()));
    // What cannot be a code is as wrong as any other: this is the hash of none.
    let presented = presented.unwrap_or_else(|_| "none".to_owned());
    let rules = Rules { most: i64::from(ATTEMPTS), exchanger, handle: None, now: app.clock.seconds() };
    let tried = if test {
        rows::look_at_code(&app.store, &key, &rules).await?
    } else {
        rows::try_code(&app.store, &key, &presented, &rules).await?
    };
    let code = match tried {
        Tried::NeverSent => return Err(Error::NoCodeSent),
        Tried::Dead | Tried::Spent => return Err(Error::CodeExpired),
        Tried::Wrong(_) => return Err(Error::WrongCode),
        Tried::Alive(code) => code,
    };
    let hash = code.hash.ok_or(Error::CodeExpired)?;
    if test || bool::from(presented.as_bytes().ct_eq(hash.as_bytes())) {
        Ok(Right { key, hash, salt: code.salt, exchanged: code.exchanger.is_some() })
    } else {
        Err(Error::WrongCode)
    }
}

/// The answer after too many tries is that the code is wrong.
pub(crate) fn too_often(error: Error) -> Error {
    if let Error::TooManyRequests { .. } = error { Error::WrongCode } else { error }
}

/// Deletes the codes of a number, of every API and purpose, and the tokens that they were exchanged for. Three rounds.
///
/// # Errors
/// Faults only.
pub(crate) async fn erase(app: &App, phone: &E164) -> Result<(), Error> {
    rows::erase(&app.store, &subject(app, phone)).await
}
