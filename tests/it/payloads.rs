//! The payloads of `events/` in the hands of tests: decoded by lambda_http, answered by the function that API Gateway
//! would choose, sent by somebody with a session.

use crate::template::{owner, template};
use axum::{Router, body::Body, body::to_bytes};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, Response, StatusCode, header};
use local::{World, dialects};
use serde_json::{Value, json};
use shared::App;
use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};
use tower::ServiceExt as _;

/// Who and what the payloads speak of.
pub(crate) const CALLER: &str = "5702a4a5589613964cafdc76";
const TOKEN: &str = "87ec2279c7b10a1c6f0a41e60349aa46";
const TARGET: &str = "5703f1c27b6ef053a330e8c9";
const UPLOAD: &str = "5703b31aed2139366e73b718";
const CODE: &str = "123456";
pub(crate) const PHONE: &str = "15172354423";

/// Every request by `<function>/<file without .json>`.
pub(crate) fn events() -> BTreeMap<String, Value> {
    EVENTS.iter().filter(|(_, event)| is_request(event)).map(|(name, event)| (name.clone(), event.clone())).collect()
}

/// The same of what happens to WebSockets.
pub(crate) fn socket_events() -> BTreeMap<String, Value> {
    EVENTS.iter().filter(|(_, event)| !is_request(event)).map(|(name, event)| (name.clone(), event.clone())).collect()
}

fn is_request(event: &Value) -> bool {
    event["rawPath"].is_string()
}

/// Read once, and so is what API Gateway would choose a function by: many tests ask for both with every request.
static EVENTS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(read_events);
static TEMPLATE: LazyLock<Value> = LazyLock::new(template);

/// An event of `events/`.
pub(crate) fn event_of(name: &str) -> &'static Value {
    &EVENTS[name]
}

fn read_events() -> BTreeMap<String, Value> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events");
    let folders = std::fs::read_dir(root).expect("events/").map(|folder| folder.unwrap().path());
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
    let named = files.map(|path| {
        let group = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let name = format!("{group}/{}", path.file_stem().unwrap().to_str().unwrap());
        let event = serde_json::from_str(&std::fs::read_to_string(&path).unwrap());
        (name, event.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    });
    named.collect()
}

/// What lambda_http makes of an event.
pub(crate) fn decoded(event: &Value) -> lambda_http::Request {
    lambda_http::request::from_str(&event.to_string()).expect("a payload of an HTTP API")
}

pub(crate) fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap())
}

/// The event with other texts in its body.
pub(crate) fn with(event: &Value, texts: &[(&str, &str)]) -> Value {
    let mut event = event.clone();
    let Some(body) = event["body"].as_str() else { return event };
    let encoded = event["isBase64Encoded"] == true;
    let plain = if encoded { BASE64_STANDARD.decode(body).unwrap() } else { body.as_bytes().to_vec() };
    let mut plain = String::from_utf8(plain).unwrap();
    for (old, new) in texts {
        plain = plain.replace(old, new);
    }
    event["body"] = json!(if encoded { BASE64_STANDARD.encode(plain) } else { plain });
    event
}

/// The functions, each on an application of its own, without the Lambda runtime.
pub(crate) struct Functions(BTreeMap<&'static str, Router>);

impl Functions {
    pub(crate) fn new(app_of: impl Fn(&str) -> App) -> Self {
        let functions = dialects::functions().into_iter();
        Self(functions.map(|function| (function.name, function.router(&app_of(function.name)))).collect())
    }

    pub(crate) async fn answer(&self, event: &Value) -> Response<Body> {
        let owner = owner(&TEMPLATE, event["rawPath"].as_str().unwrap());
        self.0[owner].clone().oneshot(decoded(event)).await.unwrap()
    }

    /// A function's own router.
    pub(crate) fn router(&self, binary: &str) -> Router {
        self.0[binary].clone()
    }

    pub(crate) async fn json(&self, event: &Value) -> (StatusCode, Value) {
        let (head, body) = self.answer(event).await.into_parts();
        let kind = content_type(&head.headers);
        assert_eq!(kind.split(';').next(), Some("application/json"), "{}", event["rawPath"]);
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        (head.status, serde_json::from_slice(&bytes).unwrap())
    }
}

/// Somebody signed in: what takes the place of the texts in the payloads.
pub(crate) struct Person<'a> {
    functions: &'a Functions,
    events: BTreeMap<String, Value>,
    phone: &'static str,
    pub(crate) uid: String,
    pub(crate) token: String,
    /// Whom the payloads that name somebody else are about.
    pub(crate) other: String,
    upload: String,
}

impl<'a> Person<'a> {
    /// Signs somebody up with payloads alone, up to the first session.
    pub(crate) async fn sign_up(world: &World, functions: &'a Functions, phone: &'static str) -> Self {
        let events = events();
        let unknown = || String::from("nobody");
        let (uid, token, other, upload) = (unknown(), unknown(), TARGET.to_owned(), UPLOAD.to_owned());
        let mut person = Self { functions, events, phone, uid, token, other, upload };
        person.send("account/register", &[]).await;
        let message = world.outbox.to(phone).pop().expect("an SMS").message;
        let code: String = message.chars().filter(char::is_ascii_digit).collect();
        let body = person.send("account/validate_sms", &[(CODE, &code)]).await;
        person.uid = body["data"]["user_id"].as_str().unwrap().to_owned();
        person
    }

    /// Speaks of another number from now on.
    pub(crate) fn phone_is(&mut self, phone: &'static str) -> &mut Self {
        self.phone = phone;
        self
    }

    /// Sends a payload, which must succeed; remembers a new token and the id of an upload.
    pub(crate) async fn send(&mut self, name: &str, texts: &[(&str, &str)]) -> Value {
        let own = [(PHONE, self.phone), (CALLER, &self.uid), (TOKEN, &self.token), (TARGET, &self.other)];
        let texts = [texts, own.as_slice(), &[(UPLOAD, self.upload.as_str())]].concat();
        let (status, body) = self.functions.json(&with(&self.events[name], &texts)).await;
        assert_eq!(status, StatusCode::OK, "{name}: {body}");
        let new = |name: &str| body["data"][name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        self.token = new("access_token").unwrap_or(std::mem::take(&mut self.token));
        self.upload = new("video_buffer_id").unwrap_or(std::mem::take(&mut self.upload));
        body
    }

    /// Becomes somebody whom others find: a woman with everything live.
    pub(crate) async fn complete(&mut self, nickname: &str) {
        self.send("account/change_personal_info", &[("Tony", nickname), ("%22male", "%22female")]).await;
        self.send("media/upload_media_audio", &[]).await;
        self.send("media/upload_media_video", &[]).await;
        self.send("media/upload_media_video", &[("value_concept", "emotion_experience")]).await;
    }
}
