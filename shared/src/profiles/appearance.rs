//! What friends see of a person: a nickname and a portrait, and how they hear of new ones
//! (`docs/dialects/sealtalk.md`).
//!
//! The write that changes them marks the profile; then each friend is told in a transaction of their own, and their copy of
//! it brought up to date (`store/look.rs`); then the mark goes. A call that dies in between leaves the mark, and the person's next sign-in, sync or look at their friends goes on.

use crate::{
    app::App,
    changes::{self, Heard, tell_friends},
    error::Error,
    person::place,
    profiles::rows,
    sessions::{self, Claim, Reader},
    store::retrying,
    values::{Nickname, PortraitUrl},
};

/// What is to look different.
enum Change<'a> {
    Nickname(&'a Nickname),
    Portrait(&'a PortraitUrl),
}

/// Gives the caller another nickname, which is claimed nowhere (`docs/dialects/sealtalk.md#set_nickname`). Two rounds,
/// and the telling.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn rename(app: &App, claim: &Claim, nickname: &Nickname) -> Result<(), Error> {
    change(app, claim, Change::Nickname(nickname)).await
}

/// Gives the caller another portrait (`docs/dialects/sealtalk.md#set_portrait_uri`). Two rounds, and the telling.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn set_portrait_url(app: &App, claim: &Claim, url: &PortraitUrl) -> Result<(), Error> {
    change(app, claim, Change::Portrait(url)).await
}

async fn change(app: &App, claim: &Claim, change: Change<'_>) -> Result<(), Error> {
    let (uid, version) = retrying(|| async {
        let reads = async |reader: &Reader| changes::version(&app.store, reader.uid()).await;
        let (actor, before) = sessions::verify_with(app, claim, reads).await?;
        let heard = Heard::next(before, app.clock.millis());
        let done = match &change {
            Change::Nickname(nickname) => {
                let person = actor.profile();
                let place = place(app, person, person.media, person.sex.or(person.form_sex), Some(nickname));
                rows::rename(&app.store, &actor, nickname, place, &heard).await?
            }
            Change::Portrait(url) => rows::set_portrait_url(&app.store, &actor, &url.0, &heard).await?,
        };
        Ok(done.map(|()| (actor.uid().clone(), heard.version)))
    })
    .await?;
    tell_friends(app, &uid, version).await;
    Ok(())
}
