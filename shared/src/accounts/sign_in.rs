//! Signing in (contract 3.3).

use super::Address;
use crate::{
    App,
    error::Error,
    limits::{self, Counted, Limit},
    sessions::{Profile, REFRESHABLE},
    store::{accounts::PhoneClaim, profiles},
    values::{E164, Password, Token, TokenHash},
};

/// Signs in with a password (contract 3.3). Three rounds and a hash.
///
/// Attempts are counted before the password is hashed and given back when it is right.
///
/// # Errors
/// [`Error::NoSuchUser`] when nobody has proven the number or there is no password; [`Error::WrongPassword`];
/// [`Error::TooManyRequests`].
pub async fn sign_in(
    app: &App,
    address: &Address,
    phone: &E164,
    password: &Password,
) -> Result<(Profile, Token), Error> {
    let (claim, counted) = attempt(app, address, phone).await?;
    let Some(claim) = claim else {
        app.hasher.matches(password, None).await?;
        return Err(Error::NoSuchUser);
    };
    let (credential, profile) =
        futures_util::try_join!(app.store.credential(&claim.uid), app.store.profile_for_session(&claim.uid))?;
    let stored = credential.map(|credential| credential.hash);
    let known = stored.is_some();
    let right = app.hasher.matches(password, stored).await?;
    let Some(profile) = profile.filter(|_| known) else { return Err(Error::NoSuchUser) };
    if !right {
        return Err(Error::WrongPassword);
    }
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let hash = token.hash();
    let session = profiles::new_session(&claim.uid, &hash, now);
    // A password that was changed since it was read signs nobody in.
    let unchanged = profiles::same_epoch(profile.epoch);
    let replaced = app.store.replace_session(session, &hash, unchanged);
    let (replaced, ()) = futures_util::join!(replaced, counted.give_back(app));
    replaced?.map(|_| (profile, token)).ok_or(Error::WrongPassword)
}

/// Signs in with a token that is at most 15 days old (contract 3.3, C-31). Two rounds.
///
/// # Errors
/// As [`sign_in`].
pub async fn sign_in_by_token(
    app: &App,
    address: &Address,
    phone: &E164,
    presented: &str,
) -> Result<(Profile, Token), Error> {
    let (claim, counted) = attempt(app, address, phone).await?;
    let claim = claim.ok_or(Error::NoSuchUser)?;
    let (token, now) = (Token::new(&app.random), app.clock.seconds());
    let presented = TokenHash::of(presented);
    let hash = token.hash();
    let session = profiles::new_session(&claim.uid, &hash, now);
    let live = profiles::live_session(&presented, now - REFRESHABLE);
    let profile = app.store.replace_session(session, &hash, live).await?.ok_or(Error::WrongPassword)?;
    counted.give_back(app).await;
    Ok((profile, token))
}

/// Counts a sign-in and looks the number up, side by side.
async fn attempt(app: &App, address: &Address, phone: &E164) -> Result<(Option<PhoneClaim>, Counted), Error> {
    let pair = format!("{} {}", phone.as_str(), address.subject());
    let events = [
        (Limit::LoginPair, pair.as_str()),
        (Limit::LoginPhone, phone.as_str()),
        (Limit::LoginAddress, address.subject()),
    ];
    let (counted, claim) = futures_util::join!(limits::count(app, &events), app.store.phone_claim(phone));
    Ok((claim?, counted?))
}
