//! Signing in and out (`docs/dialects/live.md#log-in`, `docs/dialects/live.md#log-out`,
//! `docs/dialects/live.md#tokens`).

use super::client::{PASSWORD, Way};
use crate::world::{Answer, Api};
use serde_json::json;

const PHONE: &str = "13800000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_whose_it_is_and_how_long_it_lives() {
    let api = Api::start().await;
    api.account(PHONE, "Ann").await;
    for (given, lifetime) in [
        ("604800", 604_800),
        ("1", 60),
        ("99999999999999999999", 2_592_000),
        ("0", 604_800),
        ("x", 604_800),
        ("", 604_800),
    ] {
        let fields = [("userId", PHONE), ("password", PASSWORD), ("expire_in", given)];
        let token = api.form("/log", &fields).await.message().as_str().unwrap().to_owned();
        let parts: Vec<_> = token.split('.').collect();
        assert_eq!((parts.len(), parts[0], parts[2].len()), (3, PHONE, 64), "{token}");
        let left = parts[1].parse::<i64>().unwrap() - api.world.clock.seconds();
        assert!((lifetime - 5..=lifetime).contains(&left), "{given}: {left}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_sign_in() {
    let api = Api::start().await;
    api.account(PHONE, "Ann").await;
    for way in Way::ALL {
        let fields = [("userId", PHONE), ("password", "abc12346")];
        api.live_by(way, "/log", &fields).await.is(200, r#"{"result":"0008","message":null}"#);
        let fields = [("userId", "13800000009"), ("password", PASSWORD)];
        api.live_by(way, "/log", &fields).await.is(200, r#"{"result":"0007","message":null}"#);
    }
    let malformed: [&[(&str, &str)]; 5] = [
        &[("password", PASSWORD)],
        &[("userId", PHONE)],
        &[("userId", "1380000000"), ("password", PASSWORD)],
        &[("userId", "23800000001"), ("password", PASSWORD)],
        &[("userId", "+8613800000001"), ("password", PASSWORD)],
    ];
    for fields in malformed {
        api.form("/log", fields).await.is(200, r#"{"result":"0006","message":null}"#);
    }
    // Ten failures at a number and an address, and the right password is no better than a wrong one.
    for _ in 0..10 {
        api.form("/log", &[("userId", PHONE), ("password", "abc12346")]).await;
    }
    let locked = api.form("/log", &[("userId", PHONE), ("password", PASSWORD)]).await;
    locked.is(200, r#"{"result":"0008","message":null}"#);
}

async fn list(api: &Api, token: &str) -> Answer {
    api.form("/list", &[("friendlist", "1"), ("token", token)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_token_as_it_was_given_counts() {
    let api = Api::start().await;
    api.account(PHONE, "Ann").await;
    api.account("13800000002", "Tim").await;
    let (token, other) = (api.live_token(PHONE).await, api.live_token("13800000002").await);
    assert_eq!(list(&api, &token).await.message(), json!({"count": 0, "friends": []}));
    let (mine, theirs): (Vec<_>, Vec<_>) = (token.split('.').collect(), other.split('.').collect());
    let later = (mine[1].parse::<i64>().unwrap() + 1).to_string();
    let last = if mine[2].ends_with('0') { "1" } else { "0" };
    for wrong in [
        String::new(),
        "garbage".into(),
        mine[2].to_owned(),
        format!("{token}."),
        [PHONE, &later, mine[2]].join("."),
        ["13800000002", mine[1], mine[2]].join("."),
        [PHONE, mine[1], theirs[2]].join("."),
        [PHONE, mine[1], &format!("{}{last}", &mine[2][..63])].join("."),
        [PHONE, &format!("+{}", mine[1]), mine[2]].join("."),
        [PHONE, &format!("0{}", mine[1]), mine[2]].join("."),
    ] {
        list(&api, &wrong).await.please_sign_up();
    }
    api.form("/list", &[("friendlist", "1")]).await.please_sign_up();
    api.advance(604_801);
    list(&api, &token).await.please_sign_up();
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_this_session_alone() {
    let api = Api::start().await;
    api.account(PHONE, "Ann").await;
    let (one, other) = (api.live_token(PHONE).await, api.live_token(PHONE).await);
    let log_out = async || {
        let request = api.http.delete(api.url("/log")).form(&[("token", &one)]);
        Answer::of(request.send().await.unwrap()).await
    };
    log_out().await.is(200, r#"{"result":"0000","message":null}"#);
    log_out().await.please_sign_up();
    list(&api, &one).await.please_sign_up();
    assert_eq!(list(&api, &other).await.code(), "0000");
}
