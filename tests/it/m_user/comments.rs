//! Comments (`docs/dialects/m_user.md#comments`).

use super::{
    client::{Body, Device, Said},
    posts::ids,
};
use crate::world::{Api, NOBODY};
use serde_json::{Value, json};

impl Api {
    pub async fn m_comment(&self, device: &Device, id: &str, content: &str) -> Said {
        let comment = json!({"target_id": id, "target_type": "post", "content": content});
        self.m_post(device, "/m_user/comments", comment).await
    }

    pub async fn m_comments(&self, device: &Device, id: &str, cursor: &str, offset: usize, limit: usize) -> Said {
        let page = format!("cursor={cursor}&offset={offset}&limit={limit}");
        self.m_get(device, &format!("/m_user/comments?target_id={id}&target_type=post&{page}")).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_are_read_a_page_at_a_time_while_more_are_written() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let (ann, bob) =
            (api.person_of(&format!("ann-{body:?}"), body).await, api.person_of(&format!("bob-{body:?}"), body).await);
        let id = api.m_said(&ann, "x").await;
        api.m_comments(&bob, &id, "", 0, 10).await.is(&json!({"cursor": "", "total": 0, "items": []}));
        let mut written = Vec::new();
        for nth in 0..25 {
            if nth == 20 {
                api.m_comment(&bob, &id, "too soon").await.fails(429, 729, "too many requests");
            }
            if nth % 20 == 0 {
                api.next_window(60);
            }
            let said = api.m_comment(&bob, &id, &format!("comment\n{nth}")).await;
            assert_eq!(said.answer.rounds(), 2);
            written.insert(0, said.ok()["id"].as_str().unwrap().to_owned());
        }
        let first = api.m_comments(&ann, &id, "", 0, 10).await;
        assert_eq!(first.answer.rounds(), 2);
        let first = first.ok();
        assert_eq!((&first["total"], ids(&first)), (&json!(25), written[..10].iter().map(String::as_str).collect()));
        let newest = &first["items"][0];
        let card = json!({"id": bob.id, "nickname": bob.name, "age": 24, "icon": null});
        let expected = json!({
            "id": written[0], "content": "comment\n24", "created_time": newest["created_time"], "user": card,
        });
        assert_eq!(*newest, expected);
        assert!((api.world.clock.seconds() - newest["created_time"].as_i64().unwrap()).abs() < 10);
        let cursor = |page: &Value| page["cursor"].as_str().unwrap().to_owned();
        // One more is on none of the pages; the number of all counts it.
        api.m_comment(&ann, &id, "later").await.ok();
        let second = api.m_comments(&ann, &id, &cursor(&first), 10, 10).await.ok();
        assert_eq!(
            (&second["total"], ids(&second)),
            (&json!(26), written[10..20].iter().map(String::as_str).collect())
        );
        let third = api.m_comments(&ann, &id, &cursor(&second), 20, 10).await.ok();
        assert_eq!(ids(&third), written[20..]);
        let end = api.m_comments(&ann, &id, &cursor(&third), 25, 10).await;
        end.is(&json!({"cursor": "", "total": 26, "items": []}));
        // The same page again, and one that was passed over.
        assert_eq!(api.m_comments(&ann, &id, &cursor(&first), 10, 10).await.ok(), second);
        assert_eq!(ids(&api.m_comments(&ann, &id, &cursor(&first), 20, 3).await.ok()), written[20..23]);
        assert_eq!(ids(&api.m_comments(&ann, &id, "", 24, 3).await.ok()), written[23..]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_said() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Envelope).await, api.person_of("bob-0001", Body::Bare).await);
    let id = api.m_said(&ann, "x").await;
    for unknown in [NOBODY, "7", "0"] {
        api.m_comment(&bob, unknown, "hi").await.not_found();
        api.m_comments(&bob, unknown, "", 0, 10).await.not_found();
    }
    let number = json!({"target_id": 7, "target_type": "post", "content": "hi"});
    api.m_post(&bob, "/m_user/comments", number).await.not_found();
    for content in ["", " ", "\u{200b}", "bell\u{7}", "\u{0}", &"x".repeat(501)] {
        api.m_comment(&bob, &id, content).await.wrong("content");
    }
    for (comment, field) in [
        (json!({"target_type": "user"}), "target_id"),
        (json!({"target_id": id, "target_type": "user"}), "target_type"),
        (json!({"target_id": id, "target_type": "post"}), "content"),
    ] {
        api.m_post(&bob, "/m_user/comments", comment).await.wrong(field);
    }
    api.m_get(&bob, &format!("/m_user/comments?target_id={id}")).await.wrong("target_type");
    api.m_get(&bob, "/m_user/comments?target_type=post").await.wrong("target_id");
    let stranger = Device::new("dev-nobody", Body::Bare);
    for id in [&id, NOBODY] {
        api.m_comment(&stranger, id, "hi").await.fails(401, 1001, "user not registered");
        api.m_comments(&stranger, id, "", 0, 1).await.fails(401, 1001, "user not registered");
    }
    api.m_comment(&ann, &id, &"好".repeat(500)).await.ok();
    for (owner, other) in [(&ann, &bob), (&bob, &ann)] {
        api.set_block(owner, other, true).await;
        api.m_comment(&bob, &id, "hi").await.forbidden();
        api.m_comments(&bob, &id, "", 0, 10).await.not_found();
        api.set_block(owner, other, false).await;
    }
    assert_eq!(api.m_comments(&bob, &id, "", 0, 10).await.ok()["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_go_with_their_post_and_outlive_their_author() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Bare).await, api.person_of("bob-0001", Body::Bare).await);
    let (one, other) = (api.m_said(&ann, "one").await, api.m_said(&ann, "other").await);
    for nth in 0..3 {
        for post in [&one, &other] {
            api.m_comment(&bob, post, &nth.to_string()).await.ok();
        }
    }
    let of_bob = |rows: &[crate::crowd::Item], kind: &str| {
        let partition = format!("USER#{}", bob.id);
        rows.iter().filter(|row| row["pk"].as_s().unwrap() == &partition && row["type"].as_s().unwrap() == kind).count()
    };
    assert_eq!(of_bob(&api.rows(api.social()).await, "commented"), 6, "each is found where he is");
    // The table takes no deletion of a comment: the post is gone all the same, and its rest goes with the next.
    api.world.faults.strike("DeleteItem", 1_000, &local::Fault::Internal);
    api.m_delete(&ann, &format!("/m_sns/posts/{one}"), Value::Null).await.done();
    api.world.faults.clear();
    api.m_comments(&bob, &one, "", 0, 10).await.not_found();
    api.m_comment(&bob, &one, "late").await.not_found();
    let rows = api.rows(api.social()).await;
    let kinds =
        |rows: &[crate::crowd::Item], kind: &str| rows.iter().filter(|row| row["type"].as_s().unwrap() == kind).count();
    assert_eq!((kinds(&rows, "comment"), kinds(&rows, "deleted_post"), kinds(&rows, "post")), (6, 1, 1));
    api.vanish(&bob).await;
    let shown = api.m_comments(&ann, &other, "", 0, 10).await.ok();
    assert_eq!(shown["total"], 3);
    assert_eq!(shown["items"][0]["user"], json!({"id": bob.id, "nickname": "", "age": null, "icon": null}));
    api.m_delete(&ann, &format!("/m_sns/posts/{other}"), Value::Null).await.done();
    let mut left: Vec<_> = api.rows(api.social()).await.iter().map(|row| row["type"].as_s().unwrap().clone()).collect();
    left.sort();
    assert_eq!(left, ["post_total"]);
}
