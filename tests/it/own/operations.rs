//! The operations of each API.

use super::{
    exporting::archive,
    full::{Full, PASSWORD},
};
use crate::{
    chat::socket::Socket,
    m_user::client::Body,
    world::{Answer, Api},
};
use serde_json::{Value, json};

async fn urls(api: &Api, who: &Full, exported: &Value) {
    assert_eq!((&exported["more"], &exported["next"]), (&json!(false), &json!("")), "{exported}");
    let files = archive(api, exported["urls"][0].as_str().expect("a URL")).await;
    let person: Value = serde_json::from_slice(&files["person.json"]).unwrap();
    assert_eq!(person[0]["uid"], who.person.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn light_up() {
    let api = Api::start().await;
    let ann = api.everywhere("15172354423", "Anna").await;
    let ask = async |name: &str, password: &str| {
        let fields = [("password", password)];
        let fields = if password.is_empty() { &[][..] } else { &fields[..] };
        api.signed(&ann.person, &format!("account/{name}"), fields).await
    };
    for name in ["export_account", "erase_account"] {
        for wrong in ["", "wrong-one"] {
            ask(name, wrong).await.fails(400, "phone_number and password don't match");
        }
        api.form(&format!("/v1/account/{name}"), &[("user_id", &*ann.person.id), ("access_token", "x")])
            .await
            .fails(401, "You haven't logined");
    }
    let nowhere = [("password", PASSWORD), ("after", "x")];
    api.signed(&ann.person, "account/export_account", &nowhere).await.fails(400, "invalid request");
    urls(&api, &ann, &ask("export_account", PASSWORD).await.data()).await;
    ask("erase_account", PASSWORD).await.is(200, r#"{"status":"erase account successfully","data":{}}"#);
    ask("erase_account", PASSWORD).await.fails(401, "You haven't logined");
    // The number is free, and who has no password needs none.
    let new = api.verified("15172354423").await;
    assert_eq!(api.signed(&new, "account/export_account", &[]).await.status, 200);
    assert_eq!(api.signed(&new, "account/erase_account", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealtalk() {
    let api = Api::start().await;
    let ann = api.everywhere("15172354423", "Anna").await;
    let ask = async |path: &str, body: Value| api.says(&ann.friend, path, body).await;
    for path in ["/user/export", "/user/erase"] {
        for wrong in [json!({}), json!({"password": "wrong-one"})] {
            ask(path, wrong).await.declined(1_000, "Wrong password.");
        }
        api.anyone(path, json!({"password": PASSWORD})).await.signed_out();
    }
    ask("/user/export", json!({"password": PASSWORD, "after": "x"})).await.refused(400, 400);
    urls(&api, &ann, &ask("/user/export", json!({"password": PASSWORD, "after": ""})).await.result()).await;
    let mut socket = Socket::started(&api, &ann.someone()).await;
    let erased = ask("/user/erase", json!({"password": PASSWORD})).await;
    erased.ok();
    assert!(erased.headers["set-cookie"].starts_with("rong_auth_cookie=;"), "{erased:?}");
    socket.is_closed().await;
    ask("/user/erase", json!({"password": PASSWORD})).await.signed_out();
    api.member_gets(&ann.member, "/user_contacts/").await.fails(11_001, &json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live() {
    let api = Api::start().await;
    let ann = api.everywhere("15172354423", "Anna").await;
    let ask = async |what: &str, password: &str| -> Answer {
        let fields = [(what, "1"), ("token", &*ann.live), ("after", ""), ("password", password)];
        api.form("/account", if password.is_empty() { &fields[..3] } else { &fields }).await
    };
    for what in ["export", "erase"] {
        for wrong in ["", "wrong-one"] {
            assert_eq!(ask(what, wrong).await.code(), "0008");
        }
        api.form("/account", &[(what, "1"), ("password", PASSWORD)]).await.please_sign_up();
    }
    assert_eq!(api.form("/account", &[("token", &*ann.live)]).await.status, 404);
    urls(&api, &ann, &ask("export", PASSWORD).await.message()).await;
    ask("erase", PASSWORD).await.is(200, r#"{"result":"0000","message":null}"#);
    ask("erase", PASSWORD).await.please_sign_up();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m_user() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let mut ann = api.everywhere("15172354423", "Anna").await;
        ann.device.body = body;
        let export = async |form: Value| api.m_post(&ann.device, "/m_user/exports", form).await;
        let erase = async |form: Value| api.m_delete(&ann.device, "/m_user/users", form).await;
        for wrong in [Value::Null, json!({"password": "wrong-one"})] {
            export(if wrong.is_null() { json!({}) } else { wrong.clone() }).await.wrong("password");
            erase(wrong).await.wrong("password");
        }
        export(json!({"password": PASSWORD, "after": "x"})).await.wrong("after");
        urls(&api, &ann, &export(json!({"password": PASSWORD, "after": ""})).await.ok()).await;
        erase(json!({"password": PASSWORD})).await.done();
        erase(json!({"password": PASSWORD})).await.fails(401, 1001, "user not registered");
        // Whoever is known by a device alone has no password.
        let bob = api.person_of(&format!("dev-bob-{body:?}"), body).await;
        api.m_post(&bob, "/m_user/exports", json!({})).await.ok();
        api.m_delete(&bob, "/m_user/users", Value::Null).await.done();
        let again = api.person_of(&format!("dev-bob-{body:?}"), body).await;
        assert_ne!(again.id, bob.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chat() {
    let api = Api::start().await;
    // One who has proven the number elsewhere, and one who has not.
    let ann = api.everywhere("15172354423", "Anna").await.member;
    let bob = api.new_member("13800000001").await;
    let nothing = json!({"urls": [], "more": false, "next": ""});
    for (who, password) in [(&ann, PASSWORD), (&bob, crate::chat_people::client::PASSWORD)] {
        let ask = async |path: &str, body: Value| api.member_posts(who, path, body).await;
        for wrong in [json!({}), json!({"password": "wrong-one"})] {
            ask("/export/", wrong.clone()).await.fails(10_000, &nothing);
            ask("/erase/", wrong).await.fails(10_000, &json!(""));
        }
        ask("/export/", json!({"password": password, "after": "x"})).await.fails(0, &nothing);
        let exported = ask("/export/", json!({"password": password, "after": ""})).await.ok();
        assert_eq!((&exported["more"], &exported["next"]), (&json!(false), &json!("")));
        assert!(!archive(&api, exported["urls"][0].as_str().unwrap()).await.is_empty());
        ask("/erase/", json!({"password": password})).await.ok();
        ask("/erase/", json!({"password": password})).await.fails(11_001, &json!(""));
        ask("/export/", json!({"password": password})).await.fails(11_001, &nothing);
    }
    // The number that nobody had proven is free too.
    api.named_member("13800000001", "bobby").await;
}
