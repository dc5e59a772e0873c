//! Sessions: what a client claims, and how the claim is proven.
//!
//! A dialect parses a [`Claim`] out of a request; nothing about it is proven. There are three ways on:
//! [`verify`] reads the session; [`verify_with`] and [`verify_beside`] run it together with other reads and give their
//! result out only if the session holds; [`Actor::still_signed_in`] and [`refresh`] put the proof into the condition of a write.
//!
//! Where a user [has one session](Dialect::has_one_session), the hash of its token and the time of issue are attributes of
//! the user's own profile, so a session check is the read of a profile that most operations need anyway
//! (`docs/dialects/lightup.md#sessions`). Elsewhere they have any number of sessions, a row each ([`many`]); a check is one
//! read of profile and row. A device that somebody has let speak for them ([`devices`]) names nobody: whose it is has to be
//! read first.
//!
//! | rounds of | a session | a device, several sessions |
//! |---|---|---|
//! | [`verify`] | 1 | 2: what it is of, then the profile that it is checked against |
//! | [`verify_with`], reads of `n` rounds | `n`, at least 1 | `n` + 1: the reads need the user, who is known after the first |
//! | [`verify_beside`], reads of `n` rounds | `n`, at least 1 | `n`, at least 2: the reads begin with the first |
//!
//! So a device costs one round more than a session, and none where reads of two rounds or more do not depend on the user. A
//! client that sends several sessions costs the same: all are read at once, then the first that holds is proven like one.

pub mod devices;
mod many;
mod rows;

pub use crate::person::Profile;
pub(crate) use many::{Opened, open};
pub use many::{ROW_LIFETIME, end, new_push_token, owner_of_push_token};
pub(crate) use rows::{
    many::{carry_over, put},
    one::{
        end_all, end_others, end_sessions, end_unproven, live_session, new_session, proven_session, renewed_session,
        replace_session, same_epoch, signed_in,
    },
};

use crate::{
    app::App,
    error::Error,
    person,
    sessions::rows::one,
    store::Condition,
    values::{Dialect, Token, TokenHash, UserId},
};
use devices::{DeviceClaim, DeviceHash};
use rows::devices::DeviceRow;
use std::{
    ops::Deref,
    sync::{Arc, LazyLock, OnceLock},
};

/// How long a token is valid after its issue, in seconds; exactly so many still count
/// (`docs/dialects/lightup.md#sessions`).
pub const LIFETIME: i64 = 900;

/// How long a token can be exchanged for a new one, in seconds (`docs/dialects/lightup.md#sessions`).
pub const REFRESHABLE: i64 = 1_296_000;

/// Who a client says it is. Nothing is proven.
#[derive(Clone, Debug)]
pub enum Claim {
    /// A session of a user whom the client names.
    Session(SessionClaim),
    /// Several sessions, the first of which that holds counts.
    Several(SeveralClaims),
    /// A device. Who the user is stays unknown until that is read and proven.
    Device(DeviceClaim),
}

/// The claim of a session.
#[derive(Clone, Debug)]
pub struct SessionClaim {
    uid: UserId,
    token: TokenHash,
    dialect: Dialect,
}

/// The claims of some sessions: two to [`MOST_TOKENS`].
#[derive(Clone, Debug)]
pub struct SeveralClaims {
    dialect: Dialect,
    claims: Vec<SessionClaim>,
    /// Which of them holds, once that is known.
    holds: Arc<OnceLock<usize>>,
}

/// So many tokens of one request are looked at.
const MOST_TOKENS: usize = 3;

impl Claim {
    /// The claim of a user id and a token of any length.
    #[must_use]
    pub fn new(dialect: Dialect, uid: UserId, token: &str) -> Self {
        Self::Session(SessionClaim { uid, token: TokenHash::of(token), dialect })
    }

    /// The claim of a token that names its owner: 64 hex digits, the first 24 of them the user id.
    ///
    /// # Errors
    /// [`Error::SignedOut`] for any other text.
    pub fn of_token(dialect: Dialect, token: &str) -> Result<Self, Error> {
        let uid = token.get(..24).filter(|_| token.len() == 64).unwrap_or_default();
        let uid = UserId::try_from(uid.to_owned()).map_err(|_| Error::SignedOut)?;
        Ok(Self::Session(SessionClaim { uid, token: TokenHash::of(token), dialect }))
    }

    /// The claim of the first of these tokens that holds. Texts that are no token, and tokens that were there already, are
    /// passed over; of the others three are looked at.
    ///
    /// # Errors
    /// [`Error::SignedOut`] if none of them is a token.
    pub fn of_tokens<'a>(dialect: Dialect, tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, Error> {
        let mut claims: Vec<SessionClaim> = Vec::new();
        for token in tokens {
            let Ok(Self::Session(claim)) = Self::of_token(dialect, token) else { continue };
            if claims.len() < MOST_TOKENS && claims.iter().all(|other| other.token != claim.token) {
                claims.push(claim);
            }
        }
        match claims.len() {
            0 => Err(Error::SignedOut),
            1 => Ok(Self::Session(claims.swap_remove(0))),
            _ => Ok(Self::Several(SeveralClaims { dialect, claims, holds: Arc::default() })),
        }
    }

    /// The claim of a device in a dialect.
    #[must_use]
    pub fn of_device(dialect: Dialect, device: DeviceHash) -> Self {
        Self::Device(DeviceClaim { device, dialect, owner: Arc::default() })
    }

    /// Who a client says it is. Good for no more than to word an answer that holds nothing unless the claim does. A
    /// device says it of nobody, until the claim has been proven; of several sessions it is the first until then.
    #[must_use]
    pub fn uid(&self) -> &UserId {
        static NOBODY: LazyLock<UserId> = LazyLock::new(UserId::nobody);
        match self {
            Self::Session(claim) => &claim.uid,
            Self::Several(several) => {
                several.claims.get(several.holds.get().copied().unwrap_or_default()).map_or(&NOBODY, |claim| &claim.uid)
            }
            Self::Device(claim) => claim.owner.get().unwrap_or(&NOBODY),
        }
    }

    /// The dialect that it is of.
    fn dialect(&self) -> Dialect {
        match self {
            Self::Session(claim) => claim.dialect,
            Self::Several(several) => several.dialect,
            Self::Device(claim) => claim.dialect,
        }
    }
}

/// Permission to read what does not depend on who reads, in the hands of whoever is proven, or whose result waits for the
/// proof. A read that takes this and no [`Reader`] can begin before it is known whose claim it is ([`verify_beside`]).
#[derive(Debug)]
pub struct AnyReader {
    dialect: Dialect,
}

impl AnyReader {
    /// The dialect that the user is signed in to.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}

/// Permission to read on somebody's behalf: in the hands of whoever is proven, or whose result waits for the proof.
#[derive(Debug)]
pub struct Reader {
    uid: UserId,
    any: AnyReader,
}

impl Reader {
    /// The user.
    #[must_use]
    pub fn uid(&self) -> &UserId {
        &self.uid
    }
}

impl Deref for Reader {
    type Target = AnyReader;

    fn deref(&self) -> &AnyReader {
        &self.any
    }
}

/// Somebody whose session has been proven. Only this module makes one.
#[derive(Debug)]
pub struct Actor {
    reader: Reader,
    profile: Profile,
    proof: Proof,
}

/// What proved a session, for the condition of a write.
#[derive(Debug)]
enum Proof {
    /// This token in the profile, issued then or later.
    Single { token: TokenHash, since: i64 },
    /// A row of this hash.
    Row { session: TokenHash },
    /// A device that speaks for them.
    Device,
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

    /// The condition, for a write to the actor's own profile, that the session is still the same, or at least that no
    /// password was set since it was proven.
    #[must_use]
    pub fn still_signed_in(&self) -> Condition {
        match &self.proof {
            Proof::Single { token, since } => one::live_session(token, *since),
            Proof::Row { .. } | Proof::Device => one::same_epoch(self.profile.epoch),
        }
    }

    /// The row of the session, where it is one.
    pub(crate) fn row(&self) -> Option<&TokenHash> {
        match &self.proof {
            Proof::Single { .. } | Proof::Device => None,
            Proof::Row { session } => Some(session),
        }
    }
}

/// A claim, once it is known of whom it is. Nothing is proven.
enum Named<'a> {
    Session(&'a SessionClaim),
    Device(&'a DeviceClaim, DeviceRow),
}

impl Named<'_> {
    /// The permission of the reads that run beside the proof, or of whoever is proven.
    fn reader(&self) -> Reader {
        let (uid, dialect) = match self {
            Self::Session(claim) => (&claim.uid, claim.dialect),
            Self::Device(claim, row) => (&row.uid, claim.dialect),
        };
        Reader { uid: uid.clone(), any: AnyReader { dialect } }
    }
}

/// Finds out of whom a claim is. No round for a session, one for several or a device.
async fn named<'a>(app: &App, claim: &'a Claim) -> Result<Named<'a>, Error> {
    match claim {
        Claim::Session(claim) => Ok(Named::Session(claim)),
        Claim::Several(several) => {
            let (claims, now) = (&several.claims, app.clock.seconds());
            let tokens: Vec<_> = claims.iter().map(|claim| (&claim.uid, &claim.token)).collect();
            let found = rows::many::profiles_and_sessions(&app.store, &tokens).await?;
            let live = claims.iter().zip(&found).position(|(claim, found)| match found {
                (Some(profile), Some(row)) => many::is_live(row, profile, claim.dialect, now),
                _ => false,
            });
            let first = live.ok_or(Error::SignedOut)?;
            let _ = several.holds.set(first);
            claims.get(first).map(Named::Session).ok_or(Error::SignedOut)
        }
        Claim::Device(claim) => {
            let row = rows::devices::read(&app.store, &claim.device).await?.ok_or(Error::SignedOut)?;
            Ok(Named::Device(claim, row))
        }
    }
}

/// Reads whatever a claim is checked against, and checks it. One round.
async fn prove(app: &App, claim: &Named<'_>) -> Result<Actor, Error> {
    let now = app.clock.seconds();
    let (profile, proof) = match claim {
        Named::Session(claim) if claim.dialect.has_one_session() => {
            let since = now - LIFETIME;
            let profile = person::profile_for_session(&app.store, &claim.uid).await?.ok_or(Error::SignedOut)?;
            let same = profile.token.as_ref() == Some(&claim.token);
            let fresh = profile.token_issued.is_some_and(|issued| issued >= since);
            let proof = Proof::Single { token: claim.token.clone(), since };
            (profile, Some(proof).filter(|_| same && fresh))
        }
        Named::Session(claim) => {
            let (profile, row) = rows::many::profile_and_session(&app.store, &claim.uid, &claim.token).await?;
            let profile = profile.ok_or(Error::SignedOut)?;
            let live = row.is_some_and(|row| many::is_live(&row, &profile, claim.dialect, now));
            let proof = Proof::Row { session: claim.token.clone() };
            (profile, Some(proof).filter(|_| live))
        }
        Named::Device(claim, row) => {
            let profile = person::profile_for_session(&app.store, &row.uid).await?.ok_or(Error::SignedOut)?;
            let live = row.is_live(&profile, claim.dialect, now);
            (profile, Some(Proof::Device).filter(|_| live))
        }
    };
    let proof = proof.ok_or(Error::SignedOut)?;
    if let Named::Device(claim, row) = claim {
        // Two proofs of one claim may find different owners, if the device has changed hands in between: the first stands
        // for what the claim is called, and neither for what is allowed.
        let _ = claim.owner.set(row.uid.clone());
    }
    Ok(Actor { reader: claim.reader(), profile, proof })
}

/// Proves a claim. One round; two for a device, which does not say whose it is, and for several sessions.
///
/// # Errors
/// [`Error::SignedOut`] for an unknown user, another token or one that is too old, a device that is nobody's; faults.
pub async fn verify(app: &App, claim: &Claim) -> Result<Actor, Error> {
    prove(app, &named(app, claim).await?).await
}

/// Proves a claim while `reads` run, and gives their result out only if it holds. One round, if `reads` is one; one more
/// for a device and for several sessions, because `reads` need to know for whom they read, and run beside the check of the
/// profile. Reads that do not need it are for [`verify_beside`].
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
    let claim = named(app, claim).await?;
    let reader = claim.reader();
    let (actor, read) = futures_util::join!(prove(app, &claim), reads(&reader));
    let actor = actor?;
    Ok((actor, read?))
}

/// The same for reads that do not depend on who reads: they begin at once, for a device beside the read of whose it is.
/// One round, if `reads` is one; two for a device or several sessions, also if `reads` is two.
///
/// # Errors
/// As [`verify_with`].
pub async fn verify_beside<T>(
    app: &App,
    claim: &Claim,
    reads: impl AsyncFnOnce(&AnyReader) -> Result<T, Error>,
) -> Result<(Actor, T), Error> {
    let any = AnyReader { dialect: claim.dialect() };
    let (actor, read) = futures_util::join!(verify(app, claim), reads(&any));
    let actor = actor?;
    Ok((actor, read?))
}

/// Exchanges the token of a user's one session, at most [`REFRESHABLE`] seconds old, for a new one; the old one is dead.
/// One round.
///
/// Of two callers with the same token one wins.
///
/// # Errors
/// [`Error::SignedOut`]; faults.
pub async fn refresh(app: &App, claim: &Claim) -> Result<Token, Error> {
    let Claim::Session(claim) = claim else { return Err(Error::SignedOut) };
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let condition = one::live_session(&claim.token, now - REFRESHABLE);
    let session = one::renewed_session(claim.dialect, &claim.uid, &token.hash(), now);
    let replaced = rows::one::replace_session(&app.store, session, &token.hash(), condition).await?;
    replaced.map(|_| token).ok_or(Error::SignedOut)
}
