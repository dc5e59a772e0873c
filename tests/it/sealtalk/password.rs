//! New passwords (`docs/dialects/sealtalk.md#reset_password`, `docs/dialects/sealtalk.md#change_password`).

use super::client::{Friend, Style};
use crate::world::Api;
use local::Options;
use serde_json::{Value, json};

const PHONE: &str = "13900000001";
const WRONG: &str = "Wrong old password.";
const UNKNOWN: &str = "Unknown verification_token.";
/// A token of the right form that nobody has.
const NO_TOKEN: &str = "0c6a5f1e-6d43-4c8e-9d7f-0a3c1b2d4e5f";

fn change(old: &str, new: &str) -> Value {
    json!({"oldPassword": old, "newPassword": new})
}

async fn login(api: &Api, password: &str) -> u64 {
    let body = json!({"region": "86", "phone": PHONE, "password": password});
    api.anyone("/user/login", body).await.json()["code"].as_u64().unwrap()
}

async fn second_session(api: &Api, of: &Friend) -> Friend {
    let body = json!({"region": "86", "phone": of.phone, "password": "secret12"});
    let answer = api.anyone("/user/login", body).await;
    Friend { cookie: Style::Plain.cookie(&answer.headers["set-cookie"]), ..of.clone() }
}

/// Flow F9 in each style of cookie.
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced() {
    let api = Api::start().await;
    for (phone, style) in ["13900000011", "13900000012", "13900000013"].iter().zip(Style::ALL) {
        let ann = api.friend_as(style, phone, "Ann").await;
        let number = json!({"region": "86", "phone": phone});
        api.anyone("/user/check_phone_available", number).await.is(200, r#"{"code":200,"result":false}"#);
        api.advance(60);
        let token = api.proven(phone).await;
        // One token does both; a registration that is refused does not use it up.
        let register = json!({"nickname": "Ann", "password": "secret13", "verification_token": token});
        api.anyone("/user/register", register).await.rejected(400, "Phone number has already existed.");
        let body = json!({"password": "secret13", "verification_token": token});
        let reset = api.anyone("/user/reset_password", body.clone()).await;
        reset.ok();
        // The last looks for sockets of sessions that have ended.
        assert!(reset.rounds() <= 4 && !reset.headers.contains_key("set-cookie"), "{}", reset.rounds());
        let login = |password: &str| json!({"region": "86", "phone": phone, "password": password});
        api.anyone("/user/login", login("secret12")).await.declined(1_000, "Invalid phone or password.");
        api.anyone("/user/login", login("secret13")).await.result();
        api.asks(&ann, "/user/get_token").await.signed_out();
        api.anyone("/user/reset_password", body).await.rejected(404, UNKNOWN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_registers_once_and_resets_once() {
    let api = Api::start().await;
    let token = api.proven(PHONE).await;
    let register = json!({"nickname": "Ann", "password": "secret12", "verification_token": token});
    api.anyone("/user/register", register.clone()).await.result();
    api.anyone("/user/register", register).await.rejected(400, "Phone number has already existed.");
    let reset = |password: &str| {
        let body = json!({"password": password, "verification_token": token});
        api.anyone("/user/reset_password", body)
    };
    let all = futures_util::future::join_all(["secret13", "secret14", "secret15"].map(reset)).await;
    assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 1, "{all:?}");
    all.iter().filter(|answer| answer.status != 200).for_each(|answer| answer.rejected(404, UNKNOWN));
    assert_eq!(login(&api, "secret12").await, 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_checked_and_tells_nobody_who_is_registered() {
    let api = Api::start().await;
    let reset = async |password: &str, token: &str| {
        let body = json!({"password": password, "verification_token": token});
        api.anyone("/user/reset_password", body).await
    };
    reset("a b", "x").await.rejected(400, "Password must have no space.");
    reset(" secret12", "x").await.rejected(400, "Password must have no space.");
    reset("short", "x").await.rejected(400, "Length of password invalid.");
    reset(&"x".repeat(21), "x").await.rejected(400, "Length of password invalid.");
    reset("secret12", "x").await.rejected(400, "Invalid verification_token.");
    reset("secret12", "").await.rejected(400, "Invalid verification_token.");
    reset("", "x").await.rejected(400, "Empty password.");
    reset("secret12", NO_TOKEN).await.rejected(404, UNKNOWN);
    let token = api.proven(PHONE).await;
    reset("secret12", &token).await.ok();
    reset("secret12", &token).await.rejected(404, UNKNOWN);
    assert_eq!(login(&api, "secret12").await, 1_000);
    // The token still makes an account: that is its other use.
    let body = json!({"nickname": "Ann", "password": "secret13", "verification_token": token});
    api.anyone("/user/register", body).await.result();
    api.advance(60);
    let token = api.proven(PHONE).await;
    api.advance(1_800);
    reset("secret14", &token).await.rejected(404, UNKNOWN);
}

/// Flow F10 in each style of cookie.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_password_is_changed() {
    let api = Api::start().await;
    for (phone, style) in ["13900000011", "13900000012", "13900000013"].iter().zip(Style::ALL) {
        let ann = api.friend_as(style, phone, "Ann").await;
        let other = second_session(&api, &ann).await;
        let try_to = async |body: Value| api.says(&ann, "/user/change_password", body).await;
        try_to(change("secret13", "secret14")).await.declined(1_000, WRONG);
        try_to(change("secret12", "a b")).await.rejected(400, "New password must have no space.");
        try_to(change("secret12", " secret14")).await.rejected(400, "New password must have no space.");
        try_to(change("secret12", "short")).await.rejected(400, "Invalid new password length.");
        try_to(change("secret12", &"x".repeat(21))).await.rejected(400, "Invalid new password length.");
        try_to(change("", "secret14")).await.rejected(400, "Empty oldPassword.");
        try_to(json!({"oldPassword": "secret12"})).await.rejected(400, "Empty newPassword.");
        let push_token = api.asks(&other, "/user/get_token").await;
        assert_eq!(push_token.status, 200, "nothing has changed yet");
        let changed = try_to(change("secret12", "secret14")).await;
        changed.ok();
        assert!(changed.rounds() <= 4, "{}", changed.rounds());
        assert_eq!(api.asks(&ann, "/user/get_token").await.status, 200, "the session stays");
        api.asks(&other, "/user/get_token").await.signed_out();
        let login = |password: &str| json!({"region": "86", "phone": phone, "password": password});
        api.anyone("/user/login", login("secret12")).await.declined(1_000, "Invalid phone or password.");
        api.anyone("/user/login", login("secret14")).await.result();
        // And once more with the session that stayed.
        try_to(change("secret14", "secret12")).await.ok();
    }
    let nobody = api.anyone("/user/change_password", change("secret12", "short")).await;
    nobody.signed_out();
}

#[tokio::test(flavor = "multi_thread")]
async fn old_passwords_are_guessed_no_more_often_than_at_a_sign_in() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.next_window(900);
    for _ in 0..10 {
        api.says(&ann, "/user/change_password", change("secret13", "secret14")).await.declined(1_000, WRONG);
    }
    api.says(&ann, "/user/change_password", change("secret12", "secret14")).await.declined(1_000, WRONG);
    assert_eq!(login(&api, "secret12").await, 1_000);
    api.next_window(900);
    assert_eq!(login(&api, "secret12").await, 200);
    api.says(&ann, "/user/change_password", change("secret12", "secret14")).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_at_once_one_stands() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    let other = second_session(&api, &ann).await;
    let (one, two) = tokio::join!(
        api.says(&ann, "/user/change_password", change("secret12", "secret13")),
        api.says(&other, "/user/change_password", change("secret12", "secret14"))
    );
    let mine = api.asks(&ann, "/user/get_token").await.status == 200;
    let theirs = api.asks(&other, "/user/get_token").await.status == 200;
    assert!(mine != theirs, "{one:?} {two:?}");
    assert_eq!(login(&api, if mine { "secret13" } else { "secret14" }).await, 200);
    assert_eq!(login(&api, "secret12").await, 1_000);
    assert_eq!([&one, &two].iter().filter(|answer| answer.json()["code"] == 200).count(), 1);
}

/// A keyboard may write a letter as one character or as a letter and its accent: it is one password.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_composed_and_decomposed() {
    let api = Api::start().await;
    let (composed, decomposed) = ("caf\u{e9}-\u{d55c}1", "cafe\u{301}-\u{1112}\u{1161}\u{11ab}1");
    let ann = api.friend(PHONE, "Ann").await;
    api.says(&ann, "/user/change_password", change("secret12", composed)).await.ok();
    assert_eq!(login(&api, decomposed).await, 200);
    assert_eq!(login(&api, "cafe-\u{d55c}1").await, 1_000);
    api.says(&ann, "/user/change_password", change(decomposed, decomposed)).await.ok();
    assert_eq!(login(&api, composed).await, 200);
    // Lengths are those of the composed form.
    api.says(&ann, "/user/change_password", change(composed, "e\u{301}e\u{301}e\u{301}e"))
        .await
        .rejected(400, "Invalid new password length.");
    api.says(&ann, "/user/change_password", change(composed, &"e\u{301}".repeat(20))).await.ok();
    let fields = [("phone_number", PHONE), ("login_type", "password"), ("password", &"\u{e9}".repeat(20))];
    assert_eq!(api.form("/v1/account/login", &fields).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn common_passwords_are_refused_where_the_deployment_says_so() {
    const COMMON: &str = "Password is too common.";
    let api = Api::with(Options::ephemeral().config(|config| *config.refuse_common_passwords = true)).await;
    let token = api.proven(PHONE).await;
    let register = |password: &str| json!({"nickname": "Ann", "password": password, "verification_token": token});
    for common in ["123456", "qwerty123", "PASSWORD", "Iloveyou"] {
        api.anyone("/user/register", register(common)).await.rejected(400, COMMON);
        let reset = json!({"password": common, "verification_token": token});
        api.anyone("/user/reset_password", reset).await.rejected(400, COMMON);
    }
    // The other faults come first, and a refusal uses nothing up.
    let unknown = json!({"nickname": "Ann", "password": "123456", "verification_token": NO_TOKEN});
    api.anyone("/user/register", unknown).await.rejected(404, UNKNOWN);
    let registered = api.anyone("/user/register", register("secret12")).await;
    registered.result();
    let ann = Friend {
        phone: PHONE.into(),
        id: String::new(),
        cookie: Style::Plain.cookie(&registered.headers["set-cookie"]),
    };
    api.next_window(900);
    for _ in 0..12 {
        api.says(&ann, "/user/change_password", change("secret12", "123456")).await.rejected(400, COMMON);
    }
    assert_eq!(login(&api, "secret12").await, 200);
    let reset = json!({"password": "secret34", "verification_token": token});
    api.anyone("/user/reset_password", reset).await.ok();
    // Where nothing is said, the documented samples work.
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.says(&ann, "/user/change_password", change("secret12", "123456")).await.ok();
}
