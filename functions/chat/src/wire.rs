//! Fields and answers that several operations share (`docs/dialects/chat.md#answers`, `docs/dialects/chat.md#people`).

use crate::status::Status;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::{
    App, Error,
    error::Why,
    friends::Shown,
    time::{china_day, china_seconds},
    values::E164,
};

/// Whom the examples of requests speak of.
pub(crate) const PHONE: &str = "13800000001";

/// Somebody in the examples of requests.
pub(crate) const USER: &str = "5702a4a5589613964cafdc76";

/// The picture of who has none.
pub(crate) const DEFAULT_AVATAR: &str = "media/avatars/default.jpg";

/// The folder of pictures that were uploaded here.
const AVATARS: &str = "media/avatars/android/";

/// The envelope of every answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub struct Answer<T> {
    status: Status,
    result: T,
    message: &'static str,
    /// Now, at UTC+8, `yyyy-MM-ddTHH:mm:ss`.
    date: String,
    /// Today, `yyyy/M/d`.
    #[serde(rename = "Date")]
    day: String,
}

impl<T> Answer<T> {
    /// A result of what was done.
    pub(crate) fn of(app: &App, result: T) -> Self {
        Self::refused(app, Status::Success, Status::Success.message(), result)
    }

    /// What stands in the place of a result of what was not.
    pub(crate) fn refused(app: &App, status: Status, message: &'static str, result: T) -> Self {
        let now = app.clock.seconds();
        Self { status, result, message, date: china_seconds(now), day: china_day(now) }
    }
}

impl<T> Answer<Vec<T>> {
    /// A list. One without elements has a status of its own (`docs/dialects/chat.md#lists`).
    pub(crate) fn list(app: &App, result: Vec<T>) -> Self {
        let status = match result.is_empty() {
            false => Status::Success,
            true if app.config.chat.empty_search_status == Status::NoData.code() => Status::NoData,
            true => Status::Failure,
        };
        Self::refused(app, status, "ok", result)
    }
}

/// An operation that answers nothing but that it is done.
pub(crate) fn done(app: &App) -> Answer<&'static str> {
    Answer::of(app, "ok")
}

/// Somebody (`docs/dialects/chat.md#people`).
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct User {
    id: String,
    username: String,
    phone: String,
    avatar: String,
    desc: String,
    sex: u8,
    alias: String,
    friends: u32,
    #[serde(rename = "isFriend")]
    is_friend: bool,
    #[serde(rename = "modifyAt")]
    modify_at: String,
}

impl User {
    /// Of a person.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        Self {
            id: shown.uid.to_string(),
            username: shown.name.clone(),
            phone: shown.phone.as_ref().map(|phone| number(phone, shown.number_is_open)).unwrap_or_default(),
            avatar: avatar(shown),
            desc: shown.about.clone(),
            sex: shown.sex,
            alias: shown.alias.clone(),
            friends: shown.friends,
            is_friend: shown.is_friend,
            modify_at: china_seconds(shown.changed_at),
        }
    }

    /// What stands in the place of a user where there is none.
    pub(crate) fn nobody(app: &App) -> Self {
        let empty = String::new;
        Self {
            id: empty(),
            username: empty(),
            phone: empty(),
            avatar: empty(),
            desc: empty(),
            sex: 0,
            alias: empty(),
            friends: 0,
            is_friend: true,
            modify_at: china_seconds(app.clock.seconds()),
        }
    }
}

/// The digits of a number; who may not see all of them sees no more than where they come from and how they end.
fn number(phone: &E164, is_open: bool) -> String {
    let digits = phone.national();
    if is_open {
        return digits.to_owned();
    }
    let hidden = digits.len().saturating_sub(4) / 2;
    let hidden = hidden..(hidden + 4).min(digits.len());
    let masked = digits.chars().enumerate().map(|(place, digit)| if hidden.contains(&place) { '*' } else { digit });
    masked.collect()
}

/// The path of somebody's picture: as it was uploaded here, or one that leads to what was set elsewhere.
fn avatar(shown: &Shown) -> String {
    match &shown.portrait {
        None => DEFAULT_AVATAR.to_owned(),
        Some(portrait) if portrait.starts_with(AVATARS) => portrait.clone(),
        Some(_) => format!("media/avatars/u-{}", shown.uid),
    }
}

/// Somebody in a list: the user, and what the documents call the account of a friend around the same user
/// (`docs/dialects/chat.md#people`).
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListedUser {
    #[serde(flatten)]
    flat: User,
    #[serde(flatten)]
    account: Account,
}

impl ListedUser {
    /// Of a person.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        Self { flat: User::of(shown), account: Account::of(shown) }
    }
}

/// An account (`docs/dialects/chat.md#people`).
#[derive(Debug, Serialize, JsonSchema)]
pub struct Account {
    user: User,
    /// The number.
    account: String,
    /// Whether a client takes what is pushed.
    #[serde(rename = "isBind")]
    is_bind: bool,
}

impl Account {
    /// Of a person.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        let user = User::of(shown);
        Self { account: user.phone.clone(), user, is_bind: shown.bound }
    }

    /// What stands in the place of an account where there is none.
    pub(crate) fn nobody(app: &App) -> Self {
        Self { user: User::nobody(app), account: String::new(), is_bind: false }
    }
}

/// A group (`docs/dialects/chat.md#groups`).
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) picture: String,
    pub(crate) desc: String,
    #[serde(rename = "ownerId")]
    pub(crate) owner_id: String,
    pub(crate) members: u32,
    #[serde(rename = "isMember")]
    pub(crate) is_member: bool,
    #[serde(rename = "modifyAt")]
    pub(crate) modify_at: String,
}

impl Group {
    /// What stands in the place of a group where there is none.
    pub(crate) fn nothing(app: &App) -> Self {
        let empty = String::new;
        Self {
            id: empty(),
            name: empty(),
            picture: empty(),
            desc: empty(),
            owner_id: empty(),
            members: 0,
            is_member: false,
            modify_at: china_seconds(app.clock.seconds()),
        }
    }
}

/// The path of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FilePath {
    pub(crate) path: String,
}

/// What was sent where a text is wanted: a text, a number whose digits stand for it, or something that is neither. Nothing is
/// refused while the request is read, so that operations can refuse the first wrong field in the documented order.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(with = "Option<String>")]
pub(crate) struct Sent(Value);

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

impl Sent {
    /// The text of a field of this name, which has to have one.
    ///
    /// # Errors
    /// [`Error::Invalid`]: missing if there is nothing but white space; malformed if it is no text.
    pub(crate) fn text(&self, field: &'static str) -> Result<String, Error> {
        match &self.0 {
            Value::Null => Err(Error::missing(field)),
            Value::String(text) if text.trim().is_empty() => Err(Error::missing(field)),
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(Error::malformed(field)),
        }
    }

    /// The text of a field that may be left out; empty where nothing was sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is no text.
    pub(crate) fn text_or_none(&self, field: &'static str) -> Result<String, Error> {
        match self.text(field) {
            Err(Error::Invalid { why: Why::Missing, .. }) => Ok(String::new()),
            text => text,
        }
    }

    /// The texts of a list that may be left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is no list, or something in it is no text.
    pub(crate) fn texts(&self, field: &'static str) -> Result<Vec<String>, Error> {
        match &self.0 {
            Value::Null => Ok(Vec::new()),
            Value::Array(list) => list.iter().map(|value| Self(value.clone()).text(field)).collect(),
            _ => Err(Error::malformed(field)),
        }
    }
}
