//! Everything of SealTalk that needs a right of its own.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::Request;
use local::World;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A client without a network between it and the function.
struct Client {
    router: Router,
    phone: &'static str,
    cookie: String,
}

impl Client {
    /// Sends a request, which must succeed; its `result`. Keeps the cookie that it is given.
    async fn send(&mut self, method: &str, path: &str, body: Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("cookie", &self.cookie).body(Body::from(body)).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let answer: Value = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        assert_eq!((head.status.as_u16(), &answer["code"]), (200, &json!(200)), "{path}: {answer}");
        if let Some(cookie) = head.headers.get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        answer["result"].clone()
    }
}

impl Client {
    /// The number's newest code, sent a minute after the one before.
    async fn code(&mut self, world: &World) -> Value {
        world.clock.advance(60);
        self.send("POST", "/user/send_code_yp", json!({"region": "86", "phone": self.phone})).await;
        let message = world.outbox.to(self.phone).pop().expect("an SMS").message;
        let code: String = message.chars().filter(char::is_ascii_digit).collect();
        json!({"region": "86", "phone": self.phone, "code": code})
    }

    async fn token(&mut self, world: &World) -> Value {
        let code = self.code(world).await;
        self.send("POST", "/user/verify_code_yp", code).await["verification_token"].clone()
    }
}

/// Numbers that the rest of the story does not know.
const NUMBERS: [&str; 3] = ["13900000003", "13900000004", "13900000005"];

/// Accounts, friends, pictures, groups, sync; gives back the number of somebody with a trace everywhere.
pub(super) async fn story(world: &World, router: Router) -> &'static str {
    let mut ann = Client { router: router.clone(), phone: NUMBERS[0], cookie: String::new() };
    accounts(&mut ann, world).await;
    let mut others = Vec::new();
    for phone in &NUMBERS[1..] {
        let mut other = Client { router: router.clone(), phone, cookie: String::new() };
        let code = other.code(world).await;
        let id = other.send("POST", "/user/verify_code_register", code).await["id"].clone();
        others.push((other, id));
    }
    profile(&mut ann).await;
    friends(&mut ann, &mut others).await;
    groups(&mut ann, &mut others).await;
    ann.send("GET", "/user/sync/0", Value::Null).await;
    ann.phone
}

/// Groups that were made elsewhere, of the one of the story who has a password: one gets another name and lets nobody in without being
/// asked, and one ends.
pub(super) async fn groups_of_chat(router: Router, renamed: &Value, ended: &Value) {
    let mut ann = Client { router, phone: NUMBERS[0], cookie: String::new() };
    let login = json!({"region": "86", "phone": ann.phone, "password": PASSWORD});
    ann.send("POST", "/user/login", login).await;
    ann.send("POST", "/group/rename", json!({"groupId": renamed, "name": "Crew"})).await;
    ann.send("POST", "/group/set_certification", json!({"groupId": renamed, "certiStatus": 0})).await;
    ann.send("POST", "/group/dismiss", json!({ "groupId": ended })).await;
}

/// What they sign in with in the end.
pub(super) const PASSWORD: &str = "secret14";

async fn accounts(ann: &mut Client, world: &World) {
    ann.send("GET", "/user/get_sms_img_code", Value::Null).await;
    let token = ann.token(world).await;
    let register = json!({"nickname": "Ann", "password": "secret12", "verification_token": token});
    ann.send("POST", "/user/register", register).await;
    let change = json!({"oldPassword": "secret12", "newPassword": "secret13"});
    ann.send("POST", "/user/change_password", change).await;
    ann.send("GET", "/user/get_token", Value::Null).await;
    ann.send("POST", "/user/logout", Value::Null).await;
    let code = ann.code(world).await;
    ann.send("POST", "/user/verify_code_register", code).await;
    let token = ann.token(world).await;
    let reset = json!({"password": PASSWORD, "verification_token": token});
    ann.send("POST", "/user/reset_password", reset).await;
    let login = json!({"region": "86", "phone": ann.phone, "password": PASSWORD});
    ann.send("POST", "/user/login", login).await;
}

async fn profile(ann: &mut Client) {
    ann.send("GET", "/user/get_poke", Value::Null).await;
    ann.send("POST", "/user/set_poke", json!({"pokeStatus": 0})).await;
    ann.send("POST", "/user/set_nickname", json!({"nickname": "Anna"})).await;
    ann.send("POST", "/user/set_st_account", json!({"stAccount": "anna_2026"})).await;
    ann.send("POST", "/user/set_st_account", json!({"stAccount": "anna_2027"})).await;
    let ticket = ann.send("GET", "/user/get_image_token", Value::Null).await;
    let png = "\u{89}PNG\r\n\u{1a}\n";
    let png: Vec<u8> = png.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
    let token = ticket["token"].as_str().unwrap();
    let part = |head: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n").into_bytes();
    let end = b"\r\n".to_vec();
    let body = [part("name=\"token\""), token.as_bytes().to_vec(), end.clone()].concat();
    let body = [body, part("name=\"file\"; filename=\"f\""), png, end, b"--b--\r\n".to_vec()].concat();
    let request = Request::builder().method("POST").uri("/").header("content-type", "multipart/form-data; boundary=b");
    let answer = ann.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
}

async fn friends(ann: &mut Client, others: &mut [(Client, Value)]) {
    let found = ann.send("GET", &format!("/user/find/86/{}", NUMBERS[1]), Value::Null).await;
    let bob = json!({"friendId": found["id"]});
    ann.send("POST", "/friendship/invite", json!({"friendId": found["id"], "message": "hi"})).await;
    let own = others[0].0.send("GET", "/friendship/all", Value::Null).await;
    let ann_is = json!({"friendId": own[0]["user"]["id"]});
    others[0].0.send("POST", "/friendship/agree", ann_is).await;
    ann.send("POST", "/user/set_nickname", json!({"nickname": "Annie"})).await;
    ann.send("POST", "/user/add_to_blacklist", bob.clone()).await;
    ann.send("GET", "/user/blacklist", Value::Null).await;
    let report = json!({"targetType": "user", "targetId": found["id"], "reason": "spam"});
    ann.send("POST", "/user/report", report).await;
    ann.send("POST", "/user/remove_from_blacklist", bob).await;
    ann.send("POST", "/friendship/get_contacts_info", json!({"contactList": [NUMBERS[1]]})).await;
    // Somebody who has no edge back.
    let stranger = json!({"friendId": others[1].1});
    ann.send("POST", "/user/add_to_blacklist", stranger).await;
}

async fn groups(ann: &mut Client, others: &mut [(Client, Value)]) {
    let (one, other) = (others[0].1.clone(), others[1].1.clone());
    let made = ann.send("POST", "/group/create", json!({"name": "Team", "memberIds": [one, other]})).await;
    let gid = made["id"].clone();
    let of_group = json!({ "groupId": gid });
    let with = |name: &str, value: Value| json!({"groupId": gid, name: value});
    others[1].0.send("POST", "/group/quit", of_group.clone()).await;
    others[1].0.send("POST", "/group/join", of_group.clone()).await;
    ann.send("POST", "/group/rename", with("name", json!("Crew"))).await;
    ann.send("POST", "/group/fav", of_group.clone()).await;
    ann.send("DELETE", "/group/fav", of_group.clone()).await;
    ann.send("POST", "/group/set_manager", with("memberIds", json!([one]))).await;
    ann.send("POST", "/group/kick", with("memberIds", json!([other]))).await;
    // Who wants to be asked is: an invitation waits, is answered, and another goes away unread.
    others[1].0.send("POST", "/user/set_privacy", json!({"groupVerify": 0})).await;
    ann.send("POST", "/group/add", with("memberIds", json!([other]))).await;
    others[1].0.send("GET", "/group/notice_info", Value::Null).await;
    let agree = json!({"groupId": gid, "receiverId": other, "status": 1});
    others[1].0.send("POST", "/group/agree", agree).await;
    others[1].0.send("POST", "/group/quit", of_group.clone()).await;
    ann.send("POST", "/group/add", with("memberIds", json!([other]))).await;
    others[1].0.send("POST", "/group/clear_notice", json!({})).await;
    ann.send("GET", &format!("/group/{}/members", gid.as_str().unwrap()), Value::Null).await;
    ann.send("GET", "/user/groups", Value::Null).await;
    // Another group, with a notice about Ann that she has not read.
    let mine = others[1].0.send("POST", "/group/create", json!({"name": "Mine", "memberIds": [one, other]})).await;
    others[1].0.send("POST", "/group/dismiss", json!({"groupId": mine["id"]})).await;
}
