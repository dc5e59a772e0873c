//! Likes (`docs/dialects/m_user.md#likes`).

use super::client::{Body, Device, Said};
use crate::{
    crowd::number,
    world::{Api, NOBODY},
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::config::Table;
use std::time::Duration;

impl Api {
    async fn m_like(&self, device: &Device, id: &str) -> Said {
        self.m_post(device, "/m_user/likes", json!({"target_id": id, "target_type": "post"})).await
    }

    async fn m_unlike(&self, device: &Device, id: &str) -> Said {
        self.m_delete(device, "/m_user/likes", json!({"target_id": id, "target_type": "post"})).await
    }

    /// How many like a post, and whether the device's user does.
    async fn m_likes(&self, device: &Device, id: &str) -> (i64, bool) {
        let post = self.m_shown(device, id).await.ok();
        (post["like_count"].as_i64().unwrap(), post["is_liked"].as_bool().unwrap())
    }

    /// The counters of limits.
    pub async fn limit_rows(&self) -> Vec<crate::crowd::Item> {
        let rows = self.rows(self.world.app.config.tables.name(Table::Users)).await;
        let is_counter = |row: &crate::crowd::Item, scope: &str| row["pk"].as_s().unwrap().starts_with(scope);
        let scopes = ["LIMIT#posts#", "LIMIT#likes#", "LIMIT#comments#"];
        rows.into_iter().filter(|row| scopes.iter().any(|scope| is_counter(row, scope))).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_like_is_one_however_often_it_is_given_and_taken() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (ann, bob) =
            (api.person_of(&format!("ann-{body:?}"), body).await, api.person_of(&format!("bob-{body:?}"), body).await);
        let id = api.m_said(&ann, "x").await;
        for (who, likes) in [(&bob, 1), (&bob, 1), (&ann, 2), (&ann, 2)] {
            let said = api.m_like(who, &id).await;
            said.done();
            assert_eq!(said.answer.rounds(), 2);
            assert_eq!(api.m_likes(who, &id).await, (likes, true));
        }
        // Once by the body, once by the query.
        let said = api.m_unlike(&bob, &id).await;
        said.done();
        assert_eq!(said.answer.rounds(), 2);
        assert_eq!(api.m_likes(&bob, &id).await, (1, false));
        let path = format!("/m_user/likes?target_id={id}&target_type=post");
        api.asks_as(&bob, Method::DELETE, &path, &Value::Null).await.done();
        assert_eq!(api.m_likes(&bob, &id).await, (1, false));
        api.m_like(&bob, &id.to_uppercase()).await.done();
        assert_eq!(api.m_likes(&ann, &id).await, (2, true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_liked() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Envelope).await, api.person_of("bob-0001", Body::Bare).await);
    let id = api.m_said(&ann, "x").await;
    for method in [Method::POST, Method::DELETE] {
        let asks = async |target: Value| api.asks_as(&bob, method.clone(), "/m_user/likes", &target).await;
        for unknown in [json!(NOBODY), json!("7"), json!(7), json!("0".repeat(24)), json!("你")] {
            asks(json!({"target_id": unknown, "target_type": "post"})).await.not_found();
        }
        asks(json!({"target_id": id, "target_type": "user"})).await.wrong("target_type");
        asks(json!({"target_id": id})).await.wrong("target_type");
        asks(json!({"target_type": "user"})).await.wrong("target_id");
        asks(json!({"target_id": "", "target_type": "post"})).await.wrong("target_id");
        asks(json!({"target_id": [id], "target_type": "post"})).await.wrong("target_id");
        let stranger = Device::new("dev-nobody", Body::Bare);
        for id in [&id, NOBODY] {
            let target = json!({"target_id": id, "target_type": "post"});
            let said = api.asks_as(&stranger, method.clone(), "/m_user/likes", &target).await;
            said.fails(401, 1001, "user not registered");
        }
    }
    // A block of either.
    api.m_like(&bob, &id).await.done();
    for (owner, other) in [(&ann, &bob), (&bob, &ann)] {
        api.set_block(owner, other, true).await;
        api.m_like(&bob, &id).await.forbidden();
        api.set_block(owner, other, false).await;
    }
    // What was liked before can be taken back across it.
    api.set_block(&ann, &bob, true).await;
    api.m_unlike(&bob, &id).await.done();
    api.m_like(&bob, &id).await.forbidden();
    assert_eq!(api.m_likes(&ann, &id).await, (0, false));
    api.set_block(&ann, &bob, false).await;
    // A post that is gone has no likes, and none can be taken back.
    api.m_like(&bob, &id).await.done();
    api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await.done();
    api.m_like(&bob, &id).await.not_found();
    api.m_unlike(&bob, &id).await.not_found();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn likes_at_once_are_counted_exactly() {
    let api = Api::start().await;
    let mut people = Vec::new();
    for nth in 0..8 {
        people.push(api.person_of(&format!("dev-{nth:04}"), Body::Bare).await);
    }
    let id = api.m_said(&people[0], "x").await;
    api.world.faults.transactions_take(Duration::from_millis(10));
    // Everybody twice, and half of them take it back twice after that.
    let liked = join_all(people.iter().chain(&people).map(|who| api.m_like(who, &id))).await;
    liked.iter().for_each(Said::done);
    assert_eq!(api.m_likes(&people[0], &id).await, (8, true));
    let taken = join_all(people[..4].iter().chain(&people[..4]).map(|who| api.m_unlike(who, &id))).await;
    taken.iter().for_each(Said::done);
    assert_eq!(api.m_likes(&people[0], &id).await, (4, false));
    // While its author deletes it: each is counted or finds nothing, and nothing is left of the post.
    let path = format!("/m_sns/posts/{id}");
    let likes = join_all(people[..4].iter().map(|who| api.m_like(who, &id)));
    let (deleted, likes) = tokio::join!(api.m_delete(&people[0], &path, Value::Null), likes);
    deleted.done();
    assert!(likes.iter().all(|said| [200, 404].contains(&said.answer.status)), "{likes:?}");
    let rows = api.rows(api.social()).await;
    let left: Vec<_> = rows.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("POST#")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_likes_an_hour() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Envelope).await;
    let (one, other) = (api.m_said(&ann, "x").await, api.m_said(&ann, "y").await);
    api.next_window(3_600);
    api.m_like(&ann, &one).await.done();
    let counters = api.limit_rows().await;
    let mut counter = counters.into_iter().find(|row| row["pk"].as_s().unwrap().starts_with("LIMIT#likes#")).unwrap();
    counter.insert("count".into(), number(300));
    api.write(api.world.app.config.tables.name(Table::Users), vec![counter]).await;
    api.m_like(&ann, &other).await.fails(429, 729, "too many requests");
    // What changes nothing, and what takes back, is not counted.
    api.m_like(&ann, &one).await.done();
    api.m_unlike(&ann, &one).await.done();
    assert_eq!(api.m_likes(&ann, &other).await, (0, false));
    api.next_window(3_600);
    api.m_like(&ann, &other).await.done();
}
