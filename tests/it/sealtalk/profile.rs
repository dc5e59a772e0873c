//! What a person tells about themselves (`docs/dialects/sealtalk.md`).

use crate::{sealtalk::client::Style, world::Api};
use serde_json::{Value, json};

/// A refusal of a form, with its documented text.
fn form(text: &str) -> String {
    json!({"code": 400, "message": text}).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_in_every_style_of_cookie() {
    let api = Api::start().await;
    for (phone, style) in ["13900000001", "13900000002", "13900000003"].iter().zip(Style::ALL) {
        let ann = api.friend_as(style, phone, &format!("Ann {phone}")).await;
        let privacy = |phone: u8, group: u8| {
            format!(r#""id":"{}","phoneVerify":{phone},"stSearchVerify":1,"friVerify":1,"groupVerify":{group}"#, ann.id)
        };
        let shown = |privacy: &str| format!(r#"{{"code":200,"result":{{{privacy}}},{privacy}}}"#);
        api.asks(&ann, "/user/get_privacy").await.is(200, &shown(&privacy(1, 1)));
        api.says(&ann, "/user/set_privacy", json!({"phoneVerify": 0})).await.ok();
        // Text counts as well, empty is as good as absent.
        api.says(&ann, "/user/set_privacy", json!({"groupVerify": "0", "phoneVerify": "", "friVerify": null}))
            .await
            .ok();
        api.asks(&ann, "/user/get_privacy").await.is(200, &shown(&privacy(0, 0)));
        let again = api.talk(Some(&ann), "POST", "/user/get_privacy", None).await;
        again.is(200, &shown(&privacy(0, 0)));
        assert_eq!(again.rounds(), 1);

        let poke = |status: u8| format!(r#"{{"code":200,"result":{{"pokeStatus":{status}}},"pokeStatus":{status}}}"#);
        api.asks(&ann, "/user/get_poke").await.is(200, &poke(1));
        let set = api.says(&ann, "/user/set_poke", json!({"pokeStatus": 0})).await;
        set.ok();
        assert_eq!(set.rounds(), 2);
        api.asks(&ann, "/user/get_poke").await.is(200, &poke(0));
        api.says(&ann, "/user/set_gender", json!({"gender": "female"})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_are_wrong_change_nothing() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let before = api.rows("UsersTable").await.len();
    for (path, body, text) in [
        ("set_privacy", json!({}), "Parameter is empty."),
        ("set_privacy", json!({"phoneVerify": ""}), "Parameter is empty."),
        ("set_privacy", json!({"phoneVerify": 2}), "Illegal parameter ."),
        ("set_privacy", json!({"phoneVerify": true}), "Illegal parameter ."),
        ("set_privacy", json!({"friVerify": [1]}), "Illegal parameter ."),
        ("set_privacy", json!({"friVerify": -1}), "Illegal parameter ."),
        ("set_poke", json!({}), "Illegal parameter ."),
        ("set_poke", json!({"pokeStatus": "yes"}), "Illegal parameter ."),
        ("set_gender", json!({}), "Empty gender."),
        ("set_gender", json!({"gender": ""}), "Empty gender."),
        ("set_gender", json!({"gender": "both"}), "Parameter error."),
        ("set_nickname", json!({}), "Empty nickname."),
        ("set_nickname", json!({"nickname": null}), "Empty nickname."),
        ("set_nickname", json!({"nickname": "x".repeat(33)}), "Invalid nickname length."),
        ("set_nickname", json!({"nickname": ["x"]}), "Invalid nickname."),
        ("set_st_account", json!({"stAccount": "short"}), "Incorrect parameter length."),
        ("set_st_account", json!({"stAccount": "a".repeat(21)}), "Incorrect parameter length."),
        ("set_st_account", json!({"stAccount": "1bcdef"}), "Not letter beginning or invalid symbol."),
        ("set_st_account", json!({"stAccount": "abc def"}), "Not letter beginning or invalid symbol."),
        ("set_st_account", json!({}), "Empty stAccount."),
        ("set_portrait_uri", json!({"portraitUri": "ftp://example.com/a"}), "Invalid portraitUri format."),
        ("set_portrait_uri", json!({"portraitUri": "http://nodot/abcdef"}), "Invalid portraitUri format."),
        ("set_portrait_uri", json!({"portraitUri": "http://a.example/ b"}), "Invalid portraitUri format."),
        ("set_portrait_uri", json!({"portraitUri": "http://a.de"}), "Invalid portraitUri length."),
        (
            "set_portrait_uri",
            json!({"portraitUri": format!("http://a.example/{}", "x".repeat(256))}),
            "Invalid portraitUri length.",
        ),
    ] {
        api.says(ann, &format!("/user/{path}"), body).await.is(400, &form(text));
    }
    let wrong = api.http.post(api.url("/user/set_gender")).header("cookie", &ann.cookie).body("{\"gender\":");
    let wrong = wrong.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(wrong.status(), 400);
    assert_eq!(api.rows("UsersTable").await.len(), before);
    // Whoever is not signed in hears of that first.
    api.anyone("/user/set_gender", json!({"gender": "both"})).await.signed_out();
    api.talk(Some(ann), "GET", "/user/set_gender", None).await.refused(405, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_of_every_kind_of_host() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    for url in ["http://localhost:3000/a.png", "https://192.168.1.7/a", "http://img.example.com/a?x=1#y"] {
        api.says(ann, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
    }
}

/// What is no address of a picture is none anywhere: a page that shows it must not run it.
#[tokio::test(flavor = "multi_thread")]
async fn the_portrait_of_a_group_is_as_a_persons() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let group = &api.group(ann, "Group", &[bob]).await;
    let portraits = |url: &str| {
        [
            ("/user/set_portrait_uri", json!({"portraitUri": url})),
            ("/group/set_portrait_uri", json!({"groupId": group, "portraitUri": url})),
            ("/group/create", json!({"name": "Other", "memberIds": [ann.id, bob.id], "portraitUri": url})),
        ]
    };
    for url in [
        "http://img.example.com/\"onerror=\"x",
        "http://img.example.com/<script>",
        "http://img.example.com/a\\b.png",
        "http://img.example.com\\@other.example/a",
        "http://img.example.com/a>b",
        "javascript:alert(1)//img.example.com",
        "javascript://img.example.com/%0aalert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "//img.example.com/a.png",
    ] {
        for (path, body) in portraits(url) {
            api.says(ann, path, body).await.is(400, &form("Invalid portraitUri format."));
        }
    }
    for (path, body) in portraits("http://img.example.com/a.png?x=1#y") {
        assert_eq!(api.says(ann, path, body).await.status, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealtalk_number_is_one_persons_whatever_the_case() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let set = async |who, account: &str| api.says(who, "/user/set_st_account", json!({ "stAccount": account })).await;
    set(ann, "Ann_2026").await.ok();
    set(ann, "Ann_2026").await.ok();
    set(ann, "ANN_2026").await.ok();
    set(bob, "ann_2026").await.is(200, r#"{"code":1000,"message":"ST account exists."}"#);
    set(ann, "other-one").await.ok();
    // What was given up is free.
    set(bob, "ann_2026").await.ok();
    set(ann, "Ann_2026").await.refused(200, 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_a_number_one_gets_it() {
    let api = Api::start().await;
    let mut people = Vec::new();
    for index in 0..8 {
        people.push(api.friend(&format!("1390000000{index}"), &format!("Friend {index}")).await);
    }
    let tries = people.iter().map(|who| api.says(who, "/user/set_st_account", json!({"stAccount": "wanted"})));
    let answers = futures_util::future::join_all(tries).await;
    let codes: Vec<Value> = answers.iter().map(|answer| answer.json()["code"].clone()).collect();
    assert_eq!(codes.iter().filter(|code| **code == 200).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 1000).count(), 7, "{codes:?}");
    let claims = api.rows("UsersTable").await;
    let claims = claims.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("ACCOUNT#")).count();
    assert_eq!(claims, 1);
}
