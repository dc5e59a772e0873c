//! Profiles (`docs/dialects/lightup.md#profiles`).

use crate::{
    dialect::Routes,
    wire::{Data, TARGET, portrait_url},
};
use kit::{
    Example,
    Sample::{Map, Str},
    Signed,
    decode::{JsonText, Object},
    example::Samples,
    field::Integer,
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::{
    App, Error,
    media::Class,
    profiles::{self, Fields, View},
    sessions::Profile,
    values::{Dialect, LoveSex, Nickname, SaveKey, Sex, UserId},
};

const PERSON: Samples = &[(
    "personal_info",
    Map(&[
        ("nickname", Str("Tony")),
        ("birthday", Str("694195200")),
        ("location", Str("湖北 武汉")),
        ("sex", Str("male")),
        ("love_sex", Str("female")),
        ("portrait", Str("http://ss.bdimg.com/static/superman/img/logo/bd_logo1_31bdc765.png")),
    ]),
)];

pub(super) fn routes() -> Routes {
    Routes::of([
        post("/v1/account/change_personal_info", "ChangePersonalInfo")
            .about("Changes the own profile")
            .examples(&[
                Example { fields: PERSON, ..Example::PLAIN },
                Example {
                    name: Some("change_personal_info_json"),
                    fields: PERSON,
                    body: Some("application/json"),
                    ..Example::PLAIN
                },
            ])
            .signed(change_personal_info),
        post("/v1/account/get_user_info", "GetUserInfo")
            .about("Shows somebody's profile")
            .example(&[("target_id", Str(TARGET))])
            .signed(get_user_info),
    ])
}

/// Longest free text of a profile, in characters (`docs/dialects/lightup.md#change_personal_info`).
const TEXT: usize = 200;

/// `personal_info`. `null` and empty text leave a field as it is; unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct PersonalInfo {
    #[schemars(with = "Option<String>", length(min = 1, max = 30))]
    #[serde(deserialize_with = "nickname")]
    nickname: Option<Nickname>,
    /// `both` counts as not chosen.
    #[schemars(with = "Option<String>")]
    #[serde(deserialize_with = "absent_if_empty")]
    sex: Option<LoveSex>,
    #[schemars(with = "Option<String>")]
    #[serde(deserialize_with = "absent_if_empty")]
    love_sex: Option<LoveSex>,
    #[schemars(with = "Option<String>")]
    #[serde(deserialize_with = "absent_if_empty")]
    birthday: Option<Integer>,
    #[serde(deserialize_with = "short_text")]
    location: Option<String>,
    #[serde(deserialize_with = "nickname_text")]
    weibo_nickname: Option<String>,
    #[serde(deserialize_with = "short_text")]
    weibo_uid: Option<String>,
    #[serde(deserialize_with = "nickname_text")]
    wechat_nickname: Option<String>,
    #[serde(deserialize_with = "short_text")]
    wechat_uid: Option<String>,
    #[serde(rename = "wechat_ID", deserialize_with = "short_text")]
    wechat_id: Option<String>,
    /// The `save_key` of the portrait that waits. Absolute URLs are ignored.
    #[schemars(with = "Option<String>")]
    #[serde(deserialize_with = "relative_key")]
    portrait: Option<SaveKey>,
}

fn absent_if_empty<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        value => T::deserialize(value).map(Some).map_err(serde::de::Error::custom),
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D, most: usize) -> Result<Option<String>, D::Error> {
    let text: Option<String> = absent_if_empty(deserializer)?;
    match text {
        Some(text) if text.chars().count() > most => Err(serde::de::Error::custom("too long")),
        other => Ok(other),
    }
}

fn short_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer, TEXT)
}

fn nickname<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Nickname>, D::Error> {
    let text = absent_if_empty::<_, String>(deserializer)?;
    let nickname = text.map(|text| Nickname::try_from(text).map_err(serde::de::Error::custom)).transpose()?;
    // What is one person's alone is what can be claimed.
    match nickname {
        Some(nickname) if !nickname.can_be_claimed() => Err(serde::de::Error::custom("too long")),
        other => Ok(other),
    }
}

fn nickname_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer, 30)
}

fn relative_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SaveKey>, D::Error> {
    let text: Option<String> = absent_if_empty(deserializer)?;
    let relative = text.filter(|text| !is_absolute(text)).map(SaveKey::try_from);
    relative.transpose().map_err(serde::de::Error::custom)
}

/// Whether a text is a URL with a scheme, or one that lacks only the scheme (RFC 3986, 3.1 and 4.2)
/// (`docs/dialects/lightup.md#naming-a-portrait`).
fn is_absolute(text: &str) -> bool {
    let scheme = |scheme: &str| {
        let rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(rest)
    };
    text.starts_with("//") || text.split_once(':').is_some_and(|(before, _)| scheme(before))
}

impl From<PersonalInfo> for Fields {
    fn from(info: PersonalInfo) -> Self {
        let sex = info.sex.and_then(|sex| match sex {
            LoveSex::Male => Some(Sex::Male),
            LoveSex::Female => Some(Sex::Female),
            LoveSex::Both => None,
        });
        Self {
            nickname: info.nickname,
            sex,
            love_sex: info.love_sex,
            birthday: info.birthday.map(|seconds| seconds.0.to_string()),
            location: info.location,
            weibo_nickname: info.weibo_nickname,
            weibo_uid: info.weibo_uid,
            wechat_nickname: info.wechat_nickname,
            wechat_uid: info.wechat_uid,
            wechat_id: info.wechat_id,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct ChangePersonalInfo {
    personal_info: JsonText<Object<PersonalInfo>>,
}

/// `{"status": ...}` alone.
#[derive(Serialize, JsonSchema)]
struct Changed {
    status: &'static str,
}

async fn change_personal_info(app: App, signed: Signed, input: ChangePersonalInfo) -> Result<Changed, Error> {
    let mut info = input.personal_info.0.0;
    let portrait = info.portrait.take();
    profiles::change(&app, &signed.claim, &info.into(), portrait.as_ref()).await?;
    Ok(Changed { status: "change personal_info successfully" })
}

#[derive(Deserialize, JsonSchema)]
struct GetUserInfo {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    target_id: UserId,
    access_token: String,
}

#[derive(Serialize, JsonSchema)]
struct UserInfo {
    portrait: String,
    phone_number: String,
    access_token: String,
    nickname: String,
    #[serde(flatten)]
    texts: Texts,
    age: i64,
    basic_info_complete: bool,
    emotion_experience_complete: bool,
    value_concept_complete: bool,
    basic_info_light_number: u32,
    emotion_experience_light_number: u32,
    value_concept_light_number: u32,
}

async fn get_user_info(app: App, signed: Signed, input: GetUserInfo) -> Result<Data<UserInfo>, Error> {
    let view = profiles::view(&app, &signed.claim, &input.target_id).await?;
    let portrait = portrait_url(&app, &signed.caller, &view.profile).unwrap_or_default();
    let access_token = if view.own { input.access_token } else { String::new() };
    Ok(Data { data: user_info(&app, view, portrait, access_token) })
}

/// Number and token are for oneself only, contacts also for whom the person has lit the third light
/// (`docs/dialects/lightup.md#get_user_info`).
fn user_info(app: &App, view: View, portrait: String, access_token: String) -> UserInfo {
    let complete = Class::ALL.map(|class| view.complete(class));
    let View { profile, own, contacts, received } = view;
    UserInfo {
        portrait,
        phone_number: profile
            .phone
            .as_ref()
            .filter(|_| own)
            .map(|phone| phone.national().to_owned())
            .unwrap_or_default(),
        access_token,
        nickname: profile
            .nickname_in(Dialect::LightUp)
            .map(|nickname| nickname.as_str().to_owned())
            .unwrap_or_default(),
        age: age(profile.birthday.as_deref(), app.clock.seconds()),
        texts: Texts::of(profile, contacts),
        basic_info_complete: complete[0],
        emotion_experience_complete: complete[1],
        value_concept_complete: complete[2],
        basic_info_light_number: received[0],
        emotion_experience_light_number: received[1],
        value_concept_light_number: received[2],
    }
}

/// What a person tells, as text, empty where there is none.
#[derive(Serialize, JsonSchema)]
pub(super) struct Texts {
    sex: &'static str,
    love_sex: &'static str,
    birthday: String,
    location: String,
    weibo_nickname: String,
    weibo_uid: String,
    wechat_nickname: String,
    wechat_uid: String,
    #[serde(rename = "wechat_ID")]
    wechat_id: String,
}

impl Texts {
    /// `contacts`: whether whoever asks may see those.
    pub(super) fn of(profile: Profile, contacts: bool) -> Self {
        let text = Option::unwrap_or_default;
        let contact = |contact: Option<String>| contact.filter(|_| contacts).unwrap_or_default();
        Self {
            sex: profile.sex.map_or("", Sex::as_str),
            love_sex: profile.love_sex.map_or("", LoveSex::as_str),
            birthday: text(profile.birthday),
            location: text(profile.location),
            weibo_nickname: text(profile.weibo_nickname),
            weibo_uid: contact(profile.weibo_uid),
            wechat_nickname: text(profile.wechat_nickname),
            wechat_uid: contact(profile.wechat_uid),
            wechat_id: contact(profile.wechat_id),
        }
    }
}

/// Whole years of 365 days; 0 without a birthday or before it (`docs/dialects/lightup.md#get_user_info`).
#[must_use]
fn age(birthday: Option<&str>, now: i64) -> i64 {
    let birthday = birthday.and_then(|seconds| seconds.parse::<i64>().ok());
    birthday.map_or(0, |birthday| now.saturating_sub(birthday).div_euclid(31_536_000).max(0))
}
