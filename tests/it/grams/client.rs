//! People of Chat, what they ask, and what the rows of names have to be.

use crate::{
    crowd::{Item, number, text},
    sealtalk::client::Friend,
    world::{Answer, Api},
};
use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    config::Table,
    sessions::Claim,
    values::{Dialect, FoldedName, TokenHash},
};
use std::collections::BTreeSet;

/// Somebody signed in to Chat.
#[derive(Clone, Debug)]
pub struct Chatter {
    pub phone: String,
    pub id: String,
    pub token: String,
}

impl Chatter {
    /// What a request of theirs claims.
    pub fn claim(&self) -> Claim {
        Claim::of_tokens(Dialect::Chat, std::iter::once(self.token.as_str())).unwrap()
    }
}

/// The answer to a client of Chat.
#[derive(Debug)]
pub struct Chatted(pub Answer);

impl Chatted {
    /// The body, whose dates are those of the clock that the test sees, and which has nothing but what it should have.
    #[track_caller]
    fn body(&self) -> Value {
        assert_eq!(self.0.status, 200, "{}", self.0.text);
        assert_eq!(self.0.headers["content-type"], "application/json; charset=utf-8");
        let mut body = self.0.json();
        let object = body.as_object_mut().unwrap();
        let date = object.remove("date").unwrap();
        let day = object.remove("Date").unwrap();
        let (date, day) = (date.as_str().unwrap(), day.as_str().unwrap());
        assert!(date.len() == 19 && date.as_bytes()[10] == b'T', "{date}");
        let parts: Vec<u32> = date[..10].split('-').map(|part| part.parse().unwrap()).collect();
        assert_eq!(day, format!("{}/{}/{}", parts[0], parts[1], parts[2]));
        body
    }

    /// A success; its result.
    #[track_caller]
    pub fn ok(&self) -> Value {
        let body = self.body();
        assert_eq!((&body["status"], &body["message"]), (&json!(1), &json!("ok")), "{body}");
        assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
        body["result"].clone()
    }

    /// A success with exactly this.
    #[track_caller]
    pub fn is(&self, result: &Value) {
        assert_eq!(self.ok(), *result);
    }

    /// An empty list, which is no failure but has its status.
    #[track_caller]
    pub fn empty(&self) {
        assert_eq!(self.body(), json!({"status": 0, "result": [], "message": "ok"}));
        assert!(self.0.text.starts_with(r#"{"status":0,"result":[],"message":"ok","date":""#), "{}", self.0.text);
    }

    /// A failure with exactly this status, sentence and result.
    #[track_caller]
    pub fn fails(&self, status: u16, message: &str, result: &Value) {
        let mut body = self.body();
        // What stands in the place of a group has the present time.
        if let Some(group) = body["result"].as_object_mut()
            && result.is_object()
        {
            assert_eq!(group.remove("modifyAt").unwrap().as_str().unwrap().len(), 19);
        }
        assert_eq!(body, json!({"status": status, "result": result, "message": message}));
    }

    /// The ids of a list, in its order.
    #[track_caller]
    pub fn ids(&self) -> Vec<String> {
        let body = self.body();
        let list = body["result"].as_array().unwrap_or_else(|| panic!("{body}"));
        assert_eq!(body["status"], json!(u8::from(!list.is_empty())), "{body}");
        list.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// What stands in the place of a group, but for the time.
pub fn no_group() -> Value {
    json!({"id": "", "name": "", "picture": "", "desc": "", "ownerId": "", "members": 0, "isMember": false})
}

impl Api {
    /// So many people signed in to Chat, at the price of two rows each.
    pub async fn chatters(&self, many: usize) -> Vec<Chatter> {
        self.chatters_of(many, &["chat"]).await
    }

    /// The same for people who are signed in to other APIs as well.
    pub async fn chatters_of(&self, many: usize, dialects: &[&str]) -> Vec<Chatter> {
        let people = self.crowd(many, "male").await;
        let mut sessions = Vec::new();
        let mut chatters = Vec::new();
        for person in people {
            let names = dialects.iter().map(ToString::to_string).collect();
            self.amend(&format!("USER#{}", person.id), "PROFILE", &[("dialects", Some(AttributeValue::Ss(names)))])
                .await;
            sessions.extend(dialects.iter().map(|dialect| self.session(&token(&person.id, dialect), dialect)));
            chatters.push(Chatter { phone: person.phone, token: token(&person.id, "chat"), id: person.id });
        }
        self.write(self.world.app.config.tables.name(Table::Users), sessions).await;
        chatters
    }

    fn session(&self, token: &str, dialect: &str) -> Item {
        let now = self.world.clock.seconds();
        Item::from([
            ("pk".into(), text(format!("USER#{}", &token[..24]))),
            ("sk".into(), text(format!("SESSION#{}", TokenHash::of(token).as_str()))),
            ("type".into(), text("session")),
            ("dialect".into(), text(dialect)),
            ("issued_at".into(), number(now)),
            ("expires_at".into(), number(now + 10_000_000)),
            ("epoch".into(), number(0)),
        ])
    }

    /// The same person in SealTalk.
    pub fn in_sealtalk(&self, who: &Chatter) -> Friend {
        let cookie = format!("rong_auth_cookie={}", token(&who.id, "sealtalk"));
        Friend { phone: who.phone.clone(), id: who.id.clone(), cookie }
    }

    /// A request; `path` is what follows `/android/`. The body is JSON, unless it is null.
    pub async fn chat(&self, who: &Chatter, method: Method, path: &str, body: &Value) -> Chatted {
        let request = self.http.request(method, self.url(&format!("/android/{path}"))).bearer_auth(&who.token);
        let request = if body.is_null() { request } else { request.json(body) };
        Chatted(Answer::of(request.send().await.unwrap()).await)
    }

    pub async fn chat_get(&self, who: &Chatter, path: &str) -> Chatted {
        self.chat(who, Method::GET, path, &Value::Null).await
    }

    /// A new group of these people; its id.
    pub async fn club(&self, owner: &Chatter, name: &str, others: &[&Chatter]) -> String {
        let members: Vec<_> = others.iter().map(|other| &other.id).collect();
        let body = json!({"name": name, "picture": "", "description": "", "members": members});
        let made = self.chat(owner, Method::POST, "create_group/", &body).await.ok();
        made["id"].as_str().unwrap().to_owned()
    }

    /// That the rows by which names are found are those of the groups and the usernames that are there, and no others.
    pub async fn grams_fit(&self) {
        let tables = &self.world.app.config.tables;
        let key = |row: &Item| (row["pk"].as_s().unwrap().clone(), row["sk"].as_s().unwrap().clone());
        let mut wanted = BTreeSet::new();
        for row in self.rows(tables.name(Table::Groups)).await {
            let (pk, sk) = key(&row);
            if sk == "META" && row.contains_key("searched") && !row.contains_key("deleted_at") {
                wanted.extend(grams_of("groups", pk.trim_start_matches("GROUP#"), row["name"].as_s().unwrap()));
            }
        }
        for row in self.rows(tables.name(Table::Users)).await {
            let (pk, sk) = key(&row);
            if let Some(name) = row.get("username").filter(|_| sk == "FACET#chat") {
                wanted.extend(grams_of("people", pk.trim_start_matches("USER#"), name.as_s().unwrap()));
            }
        }
        let rows = self.rows(tables.name(Table::Chat)).await;
        let stored: BTreeSet<_> = rows.iter().map(key).filter(|(pk, _)| pk.starts_with("GRAM#")).collect();
        assert_eq!(stored, wanted);
    }
}

/// The keys under which a name lies.
fn grams_of(kind: &str, id: &str, name: &str) -> Vec<(String, String)> {
    let name = FoldedName::of(name);
    let of = |gram: &str| (format!("GRAM#{kind}#{gram}"), format!("{}\t{id}", name.as_str()));
    name.grams().into_iter().map(of).collect()
}

/// The token of somebody in an API.
fn token(id: &str, dialect: &str) -> String {
    let digit = match dialect {
        "chat" => "b",
        _ => "a",
    };
    format!("{id}{}", digit.repeat(40))
}
