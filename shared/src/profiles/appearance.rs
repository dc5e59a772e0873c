//! What friends see of a person: a nickname and a portrait, and how they hear of new ones (SealTalk 2.12, 2.13, 2.21).
//!
//! The write that changes them marks the profile; then each friend is told in a transaction of their own, and their copy of
//! it brought up to date (`store/look.rs`); then the mark goes. A call that dies in between leaves the mark, and the person's next sign-in, sync or look at their friends goes on.

use super::place;
use crate::{
    App,
    error::Error,
    sessions::{self, Claim, Profile, Reader},
    store::{profiles::Heard, retrying, versions::LEASE},
    values::{Nickname, UserId},
};

/// The URL of a portrait: http or https, 12 to 256 characters, no white space, a host with a dot, an IP address or
/// `localhost` (SealTalk 2.13). It is shown, never fetched.
#[derive(Clone, Debug)]
pub struct PortraitUrl(String);

impl PortraitUrl {
    /// Checks a text. The format comes before the length.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the documented text.
    pub fn new(text: String) -> Result<Self, Error> {
        let invalid = |reason: &'static str| Err(Error::invalid("portraitUri", reason));
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#', ':']).next()).unwrap_or_default();
        let letters = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        let named = host == "localhost" || host.split('.').filter(|part| !part.is_empty()).count() > 1;
        let tidy = !text.chars().any(|char| char.is_whitespace() || char.is_control() || "<>\"".contains(char));
        if !(letters && named && tidy) {
            return invalid("Invalid portraitUri format.");
        }
        if (12..=256).contains(&text.chars().count()) { Ok(Self(text)) } else { invalid("Invalid portraitUri length.") }
    }
}

/// What is to look different.
enum Change<'a> {
    Nickname(&'a Nickname),
    Portrait(&'a PortraitUrl),
}

/// Gives the caller another nickname, which is claimed nowhere (SealTalk 2.12). Two rounds, and the telling.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn rename(app: &App, claim: &Claim, nickname: &Nickname) -> Result<(), Error> {
    change(app, claim, Change::Nickname(nickname)).await
}

/// Gives the caller another portrait (SealTalk 2.13). Two rounds, and the telling.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn set_portrait_url(app: &App, claim: &Claim, url: &PortraitUrl) -> Result<(), Error> {
    change(app, claim, Change::Portrait(url)).await
}

async fn change(app: &App, claim: &Claim, change: Change<'_>) -> Result<(), Error> {
    let (uid, version) = retrying(|| async {
        let reads = async |reader: &Reader| app.store.version(reader.uid()).await;
        let (actor, before) = sessions::verify_with(app, claim, reads).await?;
        let heard = Heard::next(before, app.clock.millis());
        let done = match &change {
            Change::Nickname(nickname) => {
                let person = actor.profile();
                let place = place(app, person, person.media, person.sex.or(person.form_sex), Some(nickname));
                app.store.rename(&actor, nickname, place, &heard).await?
            }
            Change::Portrait(url) => app.store.set_portrait_url(&actor, &url.0, &heard).await?,
        };
        Ok(done.then(|| (actor.uid().clone(), heard.version)))
    })
    .await?;
    tell_friends(app, &uid, version).await;
    Ok(())
}

/// Goes on with telling friends where an earlier call has not got to the end of it, and must be dead by now.
pub(crate) async fn resume(app: &App, person: &Profile) {
    // The version is the time of the change.
    let dead = |version: &i64| app.clock.millis() - version >= LEASE;
    if let Some(version) = person.fanout.filter(dead) {
        tell_friends(app, &person.uid, version).await;
    }
}

/// Tells everybody who has an edge to a person, or a block, that they look different since `version`. A failure leaves the mark in
/// the profile, for the next call to go on.
pub(crate) async fn tell_friends(app: &App, uid: &UserId, version: i64) {
    if let Err(error) = app.store.spread_look(uid, version, app.clock.millis()).await {
        tracing::warn!(%error, "friends have still to be told of a change");
    }
}
