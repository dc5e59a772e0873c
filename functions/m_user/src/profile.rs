//! Profiles (`docs/dialects/m_user.md#profiles`): reading one, changing one's own, and what is played before a call.

use crate::{
    dialect::Routes,
    refusal::{Refusal, field},
    wire::{
        AgeField, DegreeField, FILE, GenderField, JobField, KeyField, MarriageField, NicknameField, OnlinePeriodField,
        PERSON, PersonField, SexAttitudeField, icon, nickname,
    },
};
use axum::http::Method;
use kit::{
    Sample::{Int, Map, Str},
    Signed, at,
    decode::JsonText,
    field::{Integer, Patch, Text, filled},
    get,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    error::Unusable,
    profiles::about::{self, About, AboutView, AudioIntro, Background, BackgroundKind, ProfileChange},
    sessions::Profile,
    values::{Age, Change, Degree, FreeText, Gender, Job, Kind, Marriage, OnlinePeriod, SexAttitude, Unfit},
};

pub(crate) fn routes() -> Routes {
    Routes::of([
        at([Method::PUT], "/m_user/users/{user_id}", "ReplaceProfile")
            .about("Changes the own profile, as PATCH does")
            .example(&[
                ("user_id", Str(PERSON)),
                ("nickname", Str("阙子雄")),
                ("gender", Str("male")),
                ("job", Str("student")),
                ("audio_price", Int(3)),
            ])
            .refusing(unusable_file)
            .checked(Replacement::checked, change),
        at([Method::PATCH], "/m_user/users/{user_id}", "ChangeProfile")
            .about("Changes the own profile")
            .example(&[
                ("user_id", Str(PERSON)),
                ("sex_attitude", Str("open")),
                ("signature", Str("哈哈")),
                ("audio_intro", Map(&[("key", Str(FILE)), ("duration", Int(7))])),
            ])
            .refusing(unusable_file)
            .checked(Amendment::checked, change),
        get("/m_user/users/{user_id}", "Profile")
            .about("Shows somebody's profile")
            .example(&[("user_id", Str(PERSON))])
            .signed(profile),
        get("/m_user/user_chat_media", "CallMedia")
            .about("Gives a file of somebody for a call")
            .example(&[("chat_type", Str("video_chat")), ("user_id", Str(PERSON))])
            .signed(call_media),
    ])
}

/// The field of a file that cannot be used, in the order of [`about::FilePlace::ALL`].
fn unusable_file(error: &Error) -> Option<Refusal> {
    const FIELDS: [&str; 5] = ["icon", "background", "audio_intro", "video_chat_key", "audio_chat_key"];
    match error {
        Error::Unusable(Unusable::File(place)) => FIELDS.get(*place).map(|name| field(name)),
        _ => None,
    }
}

/// What a profile says of somebody (`docs/dialects/m_user.md#people`).
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProfileItem {
    id: String,
    nickname: String,
    #[schemars(extend("enum" = ["male", "female"]))]
    gender: Option<&'static str>,
    icon: Option<String>,
    age: Option<u8>,
    sex_attitude: Option<&'static str>,
    job: Option<&'static str>,
    degree: Option<&'static str>,
    marriage: Option<&'static str>,
    signature: Option<String>,
    /// Coins a minute; null: takes no such calls.
    video_price: Option<u32>,
    audio_price: Option<u32>,
    online_period: Option<&'static str>,
}

impl ProfileItem {
    pub(crate) fn of(profile: &Profile, about: &About) -> Self {
        Self {
            id: profile.uid.to_string(),
            nickname: nickname(profile),
            gender: profile.gender.map(Gender::as_str),
            icon: icon(profile),
            age: profile.age.map(Age::years),
            sex_attitude: about.sex_attitude.map(SexAttitude::as_str),
            job: about.job.map(Job::as_str),
            degree: about.degree.map(Degree::as_str),
            marriage: about.marriage.map(Marriage::as_str),
            signature: about.signature.as_ref().map(|signature| signature.as_str().to_owned()),
            video_price: about.video_price.0,
            audio_price: about.audio_price.0,
            online_period: about.online_period.map(OnlinePeriod::as_str),
        }
    }
}

/// A profile as it is read.
#[derive(Serialize, JsonSchema)]
struct BasicUser {
    #[serde(flatten)]
    profile: ProfileItem,
    /// Of oneself alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_vip: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vip_left: Option<i64>,
}

fn basic_user(app: &App, view: &AboutView) -> BasicUser {
    let left = view.own.then(|| view.profile.vip_days_left(app.clock.seconds()));
    BasicUser {
        profile: ProfileItem::of(&view.profile, &view.about),
        is_vip: left.map(|left| left > 0),
        vip_left: left,
    }
}

#[derive(Deserialize, JsonSchema)]
struct ByPerson {
    user_id: PersonField,
}

async fn profile(app: App, signed: Signed, input: ByPerson) -> Result<BasicUser, Error> {
    let view = about::about(&app, &signed.claim, &input.user_id.0).await?;
    Ok(basic_user(&app, &view))
}

kit::fields! {
    /// `signature`: up to 140 characters, over several lines.
    SignatureField(#[schemars(with = "String", length(max = 140))] FreeText) from Text = |text| FreeText::new(text.0, 1..=140);

    /// A price: 0 to 100,000 coins a minute.
    PriceField(#[schemars(with = "u32", range(max = 100_000))] u32) from Integer
        = |coins| u32::try_from(coins.0).ok().filter(|coins| *coins <= 100_000).ok_or(Unfit::Form);
}

/// `background`: a video or a picture.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct BackgroundField {
    r#type: BackgroundType,
    key: KeyField,
}

kit::words! {
    /// `type`: `video` or `picture`.
    BackgroundType(BackgroundKind) { "video" => BackgroundKind::Video, "picture" => BackgroundKind::Picture }

    /// `chat_type`: `video_chat` or `audio_chat`.
    ChatType(Kind) { "video_chat" => Kind::Video, "audio_chat" => Kind::Audio }
}

/// `audio_intro`: 1 to 600 seconds of sound.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct AudioIntroField {
    key: KeyField,
    duration: DurationField,
}

kit::fields! {
    /// `duration`: 1 to 600 seconds.
    DurationField(#[schemars(with = "u32", range(min = 1, max = 600))] u32) from Integer
        = |seconds| u32::try_from(seconds.0).ok().filter(|seconds| (1..=600).contains(seconds)).ok_or(Unfit::Form);
}

/// The whole profile: what is absent is unset, but for the age and what is not in the first documents.
#[derive(Deserialize, JsonSchema)]
struct Replacement {
    user_id: PersonField,
    nickname: NicknameField,
    gender: GenderField,
    icon: Option<KeyField>,
    age: Option<AgeField>,
    signature: Option<SignatureField>,
    sex_attitude: Option<SexAttitudeField>,
    job: Option<JobField>,
    degree: Option<DegreeField>,
    marriage: Option<MarriageField>,
    online_period: Option<OnlinePeriodField>,
    video_price: Option<PriceField>,
    audio_price: Option<PriceField>,
}

/// Whose profile, and what changes.
type Changed = (PersonField, ProfileChange);

impl Replacement {
    fn checked(self) -> Result<Changed, Error> {
        let change = ProfileChange {
            nickname: Some(self.nickname.0),
            gender: Some(self.gender.0),
            age: self.age.map(|age| age.0),
            icon: Change::to(self.icon.map(|key| key.0)),
            signature: Change::to(self.signature.map(|text| text.0)),
            sex_attitude: Change::to(self.sex_attitude.map(|word| word.0)),
            job: Change::to(self.job.map(|word| word.0)),
            degree: Change::to(self.degree.map(|word| word.0)),
            marriage: Change::to(self.marriage.map(|word| word.0)),
            online_period: Change::to(self.online_period.map(|word| word.0)),
            video_price: Change::to(self.video_price.map(|coins| coins.0)),
            audio_price: Change::to(self.audio_price.map(|coins| coins.0)),
            ..ProfileChange::default()
        };
        Ok((self.user_id, change))
    }
}

/// What changes of a profile: what is absent stays, null unsets. Nickname, gender and age cannot be unset.
#[derive(Deserialize, JsonSchema)]
struct Amendment {
    user_id: PersonField,
    #[serde(default, deserialize_with = "filled")]
    nickname: Option<NicknameField>,
    #[serde(default, deserialize_with = "filled")]
    gender: Option<GenderField>,
    #[serde(default)]
    icon: Patch<KeyField>,
    #[serde(default, deserialize_with = "filled")]
    age: Option<AgeField>,
    #[serde(default)]
    signature: Patch<SignatureField>,
    #[serde(default)]
    sex_attitude: Patch<SexAttitudeField>,
    #[serde(default)]
    job: Patch<JobField>,
    #[serde(default)]
    degree: Patch<DegreeField>,
    #[serde(default)]
    marriage: Patch<MarriageField>,
    #[serde(default)]
    online_period: Patch<OnlinePeriodField>,
    #[serde(default)]
    video_price: Patch<PriceField>,
    #[serde(default)]
    audio_price: Patch<PriceField>,
    #[serde(default)]
    background: Patch<JsonText<BackgroundField>>,
    #[serde(default)]
    audio_intro: Patch<JsonText<AudioIntroField>>,
    #[serde(default)]
    video_chat_key: Patch<KeyField>,
    #[serde(default)]
    audio_chat_key: Patch<KeyField>,
}

impl Amendment {
    fn checked(self) -> Result<Changed, Error> {
        let background = |it: JsonText<BackgroundField>| Background { kind: it.0.r#type.0, key: it.0.key.0 };
        let intro = |it: JsonText<AudioIntroField>| AudioIntro { key: it.0.key.0, duration: it.0.duration.0 };
        let change = ProfileChange {
            nickname: self.nickname.map(|nickname| nickname.0),
            gender: self.gender.map(|gender| gender.0),
            age: self.age.map(|age| age.0),
            icon: self.icon.0.map(|key| key.0),
            signature: self.signature.0.map(|text| text.0),
            sex_attitude: self.sex_attitude.0.map(|word| word.0),
            job: self.job.0.map(|word| word.0),
            degree: self.degree.0.map(|word| word.0),
            marriage: self.marriage.0.map(|word| word.0),
            online_period: self.online_period.0.map(|word| word.0),
            video_price: self.video_price.0.map(|coins| coins.0),
            audio_price: self.audio_price.0.map(|coins| coins.0),
            background: self.background.0.map(background),
            audio_intro: self.audio_intro.0.map(intro),
            video_chat: self.video_chat_key.0.map(|key| key.0),
            audio_chat: self.audio_chat_key.0.map(|key| key.0),
        };
        Ok((self.user_id, change))
    }
}

async fn change(app: App, signed: Signed, (person, change): Changed) -> Result<BasicUser, Error> {
    let view = about::change_about(&app, &signed.claim, &person.0, &change).await?;
    Ok(basic_user(&app, &view))
}

#[derive(Deserialize, JsonSchema)]
struct CallMedia {
    chat_type: ChatType,
    user_id: PersonField,
}

#[derive(Serialize, JsonSchema)]
struct Playable {
    key: String,
    #[schemars(extend("enum" = ["video", "audio"]))]
    r#type: &'static str,
}

async fn call_media(app: App, signed: Signed, input: CallMedia) -> Result<Playable, Error> {
    let kind = input.chat_type.0;
    let key = about::call_media(&app, &signed.claim, &input.user_id.0, kind).await?;
    Ok(Playable { key: key.to_string(), r#type: if kind == Kind::Video { "video" } else { "audio" } })
}
