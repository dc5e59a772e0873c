//! Fields and answers that several operations share (`docs/dialects/chat.md#answers`, `docs/dialects/chat.md#people`).

use crate::status::Status;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::{
    App, Error,
    friends::Shown,
    time::{china_day, china_seconds},
    values::{AttachmentName, ChosenPicture, E164, Unfit, UserId, Username},
};

/// Whom the examples of requests speak of.
pub(crate) const PHONE: &str = "13800000001";
pub(crate) const PERSON: &str = "5702a4a5589613964cafdc76";

/// A file of the examples.
pub(crate) const PICTURE: &str = "media/avatars/android/3f0c9a52-7d1b-4e69-8a40-5702a4a55896.jpg";

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
        None => ChosenPicture::DEFAULT.to_owned(),
        Some(portrait) if AttachmentName::in_path(portrait).is_ok() => portrait.clone(),
        Some(_) => ChosenPicture::path_of(&shown.uid),
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
    /// One that a member of an object is.
    pub(crate) fn member(&self, name: &str) -> Option<Self> {
        self.0.as_object().map(|members| Self(members.get(name).cloned().unwrap_or_default()))
    }

    /// The text of a field of this name, as it was sent; `None`: it was not.
    ///
    /// # Errors
    /// [`Error::Invalid`]: malformed if it is no text.
    pub(crate) fn optional(&self, field: &'static str) -> Result<Option<String>, Error> {
        match &self.0 {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            Value::Number(number) => Ok(Some(number.to_string())),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(Error::malformed(field)),
        }
    }

    /// The text of a field of this name, which has to have one.
    ///
    /// # Errors
    /// [`Error::Invalid`]: missing if there is nothing but white space; malformed if it is no text.
    pub(crate) fn text(&self, field: &'static str) -> Result<String, Error> {
        let text = self.optional(field)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Error::missing(field))
    }

    /// Whom it names. What is no id names nobody.
    pub(crate) fn person(&self) -> UserId {
        let id = self.optional("userId").ok().flatten().and_then(|text| UserId::try_from(text).ok());
        id.unwrap_or_else(UserId::nobody)
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

/// A username (`docs/dialects/chat.md#complete-account`).
///
/// # Errors
/// [`Error::Invalid`]: missing, too long, or malformed.
pub(crate) fn username(sent: &Sent) -> Result<Username, Error> {
    Username::try_from(sent.text("username")?).map_err(|unfit| match unfit {
        Unfit::Length => Error::invalid("username", "length"),
        Unfit::Form => Error::malformed("username"),
    })
}
