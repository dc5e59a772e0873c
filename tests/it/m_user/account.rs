//! Registering, signing in, and the session of a device (`docs/dialects/m_user.md#devices`).

use super::client::{Body, Device};
use crate::world::Api;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_registers_and_signs_in() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let device = Device::new(&format!("dev-{body:?}-0001"), body);
        api.m_post(&device, "/m_user/login", Value::Null).await.fails(401, 1001, "user not registered");
        let nameless = api.m_send(&device, api.http.post(api.url("/m_user/login")), &Value::Null).await;
        nameless.wrong("X-Device-ID");

        let register = |form: Value| api.m_post(&device, "/m_user/users", form);
        register(json!({"gender": "male"})).await.wrong("age");
        register(json!({"gender": "x", "age": 24})).await.wrong("gender");
        register(json!({"gender": "male", "age": 15})).await.wrong("age");
        register(json!({"age": "old"})).await.wrong("gender");
        register(json!({"age": 24, "nickname": ""})).await.wrong("gender");
        register(json!({"gender": "male", "age": 24, "nickname": "x".repeat(33)})).await.wrong("nickname");
        api.m_post(&device, "/m_user/login", Value::Null).await.fails(401, 1001, "user not registered");

        let made = register(json!({"gender": "male", "age": 24})).await;
        let user = made.ok();
        assert_eq!(user["id"].as_str().unwrap().len(), 24);
        let nickname = user["nickname"].as_str().unwrap();
        assert!(nickname.starts_with("用户") && nickname.chars().count() == 8, "{nickname}");
        assert_ne!(user["im_token"], "");
        let shown = json!({
            "id": user["id"], "nickname": nickname, "gender": "male", "icon": null, "age": 24, "is_vip": false,
            "vip_left": 0, "im_token": user["im_token"],
        });
        made.is(&shown);
        assert_eq!(made.answer.headers["x-session-token"].len(), 64);

        // Again: the same person, unchanged.
        let again = register(json!({"gender": "female", "age": 30, "nickname": "Other"})).await.ok();
        let signed_in = api.m_post(&device, "/m_user/login", json!({"gender": "female"})).await.ok();
        for same in [again, signed_in] {
            assert_ne!(same["im_token"], user["im_token"]);
            let same = json!({"im_token": null, "id": same["id"], "gender": same["gender"], "age": same["age"], "nickname": same["nickname"]});
            assert_eq!(
                same,
                json!({"im_token": null, "id": user["id"], "gender": "male", "age": 24, "nickname": nickname})
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_has_a_name_of_its_own() {
    let api = Api::start().await;
    let wrong = [
        "short",
        "00000000-0000-0000-0000-000000000000",
        "9774d56d682e549c",
        "9774D56D682E549C",
        "has a space",
        "02:00:00:00:00:00",
        "slash/slash",
        &"x".repeat(129),
        "  ",
    ];
    for name in wrong {
        let device = Device::new(name, Body::Bare);
        api.m_post(&device, "/m_user/users", json!({"gender": "male", "age": 24})).await.wrong("X-Device-ID");
    }
    let twice = api
        .http
        .post(api.url("/m_user/login"))
        .header("x-device-id", "dev-aaaa-0001")
        .header("x-device-id", "dev-aaaa-0002");
    api.m_send(&Device::new("", Body::Bare), twice, &Value::Null).await.wrong("X-Device-ID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_has_shown_its_session_has_to_go_on_showing_it() {
    let api = Api::start().await;
    let device = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let token = |said: &super::client::Said| said.answer.headers["x-session-token"].clone();
    let first = token(&api.m_post(&device, "/m_user/login", Value::Null).await);
    // A token that nobody has shown binds nothing.
    api.m_get(&device, "/m_user/im_token").await.ok();
    api.m_get(&device.showing("0".repeat(64).as_str()), "/m_user/im_token").await.forbidden();
    api.m_get(&device.showing(""), "/m_user/im_token").await.forbidden();
    api.m_get(&device, "/m_user/im_token").await.ok();

    api.m_get(&device.showing(&first), "/m_user/im_token").await.ok();
    api.m_get(&device, "/m_user/im_token").await.forbidden();
    api.m_post(&device, "/m_user/login", Value::Null).await.forbidden();
    api.m_post(&device, "/m_user/users", json!({"gender": "male", "age": 24})).await.forbidden();
    let second = token(&api.m_post(&device.showing(&first), "/m_user/login", Value::Null).await);
    api.m_get(&device.showing(&second), "/m_user/im_token").await.ok();

    // It slides: after 20 days twice, the first is over because it was not shown since, and the second is good.
    api.advance(20 * 86_400);
    api.m_get(&device.showing(&second), "/m_user/im_token").await.ok();
    api.advance(20 * 86_400);
    api.m_get(&device.showing(&first), "/m_user/im_token").await.forbidden();
    api.m_get(&device.showing(&second), "/m_user/im_token").await.ok();
    api.m_get(&device, "/m_user/im_token").await.forbidden();
    // Thirty days after the last was shown the device alone counts again.
    api.advance(30 * 86_400);
    api.m_get(&device.showing(&second), "/m_user/im_token").await.forbidden();
    api.m_get(&device, "/m_user/im_token").await.ok();

    // Five at most: the oldest goes.
    let mut tokens = Vec::new();
    for _ in 0..6 {
        tokens.push(token(&api.m_post(&device, "/m_user/login", Value::Null).await));
    }
    api.m_get(&device.showing(&tokens[0]), "/m_user/im_token").await.forbidden();
    api.m_get(&device.showing(&tokens[1]), "/m_user/im_token").await.ok();
    // Another device's token is none of this one.
    let other = api.person_of("dev-bbbb-0002", Body::Bare).await;
    api.m_get(&other.showing(&tokens[1]), "/m_user/im_token").await.forbidden();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_once_make_one_account_and_lose_no_token() {
    let api = Api::start().await;
    let device = Device::new("dev-aaaa-0001", Body::Bare);
    let form = json!({"gender": "male", "age": 24});
    let all = futures_util::future::join_all((0..4).map(|_| api.m_post(&device, "/m_user/users", form.clone()))).await;
    let ids: std::collections::BTreeSet<String> = all.iter().map(|said| said.ok()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    // Each of the answers has a token that counts.
    for said in &all {
        let token = said.answer.headers["x-session-token"].clone();
        api.m_get(&device.showing(&token), "/m_user/im_token").await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_tokens_are_new_each_time_and_end() {
    let api = Api::start().await;
    let app = &api.world.app;
    let owner = async |token: &str| {
        shared::sessions::devices::owner_of_push_token(app, shared::values::Dialect::MUser, token)
            .await
            .ok()
            .map(|uid| uid.to_string())
    };
    let device = api.person_of("dev-aaaa-0001", Body::Envelope).await;
    let mut tokens = Vec::new();
    for _ in 0..6 {
        let token = api.m_get(&device, "/m_user/im_token").await.ok();
        assert_eq!(token.as_object().unwrap().len(), 1);
        tokens.push(token["im_token"].as_str().unwrap().to_owned());
    }
    assert_eq!(tokens.iter().collect::<std::collections::BTreeSet<_>>().len(), 6);
    assert_eq!(owner(&tokens[0]).await, None, "five at most");
    assert_eq!(owner(&tokens[1]).await.as_ref(), Some(&device.id));
    assert_eq!(owner("x").await, None);
    api.advance(7 * 86_400);
    assert_eq!(owner(&tokens[5]).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_registers_and_signs_in_so_often() {
    let api = Api::start().await;
    let device = api.person_of("dev-aaaa-0000", Body::Bare).await;
    for number in 1..20 {
        api.person_of(&format!("dev-aaaa-{number:04}"), Body::Bare).await;
    }
    let late = Device::new("dev-bbbb-0001", Body::Bare);
    let form = json!({"gender": "male", "age": 24});
    api.m_post(&late, "/m_user/users", form.clone()).await.fails(429, 729, "too many requests");
    // Who has an account is signed in, whatever else the address has done.
    api.m_post(&device, "/m_user/users", form.clone()).await.ok();
    // Signing in has a limit of its own.
    for _ in 0..119 {
        api.m_post(&device, "/m_user/login", Value::Null).await.ok();
    }
    api.m_post(&device, "/m_user/login", Value::Null).await.fails(429, 729, "too many requests");
    api.advance(3_600);
    api.m_post(&late, "/m_user/users", form).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_no_operation_has_the_same_envelope() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let device = Device::new("dev-aaaa-0001", body);
        api.m_get(&device, "/m_user/nothing").await.not_found();
        api.asks_as(&device, Method::PUT, "/m_user/login", &Value::Null).await.fails(405, 705, "method not allowed");
        let broken = api
            .http
            .post(api.url("/m_user/users"))
            .header("x-device-id", &device.name)
            .header("content-type", "application/json");
        api.m_send(&device, broken.body("{"), &Value::Null).await.wrong("body");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_signing_in_costs() {
    let api = Api::start().await;
    let device = Device::new("dev-aaaa-0001", Body::Bare);
    let made = api.m_post(&device, "/m_user/users", json!({"gender": "male", "age": 24})).await;
    assert_eq!(made.answer.rounds(), 2);
    assert_eq!(api.m_post(&device, "/m_user/login", Value::Null).await.answer.rounds(), 2);
    assert_eq!(api.m_get(&device, "/m_user/im_token").await.answer.rounds(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_signs_in_by_its_session_keeps_it() {
    let api = Api::start().await;
    let device = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let login = async |device: &Device| api.m_post(device, "/m_user/login", Value::Null).await;
    let token = login(&device).await.answer.headers["x-session-token"].clone();
    let bound = device.showing(&token);
    // It takes no notice of the tokens that it is given.
    for _ in 0..7 {
        login(&bound).await.ok();
    }
    login(&device).await.forbidden();
    api.m_get(&bound, "/m_user/im_token").await.ok();
    // Whatever is shown by a device that speaks for nobody is wrong.
    let fresh = Device::new("dev-bbbb-0002", Body::Bare);
    let form = json!({"gender": "male", "age": 24});
    api.m_post(&fresh.showing(&token), "/m_user/users", form.clone()).await.forbidden();
    api.m_get(&fresh.showing(&token), "/common/upload_tokens?num=1&res_type=picture").await.forbidden();
    api.m_post(&fresh.showing(&token), "/m_user/login", Value::Null).await.fails(401, 1001, "user not registered");
    api.m_post(&fresh, "/m_user/users", form).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_takes_nothing_and_pages_may_show_a_session() {
    let api = Api::start().await;
    let device = api.person_of("dev-aaaa-0001", Body::Bare).await;
    for body in ["[", "{", "\u{1}", "x=%"] {
        let request = api.http.post(api.url("/m_user/login")).header("x-device-id", &device.name);
        api.m_send(&device, request.header("content-type", "application/json").body(body), &Value::Null).await.ok();
    }
    let preflight = api.http.request(Method::OPTIONS, api.url("/m_user/login")).header("origin", "https://app.example");
    let preflight = preflight.header("access-control-request-method", "POST");
    let preflight =
        preflight.header("access-control-request-headers", "authorization,x-device-id").send().await.unwrap();
    assert_eq!(preflight.headers()["access-control-allow-headers"], "authorization,x-device-id");
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
}
