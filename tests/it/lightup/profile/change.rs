//! `change_personal_info` (`docs/dialects/lightup.md#change_personal_info`). Nicknames: `nicknames.rs`.

use super::{CHANGED, INVALID, SIGNED_OUT, change, view};
use crate::world::{Api, NOBODY, Person};
use serde_json::json;

const PHONE: &str = "15172354423";

/// What is given changes, what is not stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_are_merged() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    let all = json!({
        "nickname": "Tony", "sex": "male", "love_sex": "female", "birthday": "694195200", "location": "湖北 武汉",
        "weibo_nickname": "w", "weibo_uid": "1", "wechat_nickname": "微", "wechat_uid": "2", "wechat_ID": "3",
    });
    change(&api, &who, &all.to_string()).await.is(200, CHANGED);
    let mut expected = all.as_object().unwrap().clone();
    let shown = async || {
        let own = view(&api, &who, &who).await;
        let keys = all.as_object().unwrap().keys();
        keys.map(|key| (key.clone(), own[key].clone())).collect::<serde_json::Map<_, _>>()
    };
    assert_eq!(shown().await, expected);
    for (key, value) in [("location", "北京"), ("love_sex", "both"), ("wechat_ID", "4"), ("birthday", "-86400")] {
        change(&api, &who, &json!({ key: value }).to_string()).await.is(200, CHANGED);
        expected.insert(key.into(), value.into());
        assert_eq!(shown().await, expected);
    }
    // Nothing is supplied by nothing: an empty object, null, and empty text leave everything.
    for nothing in [
        json!({}),
        json!({"nickname": null, "sex": null, "birthday": null, "location": null}),
        json!({"nickname": "", "sex": "", "love_sex": "", "birthday": "", "location": "", "wechat_ID": ""}),
    ] {
        change(&api, &who, &nothing.to_string()).await.is(200, CHANGED);
        assert_eq!(shown().await, expected);
    }
}

/// A birthday is seconds, as a number or as text, and shown as text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn birthdays() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for (sent, shown) in [("694195200", "694195200"), (r#""694195200""#, "694195200"), ("-1", "-1"), (r#""0""#, "0")] {
        change(&api, &who, &format!(r#"{{"birthday":{sent}}}"#)).await.is(200, CHANGED);
        assert_eq!(view(&api, &who, &who).await["birthday"], shown);
    }
    for wrong in [r#""x""#, "1.5", r#""1.5""#, r#""1e9""#, "1e30", "[1]", "{}", "true", "99999999999999999999"] {
        change(&api, &who, &format!(r#"{{"birthday":{wrong}}}"#)).await.fails(400, INVALID);
    }
    assert_eq!(view(&api, &who, &who).await["birthday"], "0");
}

/// The sex can be chosen once (`docs/dialects/lightup.md#change_personal_info`); `both` and nothing are no choice
/// (`docs/dialects/lightup.md#change_personal_info`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sex_is_chosen_once() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    for (sent, shown) in
        [("both", ""), ("", ""), ("female", "female"), ("male", "female"), ("both", "female"), ("female", "female")]
    {
        let info = json!({"nickname": "Ann", "sex": sent}).to_string();
        change(&api, &who, &info).await.is(200, CHANGED);
        assert_eq!(view(&api, &who, &who).await["sex"], shown, "after {sent:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_its_rule_changes_nothing() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let before = view(&api, &who, &who).await;
    let long = "亮".repeat(31);
    let longer = "亮".repeat(201);
    let too_long = [
        json!({ "location": longer }).to_string(),
        json!({ "wechat_ID": longer }).to_string(),
        format!(r#"{{"weibo_nickname":"{long}"}}"#),
        format!(r#"{{"wechat_nickname":"{long}"}}"#),
    ];
    let wrong = [
        r#"{"location":"x","sex":"other"}"#,
        r#"{"location":"x","sex":"Male"}"#,
        r#"{"location":"x","sex":1}"#,
        r#"{"location":"x","love_sex":"none"}"#,
        r#"{"location":"x","love_sex":["male"]}"#,
        r#"{"location":7}"#,
        r#"{"location":"x","wechat_ID":{}}"#,
        r#"{"location":"x""#,
        r#"{"location":"x"} x"#,
        "[]",
        r#"["Tony"]"#,
        r#""text""#,
        "7",
        "null",
        "{location:1}",
    ];
    for info in wrong.into_iter().chain(too_long.iter().map(String::as_str)) {
        change(&api, &who, info).await.fails(400, INVALID);
    }
    api.signed(&who, "account/change_personal_info", &[]).await.fails(400, INVALID);
    assert_eq!(view(&api, &who, &who).await, before);
    // At the limit it fits.
    let fits = "亮".repeat(30);
    change(&api, &who, &json!({"weibo_nickname": fits, "wechat_nickname": fits}).to_string()).await.is(200, CHANGED);
    assert_eq!(view(&api, &who, &who).await["weibo_nickname"], fits);
}

/// No other key reaches the person: what once was stored as it came (`docs/dialects/lightup.md#change_personal_info`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_keys_are_ignored() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let profile = async || {
        let rows = api.rows("UsersTable").await;
        let mut row = rows.into_iter().find(|row| row["sk"].as_s().unwrap() == "PROFILE").unwrap();
        row.remove("updated_at");
        row
    };
    let (before, stored) = (view(&api, &who, &who).await, profile().await);
    let others = json!({
        "_id": NOBODY, "user_id": NOBODY, "uid": NOBODY, "phone_number": "15172354499", "phone": "+8615172354499",
        "access_token": "0".repeat(32), "token": "x", "password": "another1", "salt": "x", "pk": "x", "sk": "x",
        "available": false, "register_verified": false, "validate_code": 1, "media": 7, "epoch": 9, "state": "erasing",
        "guest_pool": "male#0", "guest_rank": "0", "form_sex": "female", "dialects": ["x"], "wechat_id": "x", "age": 99,
        "basic_info_complete": true, "basic_info_light_number": 9, "$set": {"nickname": "x"}, "a.b": 1, "": 1,
    });
    change(&api, &who, &others.to_string()).await.is(200, CHANGED);
    assert_eq!((view(&api, &who, &who).await, profile().await), (before, stored));
    assert_eq!(
        api.form(
            "/v1/account/login",
            &[("phone_number", PHONE), ("login_type", "password"), ("password", "secret12"),]
        )
        .await
        .status,
        200
    );
}

/// A portrait comes by upload only (`docs/dialects/lightup.md#naming-a-portrait`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absolute_portrait_is_ignored() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for portrait in ["http://ss.bdimg.com/static/logo.png", "https://x.y/z.png", "//x.y/z.png", ""] {
        let info = json!({"portrait": portrait, "location": "x"}).to_string();
        change(&api, &who, &info).await.is(200, CHANGED);
        assert_eq!(view(&api, &who, &who).await["portrait"], "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_ones_own() {
    let api = Api::start().await;
    let tony = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    let info = r#"{"location":"x"}"#;
    let as_ann = Person { id: ann.id.clone(), ..tony.clone() };
    change(&api, &as_ann, info).await.fails(401, SIGNED_OUT);
    change(&api, &Person { id: NOBODY.into(), ..tony.clone() }, info).await.fails(401, SIGNED_OUT);
    // A bad form comes before a bad session.
    change(&api, &as_ann, "[]").await.fails(400, INVALID);
    assert_eq!(view(&api, &ann, &ann).await["location"], "");
    assert_eq!(view(&api, &tony, &tony).await["location"], "");
}

/// As JSON text, as JSON text in a JSON string, and as an object in a JSON body (`docs/dialects/lightup.md#requests`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_ways_to_write_it() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    change(&api, &who, r#"{"nickname":"one"}"#).await.is(200, CHANGED);
    change(&api, &who, r#""{\"nickname\":\"two\"}""#).await.is(200, CHANGED);
    assert_eq!(view(&api, &who, &who).await["nickname"], "two");
    let body =
        json!({"user_id": who.id, "access_token": who.token, "personal_info": {"nickname": "three", "birthday": 5}});
    let path = "/v1/account/change_personal_info";
    api.bytes(path, Some("application/json"), body.to_string()).await.is(200, CHANGED);
    let own = view(&api, &who, &who).await;
    assert_eq!((&own["nickname"], &own["birthday"]), (&json!("three"), &json!("5")));
}
