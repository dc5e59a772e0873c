//! Signing in and out, push tokens (`docs/dialects/sealtalk.md`).

use super::client::{Friend, Style};
use crate::world::{Answer, Api};
use local::Options;
use serde_json::{Value, json};

const PHONE: &str = "13900000001";
const INVALID: &str = "Invalid phone or password.";

fn form(password: &str) -> Value {
    json!({"region": "86", "phone": PHONE, "password": password})
}

/// What a client asks for after signing in, as far as accounts go, in each style of cookie.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    for (style, body) in Style::ALL.into_iter().zip([
        form("secret12"),
        json!({"region": 86, "phone": 13_900_000_001_u64, "password": "secret12"}),
        json!({"region": "+86", "phone": PHONE, "password": "secret12"}),
    ]) {
        // An old cookie that comes along does not matter.
        let request = api.http.post(api.url("/user/login")).header("cookie", "rong_auth_cookie=old").json(&body);
        let answer = Answer::of(request.send().await.unwrap()).await;
        let result = answer.result();
        assert_eq!(result["id"], ann.id.as_str());
        let token = result["token"].as_str().unwrap();
        assert!(token.len() <= 256 && result.as_object().unwrap().len() == 2);
        assert!(answer.rounds() <= 3, "{}", answer.rounds());
        let friend = Friend { cookie: style.cookie(&answer.headers["set-cookie"]), ..ann.clone() };
        let renewed = api.asks(&friend, "/user/get_token").await.result();
        assert_eq!((&renewed["id"], &renewed["userId"]), (&json!(ann.id), &json!(ann.id)));
        assert_eq!(renewed.as_object().unwrap().len(), 3);
        let posted = api.says(&friend, "/user/get_token", json!({})).await.result();
        assert_ne!(renewed["token"], posted["token"]);
        assert_ne!(renewed["token"], token);
    }
    // All sessions live side by side.
    assert_eq!(api.asks(&ann, "/user/get_token").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_the_password_stays_out() {
    let api = Api::start().await;
    api.friend(PHONE, "Ann").await;
    api.anyone("/user/login", form("secret13")).await.declined(1_000, INVALID);
    let stranger = json!({"region": "86", "phone": "13900000002", "password": "secret12"});
    let answer = api.anyone("/user/login", stranger).await;
    answer.declined(1_000, INVALID);
    assert!(!answer.headers.contains_key("set-cookie"));
    let malformed = json!({"region": "86", "phone": "20012341234", "password": "secret12"});
    api.anyone("/user/login", malformed).await.rejected(400, "Invalid region and phone number.");
    for (missing, text) in [("region", "Empty region."), ("phone", "Empty phone."), ("password", "Empty password.")] {
        for nothing in [json!(""), Value::Null, json!([])] {
            let mut body = form("secret12");
            body[missing] = nothing;
            api.anyone("/user/login", body).await.rejected(400, text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shipped_apps_may_be_told_what_was_wrong() {
    let api = Api::with(Options::ephemeral().config(|config| config.sealtalk.wrong_password_code = 1_001)).await;
    api.friend(PHONE, "Ann").await;
    api.anyone("/user/login", form("secret13")).await.declined(1_001, INVALID);
    let stranger = json!({"region": "86", "phone": "13900000002", "password": "secret12"});
    api.anyone("/user/login", stranger).await.declined(1_000, INVALID);
    api.next_window(900);
    for _ in 0..10 {
        api.anyone("/user/login", form("secret13")).await.declined(1_001, INVALID);
    }
    // Whoever has tried too often is told nothing that is not documented.
    api.anyone("/user/login", form("secret12")).await.declined(1_000, INVALID);
    api.next_window(900);
    api.anyone("/user/login", form("secret12")).await.result();
}

/// Flow F13 in each style of cookie.
#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session() {
    let api = Api::start().await;
    const CLEARED: &str =
        "rong_auth_cookie=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    for (phone, style) in ["13900000011", "13900000012", "13900000013"].iter().zip(Style::ALL) {
        let ann = api.friend_as(style, phone, "Ann").await;
        let answer = api.says(&ann, "/user//logout", json!({})).await;
        answer.ok();
        assert_eq!(answer.headers["set-cookie"], CLEARED);
        // The second looks for sockets that were opened with it.
        assert_eq!(answer.rounds(), 2);
        api.asks(&ann, "/user/get_token").await.signed_out();
        api.says(&ann, "/user/change_password", json!({})).await.signed_out();
        // And again, signed out.
        let again = api.says(&ann, "/user/logout", json!({})).await;
        again.ok();
        assert_eq!(again.headers["set-cookie"], CLEARED);
    }
    // Whatever is sent: nobody, no body, a broken one, a cookie that is none.
    let request = api.http.post(api.url("/user/logout"));
    Answer::of(request.send().await.unwrap()).await.ok();
    api.bytes("/user/logout", Some("application/json"), "{").await.ok();
    let request = api.http.post(api.url("/user/logout/")).header("cookie", "rong_auth_cookie=\"");
    Answer::of(request.send().await.unwrap()).await.ok();
    api.get("/user/logout").await.rejected(405, "Method not allowed.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_thirty_days() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.advance(2_591_990);
    assert_eq!(api.asks(&ann, "/user/get_token").await.status, 200);
    api.advance(10);
    api.asks(&ann, "/user/get_token").await.signed_out();
}
