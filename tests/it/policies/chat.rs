//! Everything of Chat that needs a right of its own.

use crate::payloads::socket_events;
use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{Request, header};
use kit::sockets::Service;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Somebody without a network between them and the function.
struct Person {
    router: Router,
    cookie: String,
}

impl Person {
    /// One who has just registered.
    async fn registered(router: &Router, phone: &str) -> Self {
        let mut person = Self { router: router.clone(), cookie: String::new() };
        person.send("POST", "/android/register/", &json!({"phone": phone, "password": "secret12"})).await;
        person
    }

    /// Somebody who comes from elsewhere.
    async fn signed_in(router: &Router, phone: &str, password: &str) -> (Self, Value) {
        let mut person = Self { router: router.clone(), cookie: String::new() };
        let account = person.send("POST", "/android/login/", &json!({"phone": phone, "password": password})).await;
        (person, account["user"]["id"].clone())
    }

    /// A new group; its id.
    async fn group(&mut self, name: &str, members: &[&Value]) -> Value {
        self.send("POST", "/android/create_group/", &json!({"name": name, "members": members})).await["id"].clone()
    }

    /// Sends a request, which must succeed; the result.
    async fn send(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        if let Some(cookie) = head.headers.get(header::SET_COOKIE) {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        let answer: Value = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        let done = answer["status"] == 1 || answer["message"] == "ok";
        assert!(done, "{path}: {answer}");
        answer["result"].clone()
    }
}

/// Opens a socket with the person's session, says something and ends it.
async fn socket(sockets: &Service, cookie: &str) {
    for name in ["push/connect", "push/default", "push/disconnect"] {
        let mut event = socket_events()[name].clone();
        if name == "push/connect" {
            event["headers"]["Cookie"] = cookie.into();
            event["multiValueHeaders"]["Cookie"] = json!([cookie]);
        }
        assert_eq!(sockets(event).await.status, 200, "{name}");
    }
}

pub(super) async fn story(router: Router, sockets: Service) {
    let mut ann = Person::registered(&router, "13700000001").await;
    socket(&sockets, &ann.cookie).await;
    ann.send("GET", "/android/time_search/", &Value::Null).await;
    ann.send("GET", "/android/out/", &Value::Null).await;
}

/// The session of somebody who has just registered.
pub(super) async fn session(router: Router) -> String {
    let ann = Person::registered(&router, "13700000003").await;
    ann.cookie.split_once('=').unwrap().1.to_owned()
}

/// Groups and searches of somebody who comes from elsewhere, and of another; the ids of two groups that are left.
pub(super) async fn groups(router: Router, phone: &str, password: &str) -> [Value; 2] {
    let (mut ann, id) = Person::signed_in(&router, phone, password).await;
    let name = json!({"userId": id, "username": "anna", "avatar": "media/avatars/default.jpg"});
    ann.send("POST", "/android/complete_account/", &name).await;
    let mut bob = Person::registered(&router, "13700000002").await;
    let found = ann.send("GET", "/android/user_search/13700000002/0/", &Value::Null).await;
    let club = ann.group("club", &[&found[0]["id"]]).await;
    for number in 0..11 {
        ann.group(&format!("team {number}"), &[]).await;
    }
    for page in 1..=2 {
        bob.send("GET", &format!("/android/group_search/team/{page}/"), &Value::Null).await;
    }
    bob.send("GET", "/android/user_search/ann/0/", &Value::Null).await;
    bob.send("GET", "/android/user_groups/", &Value::Null).await;
    let club_path = club.as_str().unwrap();
    bob.send("GET", &format!("/android/group_members/{club_path}/0/"), &Value::Null).await;
    ann.send("GET", &format!("/android/quit_group/{club_path}/"), &Value::Null).await;
    bob.send("GET", &format!("/android/quit_group/{club_path}/"), &Value::Null).await;
    let team = ann.group("team", &[]).await;
    bob.send("GET", &format!("/android/join_group/{}/", team.as_str().unwrap()), &Value::Null).await;
    [team, ann.group("end", &[]).await]
}
