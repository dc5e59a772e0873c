//! Files that people send each other and show, by the names that the server gives them (`docs/dialects/chat.md#files`).

use super::{FileKey, Kind, Unfit, UserId};
use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a file is by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A picture, a recording or a video.
    Media(Kind),
    /// A page to print.
    Pdf,
    /// An archive, or what an office program has written, which is one or an older container.
    Archive,
    /// Plain text.
    Text,
}

/// The endings that are taken, with the type that such files usually have.
const ENDINGS: [(&str, Family, &str); 19] = [
    ("jpg", Family::Media(Kind::Picture), "image/jpeg"),
    ("jpeg", Family::Media(Kind::Picture), "image/jpeg"),
    ("png", Family::Media(Kind::Picture), "image/png"),
    ("gif", Family::Media(Kind::Picture), "image/gif"),
    ("webp", Family::Media(Kind::Picture), "image/webp"),
    ("amr", Family::Media(Kind::Audio), "audio/amr"),
    ("mp3", Family::Media(Kind::Audio), "audio/mpeg"),
    ("m4a", Family::Media(Kind::Audio), "audio/mp4"),
    ("aac", Family::Media(Kind::Audio), "audio/aac"),
    ("mp4", Family::Media(Kind::Video), "video/mp4"),
    ("pdf", Family::Pdf, "application/pdf"),
    ("txt", Family::Text, "text/plain; charset=utf-8"),
    ("zip", Family::Archive, "application/zip"),
    ("doc", Family::Archive, "application/msword"),
    ("xls", Family::Archive, "application/vnd.ms-excel"),
    ("ppt", Family::Archive, "application/vnd.ms-powerpoint"),
    ("docx", Family::Archive, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", Family::Archive, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", Family::Archive, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// The ending of a file's name, one of those that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending(&'static (&'static str, Family, &'static str));

impl Ending {
    /// That of what a client calls a file, in upper or lower case. Whatever else the name is does not matter.
    ///
    /// # Errors
    /// None, or another one.
    pub fn of_name(name: &str) -> Result<Self, Unfit> {
        let (_, ending) = name.rsplit_once('.').ok_or(Unfit::Form)?;
        let known = ENDINGS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(ending));
        known.map(Self).ok_or(Unfit::Form)
    }

    /// What such files are.
    #[must_use]
    pub fn family(self) -> Family {
        self.0.1
    }

    /// The type that they usually have.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        self.0.2
    }
}

/// What the server calls a file: a UUID of version 4 and an ending. It says neither whose the file is nor where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttachmentName {
    key: FileKey,
    ending: Ending,
}

impl AttachmentName {
    /// Stands before the name in the path that clients are told. It is the path of the file's URL.
    pub const FOLDER: &str = "media/avatars/android/";

    /// A new one that nobody can guess.
    #[must_use]
    pub fn new(random: &Random, ending: Ending) -> Self {
        Self { key: FileKey::new(random), ending }
    }

    /// The name in a path.
    ///
    /// # Errors
    /// The path of anything else.
    pub fn in_path(path: &str) -> Result<Self, Unfit> {
        Self::try_from(path.strip_prefix(Self::FOLDER).ok_or(Unfit::Form)?.to_owned())
    }

    /// The whole path.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}{self}", Self::FOLDER)
    }

    /// Its ending.
    #[must_use]
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Whether it is the name of a picture.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.ending.family() == Family::Media(Kind::Picture)
    }
}

impl fmt::Display for AttachmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.ending.0.0)
    }
}

impl From<AttachmentName> for String {
    fn from(name: AttachmentName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for AttachmentName {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        let (key, _) = text.split_once('.').ok_or(Unfit::Form)?;
        let name = Self { key: FileKey::try_from(key.to_owned())?, ending: Ending::of_name(&text)? };
        if name.to_string() == text { Ok(name) } else { Err(Unfit::Form) }
    }
}

/// A picture that somebody chooses to be shown with, by its path (`docs/dialects/chat.md#complete-account`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChosenPicture {
    /// The one of who has none.
    Default,
    /// Whatever this person is shown with.
    OfPerson(UserId),
    /// One that was uploaded.
    Uploaded(AttachmentName),
}

impl ChosenPicture {
    /// The path of the picture of who has none.
    pub const DEFAULT: &str = "media/avatars/default.jpg";

    /// Stands before the id of a person in the path that leads to whatever they are shown with.
    const OF_PERSON: &str = "media/avatars/u-";

    /// The path that leads to what somebody is shown with, wherever it was set.
    #[must_use]
    pub fn path_of(uid: &UserId) -> String {
        format!("{}{uid}", Self::OF_PERSON)
    }

    /// The picture of a path. A slash before it does not matter.
    ///
    /// # Errors
    /// A path of no picture.
    pub fn in_path(path: &str) -> Result<Self, Unfit> {
        let path = path.strip_prefix('/').unwrap_or(path);
        if path == Self::DEFAULT {
            return Ok(Self::Default);
        }
        if let Some(uid) = path.strip_prefix(Self::OF_PERSON) {
            return UserId::try_from(uid.to_owned()).map(Self::OfPerson);
        }
        let name = AttachmentName::in_path(path)?;
        if name.is_picture() { Ok(Self::Uploaded(name)) } else { Err(Unfit::Form) }
    }
}
