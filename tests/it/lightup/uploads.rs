//! Uploads: forms, confirming, direct uploads, playing and taking away (`docs/dialects/lightup.md`).

mod confirm;
mod delete;
mod direct;
mod flows;
mod forms;
mod keys;
mod play;
mod replace;
mod request;

use crate::world::{Answer, Api, Person, question_arr, questions};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const INVALID: &str = "invalid request";
const SIGNED_OUT: &str = "You haven't logined";
const NO_MEDIA: &str = "No such media";
const OPERATED: &str = r#"{"status":"operate successfully","data":{}}"#;
const SET: &str = r#"{"status":"set upload file successfully","data":{}}"#;

const PHONE: &str = "15172354423";
const VALUE: &str = "value_concept";
const EMOTION: &str = "emotion_experience";
/// A name as clients make them.
const KEY: &str = "/value_concept/5702a4a5589613964cafdc76-1460000002.mp4";

type Form = Vec<(&'static str, String)>;

fn video(class: &str, key: &str) -> Form {
    let text = |text: &str| text.to_owned();
    vec![
        ("sex", text("male")),
        ("file_type", text("video")),
        ("video_class", text(class)),
        ("save_key", text(key)),
        ("questions", questions()),
    ]
}

fn audio() -> Form {
    let text = |text: &str| text.to_owned();
    vec![
        ("sex", text("male")),
        ("file_type", text("audio")),
        ("audio_class", text("basic_info")),
        ("question_arr", question_arr()),
    ]
}

/// The form with another value in a field, or without it.
fn with(mut form: Form, field: &str, value: Option<&str>) -> Form {
    form.retain(|(name, _)| *name != field || value.is_some());
    for (name, old) in &mut form {
        if let Some(value) = value.filter(|_| *name == field) {
            *old = value.to_owned();
        }
    }
    form
}

async fn send(api: &Api, who: &Person, name: &str, form: &Form) -> Answer {
    let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    api.signed(who, name, &fields).await
}

/// Asks for the forms of an upload.
async fn request(api: &Api, who: &Person, form: &Form) -> Value {
    send(api, who, "media/upload_request", form).await.data()
}

/// Asks for a video's form and uploads these bytes with it.
async fn uploaded(api: &Api, who: &Person, class: &str, bytes: &[u8]) -> Value {
    let form = request(api, who, &video(class, KEY)).await;
    assert_eq!(api.upload(&form, bytes).await, 204);
    form
}

async fn confirm(api: &Api, who: &Person, kind: &str, id: &Value) -> Answer {
    api.signed(who, "media/confirm", &[("file_type", kind), ("file_id", id.as_str().unwrap())]).await
}

async fn media(api: &Api, who: &Person, target: &Person, kind: &str, class: &str) -> Answer {
    let fields = [("target_id", &*target.id), ("class", class), ("file_type", kind)];
    api.signed(who, "procedure/get_media", &fields).await
}

/// Status and bytes of what is behind a URL.
async fn fetch(api: &Api, url: &Value) -> (u16, Vec<u8>) {
    let response = api.http.get(url.as_str().unwrap()).send().await.unwrap();
    (response.status().as_u16(), response.bytes().await.unwrap().to_vec())
}

/// What one's own live video of a class plays.
async fn plays(api: &Api, who: &Person, class: &str) -> Vec<u8> {
    let (status, bytes) = fetch(api, &media(api, who, who, "video", class).await.data()["save_key"]).await;
    assert_eq!(status, 200);
    bytes
}

/// Which classes are live.
async fn complete(api: &Api, who: &Person) -> [bool; 3] {
    let own = api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    ["basic_info", EMOTION, VALUE].map(|class| own[format!("{class}_complete")].as_bool().unwrap())
}

/// The objects of somebody that are live, or that wait.
async fn objects(api: &Api, who: &Person, folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/{}/", who.id);
    api.objects().await.into_iter().filter(|key| key.starts_with(&prefix)).collect()
}

/// The path of a URL as text, without the encoding.
pub fn decoded_path(url: &Value) -> String {
    let url = url.as_str().unwrap();
    let path = url.split('?').next().unwrap();
    percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned()
}

/// The policy that a form was signed for.
pub fn policy(form: &Value) -> Value {
    serde_json::from_slice(&BASE64_STANDARD.decode(form["policy"].as_str().unwrap()).unwrap()).unwrap()
}

/// Unix seconds of a time in RFC 3339.
pub fn seconds(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().unwrap().as_second()
}

/// Checks a form: the documented pair, and an S3 form for exactly one object of this person. Gives its key back.
pub fn check_form(api: &Api, who: &Person, form: &Value, key: &str, content_type: &str, most: u64) -> String {
    let fields = form["fields"].as_object().unwrap();
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    let expected =
        ["Content-Type", "key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"];
    assert_eq!(names, expected);
    assert_eq!((&form["policy"], &form["signature"]), (&fields["policy"], &fields["x-amz-signature"]));
    let signature = form["signature"].as_str().unwrap();
    assert!(signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(form["url"], format!("{}/media", api.world.endpoints.s3));
    assert_eq!(fields["Content-Type"], content_type);
    let object = fields["key"].as_str().unwrap();
    let rest = object.strip_prefix(&format!("pending/{}/", who.id)).unwrap();
    let (nonce, name) = rest.split_once('/').unwrap();
    assert_eq!(name, key.strip_prefix('/').unwrap_or(key));
    assert!(nonce.len() == 16 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit()), "{nonce}");
    let conditions = &policy(form)["conditions"];
    for condition in [
        json!(["content-length-range", 1, most]),
        json!({"Content-Type": content_type}),
        json!({"bucket": "media"}),
        json!({ "key": object }),
    ] {
        assert!(conditions.as_array().unwrap().contains(&condition), "{condition} in {conditions}");
    }
    object.to_owned()
}
