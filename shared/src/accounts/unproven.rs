//! Accounts that are made with a number which nobody has proven (`docs/dialects/chat.md#register`), and signing in where there
//! are such (`docs/dialects/chat.md#log-in`).
//!
//! The number is claimed in a row of its own, which counts nowhere else: whoever proves it elsewhere gets the number, and the
//! account that was made with it keeps its sessions, its friends and its password. Both sign in with the number then, each with
//! a password of their own.

use crate::{
    accounts::{
        ending::close_sockets,
        origin::{Counting, Origin},
        rows::{self, Credential, put_first_credential},
        sign_in::NewSession,
    },
    app::App,
    error::{Error, Limit},
    facets::{self, Facet},
    friends::{self, Shown},
    grams, limits, looks,
    passwords::Phc,
    person::{self, Profile},
    sessions::{self, Claim, Opened},
    store::Transacted,
    values::{Address, Dialect, E164, Password, UserId, Username},
};
use futures_util::future::try_join_all;

/// How long a session lasts where accounts are made so, in seconds (`docs/dialects/chat.md#sessions`).
pub const UNPROVEN_LIFETIME: i64 = 1_209_600;

/// Makes an account with a number that nobody has proven, and signs in (`docs/dialects/chat.md#register`). Two rounds and a
/// hash.
///
/// # Errors
/// [`Error::PhoneTaken`] if there is such an account, or the number is proven; [`Error::UsernameTaken`]; [`Error::Unusable`] for a
/// common password; [`Error::TooManyRequests`].
pub async fn create_unproven(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    password: &Password,
    username: Option<&Username>,
) -> Result<(NewSession, Shown), Error> {
    app.hasher.accept(password)?;
    let limit = [(Limit::NewUnproven, address.subject())];
    // What is refused counts as well: it tells whether a number has an account.
    let (counted, claims) = futures_util::join!(limits::count(app, &limit), person::phone_claims(&app.store, phone));
    counted?;
    if claims?.is_taken() {
        return Err(Error::PhoneTaken);
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let (uid, now) = (UserId::new(&app.clock, &app.random), app.clock.seconds());
    let profile = Profile { uid: uid.clone(), created_at: now, dialects: vec![dialect], ..Profile::default() };
    let facet = Facet { phone: Some(phone.clone()), username: username.cloned(), changed_at: now, ..Facet::default() };
    let opened = sessions::open(app, dialect, &uid, profile.epoch, UNPROVEN_LIFETIME);
    let mut writes = person::claim_unproven(phone, &uid)?.to_vec();
    writes.extend([
        person::create(&profile)?,
        put_first_credential(&uid, &Credential { hash, changed_at: now })?,
        sessions::put(&uid, &opened.token.hash(), &opened.row)?,
        Origin::new(app, phone, address).remember(&uid)?,
    ]);
    writes.extend(facets::create(&uid, &facet, held(app, &opened).as_ref())?);
    writes.extend(grams::changed(grams::Kind::People, uid.as_str(), None, username.map(Username::as_str)));
    match app.store.transact(writes).await? {
        Transacted::Done => {
            let shown = Shown::oneself(&profile, &facet, 0);
            Ok((NewSession::of(profile, opened), shown))
        }
        Transacted::Refused { part: facets::USERNAME, .. } => Err(Error::UsernameTaken),
        Transacted::Refused { .. } => Err(Error::PhoneTaken),
    }
}

/// The session that is the only one that there may be, where the deployment allows one alone.
fn held(app: &App, opened: &Opened) -> Option<facets::Held> {
    app.config.chat.strict_single_login.then(|| facets::Held {
        session: opened.token.hash(),
        epoch: opened.row.epoch,
        until: opened.row.expires_at,
    })
}

/// Somebody who may be meant by a number, and what they are asked for.
struct Candidate {
    profile: Option<Profile>,
    hash: Option<Phc>,
    /// Whether an attempt may be made at all.
    admitted: bool,
    facet: Facet,
    friends: u32,
}

impl Candidate {
    /// One of the number's users. One round.
    async fn read(app: &App, origin: &Origin<'_>, counting: &Counting, uid: UserId) -> Result<Self, Error> {
        let (credential, profile, admitted, (facet, friends)) = futures_util::try_join!(
            rows::credential(&app.store, &uid),
            person::profile_for_session(&app.store, &uid),
            counting.admits(origin, &uid),
            friends::facet_and_friends(&app.store, &uid)
        )?;
        Ok(Self { profile, hash: credential.map(|credential| credential.hash), admitted, facet, friends })
    }
}

/// Whoever has the password, of those who may be meant: the person, what they are called, and the hash that was compared.
async fn who_has(app: &App, candidates: Vec<Candidate>, password: &Password) -> Result<(Profile, Shown, Phc), Error> {
    let mut failure = Error::NoSuchUser;
    for candidate in candidates {
        let right = app.hasher.matches(password, candidate.hash.clone()).await?;
        let (Some(profile), Some(hash)) = (candidate.profile, candidate.hash) else { continue };
        if right {
            let shown = Shown::oneself(&profile, &candidate.facet, candidate.friends);
            return Ok((profile, shown, hash));
        }
        failure = Error::WrongPassword;
    }
    Err(failure)
}

/// Opens a session of whoever has this number and this password: who has proven the number first, then whose account was made
/// with it (`docs/dialects/chat.md#log-in`). Three rounds and a hash, or two hashes where the number is of both.
///
/// # Errors
/// [`Error::NoSuchUser`] when there is no such account, or none with a password; [`Error::WrongPassword`];
/// [`Error::TooManyRequests`]; [`Error::SignedInAlready`] where one session is all that there may be.
pub async fn sign_in_unproven(
    app: &App,
    address: &Address,
    dialect: Dialect,
    phone: &E164,
    password: &Password,
) -> Result<(NewSession, Shown), Error> {
    let origin = &Origin::new(app, phone, address);
    let (counting, claims) = futures_util::join!(origin.count(), person::phone_claims(&app.store, phone));
    let (claims, counting) = (claims?, counting?);
    let uids = claims.proven.map(|claim| claim.uid).into_iter().chain(claims.unproven);
    let candidates = uids.map(|uid| Candidate::read(app, origin, &counting, uid));
    let candidates = try_join_all(candidates).await?;
    let there = !candidates.is_empty();
    let admitted: Vec<Candidate> = candidates.into_iter().filter(|candidate| candidate.admitted).collect();
    if admitted.is_empty() {
        let failure = counting.refuse(app, if there { Error::WrongPassword } else { Error::NoSuchUser }).await;
        if let Error::NoSuchUser = failure {
            app.hasher.matches(password, None).await?;
        }
        return Err(failure);
    }
    let (profile, shown, hash) = who_has(app, admitted, password).await?;
    let uid = &profile.uid;
    let opened = sessions::open(app, dialect, uid, profile.epoch, UNPROVEN_LIFETIME);
    let mut writes = opened.writes(uid)?;
    writes.extend([rows::same_password(uid, &hash)?, origin.remember(uid)?]);
    writes.extend(held(app, &opened).map(|held| facets::hold(uid, &held, app.clock.seconds())));
    let (written, ()) = futures_util::join!(app.store.transact(writes), counting.succeed(app));
    looks::resume(app, &profile).await;
    match written? {
        Transacted::Done => Ok((NewSession::of(profile, opened), shown)),
        Transacted::Refused { part: rows::PASSWORD, .. } => Err(Error::WrongPassword),
        Transacted::Refused { part: facets::HELD, .. } => Err(Error::SignedInAlready),
        Transacted::Refused { .. } => Err(Error::NoSuchUser),
    }
}

/// Ends the session of a claim, after which no client takes what is pushed (`docs/dialects/chat.md#sign-out`); one that is over is
/// no error. The sockets of the session are closed. Four rounds.
///
/// # Errors
/// Faults only.
pub async fn sign_out(app: &App, claim: &Claim) -> Result<(), Error> {
    let actor = match sessions::verify(app, claim).await {
        Ok(actor) => actor,
        Err(Error::SignedOut) => return Ok(()),
        Err(fault) => return Err(fault),
    };
    // Before the session goes: a call that dies in between can be made again.
    match facets::unbind(&app.store, &actor).await {
        // Whoever is being erased has no session any more.
        Err(Error::SignedOut) => return Ok(()),
        unbound => unbound?,
    }
    if let Some(session) = actor.row().filter(|_| app.config.chat.strict_single_login) {
        facets::release(&app.store, &actor, session).await?;
    }
    sessions::end(app, claim).await?;
    close_sockets(app, claim).await;
    Ok(())
}
