//! Signing in (`docs/dialects/lightup.md#login`).

use crate::{
    accounts::{
        origin::{Counting, Origin},
        rows,
    },
    app::App,
    error::Error,
    looks::resume,
    passwords::Phc,
    person::{self, PhoneClaim, Profile},
    sessions::{self, REFRESHABLE},
    store::Transacted,
    values::{Address, Dialect, E164, Password, Token, TokenHash},
};

/// Opens a session of a dialect that allows one, with a password (`docs/dialects/lightup.md#login`). Three rounds and a hash.
///
/// # Errors
/// [`Error::NoSuchUser`] when nobody has proven the number or there is no password; [`Error::WrongPassword`];
/// [`Error::TooManyRequests`].
pub async fn sign_in(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    password: &Password,
) -> Result<(Profile, Token), Error> {
    let origin = &Origin::new(app, phone, address);
    let Recognised { profile, hash, counting } = recognise(app, origin, phone, password).await?;
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let session = sessions::new_session(dialect, &profile.uid, &token.hash(), now);
    let session = session.when(sessions::same_epoch(profile.epoch));
    let same = rows::same_password(&profile.uid, &hash)?;
    let writes = vec![session.into(), same, origin.remember(&profile.uid)?];
    let (written, ()) = futures_util::join!(app.store.transact(writes), counting.succeed(app));
    resume(app, &profile).await;
    match written? {
        Transacted::Done => Ok((profile, token)),
        Transacted::Refused { .. } => Err(Error::WrongPassword),
    }
}

/// Opens a session of so many seconds in a dialect that allows many, with a password (`docs/dialects/sealtalk.md#login`).
/// Three rounds and a hash.
///
/// # Errors
/// As [`sign_in`].
pub async fn open_session(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    password: &Password,
    lifetime: i64,
) -> Result<NewSession, Error> {
    let origin = &Origin::new(app, phone, address);
    let Recognised { profile, hash, counting } = recognise(app, origin, phone, password).await?;
    let opened = sessions::open(app, dialect, &profile.uid, profile.epoch, lifetime);
    let mut writes = opened.writes(&profile.uid)?;
    writes.extend([rows::same_password(&profile.uid, &hash)?, origin.remember(&profile.uid)?]);
    let (written, ()) = futures_util::join!(app.store.transact(writes), counting.succeed(app));
    resume(app, &profile).await;
    match written? {
        Transacted::Done => Ok(NewSession::of(profile, opened)),
        Transacted::Refused { part: rows::PASSWORD, .. } => Err(Error::WrongPassword),
        Transacted::Refused { .. } => Err(Error::NoSuchUser),
    }
}

/// Somebody who has just opened a session.
#[derive(Debug)]
pub struct NewSession {
    /// Who it is.
    pub profile: Profile,
    /// For the client.
    pub token: Token,
    /// For the client's push connection.
    pub push_token: Token,
    /// When the session ends, in seconds.
    pub expires_at: i64,
}

impl NewSession {
    pub(super) fn of(profile: Profile, opened: sessions::Opened) -> Self {
        Self { profile, token: opened.token, push_token: opened.push_token, expires_at: opened.row.expires_at }
    }
}

/// Whoever knew the password of a number.
///
/// Password and profile are read side by side, so the profile may be that of after a change of the password. Hence the
/// session is opened on condition that the password is still the one that was compared ([`rows::same_password`]).
struct Recognised {
    profile: Profile,
    hash: Phc,
    counting: Counting,
}

/// Finds the user of a number and compares the password. Two rounds and a hash.
///
/// Attempts are counted before the password is hashed, to be given back by whoever goes on.
async fn recognise(app: &App, origin: &Origin<'_>, phone: &E164, password: &Password) -> Result<Recognised, Error> {
    let (claim, counting) = attempt(app, origin, phone).await?;
    let Some(claim) = claim else {
        let failure = counting.refuse(app, Error::NoSuchUser).await;
        if let Error::NoSuchUser = failure {
            app.hasher.matches(password, None).await?;
        }
        return Err(failure);
    };
    let (credential, profile, admitted) = futures_util::try_join!(
        rows::credential(&app.store, &claim.uid),
        person::profile_for_session(&app.store, &claim.uid),
        counting.admits(origin, &claim.uid)
    )?;
    if !admitted {
        return Err(counting.refuse(app, Error::WrongPassword).await);
    }
    let stored = credential.map(|credential| credential.hash);
    let right = app.hasher.matches(password, stored.clone()).await?;
    let (Some(profile), Some(hash)) = (profile, stored) else { return Err(Error::NoSuchUser) };
    if right { Ok(Recognised { profile, hash, counting }) } else { Err(Error::WrongPassword) }
}

/// Signs in with a token that is at most 15 days old (`docs/dialects/lightup.md#login`,
/// `docs/dialects/lightup.md#sessions`). Three rounds: that the token was right, and the attempt none to be counted, is
/// known from the write that replaces it. Nobody guesses a token, so failures of others do not stop the right one.
///
/// # Errors
/// As [`sign_in`].
pub async fn sign_in_by_token(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    presented: &str,
) -> Result<(Profile, Token), Error> {
    let origin = &Origin::new(app, phone, address);
    let (claim, counting) = attempt(app, origin, phone).await?;
    let Some(claim) = claim else { return Err(counting.refuse(app, Error::NoSuchUser).await) };
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let presented = TokenHash::of(presented);
    let hash = token.hash();
    let session = sessions::renewed_session(dialect, &claim.uid, &hash, now);
    let live = sessions::live_session(&presented, now - REFRESHABLE);
    let Some(profile) = sessions::replace_session(&app.store, session, &hash, live).await? else {
        return Err(counting.refuse(app, Error::WrongPassword).await);
    };
    futures_util::join!(counting.succeed(app), origin.remember_now(&claim.uid));
    resume(app, &profile).await;
    Ok((profile, token))
}

/// Counts a sign-in and looks the number up, side by side.
async fn attempt(app: &App, origin: &Origin<'_>, phone: &E164) -> Result<(Option<PhoneClaim>, Counting), Error> {
    let (counting, claim) = futures_util::join!(origin.count(), person::phone_claim(&app.store, phone));
    Ok((claim?, counting?))
}
