//! A Chat client: JSON, the session in a cookie or a header, and answers in the envelope (`docs/dialects/chat.md#answers`).

use crate::world::{Answer, Api};
use reqwest::Method;
use serde_json::{Value, json};

/// The password of whoever has not another.
pub const PASSWORD: &str = "abc123";

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Member {
    pub phone: String,
    pub id: String,
    /// The session.
    pub token: String,
}

impl Member {
    /// What a client sends back of the cookie.
    pub fn cookie(&self) -> String {
        format!("csrftoken={}; sessionid={}", self.token, self.token)
    }
}

/// The answer to a client.
#[derive(Debug)]
pub struct Said(pub Answer);

impl Said {
    /// Status, result and message; both dates have been looked at, and there is nothing else.
    #[track_caller]
    pub fn body(&self) -> (Value, Value, Value) {
        assert_eq!(self.0.headers["content-type"], "application/json; charset=utf-8");
        assert_eq!(self.0.headers["cache-control"], "no-store");
        let body = self.0.json();
        let names: Vec<&str> = body.as_object().expect("an envelope").keys().map(String::as_str).collect();
        assert_eq!(names, ["Date", "date", "message", "result", "status"], "{}", self.0.text);
        let date: jiff::civil::DateTime = body["date"].as_str().unwrap().parse().expect("a date without a zone");
        assert_eq!(body["date"], date.strftime("%Y-%m-%dT%H:%M:%S").to_string());
        assert_eq!(body["Date"], format!("{}/{}/{}", date.year(), date.month(), date.day()));
        (body["status"].clone(), body["result"].clone(), body["message"].clone())
    }

    /// A success; what was asked for.
    #[track_caller]
    pub fn ok(&self) -> Value {
        let (status, result, message) = self.body();
        assert_eq!((self.0.status, status, message), (200, json!(1), json!("ok")), "{}", self.0.text);
        result
    }

    /// A success with exactly this.
    #[track_caller]
    pub fn is(&self, result: &Value) {
        assert_eq!(self.ok(), *result);
    }

    /// A list without elements.
    #[track_caller]
    pub fn is_empty(&self) {
        let text = &self.0.text;
        assert!(text.starts_with(r#"{"status":0,"result":[],"message":"ok","date":""#), "{text}");
        assert_eq!((self.0.status, self.body().0), (200, json!(0)));
    }

    /// A failure with this status and this in the place of a result.
    #[track_caller]
    pub fn fails(&self, status: u16, result: &Value) {
        let (found, shown, message) = self.body();
        assert_eq!(
            (self.0.status, found, without_times(shown)),
            (200, json!(status), result.clone()),
            "{}",
            self.0.text
        );
        assert!(message.as_str().is_some_and(|text| !text.is_empty() && text != "ok"), "{message}");
    }

    /// The same where an account is the result.
    #[track_caller]
    pub fn no_account(&self, status: u16) {
        self.fails(status, &json!({"user": nobody(), "account": "", "isBind": false}));
    }

    /// The same where a user is.
    #[track_caller]
    pub fn no_user(&self, status: u16) {
        self.fails(status, &nobody());
    }

    /// A request that no operation can answer.
    #[track_caller]
    pub fn refused(&self, http: u16) {
        let (status, ..) = self.body();
        assert_eq!((self.0.status, status), (http, json!(0)), "{}", self.0.text);
    }
}

/// What stands in the place of a user, but for the time.
pub fn nobody() -> Value {
    json!({
        "id": "", "username": "", "phone": "", "avatar": "", "desc": "", "sex": 0, "alias": "", "friends": 0,
        "isFriend": true,
    })
}

/// A result without the times in it, which have been looked at: a client that reads one of another form throws all of it away.
#[track_caller]
pub fn without_times(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            if let Some(time) = members.remove("modifyAt") {
                let time = time.as_str().expect("a time").to_owned();
                let read: jiff::civil::DateTime = time.parse().expect("a time without a zone");
                assert_eq!(time, read.strftime("%Y-%m-%dT%H:%M:%S").to_string());
            }
            for member in members.values_mut() {
                *member = without_times(member.take());
            }
        }
        Value::Array(elements) => {
            for element in elements {
                *element = without_times(element.take());
            }
        }
        _ => {}
    }
    value
}

impl Api {
    /// A request with this `Cookie` header. A body that is null is none.
    pub async fn chat_request(&self, cookie: &str, method: Method, path: &str, body: &Value) -> Said {
        let request = self.http.request(method, self.url(&format!("/android{path}")));
        let request = if cookie.is_empty() { request } else { request.header("cookie", cookie) };
        let request = if body.is_null() { request } else { request.json(body) };
        Said(Answer::of(request.send().await.unwrap()).await)
    }

    /// A POST of nobody.
    pub async fn stranger_posts(&self, path: &str, body: Value) -> Said {
        self.chat_request("", Method::POST, path, &body).await
    }

    /// A GET of somebody.
    pub async fn member_gets(&self, who: &Member, path: &str) -> Said {
        self.chat_request(&who.cookie(), Method::GET, path, &Value::Null).await
    }

    /// A POST of somebody.
    pub async fn member_posts(&self, who: &Member, path: &str, body: Value) -> Said {
        self.chat_request(&who.cookie(), Method::POST, path, &body).await
    }

    /// Whoever a successful registration or sign-in is of.
    #[track_caller]
    pub fn member_of(phone: &str, said: &Said) -> Member {
        let id = said.ok()["user"]["id"].as_str().unwrap().to_owned();
        let cookie = &said.0.headers["set-cookie"];
        let token = cookie.split(';').next().unwrap().strip_prefix("sessionid=").unwrap().to_owned();
        Member { phone: phone.to_owned(), id, token }
    }

    /// Somebody who has just registered.
    pub async fn new_member(&self, phone: &str) -> Member {
        let said = self.stranger_posts("/register/", json!({"phone": phone, "password": PASSWORD})).await;
        Self::member_of(phone, &said)
    }

    /// Somebody who has completed their account.
    pub async fn named_member(&self, phone: &str, username: &str) -> Member {
        let member = self.new_member(phone).await;
        self.member_posts(&member, "/complete_account/", completion(&member, username)).await.ok();
        member
    }
}

/// What completes an account.
pub fn completion(who: &Member, username: &str) -> Value {
    json!({
        "userId": who.id, "avatar": "media/avatars/default.jpg", "username": username, "desc": "", "sex": 0,
    })
}

/// Somebody as they see themselves, but for the time, who has said nothing yet.
pub fn own_user(id: &str, phone: &str) -> Value {
    json!({
        "id": id, "username": "", "phone": phone, "avatar": "media/avatars/default.jpg", "desc": "", "sex": 0,
        "alias": "", "friends": 0, "isFriend": true,
    })
}
