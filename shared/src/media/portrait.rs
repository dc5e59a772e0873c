//! Portraits (`docs/dialects/lightup.md`).

use crate::{
    app::App,
    attachments, changes,
    error::{Error, Unusable},
    looks::{self, LookChange},
    media::{
        self, FORM_LIFETIME,
        live::delete_files,
        live_prefix, pending,
        rows::{self, File, PendingPortrait},
    },
    person::{self, Profile},
    sessions::{self, Claim, Reader},
    storage::{Access, Form, REDIRECT},
    store::{Attempt, retrying},
    uploads,
    values::{AttachmentName, AvatarName, ChosenPicture, Kind, SaveKey, UserId},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::time::Duration;

/// Asks for the form of a portrait; the one before is forgotten. Two rounds.
///
/// `expires` is the client's wish in Unix seconds; the form never lives longer than [`FORM_LIFETIME`].
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::Unusable`] for a time that has passed.
pub async fn request_portrait(app: &App, claim: &Claim, save_key: &SaveKey, expires: i64) -> Result<Form, Error> {
    let now = app.clock.seconds();
    let wished = u64::try_from(expires - now).ok().filter(|seconds| *seconds > 0);
    let wished = wished.ok_or(Error::Unusable(Unusable::Time))?;
    let actor = sessions::verify(app, claim).await?;
    let file = pending::new_file(app, save_key);
    let valid = Duration::from_secs(wished).min(FORM_LIFETIME);
    let form = pending::sign(app, actor.uid(), Kind::Picture, &file, valid).await?;
    let waiting = PendingPortrait { file, expires_at: now + media::PENDING_LIFETIME };
    rows::put_pending_portrait(&app.store, &actor, &waiting).await?;
    Ok(form)
}

/// Makes the pending portrait the live one; a file that was never uploaded is no error. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NothingPending`].
pub async fn confirm_portrait(app: &App, claim: &Claim) -> Result<(), Error> {
    confirm_if(app, claim, |_| true).await
}

/// Makes the pending portrait the live one if it has this name (`docs/dialects/lightup.md#naming-a-portrait`); else
/// nothing happens. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub(crate) async fn confirm_portrait_named(app: &App, claim: &Claim, name: &SaveKey) -> Result<(), Error> {
    match confirm_if(app, claim, |file| file.save_key.relative() == name.relative()).await {
        Err(Error::NothingPending) => Ok(()),
        outcome => outcome,
    }
}

async fn confirm_if(app: &App, claim: &Claim, meant: impl Fn(&File) -> bool) -> Result<(), Error> {
    // Another request takes the place of the portrait that waits: then that one is confirmed.
    retrying(|| confirm_once(app, claim, &meant)).await
}

/// Stale: what waited has been replaced or used meanwhile.
async fn confirm_once(app: &App, claim: &Claim, meant: impl Fn(&File) -> bool) -> Result<Attempt<()>, Error> {
    let reads = async |reader: &Reader| rows::pending_portrait(&app.store, reader).await;
    let (actor, waiting) = sessions::verify_with(app, claim, reads).await?;
    let waiting = waiting.filter(|waiting| waiting.expires_at > app.clock.seconds() && meant(&waiting.file));
    let waiting = waiting.ok_or(Error::NothingPending)?;
    let file: &File = &waiting.file;
    let live = file.live(actor.uid());
    app.storage.copy(&file.pending(actor.uid()), &live).await?;
    let made_live = retrying(|| async {
        // The fan-out goes to friends and blockers: who can have none does without it, and without what it costs.
        let look_change = match actor.profile().may_have_friends() {
            true => Some(LookChange::next(changes::version(&app.store, actor.uid()).await?, app.clock.millis())),
            false => None,
        };
        let made_live = rows::set_portrait(&app.store, &actor, &waiting, &live, look_change.as_ref()).await?;
        Ok(made_live.map(|made_live| (made_live, look_change)))
    });
    match made_live.await {
        Ok((true, None)) => {}
        Ok((true, Some(look_change))) => looks::fan_out(app, actor.uid(), &look_change).await,
        Ok((false, _)) => return Ok(Attempt::Stale(())),
        Err(error) => {
            if let Error::SignedOut = error {
                // The person is being erased, which may have passed the bucket before the copy arrived.
                delete_files(app, &[live]).await;
            }
            return Err(error);
        }
    }
    let before = actor.profile().portrait.as_deref().and_then(|before| own_file(actor.uid(), before));
    let replaced: Vec<_> = before.into_iter().filter(|key| *key != live).collect();
    delete_files(app, &replaced).await;
    Ok(Attempt::Done(()))
}

/// The key of the file that somebody's portrait is, if it lies in the bucket: one of their own folder, or the picture that
/// their account was made with, which nobody else's portrait can be.
pub(crate) fn own_file(owner: &UserId, portrait: &str) -> Option<String> {
    let own = portrait.starts_with(&live_prefix(owner)) || AvatarName::in_path(portrait).is_ok();
    own.then(|| portrait.to_owned())
}

/// Deletes the picture that somebody's account was made with, now that an address has taken its place: no folder of theirs
/// has it, so that their erasure would not find it any more. An address of that very picture keeps it.
pub(crate) async fn delete_replaced_avatar(app: &App, before: &Profile, address: &str) {
    let avatar = before.portrait.as_deref().and_then(|portrait| AvatarName::in_path(portrait).ok());
    if let Some(key) = avatar.map(|name| name.path()).filter(|key| !address.ends_with(key)) {
        delete_files(app, &[key]).await;
    }
}

/// Where somebody's portrait is at the moment, wherever it was set (`docs/dialects/live.md#read-an-avatar`). One round.
///
/// # Errors
/// [`Error::NoSuchMedia`] for who has none, is being erased or never was.
pub async fn portrait_of(app: &App, owner: &UserId, access: Access) -> Result<String, Error> {
    let person = person::profile_for_session(&app.store, owner).await?.ok_or(Error::NoSuchMedia)?;
    let portrait = person.portrait.ok_or(Error::NoSuchMedia)?;
    let uploaded = AttachmentName::in_path(&portrait).ok().map(|name| attachments::object(owner, &name));
    match uploaded.or_else(|| own_file(owner, &portrait)) {
        Some(key) => app.storage.url_for(access, &key, REDIRECT).await,
        None if is_address(&portrait) => Ok(portrait),
        None => Err(Error::NoSuchMedia),
    }
}

/// Where the file of a stable URL is at the moment. `path` is what follows `/media/`: the name of a file of
/// [`uploads`](crate::uploads), which is one segment and may ask for `claim`; the path of a file of
/// [`attachments`](crate::attachments), or one that leads to whatever somebody is shown with; or the path of a portrait or a public
/// picture.
///
/// # Errors
/// [`Error::NoSuchMedia`].
pub async fn file_url(app: &App, path: &str, claim: Option<&Claim>, access: Access) -> Result<String, Error> {
    let whole = format!("media/{path}");
    if let Ok(name) = AttachmentName::in_path(&whole) {
        return attachments::url(app, &name, access).await;
    }
    match ChosenPicture::in_path(&whole) {
        Ok(ChosenPicture::OfPerson(uid)) => portrait_of(app, &uid, access).await,
        _ if path.contains('/') => portrait_url(app, path, access).await,
        _ => uploads::url(app, path, claim, access).await,
    }
}

/// Where the picture of a portrait's stable URL is at the moment. `path` is what follows `/media/`. One round.
///
/// Pictures of [`crate::images`] are public while their owner is there. Of the rest only what is somebody's portrait now is
/// found. User and nonce say which one it is. The name behind them is not looked at: on its way a gateway may have decoded
/// it, cut it at a `?` or a `#`, or tidied it.
///
/// # Errors
/// [`Error::NoSuchMedia`], also for whatever belongs to somebody who is being erased or never was.
async fn portrait_url(app: &App, path: &str, access: Access) -> Result<String, Error> {
    let (picture, path) = path.strip_prefix("images/").map_or((false, path), |path| (true, path));
    let (owner, rest) = path.split_once('/').ok_or(Error::NoSuchMedia)?;
    let (nonce, _) = rest.split_once('/').ok_or(Error::NoSuchMedia)?;
    let owner = UserId::try_from(owner.to_owned()).map_err(|_| Error::NoSuchMedia)?;
    let person = person::profile_for_session(&app.store, &owner).await?.ok_or(Error::NoSuchMedia)?;
    let key = if picture {
        // Names of pictures need no encoding; whoever encodes them all the same means the same.
        format!("images/{owner}/{}", percent_decode_str(rest).decode_utf8_lossy())
    } else {
        let folder = format!("{}{nonce}/", live_prefix(&owner));
        person.portrait.filter(|key| key.starts_with(&folder)).ok_or(Error::NoSuchMedia)?
    };
    app.storage.url_for(access, &key, REDIRECT).await
}

/// Everything but what a path may hold as it is.
const OUTSIDE_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

fn is_address(portrait: &str) -> bool {
    ["http://", "https://"].into_iter().any(|scheme| portrait.starts_with(scheme))
}

/// The URL of a portrait for any client: the stable one under `base`, percent-encoded
/// (`docs/dialects/lightup.md#portrait-urls`), or the address that was given instead of a file
/// (`docs/dialects/sealtalk.md#set_portrait_uri`).
fn url(portrait: &str, base: &str) -> String {
    if is_address(portrait) {
        portrait.to_owned()
    } else {
        format!("{base}/{}", utf8_percent_encode(portrait, OUTSIDE_PATHS))
    }
}

impl person::Profile {
    /// The URL of the portrait, if there is one; `base` is where our own ones are found.
    #[must_use]
    pub fn portrait_url(&self, base: &str) -> Option<String> {
        self.portrait.as_ref().map(|portrait| url(portrait, base))
    }
}

impl person::Look {
    /// The URL of the portrait, if there is one; `base` is where our own ones are found.
    #[must_use]
    pub fn portrait_url(&self, base: &str) -> Option<String> {
        self.portrait.as_ref().map(|portrait| url(portrait, base))
    }
}
