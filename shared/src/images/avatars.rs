//! Avatars: pictures that are uploaded before there is an account (`docs/dialects/live.md#avatars`).
//!
//! An upload is tagged as nobody's, and the bucket forgets it after a week. Making an account takes the tag away just before
//! its transaction; then the picture is that person's portrait and goes with it.

use crate::{
    app::App,
    error::{Error, Unusable},
    images::kind,
    limits::{self, Limit},
    media, person,
    storage::{Access, REDIRECT, Tag},
    values::{Address, AvatarName, E164, UserId},
};

/// The largest, in bytes.
const LARGEST: usize = 2 << 20;

/// Takes a picture from anybody and gives back its path (`docs/dialects/live.md#upload-an-avatar`). Its type is that of its
/// bytes. Two rounds.
///
/// # Errors
/// [`Error::Unusable`] for bytes that are no picture of a type that is taken, or too many; [`Error::TooManyRequests`];
/// faults, which do not count.
pub async fn upload_unclaimed(app: &App, address: &Address, bytes: Vec<u8>) -> Result<String, Error> {
    if bytes.len() > LARGEST {
        return Err(Error::Unusable(Unusable::Size));
    }
    let (mime, ending) = kind(&bytes).ok_or(Error::Unusable(Unusable::Picture))?;
    let name = AvatarName::of(app.random.bytes(), ending).map_err(|_| Error::Unusable(Unusable::Picture))?;
    let counted = limits::count(app, &[(Limit::UploadAddress, address.subject())]).await?;
    if let Err(fault) = app.storage.put_tagged(&name.path(), bytes, mime, Tag::Unclaimed).await {
        counted.give_back(app).await;
        return Err(fault);
    }
    Ok(name.path())
}

/// An upload that an account is being made with.
#[derive(Debug)]
#[must_use = "if the account is refused, the upload has to be given back"]
pub struct Claimed(AvatarName);

impl Claimed {
    /// Its path, which is stored as the portrait.
    #[must_use]
    pub fn path(&self) -> String {
        self.0.path()
    }

    /// Makes it nobody's again, because the account of this number has been refused. Never after a fault that leaves it open
    /// whether the account was made: its portrait would be gone in a week.
    ///
    /// The same request may have come twice, and the other one may have made the account with this very upload: then it stays
    /// that account's. If a call fails here, the upload stays in the bucket and can be used by nobody.
    pub async fn give_back(self, app: &App, phone: &E164) {
        let given_back = async {
            if self.is_portrait(app, phone).await? {
                Ok(())
            } else {
                app.storage.tag(&self.path(), Tag::Unclaimed).await
            }
        };
        if let Err(error) = given_back.await {
            tracing::warn!(%error, "an avatar that no account has stays in the bucket");
        }
    }

    /// Whether it is the portrait of whoever has this number.
    async fn is_portrait(&self, app: &App, phone: &E164) -> Result<bool, Error> {
        let Some(owner) = person::phone_claim(&app.store, phone).await? else { return Ok(false) };
        let profile = person::profile_for_session(&app.store, &owner.uid).await?;
        Ok(profile.and_then(|profile| profile.portrait).is_some_and(|portrait| portrait == self.path()))
    }
}

/// Takes an upload for an account that is about to be made; called just before the transaction that makes it. Two rounds.
///
/// S3 knows no condition on tags. So of two calls for one upload at the same time both may succeed. Only who has uploaded it
/// knows its name by then, so that nobody else's portrait can be shared like that.
///
/// # Errors
/// [`Error::Unusable`] for a path of no upload, or of one that an account has.
pub async fn claim(app: &App, path: &str) -> Result<Claimed, Error> {
    let none = || Error::Unusable(Unusable::Upload);
    let name = AvatarName::in_path(path).map_err(|_| none())?;
    let there = app.storage.is_tagged(path, Tag::Unclaimed).await? && app.storage.untag(path).await?;
    if there { Ok(Claimed(name)) } else { Err(none()) }
}

/// Where the picture of a name is at the moment (`docs/dialects/live.md#read-an-avatar`). One round.
///
/// # Errors
/// [`Error::NoSuchMedia`] for a name that is none, a picture that is not there, and somebody without a portrait.
pub async fn avatar_url(app: &App, name: &str, access: Access) -> Result<String, Error> {
    if let Some(uid) = name.strip_prefix(AvatarName::OF_PERSON) {
        let uid = UserId::try_from(uid.to_owned()).map_err(|_| Error::NoSuchMedia)?;
        return media::portrait_of(app, &uid, access).await;
    }
    let key = AvatarName::try_from(name.to_owned()).map_err(|_| Error::NoSuchMedia)?.path();
    if !app.storage.exists(&key).await? {
        return Err(Error::NoSuchMedia);
    }
    app.storage.url_for(access, &key, REDIRECT).await
}
