//! Names and notes for friends (contract 3.1).

use super::NO_FRIEND;
use crate::world::Api;
use serde_json::json;

const NAME: &str = "/friendship/set_display_name";
const SET: &str = "/friendship/set_friend_description";
const GET: &str = "/friendship/get_friend_description";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_has_a_name() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let named = |name: String| json!({"friendId": tim.id, "displayName": name});
    api.says(&ann, NAME, named("T".into())).await.is(404, NO_FRIEND);
    api.befriend(&ann, &tim).await;
    api.says(&ann, NAME, named("<".repeat(32))).await.ok();
    let shown = api.asks(&ann, "/friendship/all").await.result();
    assert_eq!(shown[0]["displayName"], "&lt;".repeat(8));
    let long = r#"{"code":400,"message":"Length of displayName invalid."}"#;
    api.says(&ann, NAME, named("名".repeat(33))).await.is(400, long);
    api.says(&ann, NAME, json!({"friendId": tim.id})).await.is(400, r#"{"code":400,"message":"Empty displayName."}"#);
    api.says(&ann, NAME, named(String::new())).await.ok();
    assert_eq!(api.asks(&ann, "/friendship/all").await.result()[0]["displayName"], "");
    // The other never hears of it.
    assert_eq!(api.asks(&tim, "/friendship/all").await.result()[0]["displayName"], "");
    // Blocked is not a friend.
    api.to_friend(&ann, "/user/add_to_blacklist", &tim.id).await.ok();
    api.says(&ann, NAME, named("T".into())).await.is(404, NO_FRIEND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_has_notes() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.says(&ann, SET, json!({"friendId": tim.id, "description": "x"})).await.is(404, NO_FRIEND);
    api.to_friend(&ann, GET, &tim.id).await.is(404, NO_FRIEND);
    api.befriend(&ann, &tim).await;
    let empty = r#"{"code":200,"result":{"displayName":"","region":"","phone":"","description":"","imageUri":""}}"#;
    api.to_friend(&ann, GET, &tim.id).await.is(200, empty);
    let all = json!({"friendId": tim.id, "displayName": "T", "region": 86, "phone": 13900000009_u64,
        "description": "met <him> in June", "imageUri": "http://img.example.com/a"});
    api.says(&ann, SET, all).await.ok();
    let shown = api.to_friend(&ann, GET, &tim.id).await;
    assert_eq!(shown.rounds(), 1);
    let expected = concat!(
        r#"{"code":200,"result":{"displayName":"T","region":"86","phone":"13900000009","#,
        r#""description":"met &lt;him&gt; in June","imageUri":"http://img.example.com/a"}}"#
    );
    shown.is(200, expected);
    // What is not mentioned stays, what is empty goes.
    api.says(&ann, SET, json!({"friendId": tim.id, "description": "", "imageUri": ""})).await.ok();
    let left = api.to_friend(&ann, GET, &tim.id).await.result();
    assert_eq!(
        left,
        json!({"displayName": "T", "region": "86", "phone": "13900000009", "description": "", "imageUri": ""})
    );
    let before = api.own_versions(&ann).await;
    api.says(&ann, SET, json!({"friendId": tim.id})).await.ok();
    assert_eq!(api.own_versions(&ann).await, before);
    api.says(&ann, SET, json!({"friendId": tim.id, "displayName": "", "region": "", "phone": ""})).await.ok();
    api.to_friend(&ann, GET, &tim.id).await.is(200, empty);

    for body in [json!({"region": "86"}), json!({"phone": "1"}), json!({"region": "86", "phone": ""})] {
        let mut body = body;
        body["friendId"] = json!(tim.id);
        let apart = r#"{"code":400,"message":"Region and phone belong together."}"#;
        api.says(&ann, SET, body).await.is(400, apart);
    }
    for (field, most) in [("displayName", 32), ("description", 500), ("imageUri", 256)] {
        let text = |length| json!({"friendId": tim.id, field: "字".repeat(length)});
        api.says(&ann, SET, text(most)).await.ok();
        let long = format!(r#"{{"code":400,"message":"Length of {field} invalid."}}"#);
        api.says(&ann, SET, text(most + 1)).await.is(400, &long);
    }
}
