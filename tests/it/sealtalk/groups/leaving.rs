//! Quitting, kicking, the end of a group (`docs/dialects/sealtalk.md#leaving`).

use crate::world::{Api, NOBODY};
use serde_json::json;

const UNKNOWN: &str = r#"{"code":404,"message":"Unknown group."}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_creator_who_quits_hands_over_and_the_last_one_ends_it() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = api.group(ann, "Group", &[bob, carl]).await;
    api.about_people(ann, "set_manager", &group, &[carl]).await.ok();
    api.of_group(dora, "quit", &group).await.is(403, r#"{"code":403,"message":"Current user is not group member."}"#);
    api.of_group(dora, "quit", NOBODY).await.is(404, UNKNOWN);
    api.of_group(ann, "quit", &group).await.ok();
    // The manager comes first.
    let members = api.members_of(bob, &group).await;
    assert_eq!((&members[&carl.id]["role"], &members[&bob.id]["role"]), (&json!(0), &json!(1)));
    assert_eq!(api.asks(ann, &format!("/group/{group}")).await.result()["creatorId"], json!(carl.id));
    let foreign = r#"{"code":403,"message":"Only group member can get group member info."}"#;
    api.asks(ann, &format!("/group/{group}/members")).await.is(403, foreign);
    api.groups_fit().await;
    api.of_group(bob, "quit", &group).await.ok();
    api.of_group(carl, "quit", &group).await.ok();
    let ended = api.asks(ann, &format!("/group/{group}")).await.result();
    assert_eq!(ended["memberCount"], 0);
    assert!(ended["deletedAt"].as_str().is_some_and(|time| time.ends_with('Z')));
    api.of_group(carl, "quit", &group).await.is(404, UNKNOWN);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn managers_kick_members_but_not_the_creator() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    let [ann, bob, carl, dora, emil, fred] = &people[..] else { unreachable!() };
    let group = api.group(ann, "Group", &[bob, carl, dora, emil]).await;
    api.about_people(ann, "set_manager", &group, &[bob]).await.ok();
    let no_manager = r#"{"code":403,"message":"Current user is not group manager."}"#;
    api.about_people(carl, "kick", &group, &[dora]).await.is(403, no_manager);
    api.about_people(fred, "kick", &group, &[dora]).await.is(403, no_manager);
    let oneself = r#"{"code":400,"message":"Can not kick yourself."}"#;
    api.about_people(bob, "kick", &group, &[dora, bob]).await.is(400, oneself);
    let host = r#"{"code":405,"message":"Can not kick the host."}"#;
    api.about_people(bob, "kick", &group, &[dora, ann]).await.is(405, host);
    let none = r#"{"code":400,"message":"Can not kick none-member from the group."}"#;
    // Whatever the order.
    api.about_people(bob, "kick", &group, &[fred, dora]).await.is(400, none);
    api.about_people(bob, "kick", &group, &[dora, fred]).await.is(400, none);
    api.about_people(bob, "kick", NOBODY, &[dora]).await.is(404, UNKNOWN);
    let empty = r#"{"code":400,"message":"Empty memberIds."}"#;
    api.about_people(bob, "kick", &group, &[]).await.is(400, empty);
    assert_eq!(api.members_of(ann, &group).await.len(), 5);

    api.about_people(bob, "kick", &group, &[dora, emil]).await.ok();
    assert_eq!(api.members_of(ann, &group).await.len(), 3);
    api.asks(dora, "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
    api.about_people(ann, "kick", &group, &[bob]).await.ok();
    // Who was sent away may come back, as a member.
    api.of_group(bob, "join", &group).await.ok();
    assert_eq!(api.members_of(bob, &group).await[&bob.id]["role"], 1);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_are_kicked_than_go_into_one_transaction() {
    let api = Api::start().await;
    let people = api.friends(71).await;
    let all: Vec<_> = people.iter().collect();
    let group = api.group(all[0], "Group", &all[1..]).await;
    api.about_people(all[0], "kick", &group, &all[2..]).await.ok();
    assert_eq!(api.members_of(all[0], &group).await.len(), 2);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_creator_ends_a_group_and_everybody_is_out() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    let group = api.group(ann, "Group", &[bob]).await;
    api.of_group(bob, "fav", &group).await.ok();
    let refused = r#"{"code":400,"message":"Unknown group or not creator."}"#;
    for who in [bob, carl] {
        api.of_group(who, "dismiss", &group).await.is(400, refused);
    }
    api.of_group(ann, "dismiss", NOBODY).await.is(400, refused);
    api.of_group(ann, "dismiss", &group).await.ok();
    api.of_group(ann, "dismiss", &group).await.is(400, refused);
    for who in [ann, bob] {
        api.asks(who, "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
        let none = r#"{"code":200,"result":{"list":[],"total":0}}"#;
        api.asks(who, "/user/favgroups").await.is(200, none);
        api.asks(who, &format!("/group/{group}/members")).await.is(404, UNKNOWN);
        api.of_group(who, "fav", &group).await.is(404, UNKNOWN);
        api.of_group(who, "quit", &group).await.is(404, UNKNOWN);
        let view = api.asks(who, &format!("/group/{group}")).await.result();
        assert_eq!((&view["name"], &view["memberCount"]), (&json!("Group"), &json!(0)));
        assert!(view["deletedAt"].is_string());
    }
    api.groups_fit().await;
}
