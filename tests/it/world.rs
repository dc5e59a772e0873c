//! The harness: a running product, people in it, and requests with exact answers.

use aws_sdk_dynamodb::types::AttributeValue;
use local::{Options, World};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// A request's answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// What has come, which has to be as the OpenAPI documents say.
    pub async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned())).collect();
        let answer = Self { status, headers, text: response.text().await.unwrap() };
        crate::openapi::answers::seen(&answer);
        answer
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Status and exact body.
    #[track_caller]
    pub fn is(&self, status: u16, body: &str) {
        assert_eq!((self.status, self.text.as_str()), (status, body));
    }

    /// A failure with exactly this text.
    #[track_caller]
    pub fn fails(&self, status: u16, error: &str) {
        self.is(status, &serde_json::json!({ "error": error }).to_string());
        assert_eq!(self.headers["content-type"], "application/json");
    }

    /// A success; its `data`.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["data"].clone()
    }

    /// Sequential AWS calls that the request made.
    pub fn rounds(&self) -> u32 {
        self.headers["x-cost-rounds"].parse().unwrap()
    }
}

/// A world and an HTTP client to it.
pub struct Api {
    pub world: World,
    pub http: reqwest::Client,
}

/// Somebody signed in to Light Up.
#[derive(Clone, Debug)]
pub struct Person {
    pub phone: String,
    pub id: String,
    pub token: String,
}

impl Api {
    /// A world with the settings of `cargo run`.
    pub async fn start() -> Self {
        Self::with(Options::ephemeral()).await
    }

    /// A world with other settings.
    pub async fn with(options: Options) -> Self {
        let world = World::start(options).await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { world, http }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.world.url)
    }

    /// POSTs a form.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::of(self.http.post(self.url(path)).form(fields).send().await.unwrap()).await
    }

    /// POSTs a form from another address of this machine: 127.0.0.`last`.
    pub async fn form_from(&self, last: u8, path: &str, fields: &[(&str, &str)]) -> Answer {
        let http = reqwest::Client::builder().local_address(std::net::IpAddr::from([127, 0, 0, last]));
        Answer::of(http.build().unwrap().post(self.url(path)).form(fields).send().await.unwrap()).await
    }

    /// POSTs bytes of a content type.
    pub async fn bytes(&self, path: &str, content_type: Option<&str>, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.http.post(self.url(path)).body(body);
        let request = match content_type {
            Some(content_type) => request.header("content-type", content_type),
            None => request,
        };
        Answer::of(request.send().await.unwrap()).await
    }

    /// POSTs a form as somebody; `name` is what follows `/v1/`.
    pub async fn signed(&self, who: &Person, name: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("user_id", who.id.as_str()), ("access_token", who.token.as_str())];
        all.extend_from_slice(fields);
        self.form(&format!("/v1/{name}"), &all).await
    }

    /// GETs a path.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.http.get(self.url(path)).send().await.unwrap()).await
    }

    /// The messages that a number has received, oldest first.
    pub async fn sms(&self, phone: &str) -> Vec<String> {
        let messages = self.get(&format!("/_local/sms?phone={phone}")).await.json();
        messages.as_array().unwrap().iter().map(|sms| sms["message"].as_str().unwrap().to_owned()).collect()
    }

    /// The code in the newest message to a number.
    pub async fn code(&self, phone: &str) -> String {
        let newest = self.sms(phone).await.pop().expect("a message");
        newest.chars().filter(char::is_ascii_digit).collect()
    }

    /// Moves the application's clock.
    pub fn advance(&self, seconds: u32) {
        self.world.clock.advance(seconds);
    }

    /// Calls `late` exactly `seconds` after `early`, to the second of the application's clock. Both are repeated while
    /// the machine's own clock ticks in between; neither moves the clock itself.
    pub async fn aged<T>(&self, seconds: u32, early: impl AsyncFn() -> T, late: impl AsyncFn(T) -> Answer) -> Answer {
        for _ in 0..100 {
            let begin = self.world.clock.seconds();
            let made = early().await;
            if self.world.clock.seconds() != begin {
                continue;
            }
            self.advance(seconds);
            let answer = late(made).await;
            if self.world.clock.seconds() == begin + i64::from(seconds) {
                return answer;
            }
        }
        panic!("neither takes less than a second");
    }

    /// Moves the application's clock to the start of the next window of so many seconds.
    pub fn next_window(&self, seconds: u32) {
        let into = self.world.clock.seconds().rem_euclid(i64::from(seconds));
        self.advance(seconds - u32::try_from(into).unwrap());
    }

    /// All rows of a table.
    pub async fn rows(&self, table: &str) -> Vec<HashMap<String, AttributeValue>> {
        let pages = self.world.clients.dynamodb.scan().table_name(table).into_paginator().items().send();
        pages.collect::<Result<_, _>>().await.unwrap()
    }

    /// The keys of all objects in the media bucket, in order.
    pub async fn objects(&self) -> Vec<String> {
        let listed = self.world.clients.s3.list_objects_v2().bucket("media").send().await.unwrap();
        assert_eq!(listed.is_truncated(), Some(false));
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// Registers a number and redeems its code: somebody verified, without password or profile.
    pub async fn verified(&self, phone: &str) -> Person {
        let registered = self.form("/v1/account/register", &[("phone_number", phone)]).await;
        assert_eq!(registered.status, 200, "{registered:?}");
        self.validated(phone, "register").await
    }

    /// Redeems the newest code of a number.
    pub async fn validated(&self, phone: &str, kind: &str) -> Person {
        let code = self.code(phone).await;
        let fields = [("phone_number", phone), ("validate_code", &code), ("validate_type", kind)];
        let data = self.form("/v1/account/validate_sms", &fields).await.data();
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        Person { phone: phone.to_owned(), id: text("user_id"), token: text("access_token") }
    }

    /// Somebody with a password and a profile of this nickname and sex, without media.
    pub async fn person(&self, phone: &str, nickname: &str, sex: &str) -> Person {
        let person = self.verified(phone).await;
        let fields = [("phone_number", phone), ("password", "secret12")];
        assert_eq!(self.form("/v1/account/change_password", &fields).await.status, 200);
        let info = serde_json::json!({ "nickname": nickname, "sex": sex }).to_string();
        let changed = self.signed(&person, "account/change_personal_info", &[("personal_info", &info)]).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        person
    }

    /// The same with live media of all classes, made without files.
    pub async fn complete(&self, phone: &str, nickname: &str, sex: &str) -> Person {
        let person = self.person(phone, nickname, sex).await;
        self.upload_all(&person, sex).await;
        person
    }

    /// Live media of all classes, by `upload_media`.
    pub async fn upload_all(&self, who: &Person, sex: &str) {
        let audio = question_arr();
        let fields = [("sex", sex), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*audio)];
        let uploaded = self.signed(who, "media/upload_media", &fields).await;
        assert_eq!(uploaded.status, 200, "{uploaded:?}");
        for class in ["emotion_experience", "value_concept"] {
            let (questions, key) = (questions(), format!("/{class}/{}-1460000002.mp4", who.id));
            let fields = [
                ("sex", sex),
                ("file_type", "video"),
                ("video_class", class),
                ("questions", &questions),
                ("save_key", &key),
            ];
            let uploaded = self.signed(who, "media/upload_media", &fields).await;
            assert_eq!(uploaded.status, 200, "{uploaded:?}");
        }
    }

    /// Sends a file with a signed form, `file` last, as S3 wants it.
    pub async fn upload(&self, form: &Value, file: &[u8]) -> u16 {
        let mut parts = reqwest::multipart::Form::new();
        for (name, value) in form["fields"].as_object().unwrap() {
            parts = parts.text(name.clone(), value.as_str().unwrap().to_owned());
        }
        let parts = parts.part("file", reqwest::multipart::Part::bytes(file.to_vec()).file_name("file"));
        let sent = self.http.post(form["url"].as_str().unwrap()).multipart(parts).send().await.unwrap();
        sent.status().as_u16()
    }
}

/// An id of 24 hex digits that belongs to nobody.
pub const NOBODY: &str = "5702a05c7b6ef053a330e8c3";

/// Three questions with a file each.
pub fn question_arr() -> String {
    let question = |order: u32| {
        let (key, id) =
            (format!("/basic_info/{NOBODY}-146000000{order}.mp3"), format!("5703afcc4ed17677e64dd79{order}"));
        serde_json::json!({ "save_key": key, "question_id": id, "question_order": order })
    };
    serde_json::json!([question(1), question(2), question(3)]).to_string()
}

/// Three questions.
pub fn questions() -> String {
    let question = |order: u32| serde_json::json!({ "question_id": format!("5703afcc4ed17677e64dd79{order}"), "question_order": order });
    serde_json::json!([question(1), question(2), question(3)]).to_string()
}
