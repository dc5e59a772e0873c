//! An m_user client: JSON, what its device calls itself in a header, and a profile of answers (`docs/dialects/m_user.md#answers`).

use crate::world::{Answer, Api};
use reqwest::Method;
use serde_json::{Value, json};

/// How a client wants its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// The bare object, and failures by HTTP status.
    Bare,
    /// In an envelope, because the client names its version of the API.
    Envelope,
}

impl Body {
    pub const BOTH: [Self; 2] = [Self::Bare, Self::Envelope];
}

/// A device, and how its client wants its answers.
#[derive(Clone, Debug)]
pub struct Device {
    pub name: String,
    pub body: Body,
    /// The token that the client shows.
    pub token: Option<String>,
    /// Of the user that was registered with it.
    pub id: String,
}

impl Device {
    /// One without a user.
    pub fn new(name: &str, body: Body) -> Self {
        Self { name: name.to_owned(), body, token: None, id: String::new() }
    }

    /// The same device, whose client shows a token.
    pub fn showing(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }
}

/// The answer to a client.
#[derive(Debug)]
pub struct Said {
    pub answer: Answer,
    body: Body,
}

impl Said {
    /// A success; what was asked for.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.answer.status, 200, "{}", self.answer.text);
        let json = self.answer.json();
        match self.body {
            Body::Bare => json,
            Body::Envelope => {
                assert_eq!((&json["status"], &json["message"]), (&json!(200), &json!("ok")), "{json}");
                json["data"].clone()
            }
        }
    }

    /// A success with exactly this.
    #[track_caller]
    pub fn is(&self, shape: &Value) {
        assert_eq!(self.ok(), *shape);
    }

    /// `{}`: done.
    #[track_caller]
    pub fn done(&self) {
        self.is(&json!({}));
    }

    /// A failure with this code, HTTP status where there is no envelope, and text.
    #[track_caller]
    pub fn fails(&self, http: u16, status: u16, message: &str) {
        let http = if self.body == Body::Envelope { 200 } else { http };
        let text = json!({"status": status, "message": message, "data": {}}).to_string();
        assert_eq!((self.answer.status, self.answer.json().to_string()), (http, text));
    }

    /// The field that is missing or wrong.
    #[track_caller]
    pub fn wrong(&self, field: &str) {
        self.fails(400, 777, field);
    }

    /// A fault, which is told by its HTTP status in either way.
    #[track_caller]
    pub fn fails_with_fault(&self) {
        let text = json!({"status": 700, "message": "internal error", "data": {}}).to_string();
        assert_eq!((self.answer.status, self.answer.json().to_string()), (500, text));
    }

    /// What is not there.
    #[track_caller]
    pub fn not_found(&self) {
        self.fails(404, 704, "not found");
    }

    /// What the caller may not.
    #[track_caller]
    pub fn forbidden(&self) {
        self.fails(403, 703, "forbidden");
    }
}

impl Api {
    /// A request of a device. What a GET asks for stands in its URL; the body of others is JSON, unless it is null.
    pub async fn asks_as(&self, device: &Device, method: Method, path: &str, body: &Value) -> Said {
        let request = self.http.request(method, self.url(path)).header("x-device-id", &device.name);
        self.m_send(device, request, body).await
    }

    /// A request with its headers, which lacks the device's name.
    pub async fn m_send(&self, device: &Device, request: reqwest::RequestBuilder, body: &Value) -> Said {
        let request = if body.is_null() { request } else { request.json(body) };
        let request = match device.body {
            Body::Bare => request,
            Body::Envelope => request.header("x-api-version", "v1"),
        };
        let request = match &device.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        Said { answer: Answer::of(request.send().await.unwrap()).await, body: device.body }
    }

    pub async fn m_get(&self, device: &Device, path: &str) -> Said {
        self.asks_as(device, Method::GET, path, &Value::Null).await
    }

    pub async fn m_post(&self, device: &Device, path: &str, body: Value) -> Said {
        self.asks_as(device, Method::POST, path, &body).await
    }

    pub async fn m_delete(&self, device: &Device, path: &str, body: Value) -> Said {
        self.asks_as(device, Method::DELETE, path, &body).await
    }

    /// A device whose user has just registered.
    pub async fn person_of(&self, name: &str, body: Body) -> Device {
        let mut device = Device::new(name, body);
        let made = self.m_post(&device, "/m_user/users", json!({"gender": "male", "age": 24, "nickname": name})).await;
        device.id = made.ok()["id"].as_str().unwrap().to_owned();
        device
    }

    /// Asks for a key of this kind and uploads a file under it, as clients do; the key.
    pub async fn uploaded(&self, device: &Device, kind: &str) -> String {
        let bytes: &[u8] = match kind {
            "picture" => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
            "video" => b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2",
            _ => b"ID3\x04\0\0\0\0\0\0",
        };
        let asked = self.m_get(device, &format!("/common/upload_tokens?num=1&res_type={kind}")).await.ok();
        let token = &asked["tokens"][0];
        let mut put = self.http.put(token["url"].as_str().unwrap()).body(bytes.to_vec());
        for (name, value) in token["headers"].as_object().unwrap() {
            put = put.header(name, value.as_str().unwrap());
        }
        assert_eq!(put.send().await.unwrap().status(), 200);
        token["key"].as_str().unwrap().to_owned()
    }
}
