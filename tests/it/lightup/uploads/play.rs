//! `get_media` (`docs/dialects/lightup.md#get_media`).

use super::{INVALID, KEY, NO_MEDIA, PHONE, SIGNED_OUT, VALUE, audio, decoded_path, media, send, video, with};
use crate::world::{Answer, Api, NOBODY, Person, questions};
use serde_json::{Value, json};

const NO_USER: &str = "no such user";

async fn upload(api: &Api, who: &Person, form: &super::Form) {
    send(api, who, "media/upload_media", form).await.is(200, super::SET);
}

/// Takes the URLs out, which are signed anew for each call, and gives them back.
fn without_urls(data: &mut Value) -> Vec<Value> {
    let questions = data["questions"].as_array_mut().into_iter().flatten();
    let urls: Vec<_> = questions.filter_map(|question| question.as_object_mut()?.remove("save_key")).collect();
    urls.into_iter().chain(data.as_object_mut().unwrap().remove("save_key")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_video_looks_like() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    upload(&api, &who, &video(VALUE, KEY)).await;
    let answer = media(&api, &who, &who, "video", VALUE).await;
    let mut expected: Value = json!({"questions": serde_json::from_str::<Value>(&questions()).unwrap()});
    for question in expected["questions"].as_array_mut().unwrap() {
        question["question_content"] = "".into();
    }
    let mut json = answer.json();
    let urls = without_urls(&mut json["data"]);
    assert_eq!((answer.status, json), (200, json!({ "data": expected })));
    assert_eq!(urls.len(), 1);
    plays_for_an_hour(&api, &urls[0], KEY);
}

fn plays_for_an_hour(api: &Api, url: &Value, key: &str) {
    let text = url.as_str().unwrap();
    assert!(text.starts_with(&api.world.endpoints.s3) && text.contains("X-Amz-Expires=3600&"), "{text}");
    assert!(decoded_path(url).ends_with(key), "{text}");
}

/// A URL for each question, in the order of the upload, the places as numbers whatever they came as
/// (`docs/dialects/lightup.md#field-rules`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_set_looks_like() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let id = NOBODY.to_uppercase();
    let arr = json!([
        {"save_key": "/c.mp3", "question_id": id, "question_order": "3"},
        {"save_key": "a.mp3", "question_id": NOBODY, "question_order": 1},
        {"save_key": "/x/b.mp3", "question_id": NOBODY, "question_order": "2"},
    ]);
    upload(&api, &who, &with(audio(), "question_arr", Some(&arr.to_string()))).await;
    let answer = media(&api, &who, &who, "audio", "basic_info").await;
    let mut json = answer.json();
    let urls = without_urls(&mut json["data"]);
    let question = |order: u8| json!({"question_id": NOBODY, "question_order": order, "question_content": ""});
    assert_eq!(json, json!({"data": {"questions": [question(3), question(1), question(2)]}}));
    assert_eq!(urls.len(), 3);
    for (url, key) in urls.iter().zip(["/c.mp3", "/a.mp3", "/x/b.mp3"]) {
        plays_for_an_hour(&api, url, key);
    }
}

/// The text of a question is the one at the time of the upload, whatever becomes of the pool.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_are_remembered() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let fields = [("class", VALUE), ("limit", "3")];
    let pool = api.signed(&who, "procedure/get_random_questions", &fields).await.data()["questions"].clone();
    let texts: Vec<_> = (0..3).map(|at| pool[at]["problem_content"].as_str().unwrap().to_owned()).collect();
    assert!(texts.iter().all(|text| !text.is_empty()));
    let set = json!([0, 1, 2].map(|at| json!({"question_id": pool[at]["problem_id"], "question_order": at + 1})));
    let form = with(video(VALUE, KEY), "questions", Some(&set.to_string()));
    let pending = super::request(&api, &who, &form).await["video_buffer_id"].clone();
    let shown = async |class: &str| {
        let data = media(&api, &who, &who, "video", class).await.data();
        let texts = data["questions"].as_array().unwrap().iter().map(|question| &question["question_content"]);
        texts.map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    upload(&api, &who, &form).await;
    assert_eq!(shown(VALUE).await, texts);
    // A question of another class has no text here.
    upload(&api, &who, &with(form.clone(), "video_class", Some(super::EMOTION))).await;
    assert_eq!(shown(super::EMOTION).await, ["", "", ""]);
    for at in 0..3 {
        let (pk, sk) = (format!("QUESTIONS#{VALUE}"), pool[at]["problem_id"].as_str().unwrap());
        let text = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
        let deleted = api.world.clients.dynamodb.delete_item().table_name("UsersTable");
        deleted.key("pk", text(&pk)).key("sk", text(sk)).send().await.unwrap();
    }
    assert_eq!(shown(VALUE).await, texts);
    // Withdrawn between the request and its confirmation: as it was asked.
    super::confirm(&api, &who, "video", &pending).await.is(200, super::OPERATED);
    assert_eq!(shown(VALUE).await, texts);
    upload(&api, &who, &form).await;
    assert_eq!(shown(VALUE).await, ["", "", ""]);
}

/// The first present of `class`, `audio_class` and `video_class` (`docs/dialects/lightup.md#get_media`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_names_for_the_class() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    upload(&api, &who, &video(VALUE, KEY)).await;
    upload(&api, &who, &audio()).await;
    let get = async |kind: &str, fields: &[(&str, &str)]| {
        let all = [&[("target_id", who.id.as_str()), ("file_type", kind)], fields].concat();
        api.signed(&who, "procedure/get_media", &all).await
    };
    let (basic, value) = ("basic_info", VALUE);
    let is = |answer: Answer, video: bool| assert_eq!(answer.data()["save_key"].is_string(), video);
    is(get("audio", &[("class", basic)]).await, false);
    is(get("audio", &[("audio_class", basic)]).await, false);
    is(get("video", &[("video_class", value)]).await, true);
    is(get("video", &[("video_class", basic), ("audio_class", basic), ("class", value)]).await, true);
    is(get("audio", &[("video_class", value), ("audio_class", basic)]).await, false);
    is(get("video", &[("video_class", value), ("audio_class", ""), ("class", "")]).await, true);
    // The others are not looked at, whatever they hold.
    is(get("video", &[("video_class", "junk"), ("audio_class", "junk"), ("class", value)]).await, true);
    is(get("audio", &[("video_class", "junk"), ("audio_class", basic)]).await, false);
    let json = json!({
        "user_id": who.id, "access_token": who.token, "target_id": who.id, "file_type": "video", "class": value,
        "video_class": {},
    });
    let json = json.to_string();
    is(api.bytes("/v1/procedure/get_media", Some("application/json"), json).await, true);
    get("video", &[("class", "junk"), ("video_class", value)]).await.fails(400, INVALID);
    get("audio", &[("audio_class", "junk"), ("video_class", basic)]).await.fails(400, INVALID);
    get("video", &[("class", value), ("audio_class", basic), ("audio_class", basic)]).await.fails(400, INVALID);
    get("video", &[]).await.fails(400, INVALID);
    get("video", &[("class", "other")]).await.fails(400, INVALID);
    // Kind and class have to fit.
    get("audio", &[("class", value)]).await.fails(400, INVALID);
    get("video", &[("class", basic)]).await.fails(400, INVALID);
    for kind in ["", "image", "Video"] {
        get(kind, &[("class", value)]).await.fails(400, INVALID);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_media_there_is() {
    let api = Api::start().await;
    let tony = api.person(PHONE, "Tony", "male").await;
    let ann = api.verified("15172354424").await;
    upload(&api, &ann, &video(VALUE, KEY)).await;
    // Somebody without a profile shows theirs to themselves only (`docs/dialects/lightup.md#who-can-be-seen`).
    assert_eq!(media(&api, &ann, &ann, "video", VALUE).await.status, 200);
    media(&api, &tony, &ann, "video", VALUE).await.fails(400, NO_USER);
    let info = [("personal_info", r#"{"nickname":"Ann"}"#)];
    assert_eq!(api.signed(&ann, "account/change_personal_info", &info).await.status, 200);
    assert_eq!(media(&api, &tony, &ann, "video", VALUE).await.status, 200);
    media(&api, &tony, &ann, "video", super::EMOTION).await.fails(400, NO_MEDIA);
    media(&api, &tony, &ann, "audio", "basic_info").await.fails(400, NO_MEDIA);
    media(&api, &tony, &tony, "video", VALUE).await.fails(400, NO_MEDIA);
    let nobody = Person { id: NOBODY.into(), ..tony.clone() };
    media(&api, &tony, &nobody, "video", VALUE).await.fails(400, NO_USER);
    for target in ["", "x", &NOBODY[1..], "5702a05c7b6ef053a330e8cg"] {
        media(&api, &tony, &Person { id: target.into(), ..tony.clone() }, "video", VALUE).await.fails(400, INVALID);
    }
    let fields = [("class", VALUE), ("file_type", "video")];
    api.signed(&tony, "procedure/get_media", &fields).await.fails(400, INVALID);
    // The original asked nobody who they were (`docs/dialects/lightup.md#sessions`).
    let open = [("target_id", &*ann.id), ("class", VALUE), ("file_type", "video")];
    api.form("/v1/procedure/get_media", &open).await.fails(400, INVALID);
    let stranger = Person { token: ann.token.clone(), ..tony.clone() };
    media(&api, &stranger, &ann, "video", VALUE).await.fails(401, SIGNED_OUT);
}
