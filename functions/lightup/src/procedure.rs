//! `/v1/procedure/*`: questions, guests, media of others, lights, messages (`docs/dialects/lightup.md#questions`,
//! `docs/dialects/lightup.md#get_media`, `docs/dialects/lightup.md#guests`, `docs/dialects/lightup.md#lights`).

use crate::{
    dialect::{Routes, Words},
    wire::{ClassField, Data, Done, Empty, FileType, TARGET, done, portrait_url},
};
use axum::http::StatusCode;
use kit::{
    Example,
    Sample::{Int, Str},
    Signed,
    example::Samples,
    field::{Integer, Nothing},
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::{
    App, Error, guests,
    guests::Guest,
    lights,
    media::{self, Class, Kind, Playable},
    questions,
    values::{Dialect, LoveSex, Order, Unfit, UserId},
};

const AUDIO: Samples = &[("target_id", Str(TARGET)), ("audio_class", Str("basic_info")), ("file_type", Str("audio"))];
const VIDEO: Samples = &[("target_id", Str(TARGET)), ("class", Str("value_concept")), ("file_type", Str("video"))];

/// The operations of the function `procedure`.
#[must_use]
pub fn routes() -> Routes {
    Routes::of([
        post("/v1/procedure/get_random_questions", "GetRandomQuestions")
            .about("Gives questions by chance")
            .example(&[("class", Str("value_concept")), ("limit", Int(3))])
            .signed(get_random_questions),
        post("/v1/procedure/get_questions", "GetRandomQuestions")
            .about("Gives questions by chance")
            .example(&[("class", Str("basic_info"))])
            .signed(get_old_questions),
        post("/v1/procedure/get_problems", "GetRandomQuestions")
            .about("Gives questions by chance")
            .example(&[("class", Str("basic_info")), ("limit", Int(3))])
            .signed(get_old_questions),
        post("/v1/procedure/get_user_id_by_love_sex", "GetUserIdByLoveSex")
            .about("Shows one stranger by chance")
            .example(&[("love_sex", Str("female"))])
            .signed(get_user_id_by_love_sex),
        post("/v1/procedure/get_user_ids_by_love_sex", "GetUserIdsByLoveSex")
            .about("Shows several strangers by chance")
            .example(&[("love_sex", Str("both"))])
            .refusing(no_guests)
            .signed(get_user_ids_by_love_sex),
        post("/v1/procedure/get_media", "GetMedia")
            .about("Gives the media of somebody")
            .examples(&[
                Example { name: Some("get_media_audio"), fields: AUDIO, ..Example::PLAIN },
                Example { name: Some("get_media_video"), fields: VIDEO, ..Example::PLAIN },
            ])
            .checked(GetMedia::checked, get_media),
        post("/v1/procedure/light_up", "LightUp")
            .about("Gives somebody one of three lights")
            .example(&[("target_id", Str(TARGET)), ("order", Int(1)), ("light_status", Int(1))])
            .signed(light_up),
        post("/v1/procedure/log_have_seen", "LogHaveSeen")
            .about("Remembers that the caller has seen somebody")
            .example(&[("target_id", Str(TARGET))])
            .signed(log_have_seen),
        post("/v1/procedure/get_message", "GetMessage")
            .about("Lists who has given the caller lights")
            .signed(get_message),
    ])
}

#[derive(Deserialize, JsonSchema)]
struct GetRandomQuestions {
    class: ClassField,
    #[serde(rename = "limit")]
    _limit: Three,
}

/// The same under the paths of old clients, some of which name no limit.
#[derive(Deserialize, JsonSchema)]
struct GetOldQuestions {
    class: ClassField,
    /// 3, also when it is not given.
    #[serde(rename = "limit")]
    _limit: Option<Three>,
}

kit::fields! {
    // The number 3 (`docs/dialects/lightup.md#field-rules`).
    Three(#[schemars(with = "u8", range(min = 3, max = 3))] ()) from Integer
        = |number| if number.0 == 3 { Ok(()) } else { Err(Unfit::Form) };

    // `order`: 1, 2 or 3 (`docs/dialects/lightup.md#field-rules`).
    OrderField(#[schemars(with = "u8", range(min = 1, max = 3))] Order) from Integer
        = |number| u8::try_from(number.0).map_err(|_| Unfit::Form)?.try_into();

    // 1 is on, 0 is off (`docs/dialects/lightup.md#field-rules`).
    LightStatus(#[schemars(with = "u8", range(min = 0, max = 1))] bool) from Integer = |number| match number.0 {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Unfit::Form),
    };
}

#[derive(Serialize, JsonSchema)]
struct RandomQuestion {
    problem_content: String,
    problem_id: String,
}

#[derive(Serialize, JsonSchema)]
struct RandomQuestions {
    questions: Vec<RandomQuestion>,
}

async fn get_random_questions(
    app: App,
    signed: Signed,
    input: GetRandomQuestions,
) -> Result<Data<RandomQuestions>, Error> {
    random_questions(&app, &signed, input.class.0).await
}

async fn get_old_questions(app: App, signed: Signed, input: GetOldQuestions) -> Result<Data<RandomQuestions>, Error> {
    random_questions(&app, &signed, input.class.0).await
}

async fn random_questions(app: &App, signed: &Signed, class: Class) -> Result<Data<RandomQuestions>, Error> {
    let questions = questions::random(app, &signed.claim, class).await?;
    let questions = questions
        .into_iter()
        .map(|question| RandomQuestion { problem_content: question.content, problem_id: question.id.to_string() });
    Ok(Data { data: RandomQuestions { questions: questions.collect() } })
}

#[derive(Deserialize, JsonSchema)]
struct FindGuests {
    #[schemars(with = "String")]
    love_sex: LoveSex,
}

#[derive(Serialize, JsonSchema)]
struct FoundGuest {
    target_id: String,
    have_light_number: u8,
}

impl From<Guest> for FoundGuest {
    fn from(guest: Guest) -> Self {
        Self { target_id: guest.uid.to_string(), have_light_number: guest.lights }
    }
}

#[derive(Serialize, JsonSchema)]
struct FoundGuests {
    user_ids: Vec<FoundGuest>,
}

async fn get_user_id_by_love_sex(app: App, signed: Signed, input: FindGuests) -> Result<Data<FoundGuest>, Error> {
    let guests = guests::find(&app, &signed.claim, input.love_sex, 1).await?;
    let guest = guests.into_iter().next().ok_or(Error::NoGuests)?;
    Ok(Data { data: guest.into() })
}

/// The operation that finds several says it in other words than the one that finds one
/// (`docs/dialects/lightup.md#errors`).
fn no_guests(error: &Error) -> Option<Words> {
    Some(match error {
        Error::SegmentQuota => (StatusCode::FORBIDDEN, "Your guests have reach uplimit in this time segment"),
        Error::NoGuests => (StatusCode::NOT_FOUND, "no more guests"),
        _ => return None,
    })
}

async fn get_user_ids_by_love_sex(app: App, signed: Signed, input: FindGuests) -> Result<Data<FoundGuests>, Error> {
    let guests = guests::find(&app, &signed.claim, input.love_sex, guests::BATCH).await?;
    Ok(Data { data: FoundGuests { user_ids: guests.into_iter().map(Into::into).collect() } })
}

/// The class comes under any of three names: the first that is there counts, the others are not looked at.
#[derive(Deserialize, JsonSchema)]
struct GetMedia {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    target_id: UserId,
    #[schemars(with = "Option<ClassField>")]
    class: Option<Value>,
    #[schemars(with = "Option<ClassField>")]
    audio_class: Option<Value>,
    #[schemars(with = "Option<ClassField>")]
    video_class: Option<Value>,
    file_type: FileType,
}

/// Whose media are asked for, and which of them.
struct Wanted {
    target: UserId,
    class: Class,
    kind: Kind,
}

impl GetMedia {
    fn checked(self) -> Result<Wanted, Error> {
        let given = self.class.or(self.audio_class).or(self.video_class).ok_or_else(|| Error::missing("class"))?;
        let class = ClassField::deserialize(given).map_err(|_| Error::invalid("class", "not one of the three"))?;
        Ok(Wanted { target: self.target_id, class: class.0, kind: self.file_type.0 })
    }
}

#[derive(Serialize, JsonSchema)]
struct AudioQuestion {
    save_key: String,
    question_id: String,
    question_order: u8,
    question_content: String,
}

#[derive(Serialize, JsonSchema)]
struct VideoQuestion {
    question_id: String,
    question_order: u8,
    question_content: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Shown {
    Audio { questions: Vec<AudioQuestion> },
    Video { save_key: String, questions: Vec<VideoQuestion> },
}

async fn get_media(app: App, signed: Signed, input: Wanted) -> Result<Data<Shown>, Error> {
    let Wanted { target, class, kind } = input;
    let playable = media::get(&app, &signed.claim, &target, kind, class).await?;
    Ok(Data { data: shown(kind, playable) })
}

fn shown(kind: Kind, playable: Playable) -> Shown {
    let Playable { questions, urls } = playable;
    if kind == Kind::Audio {
        let audio = questions.into_iter().zip(urls).map(|(question, save_key)| AudioQuestion {
            save_key,
            question_id: question.question_id.to_string(),
            question_order: question.order,
            question_content: question.content,
        });
        return Shown::Audio { questions: audio.collect() };
    }
    let video = questions.into_iter().map(|question| VideoQuestion {
        question_id: question.question_id.to_string(),
        question_order: question.order,
        question_content: question.content,
    });
    Shown::Video { save_key: urls.into_iter().next().unwrap_or_default(), questions: video.collect() }
}

#[derive(Deserialize, JsonSchema)]
struct LightUp {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    target_id: UserId,
    order: OrderField,
    light_status: LightStatus,
}

/// `data` comes first here.
#[derive(Serialize, JsonSchema)]
struct Lit {
    data: Empty,
    status: &'static str,
}

async fn light_up(app: App, signed: Signed, input: LightUp) -> Result<Lit, Error> {
    let LightUp { target_id, order, light_status } = input;
    lights::switch(&app, &signed.claim, &target_id, order.0, light_status.0).await?;
    Ok(Lit { data: Empty {}, status: "light up successfully" })
}

#[derive(Deserialize, JsonSchema)]
struct LogHaveSeen {
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    target_id: UserId,
}

async fn log_have_seen(app: App, signed: Signed, input: LogHaveSeen) -> Result<Done, Error> {
    guests::log_seen(&app, &signed.claim, &input.target_id).await?;
    Ok(done("Accept"))
}

#[derive(Serialize, JsonSchema)]
struct Lighter {
    user_id: String,
    portrait: String,
    nickname: String,
}

#[derive(Serialize, JsonSchema)]
struct Log {
    content: &'static str,
    lighter: Lighter,
    time: i64,
}

#[derive(Serialize, JsonSchema)]
struct Logs {
    logs: Vec<Log>,
}

async fn get_message(app: App, signed: Signed, _: Nothing) -> Result<Data<Logs>, Error> {
    let messages = lights::messages(&app, &signed.claim).await?;
    let logs = messages.into_iter().map(|message| Log {
        content: "我为你亮了三盏灯，快来联系我吧～",
        lighter: Lighter {
            user_id: message.lighter.uid.to_string(),
            portrait: portrait_url(&app, &signed.caller, &message.lighter).unwrap_or_default(),
            nickname: message
                .lighter
                .nickname_in(Dialect::LightUp)
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
        },
        time: message.time,
    });
    Ok(Data { data: Logs { logs: logs.collect() } })
}
