//! `/v1/media/*`: uploads and live media (`docs/dialects/lightup.md#media`).

use crate::{
    dialect::Routes,
    wire::{ClassField, Data, Done, FileType, FormFields, done},
};
use kit::{
    Example,
    Sample::{Int, List, Map, Str},
    Signed,
    decode::{JsonText, Object, integer},
    example::Samples,
    post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error,
    media::{self, AudioAnswer, AudioForms, Class, Kind, Media, Question, VideoForm},
    values::{QuestionId, SaveKey, Sex, UploadId},
};

const AUDIO: Samples = &[
    ("sex", Str("male")),
    ("file_type", Str("audio")),
    ("audio_class", Str("basic_info")),
    (
        "question_arr",
        List(&[
            Map(&[
                ("save_key", Str("/basic_info/5702a4a5589613964cafdc76-1460000001.mp3")),
                ("question_id", Str("570cfa06b2c2e07d9f1d69f7")),
                ("question_order", Int(1)),
            ]),
            Map(&[
                ("save_key", Str("/basic_info/5702a4a5589613964cafdc76-1460000002.mp3")),
                ("question_id", Str("5703afeb401c8dc22de77771")),
                ("question_order", Int(2)),
            ]),
            Map(&[
                ("save_key", Str("/basic_info/5702a4a5589613964cafdc76-1460000003.mp3")),
                ("question_id", Str("5703b00439d5448cf19e4540")),
                ("question_order", Int(3)),
            ]),
        ]),
    ),
];
const VIDEO: Samples = &[
    ("sex", Str("male")),
    ("file_type", Str("video")),
    ("video_class", Str("value_concept")),
    ("save_key", Str("/value_concept/5702a4a5589613964cafdc76-1460000000.mp4")),
    (
        "questions",
        List(&[
            Map(&[("question_id", Str("570cfa06b2c2e07d9f1d69f7")), ("question_order", Int(1))]),
            Map(&[("question_id", Str("5703afeb401c8dc22de77771")), ("question_order", Int(2))]),
            Map(&[("question_id", Str("5703b00439d5448cf19e4540")), ("question_order", Int(3))]),
        ]),
    ),
];

/// The operations of the function `media`.
#[must_use]
pub fn routes() -> Routes {
    Routes::of([
        post("/v1/media/upload_request", "UploadRequest")
            .about("Signs forms that media are uploaded with")
            .examples(&[
                Example { name: Some("upload_request_audio"), fields: AUDIO, ..Example::PLAIN },
                Example { name: Some("upload_request_video"), fields: VIDEO, ..Example::PLAIN },
            ])
            .checked(Upload::checked, upload_request),
        post("/v1/media/confirm", "Confirm")
            .about("Shows the media that were uploaded")
            .example(&[("file_type", Str("video")), ("file_id", Str("5703b31aed2139366e73b718"))])
            .signed(confirm),
        post("/v1/media/upload_media", "UploadMedia")
            .about("Sets media that lie in the bucket already")
            .examples(&[
                Example { name: Some("upload_media_audio"), fields: AUDIO, ..Example::PLAIN },
                Example { name: Some("upload_media_video"), fields: VIDEO, ..Example::PLAIN },
            ])
            .checked(Upload::checked, upload_media),
        post("/v1/media/delete_media", "DeleteMedia")
            .about("Deletes media of the caller")
            .example(&[("file_type", Str("video")), ("class", Str("value_concept"))])
            .signed(delete_media),
    ])
}

kit::words! {
    /// `sex`: `male` or `female`.
    SexField(Sex) { "male" => Sex::Male, "female" => Sex::Female }
}

/// An element of `questions`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct QuestionField {
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
struct AudioField {
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

/// Both forms of an upload: the fields of the one that `file_type` names are required.
#[derive(Deserialize, JsonSchema)]
struct Upload {
    sex: SexField,
    file_type: FileType,
    /// `basic_info`
    audio_class: Option<ClassField>,
    question_arr: Option<JsonText<Vec<Object<AudioField>>>>,
    /// `emotion_experience` or `value_concept`
    video_class: Option<ClassField>,
    questions: Option<JsonText<Vec<Object<QuestionField>>>>,
    #[schemars(with = "Option<String>", length(min = 1, max = 254))]
    save_key: Option<SaveKey>,
}

impl Upload {
    /// What is to be uploaded, and for guests of which sex.
    fn checked(self) -> Result<(Media, Sex), Error> {
        let sex = self.sex.0;
        let missing = |field: &str| Error::missing(field);
        let class = |field: Option<ClassField>, name: &str| field.map(|class| class.0).ok_or_else(|| missing(name));
        let media = if self.file_type.0 == Kind::Audio {
            let answers = self.question_arr.ok_or_else(|| missing("question_arr"))?.0;
            let media = Media::Audio(answers.into_iter().map(|answer| answer.0.into()).collect());
            if class(self.audio_class, "audio_class")? != media.class() {
                return Err(Error::invalid("audio_class", "not basic_info"));
            }
            media
        } else {
            let class = class(self.video_class, "video_class")?;
            if class == Class::BasicInfo {
                return Err(Error::invalid("video_class", "not a class of videos"));
            }
            let questions = self.questions.ok_or_else(|| missing("questions"))?.0;
            let save_key = self.save_key.ok_or_else(|| missing("save_key"))?;
            Media::Video(class, save_key, questions.into_iter().map(|question| question.0.into()).collect())
        };
        Ok((media.checked()?, sex))
    }
}

#[derive(Serialize, JsonSchema)]
struct AudioForm {
    question_order: u8,
    #[serde(flatten)]
    form: FormFields,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Forms {
    Audio {
        audio_buffer_id: String,
        bucket: &'static str,
        expiration: i64,
        audios: Vec<AudioForm>,
    },
    Video {
        video_buffer_id: String,
        bucket: &'static str,
        expiration: i64,
        #[serde(flatten)]
        form: FormFields,
    },
}

async fn upload_request(app: App, signed: Signed, (wanted, sex): (Media, Sex)) -> Result<Data<Forms>, Error> {
    let data = match media::request(&app, &signed.claim, wanted, sex).await? {
        media::Forms::Audio(AudioForms { id, expires, forms }) => Forms::Audio {
            audio_buffer_id: id.to_string(),
            bucket: "audio",
            expiration: expires,
            audios: forms
                .into_iter()
                .map(|(question_order, form)| AudioForm { question_order, form: form.into() })
                .collect(),
        },
        media::Forms::Video(VideoForm { id, expires, form }) => {
            Forms::Video { video_buffer_id: id.to_string(), bucket: "video", expiration: expires, form: form.into() }
        }
    };
    Ok(Data { data })
}

#[derive(Deserialize, JsonSchema)]
struct Confirm {
    file_type: FileType,
    #[schemars(with = "String", regex(pattern = r"^[0-9a-fA-F]{24}$"))]
    file_id: UploadId,
}

const OPERATED: &str = "operate successfully";

async fn confirm(app: App, signed: Signed, input: Confirm) -> Result<Done, Error> {
    media::confirm(&app, &signed.claim, input.file_type.0, &input.file_id).await?;
    Ok(done(OPERATED))
}

async fn upload_media(app: App, signed: Signed, (uploaded, sex): (Media, Sex)) -> Result<Done, Error> {
    media::upload(&app, &signed.claim, uploaded, sex).await?;
    Ok(done("set upload file successfully"))
}

#[derive(Deserialize, JsonSchema)]
struct DeleteMedia {
    file_type: FileType,
    class: ClassField,
}

async fn delete_media(app: App, signed: Signed, input: DeleteMedia) -> Result<Done, Error> {
    media::delete(&app, &signed.claim, input.file_type.0, input.class.0).await?;
    Ok(done(OPERATED))
}
