//! Fields and answers that several operations share (`docs/dialects/m_user.md#requests`, `docs/dialects/m_user.md#people`).

use kit::field::{Integer, Text};
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    sessions::Profile,
    values::{Age, Gender, Nickname, Unfit, UserId},
};

/// Whom the examples of requests speak of.
pub(crate) const PERSON: &str = "5702a4a5589613964cafdc76";

/// `{}`: done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {}

kit::fields! {
    /// Somebody's id. A text that is no id names nobody.
    pub(crate) PersonField(#[schemars(with = "String")] UserId) from Text
        = |text| Ok::<_, Unfit>(UserId::try_from(text.0).unwrap_or_else(|_| UserId::nobody()));

    /// `nickname`: 1 to 32 characters.
    pub(crate) NicknameField(#[schemars(with = "String", length(min = 1, max = 32))] Nickname) from Text
        = |text| Nickname::try_from(text.0);

    /// `age`: 18 to 120 years.
    pub(crate) AgeField(#[schemars(with = "u8", range(min = 18, max = 120))] Age) from Integer
        = |years| Age::try_from(years.0);
}

kit::words! {
    /// `gender`: `male` or `female`.
    pub(crate) GenderField(Gender) { "male" => Gender::Male, "female" => Gender::Female }
}

/// The key of somebody's picture.
pub(crate) fn icon(profile: &Profile) -> Option<String> {
    profile.portrait.as_deref()?.strip_prefix("media/").map(str::to_owned)
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

    /// Of somebody who is not there any more.
    pub(crate) fn of_nobody(uid: &UserId) -> Self {
        Self { id: uid.to_string(), nickname: String::new(), age: None, icon: None }
    }
}
