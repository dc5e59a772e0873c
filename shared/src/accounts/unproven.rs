//! Accounts that are made with a number which nobody has proven (`docs/dialects/chat.md#register`).
//!
//! The number is claimed in a row of its own, which counts nowhere else: whoever proves it elsewhere gets the number, and the
//! account that was made with it keeps its sessions, its friends and its password.

use crate::{
    accounts::{
        origin::Origin,
        rows::{Credential, put_first_credential},
        sign_in::NewSession,
    },
    app::App,
    error::{Error, Limit},
    facets::{self, Facet},
    friends::Shown,
    limits, person,
    person::Profile,
    sessions,
    store::Transacted,
    values::{Address, Dialect, E164, Password, UserId},
};

/// How long a session of such an account lasts, in seconds (`docs/dialects/chat.md#sessions`).
pub const UNPROVEN_LIFETIME: i64 = 1_209_600;

/// Makes an account with a number that nobody has proven, and signs in (`docs/dialects/chat.md#register`). Two rounds and a
/// hash.
///
/// # Errors
/// [`Error::PhoneTaken`] if there is such an account, or the number is proven; [`Error::Unusable`] for a common password;
/// [`Error::TooManyRequests`].
pub async fn create_unproven(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    password: &Password,
) -> Result<(NewSession, Shown), Error> {
    let limit = [(Limit::NewUnproven, address.subject())];
    let (counted, claims) = futures_util::join!(limits::count(app, &limit), person::phone_claims(&app.store, phone));
    let counted = counted?;
    if claims?.is_taken() {
        counted.give_back(app).await;
        return Err(Error::PhoneTaken);
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let (uid, now) = (UserId::new(&app.clock, &app.random), app.clock.seconds());
    let profile = Profile { uid: uid.clone(), created_at: now, dialects: vec![dialect], ..Profile::default() };
    let facet = Facet { phone: Some(phone.clone()), changed_at: now, ..Facet::default() };
    let opened = sessions::open(app, dialect, &uid, profile.epoch, UNPROVEN_LIFETIME);
    let mut writes = person::claim_unproven(phone, &uid)?.to_vec();
    writes.extend([
        person::create(&profile)?,
        facets::create(&uid, &facet)?,
        put_first_credential(&uid, &Credential { hash, changed_at: now })?,
        sessions::put(&uid, &opened.token.hash(), &opened.row)?,
        Origin::new(app, phone, address).remember(&uid)?,
    ]);
    match app.store.transact(writes).await? {
        Transacted::Done => {
            let shown = Shown::oneself(&profile, &facet, 0);
            Ok((NewSession::of(profile, opened), shown))
        }
        Transacted::Refused { .. } => Err(Error::PhoneTaken),
    }
}

/// Ends the session of a claim (`docs/dialects/chat.md#sign-out`). One round.
///
/// # Errors
/// Faults only.
pub async fn sign_out(app: &App, claim: &sessions::Claim) -> Result<(), Error> {
    sessions::end(app, claim).await
}
