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

/// A person's socket without a network between it and the function.
struct Socket<'a> {
    sockets: &'a Service,
    name: String,
    push_id: String,
    said: u32,
}

impl<'a> Socket<'a> {
    /// An event of a socket. It is answered with 200; what a client hears of it is posted.
    async fn happens(&self, kind: &str, change: impl FnOnce(&mut Value)) {
        let mut event = socket_events()[&format!("push/{kind}")].clone();
        event["requestContext"]["connectionId"] = json!(self.name);
        change(&mut event);
        assert_eq!((self.sockets)(event).await.status, 200, "{kind}");
    }

    /// Opens one with a session, or with a ticket.
    async fn open(sockets: &'a Service, who: &Person, ticket: Option<&str>) -> Self {
        let push_id = PushId::of(&who.uid.clone().try_into().unwrap()).to_string();
        let name = format!("{}{}=", &who.uid[14..], if ticket.is_some() { "t" } else { "c" });
        let socket = Self { sockets, name, push_id, said: 0 };
        let cookie = who.cookie.clone();
        let shown = |event: &mut Value| match ticket {
            Some(ticket) => {
                event["headers"].as_object_mut().unwrap().remove("Cookie");
                event["multiValueHeaders"].as_object_mut().unwrap().remove("Cookie");
                event["queryStringParameters"] = json!({"ticket": ticket});
                event["multiValueQueryStringParameters"] = json!({"ticket": [ticket]});
            }
            None => {
                event["headers"]["Cookie"] = json!(cookie);
                event["multiValueHeaders"]["Cookie"] = json!([cookie]);
            }
        };
        socket.happens("connect", shown).await;
        socket
    }

    async fn says(&mut self, status: u8, message: Value) {
        self.said += 1;
        let body = json!({"status": status, "pushId": self.push_id, "message": message}).to_string();
        let name = format!("{}{}", self.name, self.said);
        let said = |event: &mut Value| {
            event["body"] = json!(body);
            event["requestContext"]["messageId"] = json!(name);
        };
        self.happens("default", said).await;
    }
}

/// Two people write to each other and to a group, over sockets that open in either way.
async fn talk(sockets: &Service, ann: &mut Person, bob: &mut Person) {
    let gid = ann.group("talk", &[&json!(bob.uid)]).await;
    let ticket = ann.send("GET", "/android/ws_ticket/", &Value::Null).await["ticket"].clone();
    let mut of_ann = Socket::open(sockets, ann, ticket.as_str()).await;
    of_ann.says(0, json!("start")).await;
    let message = |to: &Value, kind: u8| {
        let info = json!([{"category": 0, "content": "hi"}]);
        json!({"chatId": "c1", "fromId": ann.uid, "toId": to, "type": kind, "info": info})
    };
    of_ann.says(1, json!([message(&json!(bob.uid), 1), message(&gid, 7)])).await;
    let mut of_bob = Socket::open(sockets, bob, None).await;
    of_bob.says(0, json!("start")).await;
    let read = json!({"fromId": ann.uid, "toId": bob.uid, "chatId": "c1", "content": "ok"});
    for said in [read, json!("ok"), json!("")] {
        of_bob.says(1, said).await;
    }
    of_ann.says(1, json!([message(&json!(bob.uid), 1)])).await;
    of_ann.happens("disconnect", |_| {}).await;
    of_bob.happens("disconnect", |_| {}).await;
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
    let mut bob = Person::registered(&router, "13700000002").await;
    talk(&sockets, &mut ann, &mut bob).await;
    bob.send("POST", "/android/login/", &json!({"phone": "13700000002", "password": "quiet-otter"})).await;
    let (add_bob, add_ann) = (format!("/android/add_friend/{}/", bob.uid), format!("/android/add_friend/{}/", ann.uid));
    ann.send("GET", &add_bob, &Value::Null).await;
    bob.send("GET", &add_ann, &Value::Null).await;
    // After that the picture is fanned out.
    pictures(world, &mut ann).await;
    ann.send("POST", "/android/change_friend/", &json!({"userId": bob.uid, "alias": "B"})).await;
    ann.send("GET", "/android/user_contacts/", &Value::Null).await;
    ann.send("GET", &format!("/android/search/{}/", bob.uid), &Value::Null).await;
    ann.send("POST", "/android/report/", &json!({"type": "user", "id": bob.uid, "reason": "spam"})).await;
    ann.send("GET", &format!("/android/block/{}/", bob.uid), &Value::Null).await;
    ann.send("GET", "/android/user_blocks/", &Value::Null).await;
    ann.send("GET", &format!("/android/unblock/{}/", bob.uid), &Value::Null).await;
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
