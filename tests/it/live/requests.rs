//! How requests are read and what is said to those that mean nothing (`docs/dialects/live.md#requests`,
//! `docs/dialects/live.md#results`).

use super::client::Way;
use crate::world::Api;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_means_no_operation_or_two() {
    let api = Api::start().await;
    for way in Way::ALL {
        let none = api.live_by(way, "/friend", &[("userId", "13800000001")]).await;
        none.is(404, r#"{"result":"0006","message":"unknown operation"}"#);
        let other = api.live_by(way, "/friend", &[("search", "yes")]).await;
        other.is(404, r#"{"result":"0006","message":"unknown operation"}"#);
        let two = api.live_by(way, "/list", &[("friendlist", "1"), ("messagelist", "1")]).await;
        two.is(400, r#"{"result":"0006","message":"ambiguous operation"}"#);
    }
    let get = api.get("/list?friendlist=1").await;
    get.is(405, r#"{"result":"0006","message":"method not allowed"}"#);
    assert_eq!(get.headers["content-type"], "application/json; charset=UTF-8");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_read() {
    let api = Api::start().await;
    let twice = api.form("/log", &[("userId", "13800000001"), ("userId", "13800000002"), ("password", "x")]).await;
    twice.is(400, r#"{"result":"0006","message":"a field is given twice"}"#);
    let unreadable = r#"{"result":"0006","message":"the request cannot be read"}"#;
    let form = Some("application/x-www-form-urlencoded");
    api.bytes("/list", form, "friendlist=1&token=%zz").await.is(400, unreadable);
    api.bytes("/log", Some("application/json"), "{\"userId\":").await.is(400, unreadable);
    let large = api.bytes("/log", form, vec![b'a'; 7 << 20]).await;
    large.is(413, r#"{"result":"0006","message":"too large"}"#);
}

/// Also of the token, of the field that chooses the operation, and of fields that nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn every_field_counts_once() {
    let api = Api::start().await;
    api.account("13800000001", "Ann").await;
    let token = &*api.live_token("13800000001").await;
    let balance = ("balance", "1");
    let twice: [&[(&str, &str)]; 4] = [
        &[balance, ("token", token), ("token", token)],
        &[balance, balance, ("token", token)],
        &[("balance", "0"), balance, ("token", token)],
        &[balance, ("token", token), ("x", "1"), ("x", "2")],
    ];
    for fields in twice {
        let answer = api.form("/golden", fields).await;
        answer.is(400, r#"{"result":"0006","message":"a field is given twice"}"#);
    }
    let body = format!(r#"{{"balance":"1","token":"{token}","token":"x"}}"#);
    assert_eq!(api.bytes("/golden", Some("application/json"), body).await.status, 400);
    // Once in either place: the body's word counts, also of which operation is meant.
    let none = api.form("/golden?balance=1", &[("balance", "0"), ("token", token)]).await;
    none.is(404, r#"{"result":"0006","message":"unknown operation"}"#);
    assert_eq!(api.form("/golden?balance=0", &[balance, ("token", token)]).await.code(), "0000");
}

/// The body's word counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_in_the_query_and_in_the_body() {
    let api = Api::start().await;
    api.form("/list?token=a.1.b", &[("friendlist", "1")]).await.please_sign_up();
    let wrong = api.form("/log?userId=1", &[("userId", "13800000001"), ("password", "abc12345")]).await;
    wrong.is(200, r#"{"result":"0007","message":null}"#);
}

/// Pages of every origin may call every operation, signing out included.
#[tokio::test(flavor = "multi_thread")]
async fn pages_may_sign_out() {
    let api = Api::start().await;
    let preflight = api.http.request(reqwest::Method::OPTIONS, api.url("/log"));
    let preflight = preflight.header("origin", "https://example.com").header("access-control-request-method", "DELETE");
    let answer = preflight.send().await.unwrap();
    let methods = answer.headers()["access-control-allow-methods"].to_str().unwrap();
    assert!(methods.contains("DELETE"), "{methods}");
}

/// Without a token that counts, and with a code too many, in whatever way the fields come.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_refused_in_every_way() {
    for way in Way::ALL {
        let api = Api::start().await;
        for token in ["", "garbage", "13800000001.1480000000.x"] {
            api.live_by(way, "/list", &[("friendlist", "1"), ("token", token)]).await.please_sign_up();
        }
        let phone = [("userId", "13800000001")];
        assert_eq!(api.live_by(way, "/register", &phone).await.code(), "0000");
        api.live_by(way, "/register", &phone).await.is(200, r#"{"result":"0002","message":null,"mes":null}"#);
    }
}
