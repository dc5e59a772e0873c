//! Sessions: what a client claims, and how the claim is proven.
//!
//! A dialect parses a [`Claim`] out of a request; nothing about it is proven. There are three ways on:
//! [`verify`] reads the session; [`verify_with`], [`verify_beside`] and [`verify_in_two`] run it together with other reads and give their
//! result out only if the session holds; `writer_beside`, [`Actor::still_signed_in`] and [`refresh`] put the proof into the condition of
//! a write.
//!
//! Where a user [has one session](crate::values::Dialect::has_one_session), the hash of its token and the time of issue are attributes of
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
//! | [`verify_in_two`] | 2 | 2 |
//! | `writer_beside`, reads of 1 round | 1 | 1 for a device, 2 for several sessions; the proof is a part of the transaction that comes next |
//!
//! So a device costs one round more than a session, and none where reads of two rounds or more do not depend on the user. A
//! client that sends several sessions costs the same: all are read at once, then the first that holds is proven like one.

mod actor;
mod anchor;
mod claim;
pub mod devices;
mod leaving;
mod many;
mod rows;
mod tickets;
mod writer;

pub use crate::person::Profile;
pub use actor::{Actor, AnyReader, Reader};
pub use anchor::Anchor;
pub use claim::{Claim, SessionClaim, SeveralClaims};
pub(crate) use leaving::leaver;
pub(crate) use many::{Opened, end, open};
pub use many::{ROW_LIFETIME, by_push_token, new_push_token, owner_of_push_token};
pub(crate) use rows::{
    EXPORT,
    many::{carry_over, put},
    one::{
        end_all, end_others, end_sessions, end_unproven, live_session, new_session, proven_session, renewed_session,
        replace_session, same_epoch, signed_in,
    },
};
pub use tickets::{TICKET_LIFETIME, issue_ticket, redeem_ticket};
pub(crate) use writer::{PROVEN, Writer, writer_beside};

use crate::{app::App, error::Error, person, sessions::rows::one, values::Token};
use actor::Proof;
use devices::DeviceClaim;

/// How long a token is valid after its issue, in seconds; exactly so many still count
/// (`docs/dialects/lightup.md#sessions`).
pub const LIFETIME: i64 = 900;

/// How long a token can be exchanged for a new one, in seconds (`docs/dialects/lightup.md#sessions`).
pub const REFRESHABLE: i64 = 1_296_000;

/// A claim, once it is known of whom it is. Nothing is proven.
enum Named<'a> {
    Session(&'a SessionClaim),
    Device(&'a DeviceClaim, Box<devices::Known>),
}

impl Named<'_> {
    /// The permission of the reads that run beside the proof, or of whoever is proven.
    fn reader(&self) -> Reader {
        let (uid, dialect) = match self {
            Self::Session(claim) => (&claim.uid, claim.dialect),
            Self::Device(claim, known) => (&known.row.uid, claim.dialect),
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
                (Some(profile), Some(row)) => {
                    many::is_live(row, profile, claim.dialect, now) && claim.is_true(row, profile)
                }
                _ => false,
            });
            let first = live.ok_or(Error::SignedOut)?;
            let _ = several.holds.set(first);
            claims.get(first).map(Named::Session).ok_or(Error::SignedOut)
        }
        Claim::Device(claim) => Ok(Named::Device(claim, Box::new(devices::read(app, claim).await?))),
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
            let is_live = |row: &_| many::is_live(row, &profile, claim.dialect, now) && claim.is_true(row, &profile);
            let session = claim.token.clone();
            let proof = row.filter(is_live).map(|row| Proof::Row { session, expires_at: row.expires_at });
            (profile, proof)
        }
        Named::Device(claim, known) => {
            let profile = person::profile_for_session(&app.store, &known.row.uid);
            let (profile, touched) = futures_util::join!(profile, devices::touch(app, claim, known));
            let profile = profile?.ok_or(Error::SignedOut)?;
            touched?;
            let live = known.row.is_of(&profile);
            let proof = Proof::Device { device: claim.device.clone(), until: known.row.until() };
            (profile, Some(proof).filter(|_| live))
        }
    };
    let proof = proof.ok_or(Error::SignedOut)?;
    if let Named::Device(claim, known) = claim {
        // Two proofs of one claim may find different owners, if the device has changed hands in between: the first stands
        // for what the claim is called, and neither for what is allowed.
        let _ = claim.owner.set(known.row.uid.clone());
    }
    Ok(Actor { reader: claim.reader(), profile, proof })
}

/// Proves a claim. One round; two for a device, which does not say whose it is, and for several sessions.
///
/// # Errors
/// [`Error::SignedOut`] for an unknown user, another token or one that is too old, a device that is nobody's;
/// [`Error::SessionNeeded`] and [`Error::WrongSession`] for a device with the wrong token or without one; faults.
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
    proven_with(app, named(app, claim).await?, reads).await
}

/// The same without a write. Where a device shows a token for the first time, [`verify_with`] remembers that: a client that only
/// reads files here is not bound to its token yet.
///
/// # Errors
/// As [`verify_with`].
pub(crate) async fn verify_reading<T>(
    app: &App,
    claim: &Claim,
    reads: impl AsyncFnOnce(&Reader) -> Result<T, Error>,
) -> Result<(Actor, T), Error> {
    let claim = match named(app, claim).await? {
        Named::Device(claim, known) => Named::Device(claim, Box::new(known.untouched())),
        session @ Named::Session(_) => session,
    };
    proven_with(app, claim, reads).await
}

async fn proven_with<T>(
    app: &App,
    claim: Named<'_>,
    reads: impl AsyncFnOnce(&Reader) -> Result<T, Error>,
) -> Result<(Actor, T), Error> {
    let reader = claim.reader();
    let (actor, read) = futures_util::join!(prove(app, &claim), reads(&reader));
    let actor = actor?;
    Ok((actor, read?))
}

/// As [`verify_with`], for reads that do not depend on who reads: they begin at once, for a device beside the read of whose it is.
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

/// The same for reads of two rounds, the second of which depends on who reads: `first` begins at once, for a device beside the
/// read of whose it is; `then` gets what it found, and runs beside the check of the profile. Two rounds, if each is one.
///
/// # Errors
/// As [`verify_with`].
pub async fn verify_in_two<A, T>(
    app: &App,
    claim: &Claim,
    first: impl AsyncFnOnce(&AnyReader) -> Result<A, Error>,
    then: impl AsyncFnOnce(&Reader, A) -> Result<T, Error>,
) -> Result<(Actor, T), Error> {
    let any = AnyReader { dialect: claim.dialect() };
    let (claim, found) = futures_util::join!(named(app, claim), first(&any));
    let claim = claim?;
    let reader = claim.reader();
    let reads = async { then(&reader, found?).await };
    let (actor, read) = futures_util::join!(prove(app, &claim), reads);
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
