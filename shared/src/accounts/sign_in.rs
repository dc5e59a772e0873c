//! Signing in (`docs/dialects/lightup.md#login`).

use crate::{
    accounts::rows,
    app::App,
    error::{Error, Limit},
    limits::{self, Counted},
    looks::resume,
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
    let Recognised { profile, counted } = recognise(app, address, phone, password).await?;
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let hash = token.hash();
    let session = sessions::new_session(dialect, &profile.uid, &hash, now);
    // A password that was changed since it was read signs nobody in.
    let unchanged = sessions::same_epoch(profile.epoch);
    let replaced = sessions::replace_session(&app.store, session, &hash, unchanged);
    let (replaced, ()) = futures_util::join!(replaced, counted.give_back(app));
    resume(app, &profile).await;
    replaced?.map(|_| (profile, token)).ok_or(Error::WrongPassword)
}

/// Opens a session of a dialect that allows many, with a password (`docs/dialects/sealtalk.md#login`). Three rounds and
/// a hash.
///
/// # Errors
/// As [`sign_in`].
pub async fn open_session(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    password: &Password,
) -> Result<NewSession, Error> {
    let Recognised { profile, counted } = recognise(app, address, phone, password).await?;
    // It carries the epoch that was read with the password: one that was changed since leaves it dead.
    let opened = sessions::open(app, dialect, &profile.uid, profile.epoch);
    let (written, ()) = futures_util::join!(app.store.transact(opened.writes(&profile.uid)?), counted.give_back(app));
    resume(app, &profile).await;
    match written? {
        Transacted::Done => Ok(NewSession { profile, token: opened.token, push_token: opened.push_token }),
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
}

/// Whoever knew the password of a number.
struct Recognised {
    profile: Profile,
    counted: Counted,
}

/// Finds the user of a number and compares the password. Two rounds and a hash.
///
/// Attempts are counted before the password is hashed, to be given back by whoever goes on.
async fn recognise(app: &App, address: &Address, phone: &E164, password: &Password) -> Result<Recognised, Error> {
    let (claim, counted) = attempt(app, address, phone).await?;
    let Some(claim) = claim else {
        app.hasher.matches(password, None).await?;
        return Err(Error::NoSuchUser);
    };
    let (credential, profile) = futures_util::try_join!(
        rows::credential(&app.store, &claim.uid),
        person::profile_for_session(&app.store, &claim.uid)
    )?;
    let stored = credential.map(|credential| credential.hash);
    let known = stored.is_some();
    let right = app.hasher.matches(password, stored).await?;
    let Some(profile) = profile.filter(|_| known) else { return Err(Error::NoSuchUser) };
    if right { Ok(Recognised { profile, counted }) } else { Err(Error::WrongPassword) }
}

/// Signs in with a token that is at most 15 days old (`docs/dialects/lightup.md#login`,
/// `docs/dialects/lightup.md#sessions`). Three rounds: that the token was right, and the attempt none to be counted, is
/// known from the write that replaces it.
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
    let (claim, counted) = attempt(app, address, phone).await?;
    let claim = claim.ok_or(Error::NoSuchUser)?;
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let presented = TokenHash::of(presented);
    let hash = token.hash();
    let session = sessions::new_session(dialect, &claim.uid, &hash, now);
    let live = sessions::live_session(&presented, now - REFRESHABLE);
    let profile = sessions::replace_session(&app.store, session, &hash, live).await?.ok_or(Error::WrongPassword)?;
    counted.give_back(app).await;
    resume(app, &profile).await;
    Ok((profile, token))
}

/// What an attempt to sign in is counted under. `pair` is the number and the address.
pub(crate) fn login_events<'a>(pair: &'a str, phone: &'a E164, address: &'a Address) -> [(Limit, &'a str); 3] {
    [(Limit::LoginPair, pair), (Limit::LoginPhone, phone.as_str()), (Limit::LoginAddress, address.subject())]
}

/// Counts a sign-in and looks the number up, side by side.
async fn attempt(app: &App, address: &Address, phone: &E164) -> Result<(Option<PhoneClaim>, Counted), Error> {
    let pair = format!("{} {}", phone.as_str(), address.subject());
    let events = login_events(&pair, phone, address);
    let (counted, claim) = futures_util::join!(limits::count(app, &events), person::phone_claim(&app.store, phone));
    Ok((claim?, counted?))
}
