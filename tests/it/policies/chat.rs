//! Everything of Chat that needs a right of its own.

use crate::payloads::socket_events;
use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{Request, header};
use kit::sockets::Service;
use local::World;
use serde_json::{Value, json};
use shared::values::PushId;
use tower::ServiceExt as _;

/// The beginning of a PNG.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAE=";

/// Somebody without a network between them and the function.
struct Person {
    router: Router,
    cookie: String,
    uid: String,
}

impl Person {
    /// One who has just registered.
    async fn registered(router: &Router, phone: &str) -> Self {
        let mut person = Self { router: router.clone(), cookie: String::new(), uid: String::new() };
        let account =
            person.send("POST", "/android/register/", &json!({"phone": phone, "password": "quiet-otter"})).await;
        account["user"]["id"].as_str().unwrap().clone_into(&mut person.uid);
        person
    }

    /// Somebody who comes from elsewhere.
    async fn signed_in(router: &Router, phone: &str, password: &str) -> Self {
        let mut person = Self { router: router.clone(), cookie: String::new(), uid: String::new() };
        let account = person.send("POST", "/android/login/", &json!({"phone": phone, "password": password})).await;
        account["user"]["id"].as_str().unwrap().clone_into(&mut person.uid);
        person
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

/// Pictures: one that comes with the request, and one that is uploaded with a ticket and looked at.
async fn pictures(world: &World, ann: &mut Person) {
    let uid = ann.uid.clone();
    let complete = |avatar: &Value| json!({"userId": uid, "avatar": avatar, "username": "ann", "desc": "", "sex": 0});
    let saved = ann.send("POST", "/android/save_file/", &json!({"name": "a.png", "content": PICTURE})).await;
    let ticket = ann.send("POST", "/android/file_ticket/", &json!({"name": "a.png", "size": 9})).await;
    let name = ticket["path"].as_str().unwrap().rsplit_once('/').unwrap().1;
    let key = format!("media/attachments/{uid}/{name}");
    let upload = world.clients.s3.put_object().bucket("media").key(key).body(b"\x89PNG\r\n\x1a\n\0".to_vec().into());
    upload.send().await.expect("an upload");
    ann.send("POST", "/android/complete_account/", &complete(&saved["path"])).await;
    ann.send("POST", "/android/complete_account/", &complete(&ticket["path"])).await;
    // Another name, so that the one before is given up.
    let mut renamed = complete(&ticket["path"]);
    renamed["username"] = json!("annie");
    ann.send("POST", "/android/complete_account/", &renamed).await;
}

pub(super) async fn story(world: &World, router: Router, sockets: Service) {
    let mut ann = Person::registered(&router, "13700000001").await;
    socket(&sockets, &ann.cookie).await;
    let mut bob = Person::registered(&router, "13700000002").await;
    bob.send("POST", "/android/login/", &json!({"phone": "13700000002", "password": "quiet-otter"})).await;
    let (add_bob, add_ann) = (format!("/android/add_friend/{}/", bob.uid), format!("/android/add_friend/{}/", ann.uid));
    ann.send("GET", &add_bob, &Value::Null).await;
    bob.send("GET", &add_ann, &Value::Null).await;
    // After that the picture is fanned out.
    pictures(world, &mut ann).await;
    ann.send("POST", "/android/change_friend/", &json!({"userId": bob.uid, "alias": "B"})).await;
    ann.send("GET", "/android/user_contacts/", &Value::Null).await;
    ann.send("GET", &format!("/android/search/{}/", bob.uid), &Value::Null).await;
    ann.send("GET", &format!("/android/delete_friend/{}/", bob.uid), &Value::Null).await;
    ann.send("GET", "/android/ws_ticket/", &Value::Null).await;
    let push_id = PushId::of(&ann.uid.clone().try_into().unwrap());
    ann.send("GET", &format!("/android/push_id/{push_id}/"), &Value::Null).await;
    ann.send("GET", "/android/time_search/", &Value::Null).await;
    ann.send("GET", "/android/out/", &Value::Null).await;
}

/// The session of somebody who has just registered.
pub(super) async fn session(router: Router) -> String {
    let ann = Person::registered(&router, "13700000005").await;
    ann.cookie.split_once('=').unwrap().1.to_owned()
}

/// Groups and searches of somebody who comes from elsewhere, and of another; the ids of two groups that are left.
pub(super) async fn groups(router: Router, phone: &str, password: &str) -> [Value; 2] {
    let mut ann = Person::signed_in(&router, phone, password).await;
    let name = json!({"userId": ann.uid, "username": "anna", "avatar": "media/avatars/default.jpg"});
    ann.send("POST", "/android/complete_account/", &name).await;
    let mut bob = Person::registered(&router, "13700000003").await;
    let found = ann.send("GET", "/android/user_search/13700000003/0/", &Value::Null).await;
    let club = ann.group("club", &[&found[0]["id"]]).await;
    for number in 0..11 {
        ann.group(&format!("team {number}"), &[]).await;
    }
    for page in 1..=2 {
        bob.send("GET", &format!("/android/group_search/team/{page}/"), &Value::Null).await;
    }
    bob.send("GET", "/android/user_search/ann/0/", &Value::Null).await;
    bob.send("GET", "/android/user_groups/", &Value::Null).await;
    let club = club.as_str().unwrap();
    bob.send("GET", &format!("/android/group_members/{club}/0/"), &Value::Null).await;
    ann.send("GET", &format!("/android/quit_group/{club}/"), &Value::Null).await;
    bob.send("GET", &format!("/android/quit_group/{club}/"), &Value::Null).await;
    let team = ann.group("team", &[]).await;
    bob.send("GET", &format!("/android/join_group/{}/", team.as_str().unwrap()), &Value::Null).await;
    [team, ann.group("end", &[]).await]
}

/// Somebody wishes to be let into a group.
pub(super) async fn wish(router: Router, group: &Value) {
    let mut cat = Person::registered(&router, "13700000004").await;
    cat.send("GET", &format!("/android/join_group/{}/", group.as_str().unwrap()), &Value::Null).await;
}
