//! What a log holds of Chat's requests: nothing personal.

use crate::{
    chat_people::client::{PASSWORD, completion},
    logs::Captured,
    world::Api,
};
use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt};

/// On one thread, so that everything that happens is captured.
#[tokio::test]
async fn nothing_that_people_send_is_logged() {
    let captured = Captured::default();
    // With a single subscriber in the process, threads without one would switch its events off; with two they cannot.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let filter = EnvFilter::new("info,shared=trace,kit=trace,chat=trace,local=trace");
    let lines = tracing_subscriber::fmt::layer().json().with_writer(captured.clone());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(filter).with(lines));

    let api = Api::start().await;
    let ann = api.new_member("13877712345").await;
    let bob = api.new_member("13877712346").await;
    api.stranger_posts("/login/", json!({"phone": "13877712345", "password": "wrong-password"}))
        .await
        .no_account(10_000);
    api.stranger_posts("/login/", json!({"phone": "1387771234x", "password": PASSWORD})).await.no_account(8_000);
    api.stranger_posts("/register/", json!({"zqsecret": 1, "phone": ["13877712345"], "password": "wrong-password"}))
        .await
        .no_account(8_000);
    let mut body = completion(&ann, "zqsecret");
    body["desc"] = json!("zqsecret");
    api.member_posts(&ann, "/complete_account/", body).await.ok();
    api.member_posts(&ann, "/save_file/", json!({"name": "zqsecret.txt", "content": "enFzZWNyZXQ="})).await.ok();
    api.member_gets(&ann, &format!("/add_friend/{}/", bob.id)).await.ok();
    api.member_posts(&ann, "/change_friend/", json!({"userId": bob.id, "alias": "zqsecret"})).await.ok();
    let ticket = api.member_gets(&ann, "/ws_ticket/").await.ok();
    for operation in ["GetItem", "BatchGetItem", "TransactWriteItems"] {
        api.world.faults.strike(operation, 10, &local::Fault::Unreachable);
        api.stranger_posts("/login/", json!({"phone": "13877712345", "password": PASSWORD})).await.no_account(11_001);
        api.world.faults.clear();
    }
    api.chat_request(&ann.cookie(), reqwest::Method::GET, "/out/?zqsecret=13877712345", &Value::Null).await.ok();

    let text = captured.text();
    assert!(text.contains(r#""operation":"Register""#) && text.contains(r#""operation":"SignOut""#), "{text}");
    let personal = ["1387771234", "zqsecret", "enFzZWNyZXQ", "wrong-password", PASSWORD, "argon2"];
    let tokens = [ann.token.as_str(), ticket["ticket"].as_str().unwrap()];
    for secret in personal.into_iter().chain(tokens) {
        assert!(!text.contains(secret), "{secret} is logged: {text}");
    }
}
