//! What somebody is called and shown with where people have usernames (`docs/dialects/chat.md#complete-account`).

use crate::{
    app::App,
    attachments::{self, NameOwner},
    changes::{self, Version},
    error::{Error, Unusable},
    facets::{self, Completed, Facet},
    friends::{self, Shown},
    looks::{self, LookChange},
    media,
    person::Profile,
    profiles::rows::completing::{self, NewPicture},
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying_from},
    values::{AttachmentName, ChosenPicture, UserId, Username},
};

/// What somebody completes their account with. A part that is not of its form comes as its refusal, which is told when it is that
/// part's turn: the session, whose account it is, the username and whether it is free, the picture, the rest.
#[derive(Debug)]
pub struct Completion {
    /// Whose account it is said to be.
    pub whose: UserId,
    /// The username.
    pub username: Result<Username, Error>,
    /// The picture.
    pub picture: Result<ChosenPicture, Error>,
    /// The description and the number of the sex. What is not given stays what it is.
    pub rest: Result<(Option<String>, Option<u8>), Error>,
}

/// What is read for a completion.
struct Before {
    facet: Facet,
    friends: u32,
    version: Version,
    /// Whose username it is.
    owner: Option<UserId>,
    /// The picture, if it is a file of the caller's.
    file: Option<NameOwner>,
}

/// The parts that are of their form.
struct Parts {
    username: Username,
    picture: ChosenPicture,
    about: Option<String>,
    sex: Option<u8>,
}

/// Completes the caller's account: username, picture, description, sex (`docs/dialects/chat.md#complete-account`). The picture is the
/// person's portrait in every API. Two rounds, one more for a picture that was uploaded with a ticket, and the fan-out of a new
/// picture.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for an account that is not the caller's; what the parts refuse with;
/// [`Error::UsernameTaken`]; [`Error::Unusable`] for a picture that is not the caller's.
pub async fn complete(app: &App, claim: &Claim, completion: Completion) -> Result<Shown, Error> {
    let Completion { whose, username, picture, rest } = completion;
    let file = match &picture {
        Ok(ChosenPicture::Uploaded(name)) => Some(name.clone()),
        _ => None,
    };
    let first = read(app, claim, username.as_ref().ok(), file.as_ref()).await?;
    if *first.0.uid() != whose {
        return Err(Error::NoSuchUser);
    }
    let username = username?;
    untaken(&first)?;
    let (picture, (about, sex)) = (picture?, rest?);
    let parts = &Parts { username, picture, about, sex };
    let (before, shown, look_change) = retrying_from(first, |(actor, before)| async move {
        match write(app, &actor, &before, parts).await? {
            Attempt::Done(done) => Ok(Attempt::Done(done)),
            Attempt::Stale(()) => read(app, claim, Some(&parts.username), file_of(parts)).await.map(Attempt::Stale),
        }
    })
    .await?;
    if let Some(look_change) = look_change {
        looks::fan_out(app, &before.uid, &look_change).await;
        media::delete_replaced_avatar(app, &before, "").await;
    }
    Ok(shown)
}

fn file_of(parts: &Parts) -> Option<&AttachmentName> {
    match &parts.picture {
        ChosenPicture::Uploaded(name) => Some(name),
        ChosenPicture::Default | ChosenPicture::OfPerson(_) => None,
    }
}

/// Who calls, and what is there. One round.
async fn read(
    app: &App,
    claim: &Claim,
    username: Option<&Username>,
    file: Option<&AttachmentName>,
) -> Result<(Actor, Before), Error> {
    let reads = async |reader: &Reader| {
        let owner = async {
            match username {
                Some(username) => facets::username_owner(&app.store, reader, username).await,
                None => Ok(None),
            }
        };
        let file = async {
            match file {
                Some(name) => attachments::own(&app.store, reader, name).await,
                None => Ok(None),
            }
        };
        let ((facet, friends), version, owner, file) = futures_util::try_join!(
            friends::facet_and_friends(&app.store, reader.uid()),
            changes::version(&app.store, reader.uid()),
            owner,
            file
        )?;
        Ok(Before { facet, friends, version, owner, file })
    };
    sessions::verify_with(app, claim, reads).await
}

/// That nobody else has the username.
fn untaken((actor, before): &(Actor, Before)) -> Result<(), Error> {
    match &before.owner {
        Some(owner) if owner != actor.uid() => Err(Error::UsernameTaken),
        _ => Ok(()),
    }
}

/// The portrait that a picture stands for; `None`: the one that there is.
async fn portrait(app: &App, actor: &Actor, before: &Before, parts: &Parts) -> Result<Option<NewPicture>, Error> {
    let unusable = || Error::Unusable(Unusable::Picture);
    let current = actor.profile().portrait.as_deref();
    let new = match &parts.picture {
        ChosenPicture::Default => NewPicture(None),
        ChosenPicture::OfPerson(uid) if uid == actor.uid() => return Ok(None),
        ChosenPicture::OfPerson(_) => return Err(unusable()),
        ChosenPicture::Uploaded(name) => {
            let row = before.file.as_ref().ok_or_else(unusable)?;
            if !attachments::is_picture(app, actor.uid(), name, row).await? {
                return Err(unusable());
            }
            NewPicture(Some(name.path()))
        }
    };
    Ok(Some(new).filter(|new| new.0.as_deref() != current))
}

/// Stale: something has changed, read again.
async fn write(
    app: &App,
    actor: &Actor,
    before: &Before,
    parts: &Parts,
) -> Result<Attempt<(Profile, Shown, Option<LookChange>)>, Error> {
    let portrait = portrait(app, actor, before, parts).await?;
    let (Parts { username, about, sex, .. }, at) = (parts, app.clock.seconds());
    let completed = Completed { username, about: about.as_deref(), sex: *sex, at };
    let look_change = portrait.as_ref().map(|_| LookChange::next(before.version.clone(), app.clock.millis()));
    let change = portrait.as_ref().zip(look_change.as_ref());
    let written = completing::complete(&app.store, actor, &before.facet, &completed, change).await?;
    let facet = Facet {
        username: Some(username.clone()),
        about: about.clone().unwrap_or_else(|| before.facet.about.clone()),
        sex: sex.unwrap_or(before.facet.sex),
        changed_at: at,
        ..before.facet.clone()
    };
    let mut profile = actor.profile().clone();
    if let Some(NewPicture(portrait)) = portrait {
        profile.portrait = portrait;
    }
    let shown = Shown::oneself(&profile, &facet, before.friends);
    Ok(written.map(|()| (actor.profile().clone(), shown, look_change)))
}
