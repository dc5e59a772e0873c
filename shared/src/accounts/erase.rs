//! The end of an account (`docs/dialects/lightup.md#delete_user`).

use crate::{
    accounts::rows, app::App, codes, error::Error, friends, groups, images, lights, media, person, rooms, values::E164,
    wallet,
};

/// Erases everything of a number's user, where the deployment allows it (`docs/dialects/lightup.md#delete_user`).
///
/// First nobody sees the user any more, last the number is free again; a call that died half-way is resumed by the
/// next.
///
/// # Errors
/// [`Error::NoSuchEndpoint`] where it is not allowed; [`Error::NoSuchUser`].
pub async fn erase(app: &App, phone: &E164) -> Result<(), Error> {
    if !*app.config.allow_erase {
        return Err(Error::NoSuchEndpoint);
    }
    let claim = person::phone_claim(&app.store, phone).await?.ok_or(Error::NoSuchUser)?;
    let leaving = rows::erase::start_erasing(&app.store, &claim.uid).await?;
    rooms::erase_room(app, &claim.uid).await?;
    lights::erase_lights(&app.store, &claim.uid, app.clock.seconds()).await?;
    wallet::erase_wallet(&app.store, &claim.uid, app.clock.millis(), app.random.hex::<12>()).await?;
    // Groups first: leaving one moves the version that lies with the friends.
    groups::erase_groups(&app.store, &claim.uid, app.clock.millis()).await?;
    friends::erase_friends(&app.store, &claim.uid, app.clock.millis()).await?;
    let (pending, live) = (media::pending_prefix(&claim.uid), media::live_prefix(&claim.uid));
    let pictures = images::prefix(&claim.uid);
    // The portrait may be a file outside of these folders.
    let portrait: Vec<_> = leaving.portrait.iter().filter_map(|it| media::own_file(&claim.uid, it)).collect();
    futures_util::try_join!(
        app.storage.delete_prefix(&pending),
        app.storage.delete_prefix(&live),
        app.storage.delete_prefix(&pictures),
        app.storage.delete(&portrait),
        codes::erase(app, phone),
    )?;
    rows::erase::erase_person(&app.store, &claim.uid, phone, &leaving.names).await?;
    // A code may have been on its way. One that stays names nobody and is soon dead: no reason to fail now.
    if let Err(error) = codes::erase(app, phone).await {
        tracing::warn!(%error, "the codes of an erased number stay until they expire");
    }
    Ok(())
}
