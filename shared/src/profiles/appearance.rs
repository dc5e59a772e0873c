//! What friends see of a person: a nickname and a portrait, and the change of either
//! (`docs/dialects/sealtalk.md#set_nickname`).
//!
//! The write that changes them sets a mark in the profile. Then the fan-out brings the copies in the rows of friends up
//! to date (`person/rows/look.rs`), one transaction for each friend, and takes the mark away. If the call dies in between,
//! the mark stays, and the person's next sign-in, sync or list of friends resumes the fan-out (`looks.rs`).

use crate::{
    app::App,
    changes,
    error::Error,
    looks::{self, LookChange},
    media,
    person::{Profile, place},
    profiles::{Naming, rows},
    sessions::{self, Claim, Reader},
    store::{Attempt, retrying},
    values::{AvatarName, Nickname, PortraitUrl},
};

/// What is to look different.
enum Change<'a> {
    Nickname(&'a Nickname),
    /// With where our files are found.
    Portrait(&'a PortraitUrl, &'a str),
}

/// Gives the caller another nickname, which others may have as well (`docs/dialects/sealtalk.md#set_nickname`). If nobody
/// else has claimed it and it can be claimed, it is the one that is shown where nicknames are unique; else the one that was
/// claimed before stays that. Two rounds and the fan-out, and a round more if it is claimed.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn rename(app: &App, claim: &Claim, nickname: &Nickname) -> Result<(), Error> {
    change(app, claim, Change::Nickname(nickname)).await
}

/// Gives the caller another portrait (`docs/dialects/sealtalk.md#set_portrait_uri`). Two rounds, and the fan-out. A file of ours
/// that it takes the place of is deleted. The URL under which the caller's portrait is shown already changes nothing: `base` is
/// where our files are found, and clients send back what they were shown.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn set_portrait_url(app: &App, claim: &Claim, url: &PortraitUrl, base: &str) -> Result<(), Error> {
    change(app, claim, Change::Portrait(url, base)).await
}

async fn change(app: &App, claim: &Claim, change: Change<'_>) -> Result<(), Error> {
    let changed = retrying(|| async {
        let reads = async |reader: &Reader| changes::version(&app.store, reader.uid()).await;
        let (actor, before) = sessions::verify_with(app, claim, reads).await?;
        let look_change = LookChange::next(before, app.clock.millis());
        let done = match &change {
            Change::Nickname(nickname) => {
                let person = actor.profile();
                let sex = person.sex.or(person.form_sex);
                let rename = async |naming: Naming<'_>| {
                    let place = place(app, person, person.media, sex, naming.claimed(person));
                    rows::rename(&app.store, &actor, &naming, place, &look_change).await
                };
                match rename(Naming::claiming(nickname)).await {
                    Err(Error::NicknameTaken) => rename(Naming::unclaimed(nickname)).await?,
                    done => done?,
                }
            }
            Change::Portrait(url, base) if is_shown(actor.profile(), &url.0, base) => return Ok(Attempt::Done(None)),
            Change::Portrait(url, _) => rows::set_portrait_url(&app.store, &actor, &url.0, &look_change).await?,
        };
        Ok(done.map(|()| Some((actor, look_change))))
    })
    .await?;
    let Some((actor, look_change)) = changed else { return Ok(()) };
    looks::fan_out(app, actor.uid(), &look_change).await;
    if let Change::Portrait(url, _) = change {
        media::delete_replaced_avatar(app, actor.profile(), &url.0).await;
    }
    Ok(())
}

/// Whether a URL shows the portrait that the person has, under its own name or the one that leads to whatever it is.
fn is_shown(person: &Profile, url: &str, base: &str) -> bool {
    let leads = format!("{base}/{}", AvatarName::path_of(&person.uid));
    url == leads || person.portrait_url(base).as_deref() == Some(url)
}
