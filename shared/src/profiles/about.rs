//! What a person tells about themselves beside what everybody is shown at first sight, and how others read it
//! (`docs/dialects/m_user.md#profiles`).

use crate::{
    app::App,
    error::{Error, Unusable},
    person::Profile,
    profiles::rows::about as rows,
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying},
    uploads::{self, Owner, Place, Wanted},
    values::{Age, Change, FileKey, FreeText, Gender, Kind, Nickname, UserId},
    visibility,
};

pub(crate) use rows::person_and_about_of;
pub use rows::{About, AudioIntro, Background, BackgroundKind};

/// What changes of a person's profile.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each is the field of that name in `Profile` and `About`")]
pub struct ProfileChange {
    pub nickname: Option<Nickname>,
    pub gender: Option<Gender>,
    pub age: Option<Age>,
    /// The person's picture.
    pub icon: Change<FileKey>,
    pub signature: Change<FreeText>,
    pub sex_attitude: Change<crate::values::SexAttitude>,
    pub job: Change<crate::values::Job>,
    pub degree: Change<crate::values::Degree>,
    pub marriage: Change<crate::values::Marriage>,
    pub online_period: Change<crate::values::OnlinePeriod>,
    pub video_price: Change<u32>,
    pub audio_price: Change<u32>,
    pub background: Change<Background>,
    pub audio_intro: Change<AudioIntro>,
    pub video_chat: Change<FileKey>,
    pub audio_chat: Change<FileKey>,
}

/// The places in a profile that take a file, in the order in which a file that cannot be used is told by
/// [`Unusable::File`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// The person's picture.
    Icon,
    /// Behind the page of the person.
    Background,
    /// What the person says of themselves.
    AudioIntro,
    /// What is shown before a video call.
    VideoChat,
    /// What is heard before a call.
    AudioChat,
}

impl FilePlace {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Icon, Self::Background, Self::AudioIntro, Self::VideoChat, Self::AudioChat];
}

/// A person as somebody reads them.
#[derive(Debug)]
pub struct AboutView {
    /// The person.
    pub profile: Profile,
    /// What they tell.
    pub about: About,
    /// Whether somebody reads about themselves.
    pub own: bool,
}

/// Reads about a person (`docs/dialects/m_user.md#read-a-profile`). One round, two by a device.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for somebody who is not there, not in the caller's dialect, or kept apart by a
/// block.
pub async fn about(app: &App, claim: &Claim, target: &UserId) -> Result<AboutView, Error> {
    let reads = async |reader: &Reader| rows::person_and_about(&app.store, reader, target).await;
    let (actor, found) = sessions::verify_with(app, claim, reads).await?;
    let (profile, about) = found.filter(|(person, _)| visibility::sees(&actor, person)).ok_or(Error::NoSuchUser)?;
    Ok(AboutView { own: actor.uid() == target, profile, about })
}

/// Changes the caller's own profile (`docs/dialects/m_user.md#change-a-profile`), and gives back what it is then. Two rounds, three by a
/// device; two more where a file is used for the first time. A file that is used there no more is deleted.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotYourself`] for the profile of somebody else who is there, [`Error::NoSuchUser`] for one that is
/// not; [`Error::Unusable`] with the position of the [`FilePlace`] for a file that cannot be used there.
pub async fn change_about(
    app: &App,
    claim: &Claim,
    target: &UserId,
    change: &ProfileChange,
) -> Result<AboutView, Error> {
    let (view, released) = retrying(|| async {
        let reads = async |reader: &Reader| rows::person_and_about(&app.store, reader, target).await;
        let (actor, found) = sessions::verify_with(app, claim, reads).await?;
        let (_, before) = found.filter(|(person, _)| visibility::sees(&actor, person)).ok_or(Error::NoSuchUser)?;
        if actor.uid() != target {
            return Err(Error::NotYourself);
        }
        change_once(app, claim, &actor, before, change).await
    })
    .await?;
    uploads::sweep(app, &released).await;
    Ok(view)
}

/// Stale: the profile or a file is another by now.
async fn change_once(
    app: &App,
    claim: &Claim,
    actor: &Actor,
    before: About,
    change: &ProfileChange,
) -> Result<Attempt<(AboutView, Vec<FileKey>)>, Error> {
    let old = files(actor.profile(), &before);
    let profile = rows::applied(actor.profile(), change, app.clock.seconds());
    let about = before.clone().changed(change);
    let new = files(&profile, &about);
    let used = |files: &[Option<Wanted>]| files.iter().flatten().cloned().collect::<Vec<_>>();
    let owner = Owner::new(app, actor.uid(), claim);
    let prepared = uploads::exchange(app, &owner, &used(&old), &used(&new), Place::Free).await;
    let prepared = prepared.map_err(|error| at_place(error, &new))?;
    match rows::write(&app.store, actor, change, &profile, (&before, &about), prepared.writes()?).await {
        Ok(true) => Ok(Attempt::Done((AboutView { profile, about, own: true }, prepared.released()))),
        Ok(false) => {
            prepared.discard(app).await;
            Ok(Attempt::Stale(()))
        }
        Err(fault) => Err(fault),
    }
}

/// The files of a profile, at each of the places.
fn files(profile: &Profile, about: &About) -> [Option<Wanted>; 5] {
    FilePlace::ALL.map(|place| {
        let (key, kind) = match place {
            FilePlace::Icon => (profile.icon(), Kind::Picture),
            FilePlace::Background => {
                let background = about.background.as_ref()?;
                (Some(background.key.clone()), background.kind.file())
            }
            FilePlace::AudioIntro => (about.audio_intro.as_ref().map(|intro| intro.key.clone()), Kind::Audio),
            FilePlace::VideoChat => (about.video_chat.clone(), Kind::Video),
            FilePlace::AudioChat => (about.audio_chat.clone(), Kind::Audio),
        };
        key.map(|key| Wanted { key, kind })
    })
}

/// The position among the files that are wanted as one among all places.
fn at_place(error: Error, wanted: &[Option<Wanted>; 5]) -> Error {
    match error {
        Error::Unusable(Unusable::File(position)) => {
            let mut given = wanted.iter().enumerate().filter(|(_, file)| file.is_some());
            Error::Unusable(Unusable::File(given.nth(position).map_or(0, |(place, _)| place)))
        }
        other => other,
    }
}

/// What is played before a call of a person: their video, or what they have said (`docs/dialects/m_user.md#call-media`). One round, two
/// by a device.
///
/// # Errors
/// As [`about`]; [`Error::NoSuchMedia`] if they have set none.
pub async fn call_media(app: &App, claim: &Claim, target: &UserId, kind: Kind) -> Result<FileKey, Error> {
    let about = about(app, claim, target).await?.about;
    let key = if kind == Kind::Video { about.video_chat } else { about.audio_chat };
    key.ok_or(Error::NoSuchMedia)
}
