//! People who come and go at the same time: the count is right, and both sides of a membership agree.

use super::super::client::Friend;
use crate::world::Api;
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_join_at_once_and_quit_at_once() {
    let api = Api::start().await;
    let people = api.friends(22).await;
    let group = api.group(&people[0], "Group", &[&people[1]]).await;
    let comers = &people[2..];
    for answer in join_all(comers.iter().map(|who| api.of_group(who, "join", &group))).await {
        answer.ok();
    }
    assert_eq!(api.members_of(&people[0], &group).await.len(), 22);
    api.groups_fit().await;
    for answer in join_all(comers.iter().map(|who| api.of_group(who, "quit", &group))).await {
        answer.ok();
    }
    assert_eq!(api.members_of(&people[0], &group).await.len(), 2);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joins_and_quits_of_the_same_person_end_in_one_or_the_other() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    let group = api.group(&people[0], "Group", &[&people[1]]).await;
    let mut calls = Vec::new();
    for who in &people[2..] {
        for name in ["join", "quit", "join", "quit", "join"] {
            calls.push(api.of_group(who, name, &group));
        }
    }
    for answer in join_all(calls).await {
        // Who quits before they joined is told so.
        if answer.status != 200 {
            answer.is(403, r#"{"code":403,"message":"Current user is not group member."}"#);
        }
    }
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_add_the_same_people() {
    let api = Api::start().await;
    let people = api.friends(12).await;
    let (members, others): (Vec<&Friend>, Vec<&Friend>) = (people[..4].iter().collect(), people[4..].iter().collect());
    let group = api.group(members[0], "Group", &members[1..]).await;
    for answer in join_all(members.iter().map(|who| api.about_people(who, "add", &group, &others))).await {
        assert_eq!(answer.result().as_array().unwrap().len(), others.len());
    }
    assert_eq!(api.members_of(&people[0], &group).await.len(), 12);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kick_beside_a_quit_takes_somebody_out_once() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    for _ in 0..3 {
        let others: Vec<_> = people[1..].iter().collect();
        let group = api.group(&people[0], "Group", &others).await;
        let kicks = async { api.about_people(&people[0], "kick", &group, &others[..4]).await };
        let quits = join_all(others[1..3].iter().map(|who| api.of_group(who, "quit", &group)));
        let (kicked, quit) = futures_util::join!(kicks, quits);
        for answer in quit {
            assert!(matches!(answer.status, 200 | 403), "{answer:?}");
        }
        if kicked.status == 200 {
            assert_eq!(api.members_of(&people[0], &group).await.len(), 2);
        } else {
            kicked.is(400, r#"{"code":400,"message":"Can not kick none-member from the group."}"#);
        }
        api.groups_fit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_joins_beside_the_end_is_out_with_the_others() {
    let api = Api::start().await;
    let people = api.friends(8).await;
    for _ in 0..3 {
        let group = api.group(&people[0], "Group", &[&people[1]]).await;
        let joins = join_all(people[2..].iter().map(|who| api.of_group(who, "join", &group)));
        let (ended, joined) = futures_util::join!(api.of_group(&people[0], "dismiss", &group), joins);
        ended.ok();
        for answer in joined {
            if answer.status != 200 {
                answer.is(404, r#"{"code":404,"message":"Unknown group."}"#);
            }
        }
        for who in &people {
            api.asks(who, "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
        }
        assert_eq!(api.asks(&people[0], &format!("/group/{group}")).await.result()["memberCount"], 0);
        api.groups_fit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_everybody_quits_at_once_ends() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    let others: Vec<_> = people[1..].iter().collect();
    let group = api.group(&people[0], "Group", &others).await;
    for answer in join_all(people.iter().map(|who| api.of_group(who, "quit", &group))).await {
        answer.ok();
    }
    let ended = api.asks(&people[0], &format!("/group/{group}")).await.result();
    assert_eq!((&ended["memberCount"], ended["deletedAt"].is_string()), (&json!(0), true));
    api.groups_fit().await;
}
