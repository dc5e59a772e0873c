//! Live media, pending uploads, and portraits that wait.

use crate::{
    error::Error,
    looks::LookChange,
    person::{self, Place, Profile},
    sessions::{Actor, AnyReader, Reader},
    store::{
        self, Attempt, Condition, Part, Sheet, Store, Transacted, Write, item,
        keys::{self, Table},
        text, value,
    },
    values::{Class, Classes, QuestionId, SaveKey, Sex, Slot, UploadId, UserId},
    visibility::{self, blocks_between},
};
use serde::{Deserialize, Serialize};

/// The parts of transactions that are asked for when they refuse.
const UPLOAD: Part = Part::named("upload");
const PROFILE: Part = Part::named("profile");
const VERSION: Part = Part::named("version");

/// A file that a client uploads: 16 random hex digits of ours, and the client's name for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    /// Makes the key one that was never used before.
    pub nonce: String,
    /// The client's name.
    pub save_key: SaveKey,
}

impl File {
    fn under(&self, folder: &str, uid: &UserId) -> String {
        format!("{folder}/{uid}/{}/{}", self.nonce, self.save_key.relative())
    }

    /// Where the form lets it be uploaded to.
    #[must_use]
    pub(super) fn pending(&self, uid: &UserId) -> String {
        self.under("pending", uid)
    }

    /// Where it is once it is live.
    #[must_use]
    pub(super) fn live(&self, uid: &UserId) -> String {
        self.under("media", uid)
    }
}

/// An answered question, with its text as it was then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    /// Which question.
    pub question_id: QuestionId,
    /// Its text at the time of the upload; empty for an id of no pool.
    pub content: String,
    /// 1 to 3.
    pub order: u8,
}

/// The media of a class, pending or live: its questions and its files. Audio has a file for each question, video one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// In the order given.
    pub questions: Vec<Answered>,
    /// In the order of the questions, or the only one.
    pub files: Vec<File>,
    /// The sex that the form named.
    pub form_sex: Sex,
}

/// `USER#<uid>`/`UPLOAD#<class>`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pending {
    /// What the client confirms.
    #[serde(rename = "upload_id")]
    pub id: UploadId,
    /// What becomes live.
    pub record: Record,
    /// In seconds; past it the upload is gone, whether the row is still there or not.
    pub expires_at: i64,
}

/// `USER#<uid>`/`UPLOAD#portrait`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PendingPortrait {
    /// What becomes live.
    #[serde(flatten)]
    pub file: File,
    /// In seconds.
    pub expires_at: i64,
}

/// What happens to the media of a class.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// It becomes this.
    Put {
        /// Of which class.
        class: Class,
        /// The new record.
        record: Record,
        /// What is used up by it, exactly as it was read.
        pending: Option<Pending>,
    },
    /// It goes.
    Remove {
        /// Of which class.
        class: Class,
    },
}

impl Change {
    /// The files that are live afterwards.
    #[must_use]
    pub(super) fn files(&self) -> &[File] {
        match self {
            Self::Put { record, .. } => &record.files,
            Self::Remove { .. } => &[],
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::Put { class, .. } | Self::Remove { class } => *class,
        }
    }
}

/// What became of a change of media.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It happened.
    Done,
    /// The pending upload was used or replaced in the meantime.
    Used,
    /// The profile was changed in the meantime.
    ProfileChanged,
}

/// That a pending row is still the one that was read: the nonce of its first file was never used before.
fn same_upload(pending: &Pending) -> Condition {
    let nonce = pending.record.files.first().map(|file| file.nonce.clone()).unwrap_or_default();
    Condition::Equals("nonce", text(nonce))
}

/// Puts a pending upload into its slot, under the id `before` if one was waiting there
/// (`docs/dialects/lightup.md#upload_request`), and gives back its id; else says under which id one waits now.
///
/// # Errors
/// [`Error::SignedOut`] while the actor is being erased; faults.
pub(super) async fn put_pending(
    store: &Store,
    actor: &Actor,
    slot: Slot,
    pending: &Pending,
    before: Option<UploadId>,
) -> Result<Attempt<UploadId, Option<UploadId>>, Error> {
    let known = before.as_ref().map(|id| text(id.as_str()));
    let id = before.unwrap_or_else(|| pending.id.clone());
    let nonce = pending.record.files.first().map(|file| file.nonce.clone()).unwrap_or_default();
    let record = serde_dynamo::to_attribute_value(&pending.record).map_err(Error::internal)?;
    let update = store::Update::of(keys::upload(actor.uid(), slot))
        .set("type", text("upload"))
        .set("nonce", text(nonce))
        .set("record", record)
        .set("expires_at", store::number(pending.expires_at))
        .set("upload_id", text(id.as_str()))
        .when(Condition::as_read("upload_id", known));
    match store.transact(vec![Write::from(update).named(UPLOAD), person::still_there(actor.uid())]).await? {
        Transacted::Done => Ok(Attempt::Done(id)),
        Transacted::Refused { part: UPLOAD, item, .. } if item.is_empty() => Ok(Attempt::Stale(None)),
        Transacted::Refused { part: UPLOAD, item, .. } => Ok(Attempt::Stale(Some(value::<Pending>(item)?.id))),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// What waits in each of the slots.
pub(crate) async fn pending(store: &Store, reader: &Reader, slots: &[Slot]) -> Result<Vec<Option<Pending>>, Error> {
    let keys: Vec<_> = slots.iter().map(|slot| keys::upload(reader.uid(), *slot)).collect();
    let mut found = store.get_many(&keys).await?;
    keys.iter().map(|key| found.take_as(key)).collect()
}

/// Changes the media of a class and the profile's account of it in one transaction.
pub(super) async fn change_media(
    store: &Store,
    actor: &Actor,
    before: &Profile,
    change: &Change,
    media: Classes,
    form_sex: Option<Sex>,
    place: Option<Place>,
) -> Result<Outcome, Error> {
    let uid = actor.uid();
    let key = keys::media(uid, change.class());
    let mut writes = vec![Write::from(person::set_media(before, media, form_sex, place)).named(PROFILE)];
    match change {
        Change::Put { record, pending, .. } => {
            writes.push(Write::put(key, item("media", record)?, None));
            if let Some(pending) = pending {
                let slot = keys::upload(uid, Slot::Class(change.class()));
                writes.push(Write::delete(slot, Some(same_upload(pending))));
            }
        }
        Change::Remove { .. } => writes.push(Write::delete(key, None)),
    }
    Ok(match store.transact(writes).await? {
        Transacted::Done => Outcome::Done,
        Transacted::Refused { part: PROFILE, .. } => Outcome::ProfileChanged,
        Transacted::Refused { .. } => Outcome::Used,
    })
}

/// What is live of one's own class.
pub(super) async fn live_media(store: &Store, reader: &Reader, class: Class) -> Result<Option<Record>, Error> {
    store.get_as(keys::media(reader.uid(), class)).await
}

/// A person, unless one of the two has blocked the other, and the live media of a class.
pub(super) async fn person_and_media(
    store: &Store,
    reader: &Reader,
    uid: &UserId,
    class: Class,
) -> Result<(Option<Profile>, Option<Record>), Error> {
    let mut keys = vec![keys::media(uid, class), keys::profile(uid)];
    keys.extend(blocks_between(reader.uid(), uid));
    let mut found = store.get_many(&keys).await?;
    Ok((visibility::take_person(&mut found, reader.uid(), uid)?, found.take_as(&keys[0])?))
}

/// Puts a pending portrait into its slot.
///
/// # Errors
/// [`Error::SignedOut`] while the actor is being erased; faults.
pub(super) async fn put_pending_portrait(store: &Store, actor: &Actor, pending: &PendingPortrait) -> Result<(), Error> {
    let key = keys::upload(actor.uid(), Slot::Portrait);
    let put = Write::put(key, item("upload", pending)?, None);
    match store.transact(vec![put, person::still_there(actor.uid())]).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// The portrait that waits.
pub(super) async fn pending_portrait(store: &Store, reader: &Reader) -> Result<Option<PendingPortrait>, Error> {
    store.get_as(keys::upload(reader.uid(), Slot::Portrait)).await
}

/// Makes a pending portrait the live one, once. `Done(false)`: it was used or replaced, or without `look_change` the
/// person has meanwhile signed in to a dialect that has friends; Stale: the person's versions have moved since
/// `look_change` was read.
///
/// # Errors
/// [`Error::SignedOut`] while the actor is being erased; faults.
pub(super) async fn set_portrait(
    store: &Store,
    actor: &Actor,
    pending: &PendingPortrait,
    live: &str,
    look_change: Option<&LookChange>,
) -> Result<Attempt<bool>, Error> {
    let slot = keys::upload(actor.uid(), Slot::Portrait);
    let same = Condition::Equals("nonce", text(&pending.file.nonce));
    let portrait = person::set_portrait(actor.uid(), live).when(person::not_erasing());
    let portrait = match look_change {
        Some(look_change) => look_change.mark(portrait),
        None => portrait.when(person::same_dialects(actor.profile())),
    };
    let mut writes = vec![Write::from(portrait).named(PROFILE), Write::delete(slot, Some(same))];
    writes.extend(look_change.map(|look_change| look_change.advance(actor.uid()).named(VERSION)));
    match store.transact(writes).await? {
        Transacted::Done => Ok(Attempt::Done(true)),
        Transacted::Refused { part: PROFILE, item, .. } if item.is_empty() || person::is_erasing(&item) => {
            Err(Error::SignedOut)
        }
        Transacted::Refused { part: VERSION, .. } => Ok(Attempt::Stale(())),
        Transacted::Refused { .. } => Ok(Attempt::Done(false)),
    }
}

/// What is live of a class: its questions as they were put, and where its files lie.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) class: Class,
    pub(crate) questions: Vec<String>,
    pub(crate) files: Vec<String>,
}

/// What is live of a person, class by class. One round.
pub(crate) async fn answers(store: &Store, _: &AnyReader, uid: &UserId) -> Result<Vec<Answers>, Error> {
    let keys = Class::ALL.map(|class| keys::media(uid, class));
    let mut found = store.get_many(&keys).await?;
    let mut answers = Vec::new();
    for (class, key) in Class::ALL.into_iter().zip(&keys) {
        if let Some(record) = found.take_as::<Record>(key)? {
            let questions = record.questions.into_iter().map(|question| question.content).collect();
            let files = record.files.iter().map(|file| file.live(uid)).collect();
            answers.push(Answers { class, questions, files });
        }
    }
    Ok(answers)
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 2] = [
    Sheet::of("media", Table::Users, keys::MEDIA).keyed("class"),
    Sheet::of("uploads", Table::Users, keys::UPLOADS).keyed("what"),
];
