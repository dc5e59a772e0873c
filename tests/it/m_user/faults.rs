//! Failures of the table under what people publish: each thing happens once or not at all, and the counts are those of the rows.

use super::client::{Body, Device, Said};
use crate::{crowd::count, world::Api};
use local::Fault;
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Api {
    /// That each post's counts are those of the rows about it, and its author's count that of their posts; how many rows there
    /// are of each type.
    async fn social_is_true(&self) -> BTreeMap<String, usize> {
        let rows = self.rows(self.social()).await;
        let word = |row: &crate::crowd::Item, name: &str| row[name].as_s().unwrap().clone();
        let mut types: BTreeMap<String, usize> = BTreeMap::new();
        let mut counted: BTreeMap<(String, &str), i64> = BTreeMap::new();
        for row in &rows {
            let (kind, pk, sk) = (word(row, "type"), word(row, "pk"), word(row, "sk"));
            let rest = sk.split_once('#').map_or("", |(_, rest)| rest);
            let post = |id: &str| format!("POST#{id}");
            match kind.as_str() {
                "post_count" => {
                    for name in ["likes", "comments"] {
                        *counted.entry((pk.clone(), name)).or_default() += count(Some(row), name);
                    }
                }
                "post_total" => *counted.entry((pk.clone(), "posts")).or_default() += count(Some(row), "posts"),
                "like" => *counted.entry((post(rest), "likes")).or_default() -= 1,
                "comment" => *counted.entry((pk.clone(), "comments")).or_default() -= 1,
                "own_post" => *counted.entry((pk.clone(), "posts")).or_default() -= 1,
                _ => {}
            }
            *types.entry(kind).or_default() += 1;
        }
        assert!(counted.values().all(|left| *left == 0), "{counted:?}");
        assert_eq!((types.get("comment"), types.get("post")), (types.get("commented"), types.get("own_post")));
        types
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_table_refuses_or_does_not_answer_happens_once_or_not_at_all() {
    let api = Api::start().await;
    let ann = api.person_of("ann-0001", Body::Bare).await;
    let create = async || api.m_post(&ann, "/m_sns/posts", json!({"post_type": "text"})).await;
    let like =
        async |id: &str| api.m_post(&ann, "/m_user/likes", json!({"target_id": id, "target_type": "post"})).await;
    let unlike =
        async |id: &str| api.m_delete(&ann, "/m_user/likes", json!({"target_id": id, "target_type": "post"})).await;
    let delete = async |id: &str| api.m_delete(&ann, &format!("/m_sns/posts/{id}"), Value::Null).await;
    for fault in [Fault::AnswerLost, Fault::Unreachable, Fault::Internal, Fault::Throttled, Fault::Conflict] {
        let once = || api.world.faults.strike("TransactWriteItems", 1, &fault);
        api.advance(60);
        once();
        let id = create().await.ok()["id"].as_str().unwrap().to_owned();
        for (what, likes, comments) in [(0, 1, 0), (1, 1, 1), (2, 0, 1)] {
            once();
            let said = match what {
                0 => like(&id).await,
                1 => api.m_comment(&ann, &id, "hi").await,
                _ => unlike(&id).await,
            };
            said.ok();
            assert_eq!(api.world.faults.left("TransactWriteItems"), 0);
            assert_eq!(api.m_shown(&ann, &id).await.ok()["like_count"], likes, "{fault:?}");
            assert_eq!(api.m_comments(&ann, &id, "", 0, 5).await.ok()["total"], comments, "{fault:?}");
        }
        api.social_is_true().await;
        once();
        delete(&id).await.done();
        assert_eq!(api.social_is_true().await, BTreeMap::from([("post_total".into(), 1)]), "{fault:?}");
    }
    // What is never answered is a fault, and it has happened or not.
    let faulty = |said: Said| said.fails(500, 700, "internal error");
    // The post whose author was not told its id; that one, and the other that could not be deleted.
    for (fault, posts) in [(Fault::AnswerLost, 1), (Fault::Unreachable, 2)] {
        let id = create().await.ok()["id"].as_str().unwrap().to_owned();
        let all = || api.world.faults.strike("TransactWriteItems", 3, &fault);
        for what in 0..4 {
            all();
            faulty(match what {
                0 => create().await,
                1 => like(&id).await,
                2 => api.m_comment(&ann, &id, "hi").await,
                _ => unlike(&id).await,
            });
            api.social_is_true().await;
        }
        all();
        faulty(delete(&id).await);
        let gone = api.m_shown(&ann, &id).await.answer.status == 404;
        assert_eq!(gone, fault == Fault::AnswerLost);
        if gone {
            // The comment that was written stays behind, where nobody finds it, until another post is deleted.
            api.m_comments(&ann, &id, "", 0, 5).await.not_found();
            let other = create().await.ok()["id"].as_str().unwrap().to_owned();
            delete(&other).await.done();
            assert_eq!(api.social_is_true().await.get("comment"), None);
        }
        let rows = api.m_get(&ann, &format!("/m_sns/posts?user_id={}", ann.id)).await.ok();
        assert_eq!(rows["items"].as_array().unwrap().len(), posts, "{fault:?}");
    }
}

/// A device that has nothing to do with anybody.
fn stranger() -> Device {
    Device::new("dev-stranger", Body::Bare)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_for_somebody_who_is_being_erased_or_is_not_there() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Bare).await, api.person_of("bob-0001", Body::Bare).await);
    let id = api.m_said(&ann, "x").await;
    let state = Some(crate::crowd::text("erasing"));
    api.amend(&format!("USER#{}", bob.id), "PROFILE", &[("state", state)]).await;
    let before = api.rows(api.social()).await.len();
    for who in [&bob, &stranger()] {
        let target = json!({"target_id": id, "target_type": "post", "content": "hi", "post_type": "text"});
        for path in ["/m_user/likes", "/m_user/comments", "/m_sns/posts", &format!("/m_sns/posts/{id}/purchases")] {
            api.m_post(who, path, target.clone()).await.fails(401, 1001, "user not registered");
        }
        for path in ["/m_user/likes", &format!("/m_sns/posts/{id}")] {
            api.m_delete(who, path, target.clone()).await.fails(401, 1001, "user not registered");
        }
        for path in [
            "/m_sns/posts",
            &format!("/m_sns/posts/{id}"),
            &format!("/m_user/comments?target_id={id}&target_type=post"),
        ] {
            api.m_get(who, path).await.fails(401, 1001, "user not registered");
        }
    }
    assert_eq!(api.rows(api.social()).await.len(), before);
    assert_eq!(api.m_shown(&ann, &id).await.ok()["click_count"], 0);
}
