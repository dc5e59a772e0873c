//! The end of an account (contract 3.14, decision 11).

use super::verification::erase_verification;
use crate::{App, codes, error::Error, images, media, values::E164};

/// Erases everything of a number's user, where the deployment allows it (contract 3.14, decision 11).
///
/// First nobody sees the user any more, last the number is free again; a call that died halfway is taken up by the
/// next.
///
/// # Errors
/// [`Error::NoSuchEndpoint`] where it is not allowed; [`Error::NoSuchUser`].
pub async fn erase(app: &App, phone: &E164) -> Result<(), Error> {
    if !app.config.allow_erase {
        return Err(Error::NoSuchEndpoint);
    }
    let claim = app.store.phone_claim(phone).await?.ok_or(Error::NoSuchUser)?;
    let names = app.store.start_erasing(&claim.uid).await?;
    app.store.erase_lights(&claim.uid, app.clock.seconds()).await?;
    // Groups first: leaving one moves the version that lies with the friends.
    app.store.erase_groups(&claim.uid, app.clock.millis()).await?;
    app.store.erase_friends(&claim.uid, app.clock.millis()).await?;
    let (pending, live) = (media::pending_prefix(&claim.uid), media::live_prefix(&claim.uid));
    let pictures = images::prefix(&claim.uid);
    futures_util::try_join!(
        app.storage.delete_prefix(&pending),
        app.storage.delete_prefix(&live),
        app.storage.delete_prefix(&pictures),
        codes::erase(app, phone),
        erase_verification(app, phone),
    )?;
    app.store.erase_person(&claim.uid, phone, &names).await?;
    // A code may have been on its way. One that stays names nobody and is soon dead: no reason to fail now.
    if let Err(error) = futures_util::try_join!(codes::erase(app, phone), erase_verification(app, phone)) {
        tracing::warn!(%error, "the codes of an erased number stay until they expire");
    }
    Ok(())
}
