//! Names and members that change at the same time: the rows by which names are found are those of the groups that are there.

use super::client::{Chatted, Chatter};
use crate::world::Api;
use futures_util::future::join_all;
use serde_json::json;

async fn quit(api: &Api, who: &Chatter, club: &str) -> Chatted {
    api.chat_get(who, &format!("quit_group/{club}/")).await
}

fn status(answer: &Chatted) -> i64 {
    answer.0.json()["status"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_renamings_at_once_the_last_one_is_found() {
    let api = Api::start().await;
    let p = api.chatters_of(1, &["chat", "sealtalk"]).await.remove(0);
    let there = api.in_sealtalk(&p);
    let club = api.club(&p, "club", &[]).await;
    let names: Vec<_> = (0..8).map(|number| format!("name {number} abcdefghijklm")).collect();
    let renamed = names.iter().map(|name| api.says(&there, "/group/rename", json!({"groupId": club, "name": name})));
    for answer in join_all(renamed).await {
        answer.ok();
    }
    api.grams_fit().await;
    let found = api.chat_get(&p, "group_search/name/1/").await.ok();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert!(names.iter().any(|name| found[0]["name"] == json!(name)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renaming_beside_the_end_of_a_group_leaves_no_name() {
    let api = Api::start().await;
    let p = api.chatters_of(1, &["chat", "sealtalk"]).await.remove(0);
    let there = api.in_sealtalk(&p);
    for round in 0..5 {
        let club = api.club(&p, "club", &[]).await;
        let rename = api.says(&there, "/group/rename", json!({"groupId": club, "name": format!("other {round}")}));
        let (_, ended) = futures_util::join!(rename, quit(&api, &p, &club));
        ended.is(&json!("ok"));
        api.grams_fit().await;
    }
    api.chat_get(&p, "group_search/e/1/").await.empty();
    api.chat_get(&p, "group_search/club/1/").await.empty();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_who_quits_twice_at_once_quits_once() {
    let api = Api::start().await;
    let people = api.chatters(3).await;
    for _ in 0..5 {
        let club = api.club(&people[0], "club", &[&people[1], &people[2]]).await;
        let (one, other) = futures_util::join!(quit(&api, &people[0], &club), quit(&api, &people[0], &club));
        let mut both = [status(&one), status(&other)];
        both.sort_unstable();
        assert!(both == [1, 6004] || both == [1, 1], "{both:?}");
        let left = api.chat_get(&people[1], "user_groups/").await.ok();
        assert_eq!((&left[0]["members"], &left[0]["ownerId"]), (&json!(2), &json!(people[1].id)));
        for who in &people[1..] {
            quit(&api, who, &club).await.is(&json!("ok"));
        }
    }
    api.groups_fit().await;
    api.grams_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_two_who_quit_at_once_end_the_group() {
    let api = Api::start().await;
    let people = api.chatters(2).await;
    for _ in 0..6 {
        let club = api.club(&people[0], "club", &[&people[1]]).await;
        let (one, other) = futures_util::join!(quit(&api, &people[0], &club), quit(&api, &people[1], &club));
        one.is(&json!("ok"));
        other.is(&json!("ok"));
        api.groups_fit().await;
        api.grams_fit().await;
    }
    api.chat_get(&people[0], "group_search/club/1/").await.empty();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_joins_while_the_last_one_quits_is_in_a_group_that_is_there_or_in_none() {
    let api = Api::start().await;
    let people = api.chatters(2).await;
    for _ in 0..8 {
        let club = api.club(&people[0], "club", &[]).await;
        let joins = async { api.chat_get(&people[1], &format!("join_group/{club}/")).await };
        let (joined, ended) = futures_util::join!(joins, quit(&api, &people[0], &club));
        ended.is(&json!("ok"));
        let found = api.chat_get(&people[1], "group_search/club/1/").await;
        match status(&joined) {
            1 => {
                let found = found.ok();
                assert_eq!((&found[0]["ownerId"], &found[0]["isMember"]), (&json!(people[1].id), &json!(true)));
                quit(&api, &people[1], &club).await.is(&json!("ok"));
            }
            6004 => found.empty(),
            other => panic!("{other}"),
        }
        api.groups_fit().await;
        api.grams_fit().await;
    }
}
