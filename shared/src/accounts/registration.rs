//! Accounts that are made with a proven number, a nickname and a password, or with a code alone
//! (`docs/dialects/sealtalk.md`).

use crate::{
    accounts::{
        account::{Account, Entrance, outcome},
        origin::Origin,
        sign_in::NewSession,
    },
    app::App,
    codes::{self, Policy, TokenUse, proven_number, too_often, use_code, use_token},
    error::{Error, Limit},
    limits, looks,
    person::{self, PhoneClaim},
    profiles::Introduction,
    sessions::{self, ROW_LIFETIME},
    store::{Attempt, Write, retrying_from},
    values::{Address, Dialect, E164, Nickname, Password, Purpose, TokenHash, VerificationToken},
};

/// Whether a number belongs to an account (`docs/dialects/sealtalk.md#check_phone_available`). One round.
///
/// # Errors
/// [`Error::TooManyRequests`].
pub async fn is_taken(app: &App, address: &Address, phone: &E164) -> Result<bool, Error> {
    let asked = [(Limit::LookUpAddress, address.subject())];
    let (counted, claim) = futures_util::join!(limits::count(app, &asked), person::phone_claim(&app.store, phone));
    counted?;
    Ok(claim?.is_some_and(|claim| claim.taken))
}

/// Makes an account and signs in (`docs/dialects/sealtalk.md#register`). Three rounds and a hash, and
/// a round more if somebody else has the nickname where nicknames are unique.
///
/// A user who has proven the number elsewhere and has neither password nor profile becomes this account; what they
/// were signed in to ends.
///
/// # Errors
/// [`Error::UnknownVerification`]; [`Error::PhoneTaken`], also for whoever loses a race.
pub async fn register_with_token(
    app: &App,
    address: &Address,
    dialect: Dialect,
    nickname: &Nickname,
    password: &Password,
    token: &VerificationToken,
) -> Result<NewSession, Error> {
    let token = token.hash();
    // Nothing is hashed for a token that nobody has.
    let free = free_number(app, &token).await?;
    let hash = app.hasher.hash(&app.random, password).await?;
    let (token, hash) = (&token, &hash);
    retrying_from(free, |(phone, claim)| async move {
        let consumed = use_token(token, TokenUse::Register, app.clock.seconds());
        let origin = &Origin::new(app, &phone, address);
        let hash = Some(hash);
        let account = Account { app, dialect, origin, phone: &phone, hash, consumed, entrance: Entrance::Unseen };
        Ok(match account.make(claim, Introduction::named(nickname)).await? {
            Attempt::Done(session) => Attempt::Done(session),
            Attempt::Stale(()) => Attempt::Stale(free_number(app, token).await?),
        })
    })
    .await
}

/// The number of a token, and its user, if it is free.
async fn free_number(app: &App, token: &TokenHash) -> Result<(E164, Option<PhoneClaim>), Error> {
    let proven = proven_number(app, token).await?;
    let claim = person::phone_claim(&app.store, &proven.phone).await?;
    match claim {
        Some(claim) if claim.taken => Err(Error::PhoneTaken),
        // The account that was made with it is gone.
        _ if proven.registered => Err(Error::UnknownVerification),
        claim => Ok((proven.phone, claim)),
    }
}

/// Signs in with a code; whoever has no account gets one with a nickname of the number's last four digits
/// (`docs/dialects/sealtalk.md#verify_code_register`). Three rounds.
///
/// Failed sign-ins with a password do not stop it: whoever has the code has the number.
///
/// # Errors
/// As [`codes::exchange`]; [`Error::WrongCode`] also for somebody who is being erased.
pub async fn sign_in_by_code(
    app: &App,
    policy: &Policy<'_>,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    presented: &str,
) -> Result<NewSession, Error> {
    let origin = &Origin::new(app, phone, address);
    let here = address.subject();
    let events = [(Limit::CheckPair, &*origin.pair), (Limit::LoginAddress, here), (Limit::CheckAddress, here)];
    let (counted, right, claim) = futures_util::join!(
        limits::count(app, &events),
        codes::check(app, policy, Purpose::Any, phone, presented, None),
        person::phone_claim(&app.store, phone)
    );
    let counted = counted.map_err(too_often)?;
    let (right, claim) = (&right?, claim?);
    let nickname = &default_nickname(phone)?;
    let signed_in = retrying_from(claim, |claim| async move {
        let consumed = use_code(right);
        let session = match claim {
            Some(claim) if claim.taken => enter(app, dialect, origin, &claim, consumed).await?,
            claim => {
                let entrance = Entrance::Unseen;
                let account = Account { app, dialect, origin, phone, hash: None, consumed, entrance };
                account.make(claim, Introduction::named(nickname)).await?
            }
        };
        Ok(match session {
            Attempt::Done(session) => Attempt::Done(session),
            Attempt::Stale(()) => Attempt::Stale(person::phone_claim(&app.store, phone).await?),
        })
    });
    let (signed_in, ()) = futures_util::join!(signed_in, counted.give_back(app));
    if let Ok(session) = &signed_in {
        looks::resume(app, &session.profile).await;
    }
    signed_in.map_err(|error| match error {
        Error::UnknownVerification => Error::CodeExpired,
        Error::PhoneTaken => Error::WrongCode,
        other => other,
    })
}

fn default_nickname(phone: &E164) -> Result<Nickname, Error> {
    let digits = phone.as_str();
    Nickname::try_from(format!("user{}", &digits[digits.len() - 4..])).map_err(Error::internal)
}

/// Opens a session of somebody with an account. Stale: something has changed, read again.
async fn enter(
    app: &App,
    dialect: Dialect,
    origin: &Origin<'_>,
    claim: &PhoneClaim,
    consumed: Write,
) -> Result<Attempt<NewSession>, Error> {
    let profile = person::profile_for_session(&app.store, &claim.uid).await?.ok_or(Error::WrongCode)?;
    let opened = sessions::open(app, dialect, &profile.uid, profile.epoch, ROW_LIFETIME);
    let mut writes = vec![consumed];
    writes.extend(opened.writes(&profile.uid)?);
    writes.extend(origin.succeed(&profile.uid)?);
    outcome(&app.store.transact(writes).await?, NewSession::of(profile, opened))
}
