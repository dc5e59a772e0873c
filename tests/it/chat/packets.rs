//! What a text is, and what is answered (`docs/dialects/chat.md#what-a-text-is`).

use super::socket::{Socket, Someone, ask};
use crate::world::Api;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starting_and_keeping_alive() {
    let api = Api::start().await;
    let (ann, bob) = (Someone::register(&api, "13800000001").await, Someone::register(&api, "13800000002").await);
    let mut socket = Socket::open(&api, &ann).await;
    // Whatever else is in a packet without a push id, it starts.
    for start in [
        r#"{"status":0,"pushId":"","message":"start"}"#,
        r#"{"status":1,"pushId":null,"message":[]}"#,
        r#"{"message":"ok"}"#,
    ] {
        socket.say(start).await;
        socket.hears_ok().await;
    }
    for restart in [json!("start"), json!("restart"), json!("anything")] {
        socket.packet(0, restart).await;
        socket.hears_ok().await;
    }
    for heartbeat in [json!(""), Value::Null] {
        socket.packet(1, heartbeat).await;
        socket.hears_ok().await;
    }
    socket.say(&json!({ "status": 1, "pushId": ann.push_id.to_uppercase() }).to_string()).await;
    socket.hears_ok().await;
    // Nothing is said to these: an acknowledgement, a packet of somebody else, what is none of the protocol.
    let mut other = Socket::started(&api, &bob).await;
    socket.packet(1, json!("ok")).await;
    socket.say(&json!({ "status": 1, "pushId": bob.push_id, "message": "" }).to_string()).await;
    socket.say(&json!({ "status": 0, "pushId": bob.push_id, "message": "restart" }).to_string()).await;
    socket.packet(1, json!(7)).await;
    socket.packet(1, json!("hello")).await;
    socket.hears_nothing().await;
    other.hears_nothing().await;
    let path = format!("/android/push_id/{}/", ann.push_id);
    let bound =
        api.http.get(api.url(&path)).header("cookie", format!("sessionid={}", ann.session)).send().await.unwrap();
    assert_eq!(bound.json::<Value>().await.unwrap()["result"]["isBind"], true);
    api.world.shutdown().await;
}

/// Texts that are no packets are not answered; after five in a row the socket is closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    let mut socket = Socket::started(&api, &ann).await;
    let long = format!(r#"{{"status":1,"message":"{}"}}"#, "x".repeat(32 << 10));
    for garbage in ["garbage", "[]", "7", "{"] {
        socket.say(garbage).await;
    }
    socket.packet(1, json!("")).await;
    socket.hears_ok().await;
    for garbage in ["", "null", "\"ok\"", "{}}"] {
        socket.say(garbage).await;
    }
    socket.hears_nothing().await;
    socket.say("{").await;
    socket.is_closed().await;
    // What clients' parsers may give up at is passed on to nobody.
    let mut socket = Socket::started(&api, &ann).await;
    let deep = |depth: usize| {
        let junk = "[".repeat(depth) + &"]".repeat(depth);
        format!(r#"{{"status":1,"pushId":"{}","message":"","\\\"[":{junk}}}"#, ann.push_id)
    };
    socket.say(&deep(128)).await;
    socket.say(&deep(127)).await;
    socket.hears_ok().await;
    socket.hears_nothing().await;
    let mut socket = Socket::started(&api, &ann).await;
    socket.say(&long[..32_000]).await;
    socket.packet(1, json!("")).await;
    socket.hears_ok().await;
    api.world.shutdown().await;
}

/// What a message has to be like. Nothing is said to an old client, a new one hears a number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_messages() {
    let api = Api::start().await;
    let (ann, bob) = (Someone::register(&api, "13800000001").await, Someone::register(&api, "13800000002").await);
    let (mut old, mut new) = (Socket::started(&api, &ann).await, ask(&api, &ann, "?v=2", true).await.unwrap());
    let mut other = Socket::started(&api, &bob).await;
    new.start().await;
    let good = ann.says(&bob.id, "c1", "hi");
    let with = |field: &str, value: Value| {
        let mut message = good.clone();
        message[field] = value;
        message
    };
    let part = |category: Value, content: &str| json!([{ "category": category, "content": content }]);
    let unknown = "5702a05c7b6ef053a330e8c3";
    let refused = [
        (0, with("fromId", json!(bob.id))),
        (0, with("fromId", Value::Null)),
        (0, with("type", json!(0))),
        (0, with("type", json!(8))),
        (0, with("type", json!("one"))),
        (0, with("type", Value::Null)),
        (0, with("info", json!([]))),
        (0, with("info", json!("text"))),
        (0, with("info", json!([{ "category": 0 }]))),
        (0, with("info", part(json!(4), "x"))),
        (0, with("info", part(json!(1), "http://elsewhere/x.jpg"))),
        (0, with("info", part(json!(0), &"x".repeat(8_001)))),
        (0, with("info", Value::Array(vec![json!({ "category": 0, "content": "x" }); 21]))),
        (0, with("chatId", json!("x".repeat(65)))),
        (0, with("createTime", json!(7))),
        (6004, with("toId", json!(unknown))),
        (6004, with("toId", json!("nobody"))),
        (
            6004,
            with("type", json!(2))
                .as_object()
                .map(|it| {
                    let mut it = it.clone();
                    it["toId"] = json!(unknown);
                    Value::Object(it)
                })
                .unwrap(),
        ),
        (6004, json!({ "chatId": "", "fromId": ann.id, "toId": unknown, "type": 7, "info": part(json!(0), "x") })),
        // A group's creator announces, and nobody to a person.
        (6004, with("type", json!(4))),
    ];
    for (status, message) in refused {
        // One that is good beside it is not accepted either.
        let list = json!([good.clone(), message]);
        old.packet(1, list.clone()).await;
        new.packet(1, list.clone()).await;
        let answer = format!(r#"{{"status":{status},"pushId":"{}","message":""}}"#, ann.push_id);
        assert_eq!(new.hear().await, answer, "{list}");
    }
    old.packet(1, json!([])).await;
    old.hears_nothing().await;
    other.hears_nothing().await;
    old.sends(&[good]).await;
    assert_eq!(other.texts(1, true).await, ["hi"]);
    api.world.shutdown().await;
}
