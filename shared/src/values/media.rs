//! Files, classes of media, and orders of lights.

use super::{Unfit, UserId};
use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A picture.
    Picture,
    /// Something to listen to.
    Audio,
    /// Something to watch.
    Video,
}

impl Kind {
    /// As the keys of objects have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// A class of questions and media (`docs/dialects/lightup.md#field-rules`).
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

    /// As the keys and rows have it.
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

    /// Whether all are (`docs/dialects/lightup.md#complete-media`).
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

/// The name a client gives to a file: 1 to 254 bytes without `..`, control characters or backslash
/// (`docs/dialects/lightup.md#file-names`). The two characters that XML cannot hold count as control characters: S3's
/// listings are XML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct SaveKey(String);

impl SaveKey {
    /// As it stands at the end of an object's key: without its leading slash, and without segments of a single dot,
    /// which clients take out of the URLs they are given.
    #[must_use]
    pub fn relative(&self) -> String {
        let path = self.0.strip_prefix('/').unwrap_or(&self.0);
        path.split('/').filter(|segment| *segment != ".").collect::<Vec<_>>().join("/")
    }
}

impl SaveKey {
    /// As it stands in a URL that needs no encoding: segments that are not empty, with a `_` in the place of everything but
    /// ASCII letters, digits and `-._~`.
    #[must_use]
    pub fn plain(&self) -> String {
        let plain = |char: char| if char.is_ascii_alphanumeric() || "-._~".contains(char) { char } else { '_' };
        let segments = self.0.split('/').filter(|segment| !["", "."].contains(segment));
        segments.map(|segment| segment.chars().map(plain).collect::<String>()).collect::<Vec<_>>().join("/")
    }
}

impl TryFrom<String> for SaveKey {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if !(1..=254).contains(&text.len()) {
            return Err(Unfit::Length);
        }
        let wild = |char: char| char.is_control() || matches!(char, '\\' | '\u{fffe}' | '\u{ffff}');
        let tame = !text.contains("..") && !text.contains(wild);
        let key = Self(text);
        if tame && key.relative().contains(|char| char != '/') { Ok(key) } else { Err(Unfit::Form) }
    }
}

/// The name of a picture that an account can be made with: a UUID of version 4 in lower case, and the ending of its type
/// (`docs/dialects/live.md#upload-an-avatar`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvatarName(String);

impl AvatarName {
    /// Where all of them lie. The path is the key of the object, and what clients are told.
    pub const FOLDER: &str = "static/user_imgs/";

    /// Stands before the id of a person in the name that leads to their portrait, wherever it was set.
    pub const OF_PERSON: &str = "u-";

    /// The path that leads to somebody's portrait, wherever it was set.
    #[must_use]
    pub fn path_of(uid: &UserId) -> String {
        format!("{}{}{uid}", Self::FOLDER, Self::OF_PERSON)
    }

    /// The endings that there are.
    pub const ENDINGS: [&str; 4] = ["jpg", "png", "gif", "webp"];

    /// The name of these bytes, which nobody else may have drawn.
    ///
    /// # Errors
    /// An ending that is none of [`Self::ENDINGS`].
    pub fn of(bytes: [u8; 16], ending: &str) -> Result<Self, Unfit> {
        Self::try_from(format!("{}.{ending}", drawn(bytes)))
    }

    /// The name in a path.
    ///
    /// # Errors
    /// The path of anything else.
    pub fn in_path(path: &str) -> Result<Self, Unfit> {
        let name = path.strip_prefix(Self::FOLDER).ok_or(Unfit::Form)?;
        Self::try_from(name.to_owned())
    }

    /// The whole path.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}{}", Self::FOLDER, self.0)
    }
}

impl TryFrom<String> for AvatarName {
    type Error = Unfit;

    fn try_from(name: String) -> Result<Self, Unfit> {
        let (id, ending) = name.split_once('.').ok_or(Unfit::Form)?;
        if is_drawn(id) && Self::ENDINGS.contains(&ending) { Ok(Self(name)) } else { Err(Unfit::Form) }
    }
}

/// A UUID of version 4 in lower case.
fn drawn(bytes: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn is_drawn(id: &str) -> bool {
    // The parser takes upper case and other forms as well.
    let uuid = uuid::Uuid::try_parse(id).ok().filter(|uuid| uuid.hyphenated().to_string() == id);
    uuid.is_some_and(|uuid| uuid.get_version_num() == 4 && uuid.get_variant() == uuid::Variant::RFC4122)
}

/// The key of an uploaded file: a UUID of version 4 in lower case (`docs/dialects/m_user.md#uploads`). It says neither whose
/// the file is nor where it lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FileKey(String);

impl FileKey {
    /// A new one that nobody can guess.
    #[must_use]
    pub fn new(random: &Random) -> Self {
        Self(drawn(random.bytes()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FileKey {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if is_drawn(&text) { Ok(Self(text)) } else { Err(Unfit::Form) }
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A light's order on a guest: 1, 2 or 3 (`docs/dialects/lightup.md#field-rules`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `basic_info`
    First,
    /// `emotion_experience`
    Second,
    /// `value_concept`; lights a message too
    Third,
}

impl Order {
    /// All three.
    pub const ALL: [Self; 3] = [Self::First, Self::Second, Self::Third];

    /// 1, 2 or 3.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

impl TryFrom<u8> for Order {
    type Error = Unfit;

    fn try_from(number: u8) -> Result<Self, Unfit> {
        Self::ALL.into_iter().find(|order| order.number() == number).ok_or(Unfit::Form)
    }
}
