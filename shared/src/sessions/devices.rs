//! Devices that stand for a person: a client shows nothing but what its device calls itself, and that is the account
//! (`docs/dialects/m_user.md#devices`).
//!
//! The claim of a device names nobody, so the row `DEVICE#<hash>`/`CLAIM` is read first: it says whose device it is. It
//! counts in its dialect, until it expires if it does, and until a password is set (the profile's epoch). The
//! hash is keyed, because what devices call themselves can be guessed.
//!
//! What a device calls itself may be known to other apps on it. So each sign-in gives the client a token, and once one has been
//! shown, the device alone counts no more for as long as a token that was shown is good
//! (`docs/dialects/m_user.md#session-upgrade`). Tokens lie in the device's own row, which is changed by one call at a time: each
//! change is on condition that the row is as it was read.

use super::{ROW_LIFETIME, rows::devices as rows};
use crate::{
    app::App,
    error::Error,
    limits::keyed_hash,
    person::{self, Profile},
    sessions::{Actor, actor::Proof},
    store::{
        Attempt, Write,
        keys::{self, Key},
        retrying_from,
    },
    values::{Dialect, Token, TokenHash, UserId},
};
use rows::DeviceRow;
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// How long a token of a device is good after it was shown last, in seconds.
pub const TOKEN_LIFETIME: i64 = ROW_LIFETIME;

/// How long a push token of a device is good, in seconds: a week.
pub const PUSH_TOKEN_LIFETIME: i64 = 7 * 86_400;

/// A device as stored: a keyed hash of what it calls itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceHash(String);

impl fmt::Debug for DeviceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceHash(..)")
    }
}

impl DeviceHash {
    /// Hashes the name of a device, for one dialect.
    #[must_use]
    pub fn of(app: &App, dialect: Dialect, name: &str) -> Self {
        Self(keyed_hash(&app.config.hash_key, "device", &format!("{}\0{name}", dialect.as_str())))
    }

    /// The hash in the key of a row.
    pub(super) fn stored(hash: String) -> Self {
        Self(hash)
    }

    /// 32 hex digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn key(&self) -> Key {
        keys::device_claim(&self.0)
    }
}

/// The claim of a device. Whose it is stays unknown until it is proven.
#[derive(Clone, Debug)]
pub struct DeviceClaim {
    pub(super) device: DeviceHash,
    pub(super) dialect: Dialect,
    /// The token that the client shows beside it.
    pub(super) token: Option<TokenHash>,
    /// It has opened a socket by something that proved it then, so no token is needed beside it.
    pub(super) is_open: bool,
    pub(super) owner: Arc<OnceLock<UserId>>,
}

impl DeviceClaim {
    /// Whether the client shows a token beside it. It is wrong for a device that speaks for nobody.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> &DeviceHash {
        &self.device
    }
}

/// A device as it was read for a claim, which it fits. Whether its user is there is not known yet.
pub(crate) struct Known {
    /// The row, with the token that was shown as the newest.
    pub(super) row: DeviceRow,
    /// Whether it has to be written for that.
    touched: bool,
}

impl Known {
    /// The same for who may only read: that the token was shown is not remembered.
    pub(super) fn untouched(self) -> Self {
        Self { touched: false, ..self }
    }

    /// Whether it was made up for the review of an app.
    pub(crate) fn is_for_review(&self) -> bool {
        self.row.is_for_review()
    }
}

/// Reads a device, and holds the token of the claim against it. One round.
///
/// # Errors
/// [`Error::SignedOut`] for a device of nobody; [`Error::SessionNeeded`], [`Error::WrongSession`].
pub(super) async fn read(app: &App, claim: &DeviceClaim) -> Result<Known, Error> {
    let row = rows::read(&app.store, &claim.device).await?;
    known(claim, row, app.clock.seconds())
}

fn known(claim: &DeviceClaim, row: Option<DeviceRow>, now: i64) -> Result<Known, Error> {
    let row = row.filter(|row| row.counts(claim.dialect, now)).ok_or(Error::SignedOut)?;
    if claim.is_open {
        return Ok(Known { row, touched: false });
    }
    let (row, touched) = row.shown(claim.token.as_ref(), now)?;
    Ok(Known { row, touched })
}

/// Remembers that the token was shown. Nothing to do but for the first time, and once a day. One round, unless somebody else
/// changes the row.
pub(super) async fn touch(app: &App, claim: &DeviceClaim, known: &Known) -> Result<(), Error> {
    if !known.touched {
        return Ok(());
    }
    retrying_from(known.row.clone(), |row| async move {
        if rows::replace(&app.store, &claim.device, &row).await? {
            return Ok(Attempt::Done(()));
        }
        // Another call of the same client has done it, or the token is gone.
        let now = read(app, claim).await?;
        Ok(if now.touched { Attempt::Stale(now.row) } else { Attempt::Done(()) })
    })
    .await
}

/// A sign-in by a device.
#[derive(Debug)]
pub struct Entered {
    /// Who it is.
    pub profile: Profile,
    /// Which the client may show from now on, beside the device.
    pub session: Token,
    /// For the client's push connection.
    pub push_token: Token,
}

/// The device of a claim, if it speaks for somebody. One round.
///
/// # Errors
/// [`Error::SessionNeeded`], [`Error::WrongSession`]; faults.
pub(crate) async fn find(app: &App, claim: &DeviceClaim) -> Result<Option<Known>, Error> {
    match read(app, claim).await {
        Ok(known) => Ok(Some(known)),
        Err(Error::SignedOut) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Signs the user of a device in: gives it a token and a push token. One round.
///
/// # Errors
/// [`Error::SignedOut`] if the user is gone, or has another password.
pub(crate) async fn enter(app: &App, claim: &DeviceClaim, known: Known) -> Result<Entered, Error> {
    let (uid, epoch) = (known.row.uid.clone(), known.row.epoch());
    let session = Token::of_user(&uid, &app.random);
    let push_token = new_push_token(app, &claim.device);
    let now = app.clock.seconds();
    let change = |row: &DeviceRow| row.clone().with_token(&session, now).with_push_token(&push_token, now);
    // What is written before the person is known to be there is of use to nobody if they are not.
    let (profile, written) =
        futures_util::join!(person::profile_for_session(&app.store, &uid), changed(app, claim, known, change));
    written?;
    let profile = profile?.filter(|profile| profile.epoch == epoch).ok_or(Error::SignedOut)?;
    Ok(Entered { profile, session, push_token })
}

/// Gives the client of a device another push token; those before stay good, but for the oldest if there are too many
/// (`docs/dialects/m_user.md#push-tokens`). Two rounds.
///
/// # Errors
/// As a proof of the claim; [`Error::SignedOut`] also for a claim that is none of a device.
pub async fn push_token(app: &App, claim: &super::Claim) -> Result<Token, Error> {
    let super::Claim::Device(claim) = claim else { return Err(Error::SignedOut) };
    let known = read(app, claim).await?;
    let (uid, epoch) = (known.row.uid.clone(), known.row.epoch());
    let token = new_push_token(app, &claim.device);
    let now = app.clock.seconds();
    let change = |row: &DeviceRow| row.clone().with_push_token(&token, now);
    let (profile, written) =
        futures_util::join!(person::profile_for_session(&app.store, &uid), changed(app, claim, known, change));
    written?;
    profile?.filter(|profile| profile.epoch == epoch).map(|_| token).ok_or(Error::SignedOut)
}

/// Whose push connection shows this token. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`] for a token that is malformed, too old or replaced, and of a device that counts no more.
pub async fn owner_of_push_token(app: &App, dialect: Dialect, token: &str) -> Result<UserId, Error> {
    by_push_token(app, dialect, token).await.map(|actor| actor.uid().clone())
}

/// The same, proven by that token. Two rounds.
///
/// # Errors
/// As [`owner_of_push_token`].
pub async fn by_push_token(app: &App, dialect: Dialect, token: &str) -> Result<Actor, Error> {
    let device = Token::device_of(token).map(|device| DeviceHash(hex::encode(device))).ok_or(Error::SignedOut)?;
    let now = app.clock.seconds();
    let row = rows::read(&app.store, &device).await?.filter(|row| row.counts(dialect, now)).ok_or(Error::SignedOut)?;
    let profile = person::profile_for_session(&app.store, &row.uid).await?.ok_or(Error::SignedOut)?;
    let good = row.is_of(&profile) && row.has_push_token(&TokenHash::of(token), now);
    if !good {
        return Err(Error::SignedOut);
    }
    let proof = Proof::Device { device, until: row.until() };
    Ok(Actor::new(dialect, profile, proof))
}

fn new_push_token(app: &App, device: &DeviceHash) -> Token {
    let mut bytes = [0; 16];
    // It is the hex of so many bytes.
    let _ = hex::decode_to_slice(&device.0, &mut bytes);
    Token::of_device(bytes, &app.random)
}

/// Changes the row of a device; if somebody else has in between, reads it and changes that.
async fn changed(
    app: &App,
    claim: &DeviceClaim,
    known: Known,
    change: impl Fn(&DeviceRow) -> DeviceRow,
) -> Result<(), Error> {
    let change = &change;
    retrying_from(known, |known| async move {
        let row = change(&known.row);
        let done = rows::replace(&app.store, &claim.device, &row).await?;
        Ok(if done { Attempt::Done(()) } else { Attempt::Stale(read(app, claim).await?) })
    })
    .await
}

/// A device that is to speak for somebody, from the transaction on that these writes are part of.
pub(crate) struct NewDevice {
    /// The parts. If one of them refuses, the device speaks for somebody already.
    pub(crate) writes: Vec<Write>,
    /// What the client gets.
    pub(crate) session: Token,
    pub(crate) push_token: Token,
}

/// Makes a device speak for a user, unless it speaks for somebody.
pub(crate) fn new(app: &App, claim: &DeviceClaim, uid: &UserId, epoch: i64) -> Result<NewDevice, Error> {
    let (session, push_token) = (Token::of_user(uid, &app.random), new_push_token(app, &claim.device));
    let now = app.clock.seconds();
    let row = DeviceRow::new(uid, claim.dialect, epoch, None);
    let row = row.with_token(&session, now).with_push_token(&push_token, now);
    Ok(NewDevice { writes: rows::bind(&claim.device, &row, now)?, session, push_token })
}

/// Makes a device up that speaks for a user until some second, and gives back what it calls itself: 64 hex digits that nobody
/// can guess. It may sign in while only such devices may (`docs/dialects/m_user.md#store-review`). `allowed` is a part of the
/// transaction that makes it. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`] if the user is not there, or it is not allowed; faults.
pub(crate) async fn make_up(
    app: &App,
    dialect: Dialect,
    uid: &UserId,
    expires_at: i64,
    allowed: Write,
) -> Result<(Token, Entered), Error> {
    let profile = person::profile_for_session(&app.store, uid).await?.ok_or(Error::SignedOut)?;
    let name = Token::secret(&app.random);
    let device = DeviceHash::of(app, dialect, name.expose());
    let (session, push_token) = (Token::of_user(uid, &app.random), new_push_token(app, &device));
    let now = app.clock.seconds();
    let row = DeviceRow::new(uid, dialect, profile.epoch, Some(expires_at)).for_review();
    let row = row.with_token(&session, now).with_push_token(&push_token, now);
    rows::bind_checked(&app.store, &profile, &device, &row, now, allowed).await?;
    Ok((name, Entered { profile, session, push_token }))
}

/// Lets a device speak for the actor in a dialect; whoever it spoke for before, it speaks for no longer. One round.
///
/// # Errors
/// [`Error::SignedOut`] if the session is over by now; faults.
pub async fn bind(app: &App, actor: &Actor, dialect: Dialect, device: &DeviceHash) -> Result<(), Error> {
    let expires_at = app.clock.seconds() + ROW_LIFETIME;
    let row = DeviceRow::new(actor.uid(), dialect, actor.profile().epoch, Some(expires_at));
    rows::rebind(&app.store, actor, device, &row).await
}

/// The devices that speak for somebody who is being erased. Two rounds.
///
/// # Errors
/// Faults.
pub(crate) async fn of_person(app: &App, uid: &UserId) -> Result<Vec<DeviceHash>, Error> {
    rows::of_person(&app.store, uid).await
}
