//! What has changed (`docs/dialects/sealtalk.md#sync`, `docs/dialects/sealtalk.md#call-flows`).

mod looks;
mod model;
mod random;

use super::client::Friend;
use crate::{
    passed_over::{LooksAt, passed_over},
    world::Api,
};
use model::{Client, fresh};
use serde_json::{Value, json};

/// A sync that found nothing: every container is there all the same.
fn nothing(version: i64) -> String {
    format!(
        r#"{{"code":200,"result":{{"version":{version},"user":null,"blacklist":[],"friends":[],"groups":[],"group_members":[]}}}}"#
    )
}

async fn sync(api: &Api, who: &Friend, version: i64) -> Value {
    api.asks(who, &format!("/user/sync/{version}")).await.result()
}

/// What is new for somebody, who then knows it: the next call finds nothing.
async fn news(api: &Api, who: &Friend, version: &mut i64) -> Value {
    let news = sync(api, who, *version).await;
    let newer = news["version"].as_i64().unwrap();
    assert!(newer > *version, "{news}");
    *version = newer;
    api.asks(who, &format!("/user/sync/{newer}")).await.is(200, &nothing(newer));
    news
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_knows_nothing_gets_everything_and_then_nothing() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let all = sync(&api, ann, 0).await;
    assert_eq!((&all["user"]["id"], &all["user"]["nickname"]), (&json!(ann.id), &json!("Ann")));
    assert!(all["user"]["timestamp"].is_i64() && all["user"]["portraitUri"].is_string());
    for container in ["blacklist", "friends", "groups", "group_members"] {
        assert_eq!(all[container], json!([]), "{container}");
    }
    for version in ["-1", "-9007199254740993", "-99999999999999999999"] {
        assert_eq!(api.asks(ann, &format!("/user/sync/{version}")).await.result(), all);
    }
    let version = all["version"].as_i64().unwrap();
    assert_eq!(all["user"]["timestamp"], version);
    let posted = api.talk(Some(ann), "POST", &format!("/user/sync/{version}"), None).await;
    posted.is(200, &nothing(version));
    let far = "9007199254740992";
    api.asks(ann, &format!("/user/sync/{far}")).await.is(200, &nothing(far.parse().unwrap()));
    for wrong in ["x", "-", "--1", "-1.5", "1.5", "9007199254740993", "99999999999999999999", "1e3", "%20", "null"] {
        let refused = api.asks(ann, &format!("/user/sync/{wrong}")).await;
        refused.is(400, r#"{"code":400,"message":"Version parameter is not integer."}"#);
        api.get(&format!("/user/sync/{wrong}")).await.signed_out();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_without_news_is_cheap() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    api.says(ann, "/friendship/invite", json!({"friendId": bob.id, "message": "hi"})).await.result();
    let version = sync(&api, ann, 0).await["version"].as_i64().unwrap();
    let quiet = api.asks(ann, &format!("/user/sync/{version}")).await;
    quiet.is(200, &nothing(version));
    assert_eq!(quiet.rounds(), 1);
    let units: f64 = quiet.headers["x-cost-rru"].parse().unwrap();
    assert!(units <= 3.0, "{units}");
}

#[tokio::test(flavor = "multi_thread")]
async fn friends_hear_of_each_change_once() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let (mut anns, mut bobs) = (sync(&api, ann, 0).await["version"].as_i64().unwrap(), 0);
    let about = |id: &str| json!({ "friendId": id });
    api.says(ann, "/friendship/invite", json!({"friendId": bob.id, "message": "hi"})).await.result();
    let friend = news(&api, ann, &mut anns).await["friends"][0].clone();
    assert_eq!((&friend["friendId"], &friend["status"]), (&json!(bob.id), &json!(10)));
    assert_eq!(friend["timestamp"], anns);
    assert_eq!(news(&api, bob, &mut bobs).await["friends"][0]["status"], 11);
    api.says(bob, "/friendship/agree", about(&ann.id)).await.ok();
    for (who, version) in [(ann, &mut anns), (bob, &mut bobs)] {
        assert_eq!(news(&api, who, version).await["friends"][0]["status"], 20);
    }
    // A new name: to oneself and to friends.
    api.says(bob, "/user/set_nickname", json!({"nickname": "<Bobby>"})).await.ok();
    assert_eq!(news(&api, bob, &mut bobs).await["user"]["nickname"], "&lt;Bobby&gt;");
    let friend = news(&api, ann, &mut anns).await["friends"][0].clone();
    assert_eq!(friend["user"], json!({"id": bob.id, "nickname": "&lt;Bobby&gt;", "portraitUri": ""}));
    api.says(ann, "/friendship/set_display_name", json!({"friendId": bob.id, "displayName": "B"})).await.ok();
    assert_eq!(news(&api, ann, &mut anns).await["friends"][0]["displayName"], "B");
    // Blocked and unblocked.
    api.says(ann, "/user/add_to_blacklist", about(&bob.id)).await.ok();
    let blocked = news(&api, ann, &mut anns).await;
    assert_eq!((&blocked["blacklist"][0]["status"], &blocked["friends"][0]["status"]), (&json!(true), &json!(31)));
    api.says(ann, "/user/remove_from_blacklist", about(&bob.id)).await.ok();
    let unblocked = news(&api, ann, &mut anns).await;
    assert_eq!((&unblocked["blacklist"][0]["status"], &unblocked["friends"][0]["status"]), (&json!(false), &json!(20)));
    // No sync of Bob shows any of it, nor that he is deleted.
    api.says(ann, "/friendship/delete", about(&bob.id)).await.ok();
    assert_eq!(news(&api, ann, &mut anns).await["friends"][0]["status"], 30);
    api.asks(bob, &format!("/user/sync/{bobs}")).await.is(200, &nothing(bobs));
}

/// A new name of either is shown to the other with the friendship: not while one has deleted or blocked the other, and
/// at once when both are friends again.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_waits_until_both_are_friends_again() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    api.befriend(ann, bob).await;
    let (mut anns, mut bobs) = (0, 0);
    for (nth, (off, back)) in
        [("/user/add_to_blacklist", "/user/remove_from_blacklist"), ("/friendship/delete", "/friendship/invite")]
            .into_iter()
            .enumerate()
    {
        api.says(ann, off, json!({"friendId": bob.id})).await.ok();
        for (who, version) in [(ann, &mut anns), (bob, &mut bobs)] {
            *version = sync(&api, who, 0).await["version"].as_i64().unwrap();
        }
        let name = |who: &str| format!("{who} {nth}");
        for (who, name) in [(ann, name("Ann")), (bob, name("Bob"))] {
            api.says(who, "/user/set_nickname", json!({"nickname": name})).await.ok();
        }
        for (who, version) in [(ann, &mut anns), (bob, &mut bobs)] {
            let news = news(&api, who, version).await;
            assert_eq!((&news["friends"], &news["blacklist"]), (&json!([]), &json!([])), "{off}");
        }
        assert_eq!(api.says(ann, back, json!({"friendId": bob.id, "message": "hi"})).await.status, 200);
        for (who, version, name) in [(ann, &mut anns, name("Bob")), (bob, &mut bobs, name("Ann"))] {
            let friend = news(&api, who, version).await["friends"][0].clone();
            assert_eq!((&friend["status"], &friend["user"]["nickname"]), (&json!(20), &json!(name)), "{back}");
        }
        for who in [ann, bob] {
            api.versions_are_true(who).await;
        }
    }
}

/// Requests that wait or were ignored, and blocks of strangers, are no friendship.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_reaches_friends_and_nobody_else() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let [bob, ..] = &people[..] else { unreachable!() };
    let [ann, carl, dora, emil] = &people[1..] else { unreachable!() };
    api.befriend(ann, bob).await;
    for asked in [carl, dora] {
        api.says(bob, "/friendship/invite", json!({"friendId": asked.id, "message": "hi"})).await.result();
    }
    api.says(dora, "/friendship/ignore", json!({"friendId": bob.id})).await.ok();
    api.says(emil, "/user/add_to_blacklist", json!({"friendId": bob.id})).await.ok();
    let mut versions = Vec::new();
    for who in [ann, carl, dora, emil] {
        versions.push(sync(&api, who, 0).await["version"].as_i64().unwrap());
    }
    let renamed = api.says(bob, "/user/set_nickname", json!({"nickname": "Robert"})).await;
    renamed.ok();
    assert_eq!(news(&api, ann, &mut versions[0]).await["friends"][0]["user"]["nickname"], "Robert");
    for (who, version) in [carl, dora, emil].into_iter().zip(&versions[1..]) {
        api.asks(who, &format!("/user/sync/{version}")).await.is(200, &nothing(*version));
    }
    // The name, its claim, the end of the claim before and its owner's version, the friend's row and version, and the end of
    // the fan-out; nothing for the others.
    let units: f64 = renamed.headers["x-cost-wru"].parse().unwrap();
    assert!(units <= 15.0 || passed_over(LooksAt::Units), "{units}");
}

/// Everybody's request is a change of one person's: they queue for it.
#[tokio::test(flavor = "multi_thread")]
async fn thirty_at_once_may_ask_one_person() {
    if passed_over(LooksAt::Time) {
        return;
    }
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let mut others = Vec::new();
    for number in 0..30 {
        others.push(api.friend(&format!("139000001{number:02}"), &format!("Friend {number}")).await);
    }
    let body = json!({"friendId": ann.id, "message": "hi"});
    let asks = others.iter().map(|other| api.says(other, "/friendship/invite", body.clone()));
    for answer in futures_util::future::join_all(asks).await {
        assert_eq!(answer.result()["action"], "Sent");
    }
    let mut client = Client::default();
    client.catch_up(&api, ann).await;
    assert_eq!(client.state, fresh(&api, ann).await);
    assert_eq!(client.state.friends.len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_hear_of_each_change_of_a_group() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let cat = &api.friend("13900000003", "Cat").await;
    let mut bobs = 0;
    let body = json!({"name": "Team", "memberIds": [ann.id, bob.id]});
    let gid = api.says(ann, "/group/create", body).await.result()["id"].clone();
    let made = news(&api, bob, &mut bobs).await;
    let group = &made["groups"][0];
    assert_eq!((&group["groupId"], &group["role"], &group["isDeleted"]), (&gid, &json!(1), &json!(false)));
    assert_eq!(group["group"]["name"], "Team");
    assert_eq!(made["group_members"].as_array().unwrap().len(), 2);
    let member = made["group_members"].as_array().unwrap().iter().find(|it| it["memberId"] == json!(ann.id)).unwrap();
    assert_eq!((&member["role"], &member["user"]["nickname"]), (&json!(0), &json!("Ann")));

    api.says(ann, "/group/rename", json!({"groupId": gid, "name": "Crew"})).await.ok();
    assert_eq!(news(&api, bob, &mut bobs).await["groups"][0]["group"]["name"], "Crew");
    api.says(cat, "/group/join", json!({"groupId": gid})).await.ok();
    assert_eq!(news(&api, bob, &mut bobs).await["group_members"].as_array().unwrap().len(), 3);
    api.says(ann, "/group/kick", json!({"groupId": gid, "memberIds": [cat.id]})).await.ok();
    let kicked = news(&api, bob, &mut bobs).await;
    let tombstone = kicked["group_members"].as_array().unwrap().iter().find(|it| it["memberId"] == json!(cat.id));
    assert_eq!(tombstone.unwrap()["isDeleted"], true);
    // Whoever comes after that is not shown her.
    let dan = &api.friend("13900000004", "Dan").await;
    api.says(dan, "/group/join", json!({"groupId": gid})).await.ok();
    let known = sync(&api, dan, 1).await["group_members"].as_array().unwrap().len();
    assert_eq!((known, news(&api, bob, &mut bobs).await["group_members"].as_array().unwrap().len()), (3, 4));
    // Cat is shown that she is out, and nothing more of the group.
    let out = sync(&api, cat, 1).await;
    assert_eq!(out["groups"][0]["isDeleted"], true);
    assert_eq!(out["group_members"].as_array().unwrap().len(), 1);
    assert_eq!(sync(&api, cat, 0).await["groups"], json!([]));
    api.says(ann, "/group/dismiss", json!({"groupId": gid})).await.ok();
    assert_eq!(news(&api, bob, &mut bobs).await["groups"][0]["isDeleted"], true);
}

/// Somebody leaves while another one is out of the group for a moment: a client that knew them has to be shown it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_is_shown_those_who_left_meanwhile() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, dan] = &people[..] else { unreachable!() };
    let cat = &api.friend("13900000003", "Cat").await;
    let group = &api.group(ann, "Team", &[ann, bob, cat]).await;
    let mut client = Client::default();
    client.catch_up(&api, bob).await;
    api.of_group(bob, "quit", group).await.ok();
    api.of_group(cat, "quit", group).await.ok();
    api.of_group(bob, "join", group).await.ok();
    client.catch_up(&api, bob).await;
    assert_eq!(client.state.members.len(), 2);
    // Who comes after that is shown her neither now nor when she is erased.
    api.of_group(dan, "join", group).await.ok();
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &*cat.phone)]).await.status, 200);
    let known = sync(&api, dan, 1).await["group_members"].as_array().unwrap().len();
    assert_eq!(known, 3);
}

/// More than one answer shows: the client asks on until nothing is new.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_comes_with_the_next_call() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    for number in 0..23 {
        let body = json!({"name": format!("Team {number}"), "memberIds": [ann.id, bob.id]});
        api.says(ann, "/group/create", body).await.result();
    }
    api.says(bob, "/user/add_to_blacklist", json!({"friendId": ann.id})).await.ok();
    let mut client = Client::default();
    let first = sync(&api, bob, 0).await;
    assert!(first["groups"].as_array().unwrap().len() < 23);
    assert_eq!(first["blacklist"], json!([]), "newer than what was left out");
    client.catch_up(&api, bob).await;
    assert_eq!(client.state, fresh(&api, bob).await);
    assert_eq!(client.state.groups.len(), 23);
}
