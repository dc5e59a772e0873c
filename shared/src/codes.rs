//! Verification codes: random, hashed, bound to a purpose and a phone, short-lived, dead after five tries.

use crate::{
    App,
    error::Error,
    limits::keyed_hash,
    store::{Key, accounts::StoredCode, keys},
    values::E164,
};
use subtle::ConstantTimeEq;

/// How long a code lives, in seconds (contract 3.1).
pub const LIFETIME: i64 = 600;
/// So many tries a code has. They are counted before they are compared.
pub const ATTEMPTS: u32 = 5;

/// What a code may be used for (contract 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To prove a number that is not taken.
    Register,
    /// To set a new password.
    ChangePassword,
}

impl Purpose {
    /// As the wire and the key have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::ChangePassword => "change_password",
        }
    }
}

/// Six digits on their way to a phone. `Debug` shows nothing of them.
#[derive(Clone, Copy)]
pub struct Code(u32);

impl Code {
    /// A code as somebody typed it: exactly six ASCII digits from 100000 (contract C-16).
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
fn key(app: &App, purpose: Purpose, phone: &E164) -> Key {
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
    app.store.put_code(&key(app, purpose, phone), &stored).await
}

/// A code that was right. Redeemed in the transaction that acts on it, by whoever comes first.
#[derive(Debug)]
pub struct Right {
    pub(crate) key: Key,
    pub(crate) hash: String,
}

/// Counts a try and compares, in constant time.
///
/// # Errors
/// [`Error::WrongCode`], whatever is wrong with it; faults.
pub async fn check(app: &App, purpose: Purpose, phone: &E164, code: Code) -> Result<Right, Error> {
    let now = app.clock.seconds();
    let key = key(app, purpose, phone);
    let stored = app.store.count_attempt(&key, ATTEMPTS, now).await?.ok_or(Error::WrongCode)?;
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
