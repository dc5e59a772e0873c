//! `login` (`docs/dialects/lightup.md#login`).

use super::{
    INVALID, LOGIN, MISMATCH, NO_USER, PASSWORD, PHONE, change_password, is_hex, login, login_by_token, register,
    signed_in, with_token,
};
use crate::world::{Api, Person};
use local::Options;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_password() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Coordinate35", "male").await;
    let answer = login(&api, PHONE, PASSWORD).await;
    let token = answer.data()["access_token"].as_str().unwrap().to_owned();
    assert!(is_hex(&token, 32) && token != who.token);
    let expected = json!({"data": {
        "_id": who.id, "user_id": who.id, "phone_number": PHONE, "access_token": token, "nickname": "Coordinate35",
        "portrait": "", "sex": "male", "love_sex": "", "birthday": "", "location": "", "weibo_nickname": "",
        "weibo_uid": "", "wechat_nickname": "", "wechat_uid": "", "wechat_ID": "",
    }});
    assert_eq!((answer.status, answer.json()), (200, expected));
    // The token before is dead.
    assert!(!signed_in(&api, &who).await);
    assert!(signed_in(&api, &Person { token, ..who }).await);
}

/// All values are text (`docs/dialects/lightup.md#login`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_profile_comes_back() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let info = json!({
        "love_sex": "female", "birthday": 694_195_200, "location": "湖北 武汉", "weibo_nickname": "w", "weibo_uid": "1",
        "wechat_nickname": "微", "wechat_uid": "2", "wechat_ID": "3",
    });
    let info = info.to_string();
    assert_eq!(api.signed(&who, "account/change_personal_info", &[("personal_info", &info)]).await.status, 200);
    let mut data = login(&api, PHONE, PASSWORD).await.data();
    assert!(is_hex(data["access_token"].take().as_str().unwrap(), 32));
    let expected = json!({
        "_id": who.id, "user_id": who.id, "phone_number": PHONE, "access_token": null, "nickname": "Tony", "portrait": "",
        "sex": "male", "love_sex": "female", "birthday": "694195200", "location": "湖北 武汉", "weibo_nickname": "w",
        "weibo_uid": "1", "wechat_nickname": "微", "wechat_uid": "2", "wechat_ID": "3",
    });
    assert_eq!(data, expected);
}

/// Somebody who stopped before the profile can sign in; clients that cannot bear empty texts get others
/// (`docs/dialects/lightup.md#when-a-number-is-taken`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_profile() {
    let avatar = "https://example.org/avatar.png";
    let fallbacks = Options::ephemeral().config(move |config| {
        *config.default_nickname = "某人".into();
        *config.default_portrait = avatar.into();
    });
    for (options, nickname, portrait) in [(Options::ephemeral(), "", ""), (fallbacks, "某人", avatar)] {
        let api = Api::with(options).await;
        let who = api.verified(PHONE).await;
        login(&api, PHONE, PASSWORD).await.fails(400, NO_USER);
        assert_eq!(change_password(&api, PHONE, PASSWORD).await.status, 200);
        let data = login(&api, PHONE, PASSWORD).await.data();
        assert_eq!(
            (&data["_id"], &data["nickname"], &data["portrait"], &data["sex"]),
            (&json!(who.id), &json!(nickname), &json!(portrait), &json!(""))
        );
        let own = [("target_id", &*who.id)];
        let info = api.signed(&with_token(&who, &data), "account/get_user_info", &own).await.data();
        assert_eq!((&info["nickname"], &info["portrait"]), (&json!(""), &json!("")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_token() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let answer = login_by_token(&api, PHONE, &who.token).await;
    let data = answer.data();
    assert_eq!((&data["_id"], &data["nickname"]), (&json!(who.id), &json!("Tony")));
    assert_eq!(data.as_object().unwrap().len(), 15);
    let new = with_token(&who, &data);
    assert!(new.token != who.token && is_hex(&new.token, 32));
    assert!(!signed_in(&api, &who).await && signed_in(&api, &new).await);
    // The presented token is used up.
    login_by_token(&api, PHONE, &who.token).await.fails(400, MISMATCH);
    assert!(signed_in(&api, &new).await);
}

/// Fifteen days, exactly (`docs/dialects/lightup.md#sessions`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_signs_in_for_fifteen_days() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let early = async || with_token(&who, &login(&api, PHONE, PASSWORD).await.data());
    let late = async |who: Person| login_by_token(&api, PHONE, &who.token).await;
    assert_eq!(api.aged(1_296_000, early, late).await.status, 200);
    api.aged(1_296_001, early, late).await.fails(400, MISMATCH);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_sign_in() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let other = api.person("15172354424", "Ann", "female").await;
    for wrong in ["secret13", "Secret12", "secret12 ", "secret"] {
        login(&api, PHONE, wrong).await.fails(400, MISMATCH);
    }
    let short = &who.token[1..];
    for wrong in [&*other.token, short, "0", "00000000000000000000000000000000", &who.token.to_uppercase()] {
        login_by_token(&api, PHONE, wrong).await.fails(400, MISMATCH);
    }
    // Nobody has this number, and nobody has proven that one.
    register(&api, "15172354426").await;
    for phone in ["15172354425", "15172354426"] {
        login(&api, phone, PASSWORD).await.fails(400, NO_USER);
        login_by_token(&api, phone, &who.token).await.fails(400, NO_USER);
    }
    assert!(signed_in(&api, &who).await && signed_in(&api, &other).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_forms() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let phone = ("phone_number", PHONE);
    let kind = |kind| ("login_type", kind);
    let (password, token) = (("password", PASSWORD), ("access_token", who.token.as_str()));
    let long = "x".repeat(129);
    let forms: &[&[(&str, &str)]] = &[
        &[],
        &[kind("password"), password],
        &[phone, password, token],
        &[phone, kind("sms"), password, token],
        &[phone, kind("Password"), password],
        &[phone, kind("password")],
        &[phone, kind("password"), token],
        &[phone, kind("password"), ("password", "")],
        &[phone, kind("password"), ("password", "12345")],
        &[phone, kind("password"), ("password", &long)],
        &[phone, kind("access_token")],
        &[phone, kind("access_token"), password],
        &[phone, kind("access_token"), ("access_token", "")],
        &[("phone_number", "1517235442"), kind("password"), password],
        &[("phone_number", "+8615172354"), kind("password"), password],
    ];
    for form in forms {
        api.form(LOGIN, form).await.fails(400, INVALID);
    }
    assert!(signed_in(&api, &who).await);
    // An optional field that is empty is not there (`docs/dialects/lightup.md#requests`).
    let form = [phone, kind("password"), password, ("access_token", "")];
    assert_eq!(api.form(LOGIN, &form).await.status, 200);
}
