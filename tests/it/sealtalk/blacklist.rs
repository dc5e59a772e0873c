//! The blacklist (`docs/dialects/sealtalk.md`).

use crate::world::{Api, NOBODY};
use serde_json::json;

const ADD: &str = "/user/add_to_blacklist";
const REMOVE: &str = "/user/remove_from_blacklist";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_is_blocked_and_unblocked() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "<Tim>").await);
    api.befriend(&ann, &tim).await;
    api.says(&ann, "/friendship/set_display_name", json!({"friendId": tim.id, "displayName": "T"})).await.ok();
    let empty = api.asks(&ann, "/user/blacklist").await;
    empty.is(200, r#"{"code":200,"result":[]}"#);
    let added = api.to_friend(&ann, ADD, &tim.id).await;
    added.ok();
    assert_eq!(added.rounds(), 2);
    let list = api.asks(&ann, "/user/blacklist").await;
    assert!(list.rounds() <= 2);
    let time = list.result()[0]["user"]["updatedTime"].as_i64().unwrap();
    let now = api.world.clock.millis();
    assert!((now - 30_000..=now).contains(&time));
    let user = format!(
        r#"{{"id":"{}","nickname":"&lt;Tim&gt;","portraitUri":"","gender":"male","stAccount":"","phone":"","#,
        tim.id
    );
    let item = format!(r#"{user}"updatedAt":"{}","updatedTime":{time}}}"#, shared::time::iso_millis(time));
    list.is(200, &format!(r#"{{"code":200,"result":[{{"user":{item}}}]}}"#));
    assert_eq!(api.talk(Some(&ann), "POST", "/user/blacklist", None).await.text, list.text);
    // Twice is once; the time is the first one's (`docs/dialects/sealtalk.md#reading-the-blacklist`).
    api.advance(60);
    let again = api.to_friend(&ann, ADD, &tim.id).await;
    again.ok();
    assert_eq!(again.rounds(), 1);
    assert_eq!(api.asks(&ann, "/user/blacklist").await.text, list.text);

    let friend = api.asks(&ann, "/friendship/all").await.result()[0].clone();
    assert_eq!((&friend["status"], &friend["displayName"], &friend["message"]), (&json!(31), &json!(""), &json!("")));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (31, 20));
    let profile = api.asks(&ann, &format!("/friendship/{}/profile", tim.id)).await;
    profile.refused(403, 403);
    assert_eq!(api.blacklisted(&tim).await, [""; 0]);
    let nothing = api.invite(&tim, &ann.id, "hi").await;
    nothing.is(200, r#"{"code":200,"result":{"action":"None"}}"#);

    api.to_friend(&ann, REMOVE, &tim.id).await.ok();
    let friend = api.asks(&ann, "/friendship/all").await.result()[0].clone();
    assert_eq!((&friend["status"], &friend["displayName"]), (&json!(20), &json!("")));
    // The relation has changed: sync and list say when.
    assert!(friend["updatedTime"].as_i64().unwrap() >= time + 60_000);
    assert_eq!(api.blacklisted(&ann).await, [""; 0]);
    assert_eq!(api.block_row(&ann, &tim).await, Some((false, false)));
    let repeated = api.to_friend(&ann, REMOVE, &tim.id).await;
    repeated.ok();
    assert_eq!(repeated.rounds(), 1);
    api.versions_are_true(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_are_blocked_too_and_nobody_is_not() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let elsewhere = api.person("13900000003", "Lily", "female").await;
    let unknown = r#"{"code":404,"message":"friendId is not an available userId."}"#;
    for id in [NOBODY, "kFpN4KiZn", &elsewhere.id] {
        api.to_friend(&ann, ADD, id).await.is(404, unknown);
        api.to_friend(&ann, REMOVE, id).await.ok();
    }
    for path in [ADD, REMOVE] {
        let empty = r#"{"code":400,"message":"Empty friendId."}"#;
        for body in [json!({}), json!({"friendId": null}), json!({"friendId": ""})] {
            api.says(&ann, path, body).await.is(400, empty);
        }
        api.anyone(path, json!({"friendId": tim.id})).await.signed_out();
    }
    api.to_friend(&ann, ADD, &ann.id).await.is(400, r#"{"code":400,"message":"Invalid friendId."}"#);
    api.to_friend(&ann, REMOVE, &ann.id).await.ok();

    api.to_friend(&ann, ADD, &tim.id).await.ok();
    assert_eq!(api.blacklisted(&ann).await, [tim.id.as_str()]);
    assert_eq!(api.statuses(&ann).await, []);
    let nothing = r#"{"code":200,"result":{"action":"None"}}"#;
    api.invite(&tim, &ann.id, "hi").await.is(200, nothing);
    assert_eq!(api.statuses(&tim).await, []);
    // Who asks somebody they have blocked, and is agreed with, has a friend and no block.
    api.invite(&ann, &tim.id, "hi").await.is(200, r#"{"code":200,"result":{"action":"Sent"}}"#);
    assert_eq!(api.blacklisted(&ann).await, [tim.id.as_str()]);
    api.to_friend(&tim, ADD, &ann.id).await.ok();
    api.to_friend(&tim, "/friendship/agree", &ann.id).await.ok();
    for (who, other) in [(&ann, &tim), (&tim, &ann)] {
        assert_eq!((api.status(who).await, api.block_row(who, other).await), (20, Some((false, false))));
        api.versions_are_true(who).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_takes_a_request_back_while_it_holds() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let agree = async || api.to_friend(&tim, "/friendship/agree", &ann.id).await;
    api.invite(&ann, &tim.id, "hi").await.is(200, r#"{"code":200,"result":{"action":"Sent"}}"#);
    api.to_friend(&ann, ADD, &tim.id).await.ok();
    agree().await.is(404, r#"{"code":404,"message":"Unknown friend user or invalid status."}"#);
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (10, 11));
    assert_eq!(api.blacklisted(&ann).await, [tim.id.as_str()]);
    api.to_friend(&ann, REMOVE, &tim.id).await.ok();
    agree().await.ok();
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 20));

    // Blocking once more takes back what was asked after the block before.
    let eve = api.friend("13900000003", "Eve").await;
    api.to_friend(&ann, ADD, &eve.id).await.ok();
    api.invite(&ann, &eve.id, "hi").await.is(200, r#"{"code":200,"result":{"action":"Sent"}}"#);
    for _ in 0..2 {
        api.to_friend(&ann, ADD, &eve.id).await.ok();
        api.versions_are_true(&ann).await;
    }
    api.to_friend(&eve, "/friendship/agree", &ann.id).await.refused(404, 404);
    assert_eq!(api.blacklisted(&ann).await, [eve.id.as_str()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_block_is_the_last() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    let crowd = api.seal_crowd(3).await;
    for id in [&crowd[2], &crowd[0], &crowd[1]] {
        api.to_friend(&ann, ADD, id).await.ok();
        api.advance(1);
    }
    assert_eq!(api.blacklisted(&ann).await, [crowd[2].as_str(), &crowd[0], &crowd[1]]);
    api.to_friend(&ann, REMOVE, &crowd[2]).await.ok();
    api.to_friend(&ann, ADD, &crowd[2]).await.ok();
    assert_eq!(api.blacklisted(&ann).await, [crowd[0].as_str(), &crowd[1], &crowd[2]]);
}
