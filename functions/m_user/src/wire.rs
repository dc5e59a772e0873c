//! Fields and answers that several operations share (`docs/dialects/m_user.md#requests`, `docs/dialects/m_user.md#people`).

use kit::field::{Integer, Text};
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    posts::Author,
    sessions::Profile,
    values::{
        Age, Degree, FileKey, Gender, GiftCode, Job, Marriage, Nickname, OnlinePeriod, RequestId, SexAttitude, Unfit,
        UserId,
    },
};

/// Whom the examples of requests speak of.
pub(crate) const PERSON: &str = "5702a4a5589613964cafdc76";

/// A key of the examples.
pub(crate) const FILE: &str = "3f0c9a52-7d1b-4e69-8a40-5702a4a55896";

/// `{}`: done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {}

kit::fields! {
    /// Somebody's id. A text that is no id names nobody.
    pub(crate) PersonField(#[schemars(with = "String")] UserId) from Text
        = |text| Ok::<_, Unfit>(UserId::try_from(text.0).unwrap_or_else(|_| UserId::nobody()));

    /// The key of an uploaded file.
    pub(crate) KeyField(#[schemars(with = "String")] FileKey) from Text = |text| FileKey::try_from(text.0);

    /// `nickname`: 1 to 32 characters.
    pub(crate) NicknameField(#[schemars(with = "String", length(min = 1, max = 32))] Nickname) from Text
        = |text| Nickname::try_from(text.0);

    /// `gift`: the code of a gift.
    pub(crate) GiftField(#[schemars(with = "String")] GiftCode) from Text = |text| text.0.parse::<GiftCode>();

    /// `request_id`: what the client calls what it asks for, 1 to 64 of `[A-Za-z0-9._-]`.
    pub(crate) RequestIdField(#[schemars(with = "String", regex(pattern = r"^[A-Za-z0-9._-]{1,64}$"))] RequestId) from Text
        = |text| RequestId::try_from(text.0);

    /// `age`: 18 to 120 years.
    pub(crate) AgeField(#[schemars(with = "u8", range(min = 18, max = 120))] Age) from Integer
        = |years| Age::try_from(years.0);
}

kit::words! {
    /// `gender`: `male` or `female`.
    pub(crate) GenderField(Gender) { "male" => Gender::Male, "female" => Gender::Female }
}

/// Fields that are one of the words of a type.
macro_rules! listed {
    ($($(#[$doc:meta])* $name:ident($value:ty);)+) => { kit::fields! {$(
        $(#[$doc])*
        pub(crate) $name(#[schemars(with = "String")] $value) from String
            = |text| <$value>::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(Unfit::Form);
    )+} };
}

listed! {
    /// `sex_attitude` (`docs/dialects/m_user.md#people`).
    SexAttitudeField(SexAttitude);
    /// `job` (`docs/dialects/m_user.md#people`).
    JobField(Job);
    /// `degree` (`docs/dialects/m_user.md#people`).
    DegreeField(Degree);
    /// `marriage` (`docs/dialects/m_user.md#people`).
    MarriageField(Marriage);
    /// `online_period` (`docs/dialects/m_user.md#people`).
    OnlinePeriodField(OnlinePeriod);
}

/// A list without pages.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct List<T> {
    items: Vec<T>,
}

impl<T> List<T> {
    /// Of these, in this order.
    pub(crate) fn of(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

/// The key of somebody's picture.
pub(crate) fn icon(profile: &Profile) -> Option<String> {
    profile.icon().map(|key| key.to_string())
}

/// Somebody's nickname. Nobody is here without one.
pub(crate) fn nickname(profile: &Profile) -> String {
    profile.nickname.as_ref().map(|nickname| nickname.as_str().to_owned()).unwrap_or_default()
}

/// Somebody in posts, comments and lists (`docs/dialects/m_user.md#people`).
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UserCard {
    id: String,
    nickname: String,
    age: Option<u8>,
    icon: Option<String>,
}

impl UserCard {
    /// Of a person.
    pub(crate) fn of(profile: &Profile) -> Self {
        Self {
            id: profile.uid.to_string(),
            nickname: nickname(profile),
            age: profile.age.map(Age::years),
            icon: icon(profile),
        }
    }

    /// Of whoever has written something. Who is not there any more has nothing but an id.
    pub(crate) fn of_author(author: &Author) -> Self {
        let nobody = || Self { id: author.uid.to_string(), nickname: String::new(), age: None, icon: None };
        author.profile.as_ref().map_or_else(nobody, Self::of)
    }
}
