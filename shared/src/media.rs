//! Uploads and live media (contract 3.9, 3.10, 3.18, 3.22-3.25, 4.3-4.5).
//!
//! A client asks for signed forms, uploads to `pending/<uid>/<nonce>/<save_key>`, and confirms. Confirming copies what
//! is there to `media/<uid>/<nonce>/<save_key>` and makes the record live in one transaction, so a form that is used
//! again never changes what is live.

mod live;
mod pending;
mod portrait;

pub use live::{confirm, delete, get, upload};
pub use pending::{AudioForms, Forms, VideoForm, request};
pub(crate) use portrait::confirm_portrait_named;
pub use portrait::{confirm_portrait, portrait_url, request_portrait};

use crate::{
    error::Error,
    values::{QuestionId, SaveKey, Sex, UserId},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an upload form can be used (contract 9.3).
pub const FORM_LIFETIME: Duration = Duration::from_secs(86_400);
/// How long an upload waits for its confirmation, in seconds; the bucket forgets the file by then too.
pub const PENDING_LIFETIME: i64 = 2 * 86_400;
/// How long a URL of audio or video plays.
pub const PLAYBACK: Duration = Duration::from_secs(3_600);

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture of a person.
    Portrait,
    /// One answer of the audio set.
    Audio,
    /// A video that answers all questions of a class.
    Video,
}

/// A class of questions and media (contract 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Answered by audio.
    BasicInfo,
    /// Answered by video.
    EmotionExperience,
    /// Answered by video.
    ValueConcept,
}

impl Class {
    /// All three, in the order of the lights.
    pub const ALL: [Self; 3] = [Self::BasicInfo, Self::EmotionExperience, Self::ValueConcept];

    /// As the wire and the keys have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BasicInfo => "basic_info",
            Self::EmotionExperience => "emotion_experience",
            Self::ValueConcept => "value_concept",
        }
    }

    /// What a class is answered by.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::BasicInfo => Kind::Audio,
            Self::EmotionExperience | Self::ValueConcept => Kind::Video,
        }
    }
}

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Classes(u8);

impl Classes {
    fn bit(class: Class) -> u8 {
        1 << class as u8
    }

    /// With a class more.
    #[must_use]
    pub fn with(self, class: Class) -> Self {
        Self(self.0 | Self::bit(class))
    }

    /// With a class less.
    #[must_use]
    pub fn without(self, class: Class) -> Self {
        Self(self.0 & !Self::bit(class))
    }

    /// Whether a class is in it.
    #[must_use]
    pub fn has(self, class: Class) -> bool {
        self.0 & Self::bit(class) != 0
    }

    /// Whether all are (contract C-30).
    #[must_use]
    pub fn complete(self) -> bool {
        Class::ALL.into_iter().all(|class| self.has(class))
    }

    /// As stored.
    #[must_use]
    pub fn bits(self) -> u8 {
        self.0
    }
}

/// A place for one pending upload; a new request takes the place of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The portrait's.
    Portrait,
    /// A class's.
    Class(Class),
}

impl Slot {
    /// As the key has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portrait => "portrait",
            Self::Class(class) => class.as_str(),
        }
    }
}

/// A file that a client uploads: 16 random hex digits of ours, and the client's name for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
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
    pub fn pending(&self, uid: &UserId) -> String {
        self.under("pending", uid)
    }

    /// Where it is once it is live.
    #[must_use]
    pub fn live(&self, uid: &UserId) -> String {
        self.under("media", uid)
    }
}

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
    /// Which one. Any id is taken (contract 3.22).
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

    /// Checks what a set must be: exactly three questions at three different places (contract C-18).
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn checked(self) -> Result<Self, Error> {
        let mut orders: Vec<_> = self.questions().iter().map(|question| question.order).collect();
        orders.sort_unstable();
        if orders == [1, 2, 3] { Ok(self) } else { Err(Error::invalid("questions", "not the orders 1, 2 and 3")) }
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
pub struct Record {
    /// In the order given.
    pub questions: Vec<Answered>,
    /// In the order of the questions, or the only one.
    pub files: Vec<File>,
    /// The sex that the form named.
    pub form_sex: Sex,
}

/// Live media as somebody plays it.
#[derive(Debug)]
pub struct Playable {
    /// In the order given.
    pub questions: Vec<Answered>,
    /// URLs that play for an hour, in the order of the questions, or the only one.
    pub urls: Vec<String>,
}
