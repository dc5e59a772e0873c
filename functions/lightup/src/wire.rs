//! Fields and answers that several operations share (`docs/dialects/lightup.md#field-rules`,
//! `docs/dialects/lightup.md#answers`).

use kit::Caller;
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App,
    media::{Class, Kind},
    sessions::Profile,
    storage::Form,
};
use std::collections::BTreeMap;

/// Whom the examples of requests speak of: a number, and somebody else than the caller.
pub(crate) const PHONE: &str = "15172354423";
pub(crate) const TARGET: &str = "5703f1c27b6ef053a330e8c9";

kit::words! {
    /// `class`: one of the three.
    pub ClassField(Class) {
        "basic_info" => Class::BasicInfo,
        "emotion_experience" => Class::EmotionExperience,
        "value_concept" => Class::ValueConcept,
    }

    /// `file_type`: `audio` or `video`.
    pub FileType(Kind) { "audio" => Kind::Audio, "video" => Kind::Video }
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
