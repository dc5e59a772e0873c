//! A SealTalk client: JSON, and the session cookie in the three styles that shipped apps send it back
//! (`docs/dialects/sealtalk.md#the-session-cookie`).

use crate::world::{Answer, Api};
use serde_json::{Value, json};

/// How a client returns the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A browser or a cookie store: `name=value`.
    Plain,
    /// Android: the whole text of `Set-Cookie`.
    Android,
    /// iOS: `name=value`, then pieces of what stood behind it.
    Ios,
}

impl Style {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Android, Self::Ios];

    /// The `Cookie` header that such a client makes of a `Set-Cookie` header.
    pub fn cookie(self, set_cookie: &str) -> String {
        let pair = set_cookie.split(';').next().unwrap();
        match self {
            Self::Plain => pair.to_owned(),
            Self::Android => set_cookie.to_owned(),
            Self::Ios => format!("{pair}; 22 Dec 2026 03:26:16 GMT;"),
        }
    }
}

/// Somebody signed in to SealTalk.
#[derive(Clone, Debug)]
pub struct Friend {
    pub phone: String,
    pub id: String,
    /// The `Cookie` header.
    pub cookie: String,
}

impl Answer {
    /// A success; its `result`.
    #[track_caller]
    pub fn result(&self) -> Value {
        assert_eq!((self.status, &self.json()["code"]), (200, &json!(200)), "{}", self.text);
        self.json()["result"].clone()
    }

    /// A success without a result.
    #[track_caller]
    pub fn ok(&self) {
        self.is(200, r#"{"code":200}"#);
    }

    /// A failure of the business: HTTP 200 and exactly this code and text.
    #[track_caller]
    pub fn declined(&self, code: u16, message: &str) {
        self.is(200, &format!(r#"{{"code":{code},"message":"{message}"}}"#));
    }

    /// A failure that is an HTTP status too, with exactly this text.
    #[track_caller]
    pub fn rejected(&self, status: u16, message: &str) {
        self.is(status, &format!(r#"{{"code":{status},"message":"{message}"}}"#));
    }

    /// A failure: status and code, and never a result.
    #[track_caller]
    pub fn refused(&self, status: u16, code: u16) {
        let body = self.json();
        assert_eq!((self.status, &body["code"]), (status, &json!(code)), "{}", self.text);
        assert!(body.get("result").is_none(), "{}", self.text);
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{}", self.text);
    }

    /// The answer to whoever is not signed in.
    #[track_caller]
    pub fn signed_out(&self) {
        self.is(403, r#"{"code":10000,"msg":"Not loged in.","message":"Not loged in."}"#);
    }
}

impl Api {
    /// Sends JSON, with a cookie if somebody sends it.
    pub async fn talk(&self, who: Option<&Friend>, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method.parse().unwrap(), self.url(path));
        if let Some(who) = who {
            request = request.header("cookie", &who.cookie);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// A POST as somebody.
    pub async fn says(&self, who: &Friend, path: &str, body: Value) -> Answer {
        self.talk(Some(who), "POST", path, Some(body)).await
    }

    /// A GET as somebody.
    pub async fn asks(&self, who: &Friend, path: &str) -> Answer {
        self.talk(Some(who), "GET", path, None).await
    }

    /// A POST as nobody.
    pub async fn anyone(&self, path: &str, body: Value) -> Answer {
        self.talk(None, "POST", path, Some(body)).await
    }

    /// A POST as nobody from another address of this machine, one for each number: addresses have limits too.
    pub async fn anyone_at(&self, number: &str, path: &str, body: Value) -> Answer {
        let digits: u32 = number[number.len() - 6..].parse().unwrap();
        let address =
            [127, 1 + u8::try_from(digits / 65_536).unwrap(), (digits / 256 % 256) as u8, (digits % 256) as u8];
        let http = reqwest::Client::builder().local_address(std::net::IpAddr::from(address)).build().unwrap();
        Answer::of(http.post(self.url(path)).json(&body).send().await.unwrap()).await
    }

    /// A code sent to a number of region 86.
    pub async fn sent(&self, phone: &str) -> String {
        self.anyone_at(phone, "/user/send_code_yp", json!({"region": "86", "phone": phone})).await.ok();
        self.code(phone).await
    }

    /// The token that proves a number of region 86.
    pub async fn proven(&self, phone: &str) -> String {
        let body = json!({"region": "86", "phone": phone, "code": self.sent(phone).await});
        let verified = self.anyone_at(phone, "/user/verify_code_yp", body).await;
        verified.result()["verification_token"].as_str().unwrap().to_owned()
    }

    /// Somebody who registered with this nickname, phone (region 86) and the password `secret12`, in this cookie style.
    pub async fn friend_as(&self, style: Style, phone: &str, nickname: &str) -> Friend {
        let token = self.proven(phone).await;
        let body = json!({"nickname": nickname, "password": "secret12", "verification_token": token});
        let registered = self.anyone("/user/register", body).await;
        let id = registered.result()["id"].as_str().unwrap().to_owned();
        Friend { phone: phone.to_owned(), id, cookie: style.cookie(&registered.headers["set-cookie"]) }
    }

    /// The same with a plain cookie.
    pub async fn friend(&self, phone: &str, nickname: &str) -> Friend {
        self.friend_as(Style::Plain, phone, nickname).await
    }
}
