//! `USER#<uid>`/`FACET#about`: what a person tells about themselves that only one API shows.

use crate::{
    error::Error,
    person::{Profile, set_icon},
    profiles::about::ProfileChange,
    sessions::{Actor, AnyReader, Reader},
    store::{Condition, Found, Store, Transacted, Update, Write, item, keys, number, text},
    values::{CallPrice, Change, Degree, FileKey, FreeText, Job, Kind, Marriage, OnlinePeriod, SexAttitude, UserId},
    visibility,
};
use serde::{Deserialize, Serialize};

/// What is behind the page of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Background {
    /// A video or a picture.
    pub kind: BackgroundKind,
    /// Its key.
    pub key: FileKey,
}

/// What a background is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackgroundKind {
    /// A video.
    Video,
    /// A picture.
    Picture,
}

impl BackgroundKind {
    /// The kind of its file.
    #[must_use]
    pub fn file(self) -> Kind {
        match self {
            Self::Video => Kind::Video,
            Self::Picture => Kind::Picture,
        }
    }
}

/// What a person says of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioIntro {
    /// Its key.
    pub key: FileKey,
    /// In seconds.
    pub duration: u32,
}

/// What a person tells about themselves. Who has told nothing yet has the default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the types say it")]
pub struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<FreeText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex_attitude: Option<SexAttitude>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<Job>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub degree: Option<Degree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marriage: Option<Marriage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub online_period: Option<OnlinePeriod>,
    /// Coins a minute of a video call.
    pub video_price: CallPrice,
    /// Coins a minute of a call.
    pub audio_price: CallPrice,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_intro: Option<AudioIntro>,
    /// What is shown before a video call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_chat: Option<FileKey>,
    /// What is heard before a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio_chat: Option<FileKey>,
    /// How often it was changed.
    changes: i64,
}

impl About {
    /// With a change.
    pub(in crate::profiles) fn changed(self, change: &ProfileChange) -> Self {
        fn to<T: Clone>(before: Option<T>, change: &Change<T>) -> Option<T> {
            match change {
                Change::Keep => before,
                Change::Clear => None,
                Change::Set(value) => Some(value.clone()),
            }
        }

        Self {
            signature: to(self.signature, &change.signature),
            sex_attitude: to(self.sex_attitude, &change.sex_attitude),
            job: to(self.job, &change.job),
            degree: to(self.degree, &change.degree),
            marriage: to(self.marriage, &change.marriage),
            online_period: to(self.online_period, &change.online_period),
            video_price: CallPrice(to(self.video_price.0, &change.video_price)),
            audio_price: CallPrice(to(self.audio_price.0, &change.audio_price)),
            background: to(self.background, &change.background),
            audio_intro: to(self.audio_intro, &change.audio_intro),
            video_chat: to(self.video_chat, &change.video_chat),
            audio_chat: to(self.audio_chat, &change.audio_chat),
            changes: self.changes + 1,
        }
    }
}

/// The keys of a person and of what they tell.
fn keys_of(uid: &UserId) -> [keys::Key; 2] {
    [keys::profile(uid), keys::about_facet(uid)]
}

/// What a person tells, out of what was read.
fn take_about(found: &mut Found, uid: &UserId) -> Result<About, Error> {
    Ok(found.take_as(&keys::about_facet(uid))?.unwrap_or_default())
}

/// A person whom the reader can meet, and what they tell. One round.
pub(in crate::profiles) async fn person_and_about(
    store: &Store,
    reader: &Reader,
    uid: &UserId,
) -> Result<Option<(Profile, About)>, Error> {
    let mut keys = visibility::blocks_between(reader.uid(), uid);
    keys.extend(keys_of(uid));
    let mut found = store.get_many(&keys).await?;
    let about = take_about(&mut found, uid)?;
    let person = visibility::take_person(&mut found, reader.uid(), uid)?;
    Ok(person.map(|person| (person, about)))
}

/// A person, and what they tell; whoever shows it looks for blocks. One round.
pub(crate) async fn person_and_about_of(
    store: &Store,
    _: &AnyReader,
    uid: &UserId,
) -> Result<Option<(Profile, About)>, Error> {
    let mut found = store.get_many(&keys_of(uid)).await?;
    let about = take_about(&mut found, uid)?;
    Ok(found.take_as(&keys::profile(uid))?.map(|person| (person, about)))
}

/// A person with the part of a change that stands in their record.
pub(in crate::profiles) fn applied(before: &Profile, change: &ProfileChange, now: i64) -> Profile {
    let portrait = match &change.icon {
        Change::Keep => before.portrait.clone(),
        Change::Clear => None,
        Change::Set(key) => Some(Profile::portrait_of_icon(key)),
    };
    Profile {
        nickname: change.nickname.clone().or_else(|| before.nickname.clone()),
        gender: change.gender.or(before.gender),
        age: change.age.or(before.age),
        portrait,
        updated_at: Some(now),
        ..before.clone()
    }
}

/// Writes a change, after which the record is `profile` and the rest `about`, with what `files` are used in it. Of the record only
/// what changes is written: it was read apart from the rest, and may be older. `false`: something is not as it was read, so that
/// nothing was written.
pub(in crate::profiles) async fn write(
    store: &Store,
    actor: &Actor,
    change: &ProfileChange,
    profile: &Profile,
    (before, about): (&About, &About),
    files: Vec<Write>,
) -> Result<bool, Error> {
    let record = Update::of(keys::profile(actor.uid()))
        .set_some("nickname", change.nickname.as_ref().map(|nickname| text(nickname.as_str())))
        .set_some("gender", change.gender.map(|gender| text(gender.as_str())))
        .set_some("age", change.age.map(|age| number(i64::from(age.years()))))
        .set_some("updated_at", profile.updated_at.map(number))
        .when(actor.still_signed_in())
        // Else a file that took its place in between would be forgotten.
        .when(Condition::as_read("portrait", actor.profile().portrait.clone().map(text)));
    let record = match change.icon {
        Change::Keep => record,
        Change::Clear | Change::Set(_) => set_icon(record, profile.portrait.as_deref()),
    };
    let as_read = match before.changes {
        0 => Condition::Absent("pk"),
        changes => Condition::Equals("changes", number(changes)),
    };
    let facet = Write::put(keys::about_facet(actor.uid()), item("about", about)?, Some(as_read));
    let writes = [record.into(), facet].into_iter().chain(files).collect();
    Ok(matches!(store.transact(writes).await?, Transacted::Done))
}
