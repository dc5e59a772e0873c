//! Where somebody signs in from, and how often they may fail there (`docs/dialects/lightup.md#limits`).
//!
//! The limit of a number alone keeps many addresses from guessing one password. It must not keep the number's user out,
//! who can do nothing about strangers. So it does not hold for addresses from which the user has signed in before, which
//! are remembered for [`REMEMBERED`] in rows of the user's, nor for codes, tokens and live sessions, which strangers do not
//! have.

use crate::{
    accounts::rows::known,
    app::App,
    error::{Error, Limit},
    limits::{self, Counted, keyed_hash},
    person,
    store::{Key, Write, keys},
    values::{Address, E164, UserId},
};

/// How long an address is remembered after a sign-in, in seconds (`docs/dialects/lightup.md#limits`).
pub const REMEMBERED: i64 = 2_592_000;

/// A number, and the address from which somebody claims to be its user.
pub(super) struct Origin<'a> {
    app: &'a App,
    phone: &'a E164,
    address: &'a Address,
    /// Both, as the limit of the two together counts them.
    pub(super) pair: String,
}

/// A sign-in that was counted, to be given back if it succeeds.
pub(super) struct Counting {
    counted: Counted,
    /// The limit of the number alone is reached.
    full: bool,
}

impl<'a> Origin<'a> {
    /// Nothing is counted yet.
    pub(super) fn new(app: &'a App, phone: &'a E164, address: &'a Address) -> Self {
        Self { app, phone, address, pair: format!("{} {}", phone.as_str(), address.subject()) }
    }

    /// Counts a sign-in with a password or a token. That too many have failed for the number alone is for the caller to
    /// judge.
    pub(super) async fn count(&self) -> Result<Counting, Error> {
        let events = [(Limit::LoginPair, &*self.pair), (Limit::LoginAddress, self.address.subject())];
        let (here, anywhere) = futures_util::join!(
            limits::count(self.app, &events),
            limits::count_while_below(self.app, Limit::LoginPhone, self.phone.as_str())
        );
        match (here, anywhere) {
            (Ok(here), Ok(anywhere)) => {
                let full = anywhere.is_none();
                Ok(Counting { counted: here.and(anywhere.unwrap_or_default()), full })
            }
            (Ok(counted), Err(error)) | (Err(error), Ok(Some(counted))) => {
                counted.give_back(self.app).await;
                Err(error)
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Whether the user has signed in from here of late. One round.
    async fn is_known(&self, uid: &UserId) -> Result<bool, Error> {
        known::is_known(&self.app.store, &self.key(uid), self.app.clock.seconds()).await
    }

    /// The part of a transaction that remembers the address. The same transaction has to hold that nobody is erasing the
    /// user.
    pub(super) fn remember(&self, uid: &UserId) -> Result<Write, Error> {
        known::remember(&self.key(uid), self.app.clock.seconds() + REMEMBERED)
    }

    /// The same by itself. What goes wrong is logged: the sign-in stands.
    pub(super) async fn remember_now(&self, uid: &UserId) {
        let remembered = async { self.app.store.transact(vec![person::still_there(uid), self.remember(uid)?]).await };
        if let Err(error) = remembered.await {
            tracing::warn!(%error, "the address of a sign-in was not remembered");
        }
    }

    /// The parts of a transaction that end what failed here before: the user is known at this address, and may fail as
    /// often as ever.
    pub(super) fn succeed(&self, uid: &UserId) -> Result<[Write; 2], Error> {
        Ok([self.remember(uid)?, limits::forget(self.app, Limit::LoginPair, &self.pair)])
    }

    fn key(&self, uid: &UserId) -> Key {
        let personal = format!("{uid} {}", self.address.subject());
        keys::known_address(uid, &keyed_hash(&self.app.config.hash_key, "known-address", &personal))
    }
}

impl Counting {
    /// Whether the sign-in may go on: the number's limit is not reached, or the user is known at the address. No round
    /// unless it is reached.
    pub(super) async fn admits(&self, origin: &Origin<'_>, uid: &UserId) -> Result<bool, Error> {
        if self.full { origin.is_known(uid).await } else { Ok(true) }
    }

    /// The failure of somebody of whom nothing is known: too many have failed for the number, or this.
    pub(super) async fn refuse(self, app: &App, failure: Error) -> Error {
        if !self.full {
            return failure;
        }
        self.counted.give_back(app).await;
        Error::TooManyRequests { limit: Limit::LoginPhone }
    }

    /// A success: it is no attempt, and what failed before at this number and address is forgotten.
    pub(super) async fn succeed(self, app: &App) {
        self.counted.give_back_forgetting(app, Limit::LoginPair).await;
    }
}
