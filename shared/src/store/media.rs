//! Live media and pending uploads.

use super::{
    Condition, Store, Transacted, Write,
    friends::blocks_between,
    item, keys,
    profiles::{self, Heard, Place, Profile},
    text, value,
};
use crate::{
    error::Error,
    media::{Answered, Class, Classes, File, Question, Record, Slot},
    sessions::{Actor, Reader},
    values::{QuestionId, Sex, UploadId, UserId},
};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// `USER#<uid>`/`UPLOAD#<class>`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
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
pub struct PendingPortrait {
    /// What becomes live.
    #[serde(flatten)]
    pub file: File,
    /// In seconds.
    pub expires_at: i64,
}

/// What happens to the media of a class.
#[derive(Clone, Debug)]
pub enum Change {
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
    pub fn files(&self) -> &[File] {
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
pub enum Outcome {
    /// It happened.
    Done,
    /// The pending upload was used or replaced in the meantime.
    Used,
    /// The profile was changed in the meantime.
    ProfileChanged,
}

#[derive(Deserialize)]
struct StoredQuestion {
    content: String,
}

/// That a pending row is still the one that was read: the nonce of its first file was never used before.
fn same_upload(pending: &Pending) -> Condition {
    let nonce = pending.record.files.first().map(|file| file.nonce.clone()).unwrap_or_default();
    Condition::Equals("nonce", text(nonce))
}

impl Store {
    /// The questions with their texts; an unknown id has none (contract 3.18).
    pub(crate) async fn answered(
        &self,
        _: &Reader,
        class: Class,
        questions: &[Question],
    ) -> Result<Vec<Answered>, Error> {
        let mut ids: Vec<QuestionId> = questions.iter().map(|question| question.id.clone()).collect();
        ids.sort();
        ids.dedup();
        let keys: Vec<_> = ids.iter().map(|id| keys::question(class, id)).collect();
        let mut found = self.get_many(&keys).await?;
        let mut texts = std::collections::HashMap::new();
        for (id, key) in ids.iter().zip(&keys) {
            let stored: Option<StoredQuestion> = found.take_as(key)?;
            texts.insert(id, stored.map(|stored| stored.content).unwrap_or_default());
        }
        let answered = |question: &Question| Answered {
            question_id: question.id.clone(),
            content: texts.get(&question.id).cloned().unwrap_or_default(),
            order: question.order,
        };
        Ok(questions.iter().map(answered).collect())
    }

    /// Puts a pending upload into its slot, under the id `before` if one was waiting there (contract 3.22), and gives
    /// back its id; else says under which id one waits now.
    ///
    /// # Errors
    /// [`Error::SignedOut`] while the actor is being erased; faults.
    pub(crate) async fn put_pending(
        &self,
        actor: &Actor,
        slot: Slot,
        pending: &Pending,
        before: Option<UploadId>,
    ) -> Result<ControlFlow<UploadId, Option<UploadId>>, Error> {
        let known = before.as_ref().map(|id| text(id.as_str()));
        let id = before.unwrap_or_else(|| pending.id.clone());
        let nonce = pending.record.files.first().map(|file| file.nonce.clone()).unwrap_or_default();
        let record = serde_dynamo::to_attribute_value(&pending.record).map_err(Error::internal)?;
        let update = super::Update::of(keys::upload(actor.uid(), slot))
            .set("type", text("upload"))
            .set("nonce", text(nonce))
            .set("record", record)
            .set("expires_at", super::number(pending.expires_at))
            .set("upload_id", text(id.as_str()))
            .when(Condition::as_read("upload_id", known));
        match self.transact(vec![update.into(), profiles::still_there(actor.uid())]).await? {
            Transacted::Done => Ok(ControlFlow::Break(id)),
            Transacted::Refused { part: 0, item } if item.is_empty() => Ok(ControlFlow::Continue(None)),
            Transacted::Refused { part: 0, item } => Ok(ControlFlow::Continue(Some(value::<Pending>(item)?.id))),
            Transacted::Refused { .. } => Err(Error::SignedOut),
        }
    }

    /// What waits in each of the slots.
    pub(crate) async fn pending(&self, reader: &Reader, slots: &[Slot]) -> Result<Vec<Option<Pending>>, Error> {
        let keys: Vec<_> = slots.iter().map(|slot| keys::upload(reader.uid(), *slot)).collect();
        let mut found = self.get_many(&keys).await?;
        keys.iter().map(|key| found.take_as(key)).collect()
    }

    /// Changes the media of a class and the profile's account of it in one transaction.
    pub(crate) async fn change_media(
        &self,
        actor: &Actor,
        before: &Profile,
        change: &Change,
        media: Classes,
        form_sex: Option<Sex>,
        place: Option<Place>,
    ) -> Result<Outcome, Error> {
        let uid = actor.uid();
        let key = keys::media(uid, change.class());
        let mut writes = vec![Write::Update(profiles::set_media(before, media, form_sex, place))];
        match change {
            Change::Put { record, pending, .. } => {
                writes.push(Write::Put(key, item("media", record)?, None));
                if let Some(pending) = pending {
                    let slot = keys::upload(uid, Slot::Class(change.class()));
                    writes.push(Write::Delete(slot, Some(same_upload(pending))));
                }
            }
            Change::Remove { .. } => writes.push(Write::Delete(key, None)),
        }
        Ok(match self.transact(writes).await? {
            Transacted::Done => Outcome::Done,
            Transacted::Refused { part: 0, .. } => Outcome::ProfileChanged,
            Transacted::Refused { .. } => Outcome::Used,
        })
    }

    /// What is live of one's own class.
    pub(crate) async fn live_media(&self, reader: &Reader, class: Class) -> Result<Option<Record>, Error> {
        self.get_as(keys::media(reader.uid(), class)).await
    }

    /// A person, unless one of the two has blocked the other, and the live media of a class.
    pub(crate) async fn person_and_media(
        &self,
        reader: &Reader,
        uid: &UserId,
        class: Class,
    ) -> Result<(Option<Profile>, Option<Record>), Error> {
        let mut keys = vec![keys::media(uid, class), keys::profile(uid)];
        keys.extend(blocks_between(reader.uid(), uid));
        let mut found = self.get_many(&keys).await?;
        Ok((found.takes_person(reader.uid(), uid)?, found.take_as(&keys[0])?))
    }

    /// Puts a pending portrait into its slot.
    ///
    /// # Errors
    /// [`Error::SignedOut`] while the actor is being erased; faults.
    pub(crate) async fn put_pending_portrait(&self, actor: &Actor, pending: &PendingPortrait) -> Result<(), Error> {
        let key = keys::upload(actor.uid(), Slot::Portrait);
        let put = Write::Put(key, item("upload", pending)?, None);
        match self.transact(vec![put, profiles::still_there(actor.uid())]).await? {
            Transacted::Done => Ok(()),
            Transacted::Refused { .. } => Err(Error::SignedOut),
        }
    }

    /// The portrait that waits.
    pub(crate) async fn pending_portrait(&self, reader: &Reader) -> Result<Option<PendingPortrait>, Error> {
        self.get_as(keys::upload(reader.uid(), Slot::Portrait)).await
    }

    /// Makes a pending portrait the live one, once. `Some(false)`: it was used or replaced, or without `heard` the person
    /// has come to be somewhere where others hear of it; `None`: the person's changes went on since `heard` was read.
    ///
    /// # Errors
    /// [`Error::SignedOut`] while the actor is being erased; faults.
    pub(crate) async fn set_portrait(
        &self,
        actor: &Actor,
        pending: &PendingPortrait,
        live: &str,
        heard: Option<&Heard>,
    ) -> Result<Option<bool>, Error> {
        let slot = keys::upload(actor.uid(), Slot::Portrait);
        let same = Condition::Equals("nonce", text(&pending.file.nonce));
        let portrait = profiles::set_portrait(actor.uid(), live).when(profiles::not_erasing());
        let portrait = match heard {
            Some(heard) => heard.mark(portrait),
            None => portrait.when(profiles::same_dialects(actor.profile())),
        };
        let mut writes = vec![portrait.into(), Write::Delete(slot, Some(same))];
        writes.extend(heard.map(|heard| heard.advance(actor.uid())));
        match self.transact(writes).await? {
            Transacted::Done => Ok(Some(true)),
            Transacted::Refused { part: 0, item } if item.is_empty() || item.contains_key("state") => {
                Err(Error::SignedOut)
            }
            Transacted::Refused { part: 2, .. } => Ok(None),
            Transacted::Refused { .. } => Ok(Some(false)),
        }
    }
}
