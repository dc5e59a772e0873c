//! The call flows of `docs/dialects/sealtalk.md#call-flows`, as clients make them, in the
//! three styles of cookie.

use super::client::{Friend, Style};
use crate::world::Api;
use serde_json::{Value, json};

/// Number, nickname; the password is `secret12`.
const ANN: (&str, &str) = ("13900000001", "Ann");
const BOB: (&str, &str) = ("13900000002", "Bob");
const CAT: (&str, &str) = ("13900000003", "Cat");

fn number(phone: &str) -> Value {
    json!({"region": "86", "phone": phone})
}

/// A number with more fields.
fn number_and(phone: &str, more: Value) -> Value {
    let mut body = number(phone);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn about(who: &Friend) -> Value {
    json!({ "friendId": who.id })
}

/// Signs in, with the cookie of before if there is one.
async fn login(api: &Api, style: Style, before: Option<&Friend>, phone: &str, password: &str) -> Friend {
    let body = number_and(phone, json!({ "password": password }));
    let answer = api.talk(before, "POST", "/user/login", Some(body)).await;
    let id = answer.result()["id"].as_str().unwrap().to_owned();
    assert!(answer.result()["token"].as_str().unwrap().len() <= 256);
    Friend { phone: phone.to_owned(), id, cookie: style.cookie(&answer.headers["set-cookie"]) }
}

/// The region list, the check, the code, its throttle, a wrong one, the right one, the account.
async fn register(api: &Api, style: Style) -> Friend {
    let (phone, nickname) = ANN;
    assert!(api.get("/user/regionlist").await.result().as_array().unwrap().len() >= 200);
    api.anyone("/user/check_phone_available", number(phone)).await.is(200, r#"{"code":200,"result":true}"#);
    api.anyone("/user/send_code_yp", number(phone)).await.ok();
    api.anyone("/user/send_code_yp", number(phone)).await.refused(200, 5000);
    let code = api.code(phone).await;
    let wrong = if code == "100000" { "100001" } else { "100000" };
    api.anyone("/user/verify_code_yp", number_and(phone, json!({ "code": wrong }))).await.refused(200, 1000);
    let verified = api.anyone("/user/verify_code_yp", number_and(phone, json!({ "code": code }))).await.result();
    let token = verified["verification_token"].clone();
    let body = json!({"nickname": nickname, "password": "secret12", "verification_token": token});
    let registered = api.anyone("/user/register", body.clone()).await;
    let id = registered.result()["id"].as_str().unwrap().to_owned();
    api.anyone("/user/register", body).await.rejected(400, "Phone number has already existed.");
    api.anyone("/user/check_phone_available", number(phone)).await.is(200, r#"{"code":200,"result":false}"#);
    Friend { phone: phone.to_owned(), id, cookie: style.cookie(&registered.headers["set-cookie"]) }
}

/// What Android, iOS and the web ask for after signing in.
async fn sign_in(api: &Api, style: Style, ann: &Friend) {
    api.talk(None, "POST", "/user//logout", None).await.ok();
    let ann = &login(api, style, Some(ann), &ann.phone, "secret12").await;
    let token = api.asks(ann, "/user/get_token").await.result();
    assert_eq!((&token["id"], &token["userId"]), (&json!(ann.id), &json!(ann.id)));
    assert_eq!(api.asks(ann, &format!("/user/{}", ann.id)).await.result()["nickname"], "Ann");
    for path in ["/user/get_poke", "/group/notice_info", "/friendship/all", "/user/blacklist"] {
        api.asks(ann, path).await.result();
    }
    let favourites = r#"{"code":200,"result":{"list":[],"total":0}}"#;
    api.asks(ann, "/user/favgroups").await.is(200, favourites);
    api.asks(ann, "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
}

/// Found, asked, friends, blocked and back.
async fn befriend(api: &Api, ann: &Friend, bob: &Friend, cat: &Friend) {
    let found = api.asks(ann, &format!("/user/find/86/{}", bob.phone)).await.result();
    assert_eq!(found["id"], json!(bob.id));
    let invite = json!({"friendId": bob.id, "message": "hi"});
    assert_eq!(api.says(ann, "/friendship/invite", invite.clone()).await.result()["action"], "Sent");
    assert_eq!(api.says(ann, "/friendship/invite", invite.clone()).await.result()["action"], "None");
    let asked = api.asks(bob, "/friendship/all").await.result();
    assert_eq!((&asked[0]["status"], &asked[0]["message"]), (&json!(11), &json!("hi")));
    api.says(bob, "/friendship/agree", about(ann)).await.ok();
    for who in [ann, bob] {
        assert_eq!(api.asks(who, "/friendship/all").await.result()[0]["status"], 20);
    }
    assert_eq!(api.says(ann, "/friendship/invite", invite.clone()).await.status, 400);
    api.says(bob, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    let added = api.says(cat, "/friendship/invite", invite.clone()).await.result();
    assert_eq!(added["action"], "AddDirectly");
    api.says(ann, "/user/set_privacy", json!({"phoneVerify": 0})).await.ok();
    api.asks(cat, &format!("/user/find/86/{}", ann.phone)).await.rejected(404, "Unknown user.");

    api.says(ann, "/user/add_to_blacklist", about(bob)).await.ok();
    api.says(ann, "/user/add_to_blacklist", about(bob)).await.ok();
    assert_eq!(api.asks(ann, "/user/blacklist").await.result()[0]["user"]["id"], json!(bob.id));
    assert_eq!(api.asks(ann, "/friendship/all").await.result()[0]["status"], 31);
    api.asks(ann, &format!("/friendship/{}/profile", bob.id)).await.refused(403, 403);
    let back = json!({"friendId": ann.id, "message": "?"});
    assert_eq!(api.says(bob, "/friendship/invite", back).await.result()["action"], "None");
    api.says(ann, "/user/remove_from_blacklist", about(bob)).await.ok();
    assert_eq!(api.asks(ann, "/friendship/all").await.result()[0]["status"], 20);
    api.says(ann, "/user/add_to_blacklist", json!({"friendId": "stranger"})).await.refused(404, 404);
    api.says(ann, "/user/add_to_blacklist", about(cat)).await.ok();
}

/// A profile, a portrait, and their fan-out to friends.
async fn profile(api: &Api, ann: &Friend, bob: &Friend) {
    let version = api.asks(bob, "/user/sync/0").await.result()["version"].clone();
    api.says(ann, "/user/set_nickname", json!({"nickname": "<a>Ann</a> 🙂"})).await.ok();
    api.says(ann, "/user/set_nickname", json!({"nickname": "x".repeat(33)})).await.refused(400, 400);
    let domain = api.asks(ann, "/user/get_image_token").await.result()["domain"].as_str().unwrap().to_owned();
    let portrait = format!("http://{domain}/media/images/{}/0f1e2d3c4b5a6978/a.png", ann.id);
    api.says(ann, "/user/set_portrait_uri", json!({ "portraitUri": portrait })).await.ok();
    api.says(ann, "/user/set_gender", json!({"gender": "female"})).await.ok();
    api.says(ann, "/user/set_st_account", json!({"stAccount": "ann_2026"})).await.ok();
    api.says(bob, "/user/set_st_account", json!({"stAccount": "ANN_2026"})).await.refused(200, 1000);
    let own = api.asks(ann, &format!("/user/{}", ann.id)).await.result();
    let expected = json!({"id": ann.id, "nickname": "&lt;a&gt;Ann&lt;/a&gt; 🙂", "portraitUri": portrait,
        "gender": "female", "stAccount": "ann_2026", "phone": ann.phone});
    assert_eq!(own, expected);
    let news = api.asks(bob, &format!("/user/sync/{version}")).await.result();
    assert_eq!(news["friends"][0]["user"]["portraitUri"], json!(portrait));
    assert!(news["version"].as_i64() > version.as_i64());
}

/// F12: a group, both shapes of the list, favourites with and without paging, and how they end.
async fn groups(api: &Api, ann: &Friend, bob: &Friend) {
    let body = json!({"name": "Team", "memberIds": [ann.id, bob.id]});
    let made = api.says(ann, "/group/create", body).await.result();
    let of_group = json!({"groupId": made["id"]});
    let list = api.asks(bob, "/user/groups").await.result();
    assert_eq!((&list[0]["id"], &list[0]["group"]["id"]), (&made["id"], &made["id"]));
    assert_eq!((&list[0]["role"], &list[0]["group"]["creatorId"]), (&json!(1), &json!(ann.id)));
    let members = api.asks(bob, &format!("/group/{}/members", made["id"].as_str().unwrap())).await.result();
    assert_eq!(members.as_array().unwrap().len(), 2);
    api.says(bob, "/group/fav", of_group.clone()).await.ok();
    api.says(bob, "/group/fav", of_group.clone()).await.refused(405, 405);
    let page = api.asks(bob, "/user/favgroups?limit=1&offset=0").await.result();
    assert_eq!((&page["limit"], &page["offset"], &page["total"]), (&json!("1"), &json!("0"), &json!(1)));
    api.talk(Some(bob), "DELETE", "/group/fav", Some(of_group.clone())).await.ok();
    assert_eq!(api.asks(bob, "/user/favgroups").await.result()["total"], 0);
    api.says(bob, "/group/fav", of_group.clone()).await.ok();
    api.says(bob, "/group/quit", of_group).await.ok();
    assert_eq!(api.asks(bob, "/user/favgroups").await.result()["total"], 0);
}

/// F14: documented methods, numbers as numbers.
async fn methods(api: &Api, ann: &Friend) {
    let phone: u64 = BOB.0.parse().unwrap();
    let find = format!("/user/find/86/{phone}");
    let own = format!("/user/{}", ann.id);
    for path in ["/user/groups", "/user/sync/0", "/user/favgroups", "/user/blacklist", find.as_str(), own.as_str()] {
        let get = api.asks(ann, path).await;
        api.talk(Some(ann), "POST", path, None).await.is(200, &get.text);
    }
    for path in ["/user/get_token", "/user/get_image_token", "/user/get_sms_img_code"] {
        for method in ["GET", "POST"] {
            api.talk(Some(ann), method, path, None).await.result();
        }
    }
    api.anyone("/user/check_phone_available", json!({"region": 86, "phone": phone})).await.result();
}

/// F9, F10 and F13: passwords end sessions, and so does signing out.
async fn passwords(api: &Api, style: Style, ann: &Friend) {
    let change = |old: &str, new: &str| json!({"oldPassword": old, "newPassword": new});
    api.says(ann, "/user/change_password", change("wrong-one", "secret13")).await.refused(200, 1000);
    api.says(ann, "/user/change_password", change("secret12", "sh ort")).await.refused(400, 400);
    let other = &login(api, style, None, &ann.phone, "secret12").await;
    api.says(ann, "/user/change_password", change("secret12", "secret13")).await.ok();
    api.asks(other, "/user/get_poke").await.signed_out();
    api.asks(ann, "/user/get_poke").await.result();

    api.advance(60);
    let reset = json!({"password": "secret14", "verification_token": api.proven(&ann.phone).await});
    api.anyone("/user/reset_password", reset.clone()).await.ok();
    api.asks(ann, "/user/get_poke").await.signed_out();
    api.anyone("/user/reset_password", reset).await.rejected(404, "Unknown verification_token.");
    let old = number_and(&ann.phone, json!({"password": "secret13"}));
    api.anyone("/user/login", old).await.refused(200, 1000);

    let ann = &login(api, style, None, &ann.phone, "secret14").await;
    let out = api.talk(Some(ann), "POST", "/user/logout", None).await;
    out.ok();
    assert!(out.headers["set-cookie"].contains("rong_auth_cookie=;"), "{out:?}");
    api.asks(ann, "/user/get_poke").await.signed_out();
}

/// F15: what the original's own tests ask.
async fn table(api: &Api, ann: &Friend) {
    for phone in ["20012341234", "130qwerasdf", "23412341234"] {
        api.anyone("/user/send_code", number(phone)).await.rejected(400, "Invalid region and phone number.");
    }
    api.anyone("/user/send_code", json!({"region": "86", "phone": ""})).await.rejected(400, "Empty phone.");
    api.anyone("/user/send_code", json!({"region": "", "phone": "13900000009"})).await.rejected(400, "Empty region.");
    let unknown = number_and("13900000009", json!({"code": "123456"}));
    api.anyone("/user/verify_code", unknown).await.rejected(404, "Unknown phone number.");
    let nobody = number_and("13900000009", json!({"password": "secret12"}));
    api.anyone("/user/login", nobody).await.refused(200, 1000);
    api.asks(ann, "/user/000000000000000000000000").await.rejected(404, "Unknown user.");
    api.says(ann, "/user/add_to_blacklist", json!({"friendId": null})).await.rejected(400, "Empty friendId.");
    api.get("/user/get_image_token").await.signed_out();
}

async fn all(style: Style) {
    let api = Api::start().await;
    let ann = &register(&api, style).await;
    let bob = &api.friend_as(style, BOB.0, BOB.1).await;
    let cat = &api.friend_as(style, CAT.0, CAT.1).await;
    sign_in(&api, style, ann).await;
    befriend(&api, ann, bob, cat).await;
    profile(&api, ann, bob).await;
    groups(&api, ann, bob).await;
    methods(&api, ann).await;
    table(&api, ann).await;
    passwords(&api, style, ann).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_a_browser() {
    all(Style::Plain).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_android() {
    all(Style::Android).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_ios() {
    all(Style::Ios).await;
}
