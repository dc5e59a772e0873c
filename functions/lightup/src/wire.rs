//! Fields and answers that several operations share (`docs/dialects/lightup.md#field-rules`,
//! `docs/dialects/lightup.md#answers`).

use crate::dialect::LightUp;
use axum::http::Method;
use kit::{At, Caller, at, decode::integer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    media::{AudioAnswer, Class, Kind, Question},
    sessions::Profile,
    storage::Form,
    values::{E164, Order, Password, QuestionId, SaveKey, Sex, Unfit},
};
use std::collections::BTreeMap;

/// Whom the examples of requests speak of: a number, and somebody else than the caller.
pub(crate) const PHONE: &str = "15172354423";
pub(crate) const TARGET: &str = "5703f1c27b6ef053a330e8c9";

/// An operation of this dialect, which are called with POST.
pub(crate) fn post(path: &'static str, name: &'static str) -> At<LightUp> {
    at([Method::POST], path, name)
}

/// The calling code of every number of this dialect (`docs/dialects/lightup.md#field-rules`).
const CHINA: &str = "86";

/// `phone_number`: exactly 11 digits.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("pattern" = r"^[0-9]{11}$"))]
pub struct Phone(#[schemars(with = "String")] pub E164);

impl TryFrom<String> for Phone {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        if text.len() == 11 { E164::new(CHINA, &text).map(Self) } else { Err(Unfit::Length) }
    }
}

/// `password`: 6 to 30 characters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("minLength" = 6, "maxLength" = 30))]
pub struct NewPassword(#[schemars(with = "String")] pub Password);

impl TryFrom<String> for NewPassword {
    type Error = Unfit;

    fn try_from(text: String) -> Result<Self, Unfit> {
        Password::new(&text, 6..=30).map(Self)
    }
}

/// `device_token`: 1 to 512 characters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("minLength" = 1, "maxLength" = 512))]
pub struct DeviceToken(pub String);

impl TryFrom<String> for DeviceToken {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        if (1..=512).contains(&text.chars().count()) {
            Ok(Self(text))
        } else {
            Err(Error::invalid("device_token", "not 1 to 512 characters"))
        }
    }
}

/// `sex`: `male` or `female`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the two words")]
pub enum SexField {
    Male,
    Female,
}

impl From<SexField> for Sex {
    fn from(field: SexField) -> Self {
        match field {
            SexField::Male => Self::Male,
            SexField::Female => Self::Female,
        }
    }
}

/// `class`: one of the three.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the three words")]
pub enum ClassField {
    BasicInfo,
    EmotionExperience,
    ValueConcept,
}

impl From<ClassField> for Class {
    fn from(field: ClassField) -> Self {
        match field {
            ClassField::BasicInfo => Self::BasicInfo,
            ClassField::EmotionExperience => Self::EmotionExperience,
            ClassField::ValueConcept => Self::ValueConcept,
        }
    }
}

/// `file_type`: `audio` or `video`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the two words")]
pub enum FileType {
    Audio,
    Video,
}

impl From<FileType> for Kind {
    fn from(field: FileType) -> Self {
        match field {
            FileType::Audio => Self::Audio,
            FileType::Video => Self::Video,
        }
    }
}

/// `order`: 1, 2 or 3 (`docs/dialects/lightup.md#field-rules`).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "Integer")]
pub struct OrderField(pub Order);

impl TryFrom<Integer> for OrderField {
    type Error = Unfit;

    fn try_from(number: Integer) -> Result<Self, Unfit> {
        u8::try_from(number.0).map_err(|_| Unfit::Form)?.try_into().map(Self)
    }
}

/// An integer, written as a number or as text.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Integer(#[serde(deserialize_with = "integer")] pub i64);

/// An element of `questions`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct QuestionField {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    question_id: QuestionId,
    #[serde(deserialize_with = "integer")]
    #[schemars(range(min = 1, max = 3))]
    question_order: u8,
}

impl From<QuestionField> for Question {
    fn from(field: QuestionField) -> Self {
        Self { id: field.question_id, order: field.question_order }
    }
}

/// An element of `question_arr`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub struct AudioField {
    #[schemars(with = "String", length(min = 1, max = 254))]
    save_key: SaveKey,
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    question_id: QuestionId,
    #[serde(deserialize_with = "integer")]
    #[schemars(range(min = 1, max = 3))]
    question_order: u8,
}

impl From<AudioField> for AudioAnswer {
    fn from(field: AudioField) -> Self {
        let question = Question { id: field.question_id, order: field.question_order };
        Self { question, save_key: field.save_key }
    }
}

/// `{}`
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Empty {}

/// `{"status": "...", "data": {}}`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Done {
    status: &'static str,
    data: Empty,
}

/// An operation that answers nothing but that it is done.
#[must_use]
pub fn done(status: &'static str) -> Done {
    Done { status, data: Empty {} }
}

/// `{"data": ...}`
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Answer")]
pub struct Data<T> {
    /// What was asked for.
    pub data: T,
}

/// What a signed operation without other fields takes: nothing besides `user_id` and `access_token`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Nothing {}

/// The documented pair and what S3 needs beside it.
#[derive(Serialize, JsonSchema)]
pub struct FormFields {
    policy: String,
    signature: String,
    url: String,
    fields: BTreeMap<String, String>,
}

impl From<Form> for FormFields {
    fn from(form: Form) -> Self {
        let (policy, signature) = (form.policy().to_owned(), form.signature().to_owned());
        Self { policy, signature, url: form.url, fields: form.fields }
    }
}

/// The stable URL of a portrait; `None`: the person has none (`docs/dialects/lightup.md#portrait-urls`).
pub(crate) fn portrait_url(app: &App, caller: &Caller, profile: &Profile) -> Option<String> {
    profile.portrait_url(caller.media_base(app))
}
