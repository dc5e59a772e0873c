//! Sessions: what a client claims, and how the claim is proven.
//!
//! A dialect parses a [`Claim`] out of a request; nothing about it is proven. There are three ways on:
//! [`verify`] reads the session; [`verify_with`] runs it together with other reads and gives their result out only if
//! the session holds; [`Actor::still_signed_in`] and [`refresh`] put the proof into the condition of a write.
//!
//! Light Up has one live token per user. Its hash and the time of issue are attributes of the user's own profile, so a
//! session check is the read of a profile that most operations need anyway (contract 1.5).

use crate::{
    App,
    error::Error,
    store::{Condition, profiles},
    values::{Token, TokenHash, UserId},
};
use std::ops::Deref;

pub use crate::store::profiles::Profile;

/// How long a token is valid after its issue, in seconds; exactly so many still count (contract 1.5).
pub const LIFETIME: i64 = 900;
/// How long a token can be exchanged for a new one, in seconds (contract 1.5).
pub const REFRESHABLE: i64 = 1_296_000;

/// Who a client says it is. Nothing is proven.
#[derive(Clone, Debug)]
pub struct Claim {
    uid: UserId,
    token: TokenHash,
}

impl Claim {
    /// The claim of a user id and a token of any length.
    #[must_use]
    pub fn new(uid: UserId, token: &str) -> Self {
        Self { uid, token: TokenHash::of(token) }
    }
}

/// Permission to read on somebody's behalf: in the hands of whoever is proven, or whose result waits for the proof.
#[derive(Debug)]
pub struct Reader {
    uid: UserId,
}

impl Reader {
    /// The user.
    #[must_use]
    pub fn uid(&self) -> &UserId {
        &self.uid
    }
}

/// Somebody whose session has been proven. Only this module makes one.
#[derive(Debug)]
pub struct Actor {
    reader: Reader,
    profile: Profile,
    token: TokenHash,
    since: i64,
}

impl Deref for Actor {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl Actor {
    /// The person as read with the session.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The condition, for a write to the actor's own profile, that the session is still the same.
    #[must_use]
    pub fn still_signed_in(&self) -> Condition {
        profiles::live_session(&self.token, self.since)
    }
}

fn proven(app: &App, claim: &Claim, profile: Option<Profile>) -> Result<Actor, Error> {
    let since = app.clock.seconds() - LIFETIME;
    let profile = profile.ok_or(Error::SignedOut)?;
    let same = profile.lightup_token.as_ref() == Some(&claim.token);
    let fresh = profile.lightup_issued.is_some_and(|issued| issued >= since);
    if same && fresh {
        let reader = Reader { uid: claim.uid.clone() };
        Ok(Actor { reader, profile, token: claim.token.clone(), since })
    } else {
        Err(Error::SignedOut)
    }
}

/// Proves a claim. One round.
///
/// # Errors
/// [`Error::SignedOut`] for an unknown user, another token or one older than [`LIFETIME`]; faults.
pub async fn verify(app: &App, claim: &Claim) -> Result<Actor, Error> {
    let profile = app.store.profile_for_session(&claim.uid).await?;
    proven(app, claim, profile)
}

/// Proves a claim while `reads` run, and gives their result out only if it holds. One round, if `reads` is one.
///
/// `reads` must read only: it starts before anything is proven.
///
/// # Errors
/// [`Error::SignedOut`], which wins over errors of the reads; those; faults.
pub async fn verify_with<T>(
    app: &App,
    claim: &Claim,
    reads: impl AsyncFnOnce(&Reader) -> Result<T, Error>,
) -> Result<(Actor, T), Error> {
    let reader = Reader { uid: claim.uid.clone() };
    let (profile, read) = futures_util::join!(app.store.profile_for_session(&claim.uid), reads(&reader));
    let actor = proven(app, claim, profile?)?;
    Ok((actor, read?))
}

/// Exchanges a token that is at most [`REFRESHABLE`] seconds old for a new one; the old one is dead. One round.
///
/// Of two callers with the same token one wins.
///
/// # Errors
/// [`Error::SignedOut`]; faults.
pub async fn refresh(app: &App, claim: &Claim) -> Result<Token, Error> {
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let condition = profiles::live_session(&claim.token, now - REFRESHABLE);
    let session = profiles::new_session(&claim.uid, &token.hash(), now);
    let replaced = app.store.replace_session(session, &token.hash(), condition).await?;
    replaced.map(|_| token).ok_or(Error::SignedOut)
}
