//! Uploads and live media (`docs/dialects/lightup.md`).
//!
//! A client asks for signed forms, uploads to `pending/<uid>/<nonce>/<save_key>`, and confirms. Confirming copies what
//! is there to `media/<uid>/<nonce>/<save_key>` and makes the record live in one transaction, so a form that is used
//! again never changes what is live.

mod live;
mod pending;
mod portrait;
mod rows;

pub use crate::values::{Class, Classes, Kind, Slot};
pub use live::{confirm, delete, get, upload};
pub use pending::{AudioForms, Forms, VideoForm, request};
pub use portrait::{confirm_portrait, file_url, portrait_of, request_portrait};
pub(crate) use portrait::{confirm_portrait_named, delete_replaced_avatar, own_file};
pub(crate) use rows::{Answers, EXPORT, answers};

use crate::{
    error::{Error, Unusable},
    media::rows::Answered,
    questions,
    sessions::Reader,
    store::Store,
    values::{QuestionId, SaveKey, UserId},
};
use std::time::Duration;

/// How long an upload form can be used (`docs/dialects/lightup.md#upload-forms`). Until then whoever has it can replace what
/// was uploaded with it.
pub const FORM_LIFETIME: Duration = Duration::from_secs(900);

/// How long an upload waits for its confirmation, in seconds; the bucket forgets the file by then too.
pub const PENDING_LIFETIME: i64 = 2 * 86_400;

/// How long a URL of audio or video plays.
pub const PLAYBACK: Duration = Duration::from_secs(3_600);

/// Where the pending files of a user are.
#[must_use]
pub fn pending_prefix(uid: &UserId) -> String {
    format!("pending/{uid}/")
}

/// Where the live files of a user are.
#[must_use]
pub fn live_prefix(uid: &UserId) -> String {
    format!("media/{uid}/")
}

/// A question that somebody answers, at its place in the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which one. Any id is taken (`docs/dialects/lightup.md#upload_request`).
    pub id: QuestionId,
    /// 1 to 3.
    pub order: u8,
}

/// A question with the file that answers it.
#[derive(Clone, Debug)]
pub struct AudioAnswer {
    /// What is answered.
    pub question: Question,
    /// The client's name for the file.
    pub save_key: SaveKey,
}

/// What somebody wants to upload or has uploaded: the media of one class.
#[derive(Clone, Debug)]
pub enum Media {
    /// Three questions and a file for each.
    Audio(Vec<AudioAnswer>),
    /// Three questions and one file for all of them.
    Video(Class, SaveKey, Vec<Question>),
}

impl Media {
    /// Its class.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Audio(_) => Class::BasicInfo,
            Self::Video(class, ..) => *class,
        }
    }

    fn questions(&self) -> Vec<Question> {
        match self {
            Self::Audio(answers) => answers.iter().map(|answer| answer.question.clone()).collect(),
            Self::Video(_, _, questions) => questions.clone(),
        }
    }

    fn save_keys(&self) -> Vec<&SaveKey> {
        match self {
            Self::Audio(answers) => answers.iter().map(|answer| &answer.save_key).collect(),
            Self::Video(_, save_key, _) => vec![save_key],
        }
    }

    /// Checks what a set must be: exactly three questions at three different places (`docs/dialects/lightup.md#media`).
    ///
    /// # Errors
    /// [`Error::Unusable`].
    pub fn checked(self) -> Result<Self, Error> {
        let mut orders: Vec<_> = self.questions().iter().map(|question| question.order).collect();
        orders.sort_unstable();
        if orders == [1, 2, 3] { Ok(self) } else { Err(Error::Unusable(Unusable::Questions)) }
    }
}

/// The questions with their texts as they are now; an id of no pool has none (`docs/dialects/lightup.md#get_media`).
async fn answered(
    store: &Store,
    reader: &Reader,
    class: Class,
    questions: &[Question],
) -> Result<Vec<Answered>, Error> {
    let ids = questions.iter().map(|question| question.id.clone());
    let texts = questions::texts(store, reader, class, ids).await?;
    let answered = |question: &Question| Answered {
        question_id: question.id.clone(),
        content: texts.get(&question.id).cloned().unwrap_or_default(),
        order: question.order,
    };
    Ok(questions.iter().map(answered).collect())
}

/// Live media as somebody plays it.
#[derive(Debug)]
pub struct Playable {
    /// In the order given.
    pub questions: Vec<Answered>,
    /// URLs that play for an hour, in the order of the questions, or the only one.
    pub urls: Vec<String>,
}
