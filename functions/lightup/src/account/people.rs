//! Profiles, portraits, devices and drawn questions (contract 3.6, 3.8-3.13).

use super::POST;
use crate::{
    Op, Routes,
    wire::{ClassField, Data, DeviceToken, Done, Integer, Nothing, done},
};
use kit::{
    Caller, Signed,
    decode::{JsonText, Object},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::{
    App, Error, devices, media,
    media::Class,
    profiles::{self, Fields, View},
    questions,
    sessions::{Claim, Profile},
    storage::Form,
    values::{LoveSex, Nickname, SaveKey, Sex, UserId},
};
use std::collections::BTreeMap;

pub(super) fn routes() -> Routes {
    Routes::new()
        .signed(POST, "/v1/account/change_personal_info", Op::ChangePersonalInfo, change_personal_info)
        .signed(POST, "/v1/account/get_user_info", Op::GetUserInfo, get_user_info)
        .signed(POST, "/v1/account/upload_portrait_request", Op::UploadPortraitRequest, upload_portrait_request)
        .signed(POST, "/v1/account/upload_portrait_confirm", Op::UploadPortraitConfirm, upload_portrait_confirm)
        .signed(POST, "/v1/account/refresh_device_token", Op::RefreshDeviceToken, refresh_device_token)
        .open(POST, "/v1/account/refresh_device_token_lib", Op::RefreshDeviceTokenLib, refresh_device_token_lib)
        .signed(POST, "/v1/account/get_questions", Op::GetQuestions, get_questions)
        .signed(POST, "/v1/account/get_account_questions", Op::GetQuestions, get_questions)
}

/// Longest free text of a profile, in characters.
const TEXT: usize = 200;

/// `personal_info` (contract 3.6). `null` and empty text leave a field as it is; unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct PersonalInfo {
    #[schemars(with = "Option<String>", length(min = 1, max = 30))]
    #[serde(deserialize_with = "absent_if_empty")]
    nickname: Option<Nickname>,
    /// `both` counts as not chosen (contract C-14).
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

fn nickname_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer, 30)
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

/// `{"status": ...}` alone (contract C-6).
#[derive(Serialize, JsonSchema)]
struct Changed {
    status: &'static str,
}

async fn change_personal_info(app: App, signed: Signed, input: ChangePersonalInfo) -> Result<Changed, Error> {
    profiles::change(&app, &signed.claim, &input.personal_info.0.0.into()).await?;
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

/// Number and token are for oneself only, contacts also for whom the person has lit the third light (contract 3.8).
fn user_info(app: &App, view: View, portrait: String, access_token: String) -> UserInfo {
    let complete = Class::ALL.map(|class| view.complete(class));
    let View { profile, own, contacts, received } = view;
    let text = Option::unwrap_or_default;
    let contact = |contact: Option<String>| contact.filter(|_| contacts).unwrap_or_default();
    UserInfo {
        portrait,
        phone_number: if own { profile.phone.national().to_owned() } else { String::new() },
        access_token,
        nickname: profile.nickname.map(|nickname| nickname.as_str().to_owned()).unwrap_or_default(),
        sex: profile.sex.map_or("", Sex::as_str),
        love_sex: profile.love_sex.map_or("", LoveSex::as_str),
        age: age(profile.birthday.as_deref(), app.clock.seconds()),
        birthday: text(profile.birthday),
        location: text(profile.location),
        weibo_nickname: text(profile.weibo_nickname),
        weibo_uid: contact(profile.weibo_uid),
        wechat_nickname: text(profile.wechat_nickname),
        wechat_uid: contact(profile.wechat_uid),
        wechat_id: contact(profile.wechat_id),
        basic_info_complete: complete[0],
        emotion_experience_complete: complete[1],
        value_concept_complete: complete[2],
        basic_info_light_number: received[0],
        emotion_experience_light_number: received[1],
        value_concept_light_number: received[2],
    }
}

/// Whole years of 365 days; 0 without a birthday or before it (contract 3.8).
#[must_use]
fn age(birthday: Option<&str>, now: i64) -> i64 {
    let birthday = birthday.and_then(|seconds| seconds.parse::<i64>().ok());
    birthday.map_or(0, |birthday| now.saturating_sub(birthday).div_euclid(31_536_000).max(0))
}

/// The stable URL of a portrait (decision 12).
pub(crate) struct Portrait;

pub(super) fn portrait_url(app: &App, caller: &Caller, profile: &Profile) -> Option<String> {
    Portrait::url(app, caller, profile)
}

impl Portrait {
    /// `None`: the person has none.
    pub(crate) fn url(app: &App, caller: &Caller, profile: &Profile) -> Option<String> {
        let base = app.config.media_base.as_deref().unwrap_or(&caller.base);
        profile.portrait_path().map(|path| format!("{base}{path}"))
    }
}

#[derive(Deserialize, JsonSchema)]
struct UploadPortraitRequest {
    #[schemars(with = "String", length(min = 1, max = 254))]
    save_key: SaveKey,
    expiration: Expiration,
    /// Taken and not used: the server has one bucket.
    #[schemars(with = "String", length(min = 1, max = 63))]
    #[serde(rename = "bucket")]
    _bucket: Bucket,
}

/// `expiration`: exactly ten digits (contract 1.4).
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = r"^[0-9]{10}$"))]
struct Expiration(#[schemars(with = "String")] i64);

impl TryFrom<String> for Expiration {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse().ok().filter(|_| digits);
        seconds.map(Self).ok_or_else(|| Error::invalid("expiration", "not ten digits"))
    }
}

/// `bucket`: 1 to 63 bytes (contract 1.4).
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Bucket;

impl TryFrom<String> for Bucket {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        if (1..=63).contains(&text.len()) { Ok(Self) } else { Err(Error::invalid("bucket", "not 1 to 63 bytes")) }
    }
}

/// The documented pair, in both spellings, and what S3 needs beside it (contract 3.9, 4.5).
#[derive(Serialize, JsonSchema)]
struct PortraitForm {
    policy: String,
    signatrue: String,
    signature: String,
    url: String,
    fields: BTreeMap<String, String>,
}

impl From<Form> for PortraitForm {
    fn from(form: Form) -> Self {
        let (policy, signature) = (form.policy().to_owned(), form.signature().to_owned());
        Self { policy, signatrue: signature.clone(), signature, url: form.url, fields: form.fields }
    }
}

async fn upload_portrait_request(
    app: App,
    signed: Signed,
    input: UploadPortraitRequest,
) -> Result<Data<PortraitForm>, Error> {
    let form = media::request_portrait(&app, &signed.claim, &input.save_key, input.expiration.0).await?;
    Ok(Data { data: form.into() })
}

async fn upload_portrait_confirm(app: App, signed: Signed, _: Nothing) -> Result<Done, Error> {
    media::confirm_portrait(&app, &signed.claim).await?;
    Ok(done("update portrait successfully"))
}

#[derive(Deserialize, JsonSchema)]
struct RefreshDeviceToken {
    device_token: DeviceToken,
}

const DEVICE_UPDATED: &str = "update device_token successfully";

async fn refresh_device_token(app: App, signed: Signed, input: RefreshDeviceToken) -> Result<Done, Error> {
    devices::register(&app, &signed.claim, &input.device_token.0).await?;
    Ok(done(DEVICE_UPDATED))
}

#[derive(Deserialize, JsonSchema)]
struct RefreshDeviceTokenLib {
    device_token: DeviceToken,
    /// With it `access_token` is required (contract 3.12).
    #[schemars(with = "Option<String>", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    user_id: Option<UserId>,
    access_token: Option<String>,
}

async fn refresh_device_token_lib(app: App, caller: Caller, input: RefreshDeviceTokenLib) -> Result<Done, Error> {
    let claim = match (input.user_id, input.access_token) {
        (None, _) => None,
        (Some(user), Some(token)) => Some(Claim::new(user, &token)),
        (Some(_), None) => return Err(Error::invalid("access_token", "is missing")),
    };
    devices::register_for(&app, claim.as_ref(), &caller.address, &input.device_token.0).await?;
    Ok(done(DEVICE_UPDATED))
}

#[derive(Deserialize, JsonSchema)]
struct GetQuestions {
    class: ClassField,
}

#[derive(Serialize, JsonSchema)]
struct DrawnQuestion {
    problem_id: String,
    problem_content: String,
    problem_order: usize,
}

#[derive(Serialize, JsonSchema)]
struct Questions {
    questions: Vec<DrawnQuestion>,
}

async fn get_questions(app: App, signed: Signed, input: GetQuestions) -> Result<Data<Questions>, Error> {
    let drawn = questions::drawn(&app, &signed.claim, input.class.into()).await?;
    let questions = drawn.into_iter().zip(1..).map(|(question, order)| DrawnQuestion {
        problem_id: question.id.to_string(),
        problem_content: question.content,
        problem_order: order,
    });
    Ok(Data { data: Questions { questions: questions.collect() } })
}
