//! A Live client: the fields of a request in one of the four places where they are read, and a token among them
//! (`docs/dialects/live.md#requests`).

use crate::world::{Answer, Api};
use serde_json::{Value, json};

/// Where a client puts its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A form, as shipped clients do.
    Form,
    /// The query of the URL.
    Query,
    /// The parts of a multipart body.
    Multipart,
    /// A flat JSON object.
    Json,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Form, Self::Query, Self::Multipart, Self::Json];
}

/// The password of everybody in these tests.
pub const PASSWORD: &str = "abc12345";

impl Answer {
    /// A success; its `message`.
    #[track_caller]
    pub fn message(&self) -> Value {
        assert_eq!((self.status, &self.json()["result"]), (200, &json!("0000")), "{}", self.text);
        self.json()["message"].clone()
    }

    /// The code of a request that was understood.
    #[track_caller]
    pub fn code(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["result"].as_str().unwrap().to_owned()
    }

    /// The answer to whoever is not signed in.
    #[track_caller]
    pub fn please_sign_up(&self) {
        self.is(200, r#"{"result":"0011","status":false,"message":"please signup"}"#);
    }
}

impl Api {
    /// A POST with these fields, sent in this way.
    pub async fn live_by(&self, way: Way, path: &str, fields: &[(&str, &str)]) -> Answer {
        let url = self.url(path);
        let request = match way {
            Way::Form => self.http.post(url).form(fields),
            Way::Query => self.http.post(reqwest::Url::parse_with_params(&url, fields).unwrap()),
            Way::Multipart => {
                let form = reqwest::multipart::Form::new();
                let part = |form: reqwest::multipart::Form, (name, text): &(&str, &str)| {
                    form.text((*name).to_owned(), (*text).to_owned())
                };
                self.http.post(url).multipart(fields.iter().fold(form, part))
            }
            Way::Json => {
                let object: serde_json::Map<_, _> =
                    fields.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
                self.http.post(url).json(&object)
            }
        };
        Answer::of(request.send().await.unwrap()).await
    }

    /// The token of somebody who signs in with a number and the usual password.
    pub async fn live_token(&self, phone: &str) -> String {
        let fields = [("userId", phone), ("password", PASSWORD), ("expire_in", "604800")];
        self.form("/log", &fields).await.message().as_str().unwrap().to_owned()
    }
}

impl Api {
    /// Somebody with an account of this nickname and the usual password, who has been here.
    pub async fn account(&self, phone: &str, nickname: &str) {
        let token = self.proven(phone).await;
        let body = json!({"nickname": nickname, "password": PASSWORD, "verification_token": token});
        self.anyone("/user/register", body).await.result();
        self.live_token(phone).await;
    }
}
