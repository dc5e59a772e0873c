//! The end of an account (`docs/dialects/lightup.md#erase_account`).
//!
//! | who asks | by |
//! |---|---|
//! | the person | [`erase_own`]: their session, and their password if they have one |
//! | an operator | [`erase_person`]: the user's id |
//! | a test | [`erase`]: the number, where the deployment allows it |
//!
//! First nobody sees the user any more, and nothing is written for them. Then each room deletes what it has of them, a line each in
//! `erase_rooms`. Last their record goes, with the claims of number and names. Every step can be repeated: whoever asks again goes
//! on where a call was cut.

use crate::{
    accounts::{
        password::show_again,
        rows::{
            self,
            erase::{Eraser, Leaving, Started},
        },
    },
    app::App,
    attachments, chat, codes,
    error::Error,
    exports, facets, feedback, friends, gifts, grams, groups, images, lights, media, person, posts, rooms,
    sessions::{self, Claim},
    store::{Condition, Key},
    tracks, uploads,
    values::{Address, E164, Password, UserId, Username},
    wallet,
};
use std::time::Duration;

/// So long a call waits for another that erases the same user, and looks so often whether it is done. The lease of a call that
/// has died runs out before.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);

/// Erases everything of a number's user, where the deployment allows it (`docs/dialects/lightup.md#delete_user`).
///
/// One call at a time is at it; others wait until it has ended, and go on where it has failed.
///
/// # Errors
/// [`Error::NoSuchEndpoint`] where it is not allowed; [`Error::NoSuchUser`]; [`Error::Busy`] if others are at it for too long.
pub async fn erase(app: &App, phone: &E164) -> Result<(), Error> {
    if !*app.config.allow_erase {
        return Err(Error::NoSuchEndpoint);
    }
    let claims = person::phone_claims(&app.store, phone).await?;
    // Who has proven the number, or else whose account was made with it: the next call erases the other.
    let proven = claims.proven.is_some();
    let uid = claims.proven.map(|claim| claim.uid).or(claims.unproven).ok_or(Error::NoSuchUser)?;
    let claim = person::claim_of(phone, proven);
    let left = Leaving { claims: vec![claim], phone: proven.then(|| phone.clone()), portrait: None };
    match begin(app, &uid, None).await? {
        Begun::Yes(by, leaving) => run(app, &uid, &by, *leaving, &[]).await,
        Begun::ByAnother => Ok(()),
        // Whatever there may be under a claim that was left behind.
        Begun::Gone => Box::pin(erase_all(app, &uid, left, &[])).await,
    }
}

/// Erases everything of somebody whose id an operator knows (`docs/operations.md#export-and-erasure`).
///
/// # Errors
/// [`Error::NoSuchUser`], also where everything is erased; [`Error::Busy`] as [`erase`]; faults, after which it can be repeated.
pub async fn erase_person(app: &App, uid: &UserId) -> Result<(), Error> {
    match begin(app, uid, None).await? {
        Begun::Yes(by, leaving) => run(app, uid, &by, *leaving, &[]).await,
        Begun::ByAnother => Ok(()),
        Begun::Gone => Err(Error::NoSuchUser),
    }
}

/// Erases everything of the caller (`docs/dialects/lightup.md#erase_account`), who has to give their password if they have one. The
/// number of rounds grows with what they have left behind.
///
/// Whoever is told of a fault asks again: the session proves who asks until the end, and the password is not needed any more.
///
/// # Errors
/// [`Error::SignedOut`], also where everything is erased; [`Error::WrongPassword`], also where none is given;
/// [`Error::TooManyRequests`] after as many wrong ones as a sign-in allows; [`Error::Busy`] as [`erase`]; faults.
pub async fn erase_own(app: &App, address: &Address, claim: &Claim, given: Option<&Password>) -> Result<(), Error> {
    let leaver = sessions::leaver(app, claim).await?;
    let allowed = match &leaver.actor {
        None => None,
        Some(actor) => {
            show_again(app, address, actor, given).await?;
            Some(actor.still_signed_in())
        }
    };
    match begin(app, &leaver.uid, allowed.as_ref()).await? {
        Begun::Yes(by, leaving) => run(app, &leaver.uid, &by, *leaving, &leaver.proof).await,
        Begun::ByAnother => Ok(()),
        Begun::Gone => Err(Error::SignedOut),
    }
}

/// What has come of trying to be the call that erases a user.
enum Begun {
    /// This one is, with what is to go beside the rows.
    Yes(Eraser, Box<Leaving>),
    /// Another has done it meanwhile.
    ByAnother,
    /// There is nobody.
    Gone,
}

/// Becomes the call that erases a user. `allowed` has to hold where nobody has begun yet.
async fn begin(app: &App, uid: &UserId, allowed: Option<&Condition>) -> Result<Begun, Error> {
    let id = app.random.hex::<8>();
    let (started, mut by, mut waited) = (tokio::time::Instant::now(), Eraser { id, millis: 0 }, false);
    loop {
        by.millis = app.clock.millis();
        match rows::erase::start_erasing(&app.store, uid, &by, allowed).await? {
            Started::Yes(leaving) => return Ok(Begun::Yes(by, leaving)),
            Started::Gone if waited => return Ok(Begun::ByAnother),
            Started::Gone => return Ok(Begun::Gone),
            Started::NotAllowed => return Err(Error::SignedOut),
            Started::ByAnother if started.elapsed() > PATIENCE => return Err(Error::Busy),
            Started::ByAnother => tokio::time::sleep(PAUSE).await,
        }
        waited = true;
    }
}

/// Erases, and lets the next call begin at once if it fails.
async fn run(app: &App, uid: &UserId, by: &Eraser, leaving: Leaving, proof: &[Key]) -> Result<(), Error> {
    let erased = Box::pin(erase_all(app, uid, leaving, proof)).await;
    if erased.is_err()
        && let Err(error) = rows::erase::stop_erasing(&app.store, uid, by).await
    {
        tracing::warn!(%error, "the next call has to wait for a moment");
    }
    erased
}

/// Codes that are sent to a number are those of who has proven it.
async fn erase_codes(app: &App, leaving: &Leaving) -> Result<(), Error> {
    match &leaving.phone {
        Some(phone) => codes::erase(app, phone).await,
        None => Ok(()),
    }
}

async fn erase_all(app: &App, uid: &UserId, mut leaving: Leaving, proof: &[Key]) -> Result<(), Error> {
    let (facet, names) = facets::of_leaving(&app.store, uid).await?;
    // In boxes: nothing that a request waits for is to be as large as these.
    Box::pin(erase_rooms(app, uid, facet.username.as_ref())).await?;
    Box::pin(erase_files(app, uid, leaving.portrait.as_deref())).await?;
    erase_codes(app, &leaving).await?;
    let claims = std::mem::take(&mut leaving.claims).into_iter().chain(names).collect();
    rows::erase::erase_person(&app.store, uid, claims, proof).await?;
    // A code may have been on its way. One that stays names nobody and is soon dead: no reason to fail now.
    if let Err(error) = erase_codes(app, &leaving).await {
        tracing::warn!(%error, "the codes of an erased number stay until they expire");
    }
    Ok(())
}

/// What each room has of a person in its tables. The rows of the table `users` that lie with the person are not among it: they go
/// last, whatever they are.
async fn erase_rooms(app: &App, uid: &UserId, username: Option<&Username>) -> Result<(), Error> {
    let (store, millis) = (&app.store, app.clock.millis());
    // First nobody hears or says anything any more.
    chat::erase(app, uid).await?;
    rooms::erase_room(app, uid).await?;
    lights::erase_lights(store, uid, app.clock.seconds()).await?;
    // Whom they have given something is known by the ledger. Once it is closed nobody gives them anything.
    gifts::erase_given(store, uid).await?;
    wallet::erase_wallet(store, uid, millis, app.random.hex::<12>()).await?;
    gifts::erase_received(store, uid).await?;
    posts::erase(store, uid).await?;
    // Groups first: leaving one moves the version that lies with the friends.
    Box::pin(groups::erase_groups(store, uid, millis)).await?;
    friends::erase_friends(store, uid, millis).await?;
    grams::erase(store, uid, username.map(Username::as_str)).await?;
    feedback::erase(store, uid).await?;
    tracks::erase(store, uid).await
}

/// What lies in the bucket.
async fn erase_files(app: &App, uid: &UserId, portrait: Option<&str>) -> Result<(), Error> {
    let (pending, live) = (media::pending_prefix(uid), media::live_prefix(uid));
    let pictures = images::prefix(uid);
    // The portrait may be a file outside of these folders.
    let portrait: Vec<_> = portrait.iter().filter_map(|it| media::own_file(uid, it)).collect();
    futures_util::try_join!(
        app.storage.delete_prefix(&pending),
        app.storage.delete_prefix(&live),
        app.storage.delete_prefix(&pictures),
        app.storage.delete(&portrait),
        attachments::erase(app, uid),
        uploads::erase(app, uid),
        exports::erase(app, uid),
    )?;
    Ok(())
}
