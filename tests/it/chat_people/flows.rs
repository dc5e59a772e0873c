//! What a client does, from its first start to its last, with the whole answers (`docs/dialects/chat.md#two-people-and-a-picture`).

use crate::{
    chat_people::client::{PASSWORD, own_user, without_times},
    world::{Answer, Api, NOBODY},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

const P: &str = "13800000001";
const Q: &str = "13800000002";

/// What nobody may do without a session.
const SIGNED: [(&str, &str, &str); 13] = [
    ("POST", "/complete_account/", "account"),
    ("GET", "/push_id/5702a4a5-5896-8139-864c-afdc76000000/", "account"),
    ("GET", "/ws_ticket/", "ticket"),
    ("POST", "/save_file/", "path"),
    ("POST", "/file_ticket/", "upload"),
    ("GET", "/user_contacts/", "list"),
    ("GET", "/add_friend/5702a4a5589613964cafdc76/", "user"),
    ("POST", "/add_friend/5702a4a5589613964cafdc76/", "user"),
    ("GET", "/delete_friend/5702a4a5589613964cafdc76/", "text"),
    ("POST", "/change_friend/", "user"),
    ("GET", "/search/5702a4a5589613964cafdc76/", "user"),
    ("GET", "/time_search/", "list"),
    ("GET", "/notice_search/", "list"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_account_from_its_start_to_signing_out() {
    let api = Api::start().await;
    let register = async |phone: &str, password: &str| {
        api.stranger_posts("/register/", json!({"phone": phone, "password": password})).await
    };
    register("", PASSWORD).await.no_account(6_003);
    register(P, "abc").await.no_account(8_003);
    register(P, "").await.no_account(6_000);
    register("138", PASSWORD).await.no_account(8_001);
    register("12345678901", PASSWORD).await.no_account(8_000);
    let p = Api::member_of(P, &register(P, PASSWORD).await);
    register(P, PASSWORD).await.no_account(7_001);
    api.stranger_posts("/login/", json!({"phone": 13_800_000_001_u64, "password": PASSWORD})).await.ok();
    api.stranger_posts("/login/", json!({"phone": P, "password": "abc124"})).await.no_account(10_000);
    api.stranger_posts("/login/", json!({"phone": Q, "password": PASSWORD})).await.no_account(6_004);

    let bytes = b"\xff\xd8\xff\xe0 a picture, or what stands for one";
    let mut content = STANDARD.encode(bytes);
    content.insert(20, '\n');
    let path = api.member_posts(&p, "/save_file/", json!({"name": "../../a.jpg", "content": content})).await.ok();
    let path = path["path"].as_str().unwrap().to_owned();
    let name = path.strip_prefix("media/avatars/android/").and_then(|name| name.strip_suffix(".jpg")).unwrap();
    assert!(name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'), "{name}");
    let found = api.get(&format!("/{path}")).await;
    assert_eq!(found.status, 302);
    let followed = reqwest::get(&found.headers["location"]).await.unwrap();
    assert_eq!(followed.headers()["content-type"], "image/jpeg");
    assert_eq!(followed.bytes().await.unwrap(), bytes.as_slice());
    api.member_posts(&p, "/save_file/", json!({"name": "a.jpg", "content": "***"}))
        .await
        .fails(8_005, &json!({"path": ""}));

    let q = api.named_member(Q, "qq").await;
    let complete = async |user: &str, avatar: &str, username: &str| {
        let body = json!({"userId": user, "avatar": avatar, "username": username, "desc": "I am P", "sex": 1});
        api.member_posts(&p, "/complete_account/", body).await
    };
    let mut user = own_user(&p.id, P);
    (user["username"], user["avatar"]) = (json!("pp"), json!(path));
    (user["desc"], user["sex"]) = (json!("I am P"), json!(1));
    let account = without_times(complete(&p.id, &path, "pp").await.ok());
    assert_eq!(account, json!({"user": user, "account": P, "isBind": false}));
    complete(&q.id, &path, "other").await.no_account(6_004);
    complete(&p.id, &path, "").await.no_account(6_001);
    complete(&p.id, &path, "sixteen-letters-").await.no_account(8_004);
    complete(&p.id, &path, "QQ").await.no_account(7_000);
    complete(&p.id, "", "pp").await.no_account(6_002);
    let shown = api.member_gets(&q, &format!("/search/{}/", q.id)).await.ok();
    assert_eq!(shown["username"], "qq");

    api.member_gets(&p, "/out/").await.is(&json!("ok"));
    api.member_gets(&p, "/user_contacts/").await.fails(11_001, &json!([]));
    // Again, and of nobody, it is done as well.
    api.member_posts(&p, "/out", Value::Null).await.is(&json!("ok"));
    api.chat_request("", Method::GET, "/out/", &Value::Null).await.is(&json!("ok"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_session_hears_nothing_else() {
    let api = Api::start().await;
    let p = api.new_member(P).await;
    api.member_gets(&p, "/out/").await.ok();
    for (method, path, kind) in SIGNED {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        for cookie in [String::new(), p.cookie(), "sessionid=../../x; sessionid=".into()] {
            let said = api.chat_request(&cookie, method.clone(), path, &json!({"name": 1})).await;
            match kind {
                "account" => said.no_account(11_001),
                "user" => said.no_user(11_001),
                "list" => said.fails(11_001, &json!([])),
                "path" => said.fails(11_001, &json!({"path": ""})),
                "upload" => said.fails(11_001, &json!({"path": "", "url": "", "headers": {}})),
                "ticket" => said.fails(11_001, &json!({"ticket": ""})),
                _ => said.fails(11_001, &json!("")),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_add_each_other() {
    let api = Api::start().await;
    let (p, q) = (api.named_member(P, "pp").await, api.named_member(Q, "qq").await);
    let user = |phone: &str, friends: u32, is_friend: bool| {
        json!({
            "id": q.id, "username": "qq", "phone": phone, "avatar": "media/avatars/default.jpg", "desc": "", "sex": 0,
            "alias": "", "friends": friends, "isFriend": is_friend,
        })
    };
    let found = api.member_gets(&p, &format!("/search/{}", q.id)).await.ok();
    assert_eq!(without_times(found), user("138****0002", 0, false));
    api.member_gets(&p, "/user_contacts/").await.is_empty();
    let added = api.member_gets(&p, &format!("/add_friend/{}/", q.id)).await;
    assert_eq!(added.0.headers["cache-control"], "no-store");
    assert_eq!(without_times(added.ok()), user("138****0002", 0, true));
    api.member_gets(&p, &format!("/add_friend/{}/", q.id)).await.no_user(12_000);
    api.member_gets(&p, &format!("/add_friend/{}/", p.id)).await.no_user(12_000);
    for nobody in [NOBODY, "0b8e9a54-7c1d-4f6a-9b0e-2d3c4b5a6978", "x"] {
        api.member_gets(&p, &format!("/add_friend/{nobody}/")).await.no_user(6_004);
    }
    let listed = |user: Value| {
        let mut listed = user.clone();
        (listed["account"], listed["isBind"]) = (user["phone"].clone(), json!(false));
        listed["user"] = user;
        listed
    };
    let contacts = api.member_gets(&p, "/user_contacts/").await.ok();
    assert_eq!(without_times(contacts), json!([listed(user("138****0002", 0, true))]));
    api.member_gets(&q, "/user_contacts/").await.is_empty();
    // Once both have added the other, each sees the whole number, and is counted.
    let back = api.member_posts(&q, &format!("/add_friend/{}", p.id), json!({"ignored": 1})).await.ok();
    assert_eq!((&back["phone"], &back["friends"], &back["isFriend"]), (&json!(P), &json!(1), &json!(true)));
    let contacts = api.member_gets(&p, "/user_contacts").await.ok();
    assert_eq!(without_times(contacts), json!([listed(user(Q, 1, true))]));

    let named = api.member_posts(&p, "/change_friend/", json!({"userId": q.id, "alias": "Quin"})).await.ok();
    let mut expected = user(Q, 1, true);
    expected["alias"] = json!("Quin");
    assert_eq!(without_times(named), expected);
    api.member_gets(&p, &format!("/delete_friend/{}/", q.id)).await.is(&json!("ok"));
    api.member_gets(&p, "/user_contacts/").await.is_empty();
    api.member_gets(&p, &format!("/delete_friend/{}/", q.id)).await.fails(6_004, &json!(""));
    // The other keeps the one who left, and sees no whole number any more.
    let kept = api.member_gets(&q, "/user_contacts/").await.ok();
    assert_eq!((&kept[0]["id"], &kept[0]["phone"]), (&json!(p.id), &json!("138****0001")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_may_come_in_a_header() {
    let api = Api::start().await;
    let p = api.new_member(P).await;
    let asked = async |authorization: &str| {
        let request = api.http.get(api.url("/android/user_contacts/")).header("authorization", authorization);
        crate::chat_people::client::Said(Answer::of(request.send().await.unwrap()).await)
    };
    asked(&format!("Bearer {}", p.token)).await.is_empty();
    asked(&format!("bearer  {}", p.token)).await.is_empty();
    let (begins, last) = p.token.split_at(63);
    let other = format!("Bearer {begins}{}", if last == "0" { "1" } else { "0" });
    for wrong in [format!("Basic {}", p.token), p.token.clone(), "Bearer".into(), other] {
        asked(&wrong).await.fails(11_001, &json!([]));
    }
}
