//! Usernames and the rows by which they are found: with each other, in races, and gone with whoever had them.

use super::client::{Chatted, Chatter};
use crate::{
    crowd::{Item, text},
    world::Api,
};
use futures_util::future::join_all;
use local::Fault;
use reqwest::Method;
use serde_json::json;
use shared::config::Table;

async fn complete(api: &Api, who: &Chatter, username: &str) -> Chatted {
    let body =
        json!({"userId": who.id, "avatar": "media/avatars/default.jpg", "username": username, "desc": "", "sex": 0});
    api.chat(who, Method::POST, "complete_account/", &body).await
}

fn status(answer: &Chatted) -> i64 {
    answer.0.json()["status"].as_i64().unwrap()
}

#[tokio::test]
async fn whoever_gets_another_username_is_found_by_that_one_alone() {
    let api = Api::start().await;
    let [p, q] = &api.chatters(2).await[..] else { panic!() };
    api.chat_get(q, "user_search/crowd/0/").await.empty();
    complete(&api, p, "Anna").await.ok();
    assert_eq!(api.chat_get(q, "user_search/NN/0/").await.ids(), [&*p.id]);
    complete(&api, p, "ANNA").await.ok();
    assert_eq!(api.chat_get(q, "user_search/nn/0/").await.ok()[0]["username"], json!("ANNA"));
    api.grams_fit().await;
    complete(&api, p, "一二三@.+-_").await.ok();
    api.grams_fit().await;
    api.chat_get(q, "user_search/nn/0/").await.empty();
    for field in ["%E4%BA%8C%E4%B8%89", "%E4%B8%80", "@.+-_"] {
        assert_eq!(api.chat_get(q, &format!("user_search/{field}/0/")).await.ids(), [&*p.id], "{field}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_new_usernames_of_one_person_at_once_one_is_found() {
    let api = Api::start().await;
    let [p, q] = &api.chatters(2).await[..] else { panic!() };
    complete(&api, p, "before").await.ok();
    let names: Vec<_> = (0..6).map(|number| format!("name{number}.abcdef")).collect();
    for answer in join_all(names.iter().map(|name| complete(&api, p, name))).await {
        answer.ok();
    }
    api.grams_fit().await;
    let found = api.chat_get(q, "user_search/abcdef/0/").await.ok();
    assert_eq!((found.as_array().unwrap().len(), found[0]["id"].as_str()), (1, Some(&*p.id)));
    api.chat_get(q, "user_search/before/0/").await.empty();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_one_username_one_has_it_and_is_found() {
    let api = Api::start().await;
    let people = api.chatters(6).await;
    let answers = join_all(people.iter().enumerate().map(async |(number, who)| {
        let name = if number % 2 == 0 { "Wanted" } else { "wanted" };
        complete(&api, who, name).await
    }))
    .await;
    let won: Vec<_> = answers.iter().zip(&people).filter(|(answer, _)| status(answer) == 1).collect();
    assert!(answers.iter().all(|answer| [1, 7000].contains(&status(answer))), "{answers:?}");
    assert_eq!(won.len(), 1);
    api.grams_fit().await;
    assert_eq!(api.chat_get(&people[0], "user_search/want/0/").await.ids(), [&*won[0].1.id]);
}

#[tokio::test]
async fn whoever_is_erased_is_not_found_and_their_name_is_free() {
    let api = Api::start().await;
    let p = api.registered("13800000001", Some("Anna")).await;
    let q = api.registered("13800000002", Some("Annabel")).await;
    assert_eq!(api.chat_get(&q, "user_search/anna/0/").await.ids(), [&*p.id, &*q.id]);
    api.form("/v1/account/delete_user", &[("phone_number", &p.phone)]).await.data();
    api.grams_fit().await;
    assert_eq!(api.chat_get(&q, "user_search/anna/0/").await.ids(), [&*q.id]);
    api.chat_get(&q, "user_search/13800000001/0/").await.empty();
    complete(&api, &q, "anna").await.ok();
    api.grams_fit().await;
}

#[tokio::test]
async fn a_page_is_shown_also_where_it_cannot_be_remembered_where_the_next_begins() {
    let api = Api::start().await;
    let p = api.chatters(1).await.remove(0);
    for number in 0..12 {
        api.club(&p, &format!("club {number:02}"), &[]).await;
    }
    let fault = Fault::Internal;
    api.world.faults.strike("PutItem", 1_000, &fault);
    assert_eq!(api.chat_get(&p, "group_search/club/1/").await.ids().len(), 10);
    api.world.faults.clear();
    let names =
        |found: serde_json::Value| found.as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(api.chat_get(&p, "group_search/club/2/").await.ok()), ["club 10", "club 11"]);
    // What is looked at again is not shown where that fails.
    api.world.faults.strike("BatchGetItem", 1_000, &fault);
    api.chat_get(&p, "group_search/club/1/").await.fails(11_001, "try again", &json!([]));
}

#[tokio::test]
async fn nothing_that_was_searched_for_stands_in_a_key() {
    let api = Api::start().await;
    let p = api.chatters(1).await.remove(0);
    for number in 0..11 {
        api.club(&p, &format!("secret {number:02}"), &[]).await;
    }
    api.chat_get(&p, "group_search/secret/1/").await.ok();
    let rows = api.rows(api.world.app.config.tables.name(Table::Chat)).await;
    let of = |row: &&Item| row["pk"] == text(format!("USER#{}", p.id));
    let searches: Vec<_> = rows.iter().filter(of).collect();
    assert_eq!(searches.len(), 1);
    assert!(!searches[0]["sk"].as_s().unwrap().contains("secret"), "{searches:?}");
    let until: i64 = searches[0]["expires_at"].as_n().unwrap().parse().unwrap();
    assert!((until - api.world.clock.seconds() - 600).abs() <= 5);
}
