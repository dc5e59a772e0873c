//! Completing an account (`docs/dialects/chat.md#complete-account`).

use crate::{
    chat_people::client::{Member, completion, own_user, without_times},
    world::{Api, NOBODY},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn complete(api: &Api, who: &Member, change: Value) -> crate::chat_people::client::Said {
    let mut body = completion(who, "ann");
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    api.member_posts(who, "/complete_account/", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_gets_a_name_a_picture_and_what_it_says() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let change = json!({"username": "安.Ann+1@-_", "desc": "line\nline", "sex": "2"});
    let account = without_times(complete(&api, &ann, change).await.ok());
    let mut user = own_user(&ann.id, &ann.phone);
    (user["username"], user["desc"], user["sex"]) = (json!("安.Ann+1@-_"), json!("line\nline"), json!(2));
    assert_eq!(account, json!({"user": user, "account": ann.phone, "isBind": false}));
    // What is not given stays; what is empty is gone. The same name is no other one.
    let account = complete(&api, &ann, json!({"username": "安.ANN+1@-_", "desc": null, "sex": null})).await.ok();
    (user["username"]) = json!("安.ANN+1@-_");
    assert_eq!(without_times(account)["user"], user);
    let account = complete(&api, &ann, json!({"username": "other", "desc": "", "sex": 0})).await.ok();
    assert_eq!((&account["user"]["desc"], &account["user"]["sex"]), (&json!(""), &json!(0)));
    // The name before is free.
    let bob = api.new_member("13800000002").await;
    complete(&api, &bob, json!({"username": "安.Ann+1@-_"})).await.ok();
    let names =
        api.rows("UsersTable").await.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("USERNAME#")).count();
    assert_eq!(names, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_part_that_is_wrong_is_told() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    api.named_member("13800000002", "Bob").await;
    let bob = "bOB";
    // Each with everything that comes later wrong too.
    let wrong = json!({"userId": NOBODY, "username": "", "avatar": "", "sex": 9});
    api.chat_request("", Method::POST, "/complete_account/", &wrong).await.no_account(11_001);
    let refused = [
        (json!({"userId": NOBODY, "username": "", "avatar": "", "sex": 9}), 6_004),
        (json!({"userId": null, "username": "", "avatar": "", "sex": 9}), 6_004),
        (json!({"userId": "x", "username": "", "avatar": "", "sex": 9}), 6_004),
        (json!({"username": "", "avatar": "", "sex": 9}), 6_001),
        (json!({"username": "  ", "avatar": "", "sex": 9}), 6_001),
        (json!({"username": "sixteen letters!", "avatar": "", "sex": 9}), 8_004),
        (json!({"username": "a b", "avatar": "", "sex": 9}), 9_000),
        (json!({"username": {"a": 1}, "avatar": "", "sex": 9}), 9_000),
        (json!({"username": "a\u{200b}b", "avatar": "", "sex": 9}), 9_000),
        (json!({"username": bob, "avatar": "", "sex": 9}), 7_000),
        (json!({"avatar": "", "sex": 9}), 6_002),
        (json!({"avatar": "media/avatars/android/x.jpg", "sex": 9}), 8_006),
        (json!({"avatar": "media/avatars/android/3f0c9a52-7d1b-4e69-8a40-5702a4a55896.jpg", "sex": 1}), 8_006),
        (json!({"avatar": "https://example.com/a.jpg", "sex": 1}), 8_006),
        (json!({"sex": 9}), 0),
        (json!({"sex": [1]}), 0),
        (json!({"desc": "x".repeat(101)}), 0),
        (json!({"desc": "a\u{0}"}), 0),
    ];
    for (change, status) in refused {
        complete(&api, &ann, change).await.no_account(status);
    }
    // Nothing of it was written.
    let shown = api.member_gets(&ann, &format!("/search/{}/", ann.id)).await.ok();
    assert_eq!(without_times(shown), own_user(&ann.id, &ann.phone));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_completes_the_account_of_another() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member("13800000001").await, api.named_member("13800000002", "bob").await);
    let change = json!({"userId": bob.id, "username": "mallory"});
    complete(&api, &ann, change).await.no_account(6_004);
    let shown = api.member_gets(&bob, &format!("/search/{}", bob.id)).await.ok();
    assert_eq!(shown["username"], "bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_account_can_be_sent() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let user = json!({
        "id": ann.id, "username": "Ann", "avatar": "media/avatars/default.jpg", "desc": "hi", "sex": 1,
        "phone": "1", "friends": 7,
    });
    let account = json!({"user": user, "account": "2", "isBind": true, "username": "not this"});
    let account = api.member_posts(&ann, "/complete_account", account).await.ok();
    let mut user = own_user(&ann.id, &ann.phone);
    (user["username"], user["desc"], user["sex"]) = (json!("Ann"), json!("hi"), json!(1));
    assert_eq!(without_times(account), json!({"user": user, "account": ann.phone, "isBind": false}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_id_is_bound_by_whom_it_is_of() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member("13800000001").await, api.new_member("13800000002").await);
    let push_id = |who: &Member| {
        let part = |from, to| who.id[from..to].to_owned();
        format!("{}-{}-8{}-8{}-{}000000", part(0, 8), part(8, 12), part(12, 15), part(15, 18), part(18, 24))
    };
    for other in [push_id(&bob), "x".into(), "5702a4a5-5896-4139-864c-afdc76000000".into()] {
        api.member_gets(&ann, &format!("/push_id/{other}/")).await.no_account(6_004);
    }
    for _ in 0..2 {
        let account = api.member_gets(&ann, &format!("/push_id/{}/", push_id(&ann))).await.ok();
        let expected = json!({"user": own_user(&ann.id, &ann.phone), "account": ann.phone, "isBind": true});
        assert_eq!(without_times(account), expected);
    }
    let again = api.stranger_posts("/login/", json!({"phone": ann.phone, "password": "abc123"})).await;
    assert_eq!(again.ok()["isBind"], json!(true));
    api.member_gets(&ann, "/out/").await.is(&json!("ok"));
    let after = api.stranger_posts("/login/", json!({"phone": ann.phone, "password": "abc123"})).await.ok();
    assert_eq!(after["isBind"], json!(false));
    api.chat_request("", Method::GET, &format!("/push_id/{}", push_id(&ann)), &Value::Null).await.no_account(11_001);
}

/// Letters of any script, with the marks that belong to them.
#[tokio::test(flavor = "multi_thread")]
async fn a_username_is_of_any_script() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    for username in ["हिन्दी", "தமிழ்", "ก่า", "漢字", "Zoë", "a.b-c_d@e+f"] {
        complete(&api, &ann, json!({"username": username})).await.ok();
    }
    for username in ["\u{301}a", "\u{200d}a", "a\u{200b}", "a b", "a/b"] {
        complete(&api, &ann, json!({"username": username})).await.no_account(9_000);
    }
}
