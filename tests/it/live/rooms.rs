//! Live rooms (`docs/dialects/live.md#open-room`, `docs/dialects/live.md#close-room`,
//! `docs/dialects/live.md#publishing-server`).

use super::client::Way;
use crate::world::{Answer, Api};
use serde_json::{Value, json};

const ANN: &str = "13800000001";
const BOB: &str = "13800000002";
const CAT: &str = "13800000003";

const REFUSED: &str = r#"{"result":"0009","message":null}"#;

async fn room(api: &Api, way: Way, token: &str, fields: &[(&str, &str)]) -> Answer {
    api.live_by(way, "/room", &[fields, &[("token", token)]].concat()).await
}

async fn befriend(api: &Api, one: (&str, &str), other: (&str, &str)) {
    for (token, phone) in [(one.0, other.1), (other.0, one.1)] {
        assert_eq!(api.form("/friend", &[("add", "1"), ("userId", phone), ("token", token)]).await.code(), "0000");
    }
}

async fn friends(api: &Api, token: &str) -> Vec<Value> {
    let list = api.form("/list", &[("friendlist", "1"), ("token", token)]).await.message();
    list["friends"].as_array().unwrap().clone()
}

async fn a_room_that_a_friend_sees(way: Way) {
    let api = Api::start().await;
    let mut tokens = Vec::new();
    for (phone, name) in [(ANN, "Zoe"), (BOB, "Bob"), (CAT, "Cat")] {
        api.account(phone, name).await;
        tokens.push(api.live_token(phone).await);
    }
    let [ann, bob, cat] = &tokens[..] else { unreachable!() };
    befriend(&api, (ann, ANN), (bob, BOB)).await;
    befriend(&api, (cat, CAT), (bob, BOB)).await;

    let opened = room(&api, way, ann, &[("live", "1"), ("title", "hi")]).await;
    let stream: Value = serde_json::from_str(opened.message().as_str().unwrap()).unwrap();
    assert_eq!(opened.json()["stream"], stream);
    let title = stream["title"].as_str().unwrap();
    let key = stream["publishKey"].as_str().unwrap();
    assert!(title.len() == 24 && key.len() == 16, "{stream}");
    let expected = json!({
        "id": format!("z1.live.{title}"), "hub": "live", "title": title, "publishKey": key, "publishSecurity": "static",
        "nonce": 0, "disabled": false, "disabledTill": 0, "nropEnable": null,
        "createdAt": stream["createdAt"], "updatedAt": stream["updatedAt"], "expireAt": stream["expireAt"],
        "hosts": {
            "publish": {"rtmp": "127.0.0.1:1935"},
            "live": {
                "rtmp": "127.0.0.1:1935", "hls": "127.0.0.1:8080", "http": "127.0.0.1:8080", "hdl": "127.0.0.1:8080",
                "snapshot": "127.0.0.1:8080",
            },
            "play": {"rtmp": "127.0.0.1:1935", "http": "127.0.0.1:8080"},
            "playback": {"hls": "127.0.0.1:8080", "http": "127.0.0.1:8080"},
        },
        "publishUrl": format!("rtmp://127.0.0.1:1935/live/{title}?key={key}"),
        "playUrl": {
            "ORIGIN": format!("rtmp://127.0.0.1:1935/live/{title}"),
            "HLS": format!("http://127.0.0.1:8080/live/{title}.m3u8"),
        },
    });
    assert_eq!(stream, expected);
    let created = stream["createdAt"].as_str().unwrap();
    let expires = stream["expireAt"].as_str().unwrap();
    assert!(created.len() == 29 && created.ends_with("+08:00"), "{created}");
    assert!(expires.len() == 35 && expires.ends_with("+08:00"), "{expires}");

    // Who is live comes first, whatever their name.
    let seen = friends(&api, bob).await;
    assert_eq!((&seen[0]["userId"], &seen[0]["liveStatus"]), (&json!(ANN), &json!("on")));
    assert_eq!(seen[0]["playUrl"], stream["playUrl"]);
    assert_eq!((&seen[1]["userId"], &seen[1]["liveStatus"]), (&json!(CAT), &json!("off")));
    assert_eq!(seen[1]["playUrl"], Value::Null);
    let found = api.form("/friend", &[("search", "1"), ("userId", ANN), ("token", bob)]).await.message();
    assert_eq!((&found["liveStatus"], found.get("playUrl")), (&json!("on"), None));

    let again: Value =
        serde_json::from_str(room(&api, way, ann, &[("live", "1"), ("title", "ho")]).await.message().as_str().unwrap())
            .unwrap();
    assert_eq!(again["id"], stream["id"]);
    room(&api, way, ann, &[("leave", "1")]).await.is(200, r#"{"result":"0000","message":null}"#);
    room(&api, way, ann, &[("leave", "1")]).await.is(200, REFUSED);
    let seen = friends(&api, bob).await;
    assert_eq!(
        (&seen[1]["userId"], &seen[1]["liveStatus"], &seen[1]["playUrl"]),
        (&json!(ANN), &json!("off"), &json!(null))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_a_friend_sees_by_form() {
    a_room_that_a_friend_sees(Way::Form).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_a_friend_sees_by_query() {
    a_room_that_a_friend_sees(Way::Query).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_a_friend_sees_by_multipart() {
    a_room_that_a_friend_sees(Way::Multipart).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_a_friend_sees_by_json() {
    a_room_that_a_friend_sees(Way::Json).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_no_room() {
    let api = Api::start().await;
    api.account(ANN, "Ann").await;
    let ann = api.live_token(ANN).await;
    room(&api, Way::Form, "x", &[("live", "1")]).await.please_sign_up();
    let long = "长".repeat(65);
    room(&api, Way::Form, &ann, &[("live", "1"), ("title", &long)]).await.is(200, REFUSED);
    room(&api, Way::Form, &ann, &[("leave", "1")]).await.is(200, REFUSED);
    let neither = room(&api, Way::Form, &ann, &[("title", "hi")]).await;
    neither.is(404, r#"{"result":"0006","message":"unknown operation"}"#);
    let both = room(&api, Way::Form, &ann, &[("live", "1"), ("leave", "1")]).await;
    both.is(400, r#"{"result":"0006","message":"ambiguous operation"}"#);
    let fits = "长".repeat(64);
    assert_eq!(room(&api, Way::Form, &ann, &[("live", "1"), ("title", &fits)]).await.code(), "0000");
}

/// What a publishing server is told: nginx-rtmp by a form, SRS by JSON.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_publish() {
    let api = Api::start().await;
    api.account(ANN, "Ann").await;
    let ann = api.live_token(ANN).await;
    let stream = room(&api, Way::Form, &ann, &[("live", "1")]).await.json()["stream"].clone();
    let (title, key) = (stream["title"].as_str().unwrap(), stream["publishKey"].as_str().unwrap());
    let nginx = async |secret: &str, key: &str| {
        let fields = [("app", "live"), ("name", title), ("key", key), ("clientid", "1")];
        api.form(&format!("/live/hooks/publish?secret={secret}"), &fields).await
    };
    let secret = "local-hook-secret";
    nginx(secret, key).await.is(204, "");
    nginx(secret, "0123456789abcdef").await.is(403, "");
    assert_eq!(nginx("wrong", key).await.status, 403);
    assert_eq!(nginx("", key).await.status, 403);
    let srs = async |key: &str| {
        let body = json!({"action": "on_publish", "app": "live", "stream": title, "param": format!("?key={key}"), "client_id": "2"});
        let url = api.url(&format!("/live/hooks/publish?secret={secret}"));
        Answer::of(api.http.post(url).json(&body).send().await.unwrap()).await
    };
    srs(key).await.is(200, r#"{"code":0}"#);
    srs("0123456789abcdef").await.is(200, r#"{"code":1}"#);
    let other = json!({"action": "on_play", "stream": title, "param": format!("?key={key}"), "client_id": "2"});
    let url = api.url(&format!("/live/hooks/publish?secret={secret}"));
    assert_eq!(api.http.post(url).json(&other).send().await.unwrap().status(), 403);
    let done = [("app", "live"), ("name", title), ("key", key), ("clientid", "1")];
    api.form(&format!("/live/hooks/publish_done?secret={secret}"), &done).await.is(204, "");
    assert_eq!(room(&api, Way::Form, &ann, &[("leave", "1")]).await.code(), "0000");
    nginx(secret, key).await.is(403, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_fails() {
    let api = Api::start().await;
    api.account(ANN, "Ann").await;
    let ann = api.live_token(ANN).await;
    let fails = async |fails: bool| {
        let answer = api.http.post(api.url("/_local/live")).json(&json!({"fails": fails})).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    fails(true).await;
    room(&api, Way::Form, &ann, &[("live", "1")]).await.is(200, REFUSED);
    let me = api.form("/friend", &[("search", "1"), ("userId", ANN), ("token", &ann)]).await.message();
    assert_eq!(me["liveStatus"], "off");
    fails(false).await;
    assert_eq!(room(&api, Way::Form, &ann, &[("live", "1")]).await.code(), "0000");
}
