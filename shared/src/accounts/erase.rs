//! The end of an account (`docs/dialects/lightup.md#delete_user`).

use crate::{
    accounts::rows::{
        self,
        erase::{Eraser, Leaving, Started},
    },
    app::App,
    attachments, codes,
    error::Error,
    facets, friends, grams, groups, images, inbox, lights, media, person, rooms,
    values::{E164, UserId, Username},
    wallet,
};
use std::time::Duration;

/// So long a call waits for another that erases the same user, and looks so often whether it is done. The lease of a call that
/// has died runs out before.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);

/// Erases everything of a number's user, where the deployment allows it (`docs/dialects/lightup.md#delete_user`).
///
/// First nobody sees the user any more, last the number is free again; a call that died half-way is resumed by the
/// next. One call at a time is at it; others wait until it has ended, and go on where it has failed.
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
    let id = app.random.hex::<8>();
    let Some((by, leaving)) = begin(app, &uid, id).await? else { return Ok(()) };
    let erased = erase_all(app, &uid, &Number { phone, proven }, &leaving).await;
    if erased.is_err()
        && let Err(error) = rows::erase::stop_erasing(&app.store, &uid, &by).await
    {
        tracing::warn!(%error, "the next call has to wait for a moment");
    }
    erased
}

/// Becomes the call that erases a user, with what is to go beside the rows. `None`: another has done it meanwhile.
async fn begin(app: &App, uid: &UserId, id: String) -> Result<Option<(Eraser, Leaving)>, Error> {
    let (started, mut by, mut waited) = (tokio::time::Instant::now(), Eraser { id, millis: 0 }, false);
    loop {
        by.millis = app.clock.millis();
        match rows::erase::start_erasing(&app.store, uid, &by).await? {
            Started::Yes(leaving) => return Ok(Some((by, leaving))),
            Started::Gone if waited => return Ok(None),
            // Whatever there may be under a claim that was left behind.
            Started::Gone => return Ok(Some((by, Leaving::default()))),
            Started::ByAnother if started.elapsed() > PATIENCE => return Err(Error::Busy),
            Started::ByAnother => tokio::time::sleep(PAUSE).await,
        }
        waited = true;
    }
}

/// The number by which somebody is erased.
struct Number<'a> {
    phone: &'a E164,
    /// Whether they have proven it. Codes that are sent to it are theirs only then.
    proven: bool,
}

impl Number<'_> {
    async fn erase_codes(&self, app: &App) -> Result<(), Error> {
        if self.proven { codes::erase(app, self.phone).await } else { Ok(()) }
    }
}

async fn erase_all(app: &App, uid: &UserId, number: &Number<'_>, leaving: &Leaving) -> Result<(), Error> {
    // First nobody hears or says anything any more.
    inbox::erase(app, uid).await?;
    rooms::erase_room(app, uid).await?;
    lights::erase_lights(&app.store, uid, app.clock.seconds()).await?;
    wallet::erase_wallet(&app.store, uid, app.clock.millis(), app.random.hex::<12>()).await?;
    // Groups first: leaving one moves the version that lies with the friends.
    groups::erase_groups(&app.store, uid, app.clock.millis()).await?;
    friends::erase_friends(&app.store, uid, app.clock.millis()).await?;
    let username = facets::username(&app.store, uid).await?;
    grams::erase(&app.store, uid, username.as_ref().map(Username::as_str)).await?;
    let (pending, live) = (media::pending_prefix(uid), media::live_prefix(uid));
    let pictures = images::prefix(uid);
    // The portrait may be a file outside of these folders.
    let portrait: Vec<_> = leaving.portrait.iter().filter_map(|it| media::own_file(uid, it)).collect();
    futures_util::try_join!(
        app.storage.delete_prefix(&pending),
        app.storage.delete_prefix(&live),
        app.storage.delete_prefix(&pictures),
        app.storage.delete(&portrait),
        attachments::erase(app, uid),
        facets::erase(&app.store, uid),
        number.erase_codes(app),
    )?;
    let claims = person::number_and_names(number.phone, number.proven, &leaving.names);
    rows::erase::erase_person(&app.store, uid, claims).await?;
    // A code may have been on its way. One that stays names nobody and is soon dead: no reason to fail now.
    if let Err(error) = number.erase_codes(app).await {
        tracing::warn!(%error, "the codes of an erased number stay until they expire");
    }
    Ok(())
}
