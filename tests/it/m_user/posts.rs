//! Posts: publishing, the feed, one person's, taking back (`docs/dialects/m_user.md#posts`).

use super::client::{Body, Device, Said};
use crate::{
    crowd::{Item, number, text},
    world::{Api, NOBODY},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::config::Table;
use std::collections::BTreeSet;

impl Api {
    /// Publishes words; the id of the post.
    pub async fn m_said(&self, device: &Device, content: &str) -> String {
        let post = json!({"post_type": "text", "content": content});
        let made = self.m_post(device, "/m_sns/posts", post).await.ok();
        assert_eq!(made.as_object().unwrap().len(), 1);
        made["id"].as_str().unwrap().to_owned()
    }

    pub async fn m_shown(&self, device: &Device, id: &str) -> Said {
        self.m_get(device, &format!("/m_sns/posts/{id}")).await
    }

    /// The table of what people publish.
    pub fn social(&self) -> &str {
        self.world.app.config.tables.name(Table::Social)
    }

    /// Lets somebody block another, or lifts it.
    pub async fn set_block(&self, owner: &Device, other: &Device, active: bool) {
        let row = [("pk", text(format!("USER#{}", owner.id))), ("sk", text(format!("BLOCK#{}", other.id)))];
        let row = row.into_iter().chain([("active", AttributeValue::Bool(active))]);
        let row: Item = row.map(|(name, value)| (name.to_owned(), value)).collect();
        self.write(self.world.app.config.tables.name(Table::Friends), vec![row]).await;
    }

    /// Somebody is gone: their record is not there any more.
    pub async fn vanish(&self, who: &Device) {
        let table = self.world.app.config.tables.name(Table::Users);
        let delete = self.world.clients.dynamodb.delete_item().table_name(table);
        delete.key("pk", text(format!("USER#{}", who.id))).key("sk", text("PROFILE")).send().await.unwrap();
    }
}

/// The ids of a page.
#[track_caller]
pub fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_is_published_looked_at_and_taken_back() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (ann, bob) =
            (api.person_of(&format!("ann-{body:?}"), body).await, api.person_of(&format!("bob-{body:?}"), body).await);
        let now = api.world.clock.seconds();
        let id = api.m_said(&ann, "first\nline").await;
        let shown = api.m_shown(&bob, &id).await.ok();
        let at = shown["created_time"].as_i64().unwrap();
        assert!((now..=now + 5).contains(&at), "{at} after {now}");
        let card = json!({"id": ann.id, "nickname": ann.name, "age": 24, "icon": null});
        let mut expected = json!({
            "id": id, "price": 0, "is_bought": true, "post_type": "text", "content": "first\nline", "media": [],
            "like_count": 0, "click_count": 0, "is_liked": false, "created_time": at, "user": card,
        });
        assert_eq!(shown, expected);
        // Others have opened it once; its author does not count.
        expected["click_count"] = json!(1);
        api.m_shown(&ann, &id.to_uppercase()).await.is(&expected);
        api.m_shown(&ann, &id).await.is(&expected);
        for path in ["/m_sns/posts?cursor=&offset=0&limit=10", &format!("/m_sns/posts?user_id={}", ann.id)] {
            let page = api.m_get(&bob, path).await.ok();
            assert_eq!(page["items"][0], expected, "{path}");
            assert_ne!(page["cursor"], "");
        }
        api.m_delete(&bob, &format!("/m_sns/posts/{id}"), Value::Null).await.forbidden();
        api.m_shown(&ann, &id).await.is(&expected);
        api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await.done();
        api.m_shown(&ann, &id).await.not_found();
        api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await.not_found();
        for path in ["/m_sns/posts", &format!("/m_sns/posts?user_id={}", ann.id)] {
            api.m_get(&bob, path).await.is(&json!({"cursor": "", "items": []}));
        }
        for unknown in [NOBODY, "7", "%E4%BD%A0"] {
            api.m_shown(&bob, unknown).await.not_found();
            api.m_delete(&bob, &format!("/m_sns/posts/{unknown}"), Value::Null).await.not_found();
            api.m_get(&bob, &format!("/m_sns/posts?user_id={unknown}")).await.is(&json!({"cursor": "", "items": []}));
        }
        let nobody = Device::new(&format!("nobody-{body:?}"), body);
        let refused = |said: Said| said.fails(401, 1001, "user not registered");
        for id in [&id, NOBODY] {
            refused(api.m_shown(&nobody, id).await);
            refused(api.m_delete(&nobody, &format!("/m_sns/posts/{id}"), Value::Null).await);
        }
        refused(api.m_get(&nobody, "/m_sns/posts").await);
        refused(api.m_post(&nobody, "/m_sns/posts", json!({"post_type": "text"})).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_field_is_named_and_nothing_is_published() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Envelope).await;
    let key = "0b8f2f5e-3c1a-4e0e-9f57-1f0a4f6f7a10";
    for (post, field) in [
        (json!({}), "post_type"),
        (json!({"post_type": "poem"}), "post_type"),
        (json!({"post_type": "text", "content": "x".repeat(2_001)}), "content"),
        (json!({"post_type": "text", "content": "bell\u{7}"}), "content"),
        (json!({"content": "bell\u{7}", "price": -1}), "post_type"),
        (json!({"post_type": "text", "content": ["x"]}), "content"),
        (json!({"post_type": "text", "media": [key]}), "media"),
        (json!({"post_type": "picture"}), "media"),
        (json!({"post_type": "picture", "media": []}), "media"),
        (json!({"post_type": "picture", "media": key}), "media"),
        (json!({"post_type": "picture", "media": [key, key]}), "media"),
        (json!({"post_type": "picture", "media": ["no key"]}), "media"),
        (json!({"post_type": "picture", "media": [{"duration": 3}]}), "media"),
        (json!({"post_type": "picture", "media": [{"key": key, "duration": 0}]}), "media"),
        (json!({"post_type": "video", "media": [key, key.replace('0', "1")]}), "media"),
        (json!({"post_type": "text", "price": -1}), "price"),
        (json!({"post_type": "text", "price": 1}), "price"),
        (json!({"post_type": "text", "price": 1_000_001}), "price"),
        (json!({"post_type": "text", "price": "many"}), "price"),
    ] {
        let said = api.m_post(&ann, "/m_sns/posts", post.clone()).await;
        assert_eq!(said.answer.json()["message"], field, "{post}");
        said.wrong(field);
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("offset=1.5", "offset"),
        ("offset=1001", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("cursor=x", "cursor"),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAA", "cursor"),
        ("cursor=x&offset=-1&limit=0", "offset"),
    ] {
        api.m_get(&ann, &format!("/m_sns/posts?{query}")).await.wrong(field);
    }
    assert_eq!(api.rows(api.social()).await.len(), 0);
    // What is empty is not given, and a form says the same as JSON.
    let form = [("post_type", "text"), ("content", ""), ("media", "[]"), ("price", "0"), ("unknown", "x")];
    let request = api.http.post(api.url("/m_sns/posts/")).form(&form).header("x-device-id", &ann.name);
    let id = api.m_send(&ann, request, &Value::Null).await.ok()["id"].as_str().unwrap().to_owned();
    assert_eq!(api.m_shown(&ann, &id).await.ok()["content"], "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_newest_first_and_show_nothing_across_a_block() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Bare).await;
    let bob = api.person_of("bob-0001", Body::Bare).await;
    let cat = api.person_of("cat-0001", Body::Bare).await;
    let mut all = Vec::new();
    for (nth, who) in [&ann, &bob, &ann, &cat, &bob, &ann].into_iter().enumerate() {
        all.insert(0, api.m_said(who, &nth.to_string()).await);
        // Some lie a day and a week back.
        api.advance([0, 86_400, 7 * 86_400][nth % 3]);
    }
    let feed = |who: Device| async { api.m_get(&{ who }, "/m_sns/posts").await.ok() };
    let own = |who: Device, of: Device| async {
        let path = format!("/m_sns/posts?user_id={}", { of }.id);
        api.m_get(&{ who }, &path).await.ok()
    };
    assert_eq!(ids(&feed(cat.clone()).await), all);
    assert_eq!(ids(&own(cat.clone(), ann.clone()).await), [&*all[0], &all[3], &all[5]]);
    for (owner, other) in [(&ann, &bob), (&bob, &ann)] {
        api.set_block(owner, other, true).await;
        assert_eq!(ids(&feed(ann.clone()).await), [&*all[0], &all[2], &all[3], &all[5]]);
        assert_eq!(ids(&feed(bob.clone()).await), [&*all[1], &all[2], &all[4]]);
        assert_eq!(ids(&feed(cat.clone()).await), all);
        assert_eq!(own(ann.clone(), bob.clone()).await, json!({"cursor": "", "items": []}));
        api.m_shown(&ann, &all[1]).await.not_found();
        api.m_shown(&bob, &all[0]).await.not_found();
        api.set_block(owner, other, false).await;
    }
    assert_eq!(ids(&feed(ann.clone()).await), all);
    assert_eq!(api.m_shown(&cat, &all[0]).await.ok()["click_count"], 0, "a refusal is no click");
    // Pages of one, all of the first of which are hidden from her.
    api.set_block(&bob, &ann, true).await;
    let page = api.m_get(&ann, "/m_sns/posts?limit=1").await.ok();
    assert_eq!(ids(&page), [&*all[0]]);
    let path = format!("/m_sns/posts?limit=1&offset=1&cursor={}", page["cursor"].as_str().unwrap());
    assert_eq!(ids(&api.m_get(&ann, &path).await.ok()), [&*all[2]]);
    // Her posts stay when she is gone, with nothing of her.
    api.vanish(&ann).await;
    let nobody = json!({"id": ann.id, "nickname": "", "age": null, "icon": null});
    assert_eq!(feed(cat.clone()).await["items"][0]["user"], nobody);
    // The feed goes 32 days back, a person's posts for ever.
    api.advance(20 * 86_400);
    assert_eq!(ids(&feed(cat.clone()).await), all[..3]);
    assert_eq!(ids(&own(cat.clone(), bob.clone()).await), [&*all[1], &all[4]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_posts_a_day() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Envelope).await;
    api.next_window(86_400);
    api.m_said(&ann, "one").await;
    let mut counter = api.limit_rows().await.remove(0);
    counter.insert("count".into(), number(99));
    api.write(api.world.app.config.tables.name(Table::Users), vec![counter]).await;
    api.m_said(&ann, "hundred").await;
    let post = json!({"post_type": "text"});
    api.m_post(&ann, "/m_sns/posts", post.clone()).await.fails(429, 729, "too many requests");
    assert_eq!(ids(&api.m_get(&ann, "/m_sns/posts").await.ok()).len(), 2);
    api.next_window(86_400);
    api.m_said(&ann, "another day").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_post_costs_does_not_depend_on_who_likes_it() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Bare).await, api.person_of("bob-0001", Body::Bare).await);
    let mut posts = Vec::new();
    for nth in 0..20 {
        let made = api.m_post(&ann, "/m_sns/posts", json!({"post_type": "text", "content": format!("{nth}")})).await;
        assert_eq!(made.answer.rounds(), 2);
        posts.push(made.ok()["id"].as_str().unwrap().to_owned());
    }
    let mut costs = BTreeSet::new();
    for likes in [10, 10_000] {
        for shard in 0..4 {
            let key = [("pk", text(format!("POST#{}", posts[0]))), ("sk", text(format!("COUNT#{shard}")))];
            let row = key.into_iter().chain([("likes", number(likes / 4 + i64::from(shard < likes % 4)))]);
            api.write(api.social(), vec![row.map(|(name, value)| (name.to_owned(), value)).collect()]).await;
        }
        let said = api.m_shown(&bob, &posts[0]).await;
        assert_eq!(said.ok()["like_count"], likes);
        let cost = |said: &Said| {
            let header = |name: &str| said.answer.headers[name].clone();
            (said.answer.rounds(), header("x-cost-calls"), header("x-cost-rru"), header("x-cost-wru"))
        };
        costs.insert(("post", cost(&said)));
        costs.insert(("own post", cost(&api.m_shown(&ann, &posts[0]).await)));
        let (feed, own) = ("/m_sns/posts", format!("/m_sns/posts?user_id={}", ann.id));
        costs.insert(("feed", cost(&api.m_get(&bob, feed).await)));
        costs.insert(("list", cost(&api.m_get(&bob, &own).await)));
    }
    assert_eq!(costs.len(), 4, "{costs:?}");
    let rounds: Vec<_> = costs.iter().map(|(what, cost)| (*what, cost.0)).collect();
    assert_eq!(rounds, [("feed", 2), ("list", 2), ("own post", 2), ("post", 3)], "{costs:?}");
    let deleted = api.m_delete(&ann, &format!("/m_sns/posts/{}", posts[0]), Value::Null).await;
    assert_eq!(deleted.answer.rounds(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_that_are_hidden_are_passed_over_many_at_a_time() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let bob = api.person_of("dev-bbbb-0002", Body::Bare).await;
    let shown = api.m_said(&bob, "behind").await;
    api.advance(1);
    for _ in 0..30 {
        api.m_said(&ann, "hidden").await;
    }
    api.set_block(&bob, &ann, true).await;
    let page = api.m_get(&bob, "/m_sns/posts?limit=1").await;
    assert_eq!(ids(&page.ok()), [shown.as_str()]);
    assert!(page.answer.rounds() <= 8, "{}", page.answer.rounds());
}
