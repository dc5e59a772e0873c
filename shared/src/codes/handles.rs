//! Handles: what whoever asks for a code gets, and shows again with the code (`docs/dialects/live.md#send-a-code`,
//! `docs/dialects/live.md#check-a-code`).
//!
//! A handle says nothing of the code and cannot be guessed. It stands for the newest code of a number: a new one makes the
//! handles before it worthless.

use crate::{
    app::App,
    codes::{
        ATTEMPTS, Policy, Right, hash, key,
        rows::{self, Rules, Tried},
        tokens::{Exchange, TOKEN_LIFETIME},
        too_often,
    },
    error::{Error, Limit},
    limits::{self, keyed_hash},
    metrics::Count,
    random::Random,
    values::{Address, E164, Purpose, TokenHash, Unfit, VerificationToken},
};
use subtle::ConstantTimeEq;

/// So many digits a handle has. A number of 64 bits holds it.
const DIGITS: usize = 18;

/// What stands for a code. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Handle(String);

impl Handle {
    /// A new one that nobody can guess.
    #[must_use]
    pub(super) fn new(random: &Random) -> Self {
        let (first, rest) = (random.within(100_000_000..=999_999_999), random.within(0..=999_999_999));
        Self(format!("{first}{rest:09}"))
    }

    /// A handle as somebody sent it.
    ///
    /// # Errors
    /// Anything but 18 digits, the first of them not 0.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let digits = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && !text.starts_with('0') { Ok(Self(text.to_owned())) } else { Err(Unfit::Form) }
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub(super) fn hash(&self, app: &App) -> String {
        keyed_hash(&app.config.hash_key, "handle", &self.0)
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle(..)")
    }
}

/// Exchanges a code for a token by its handle. Three rounds. The right pair may be shown again while the code lives, with the
/// same answer. What does not look like a code is wrong, and no try.
///
/// # Errors
/// [`Error::WrongCode`], also for a handle that stands for no code, and for an address that has tried too often;
/// [`Error::TriedTooOften`] for the last try that a code has, and for every later one.
pub async fn exchange_by_handle(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    handle: &Handle,
    presented: &str,
) -> Result<VerificationToken, Error> {
    let digits = usize::try_from(policy.digits).map_err(Error::internal)?;
    if presented.len() != digits || !presented.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::WrongCode);
    }
    let (handle, now) = (handle.hash(app), app.clock.seconds());
    let tries = [(Limit::CheckAddress, address.subject())];
    let (counted, phone) =
        futures_util::join!(limits::count(app, &tries), rows::handles::phone(&app.store, &handle, now));
    let counted = counted.map_err(too_often)?;
    let phone = phone?.ok_or(Error::WrongCode)?;
    let right = check(app, policy, &phone, &handle, presented).await.inspect_err(count_wrong)?;
    let exchanger = &keyed_hash(&app.config.hash_key, "exchanger", &handle);
    let exchange = Exchange { app, policy, phone: &phone, right: &right, exchanger, from: address };
    let (token, ()) = futures_util::join!(exchange.repeatedly(), counted.give_back(app));
    token
}

/// Counts a code that was not the one.
pub(super) fn count_wrong(refusal: &Error) {
    if matches!(refusal, Error::WrongCode | Error::TriedTooOften) {
        Count::CodesWrong.once();
    }
}

/// Compares, and counts the try if it was wrong. One round.
async fn check(app: &App, policy: &Policy<'_>, phone: &E164, handle: &str, presented: &str) -> Result<Right, Error> {
    let key = key(app, policy, Purpose::Any, phone);
    let presented = hash(app, &key, presented);
    let exchanger = keyed_hash(&app.config.hash_key, "exchanger", handle);
    let (most, now) = (i64::from(ATTEMPTS), app.clock.seconds());
    let rules = Rules { most, exchanger: Some(&exchanger), handle: Some(handle), now };
    let code = match rows::try_code(&app.store, &key, &presented, &rules).await? {
        Tried::NeverSent | Tried::Dead => return Err(Error::WrongCode),
        Tried::Spent => return Err(Error::TriedTooOften),
        Tried::Wrong(tries) if tries >= most => return Err(Error::TriedTooOften),
        Tried::Wrong(_) => return Err(Error::WrongCode),
        Tried::Alive(code) => code,
    };
    let hash = code.hash.ok_or(Error::WrongCode)?;
    if bool::from(presented.as_bytes().ct_eq(hash.as_bytes())) {
        Ok(Right { key, hash, salt: code.salt, exchanged: code.exchanger.is_some() })
    } else {
        Err(Error::WrongCode)
    }
}

/// The newest token by which a number was proven in an API from an address within its life. One round.
///
/// # Errors
/// [`Error::UnknownVerification`] if there is none.
pub(crate) async fn proven_from(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    phone: &E164,
) -> Result<TokenHash, Error> {
    let codes = key(app, policy, Purpose::Any, phone);
    let from = prover(app, address);
    let since = app.clock.seconds() - TOKEN_LIFETIME;
    let found = rows::tokens::exchanged_from(&app.store, &codes.pk, policy.dialect, &from, since).await?;
    found.ok_or(Error::UnknownVerification)
}

/// The address from which a number is proven, as it is stored.
pub(super) fn prover(app: &App, address: &Address) -> String {
    keyed_hash(&app.config.hash_key, "prover", address.subject())
}
