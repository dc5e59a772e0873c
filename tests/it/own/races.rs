//! Erasures beside everything else that happens at the same time.

use super::{
    erasing::{address, is_gone, password},
    exporting::export,
    full::{Full, OTHER_PHONE, PASSWORD, PHONE, trace},
};
use crate::{
    chat::socket::Socket,
    crowd::{Item, count, text},
    world::Api,
};
use serde_json::json;
use shared::{accounts, values::Dialect};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// Calls again and again until the erasure has ended, and once more.
async fn until(over: &AtomicBool, call: impl AsyncFn(usize)) {
    for round in 0..1_000 {
        let ended = over.load(Ordering::Relaxed);
        call(round).await;
        if ended {
            return;
        }
    }
}

impl Api {
    async fn published(&self, ann: &Full, bob: &Full, theirs: &str, over: &AtomicBool) {
        let like = |id: &str| json!({"target_id": id, "target_type": "post"});
        until(over, async |round| {
            self.next_window(60);
            let post = json!({"post_type": "text", "content": trace("late")});
            let made = self.m_post(&ann.device, "/m_sns/posts", post).await.answer;
            if let Some(id) = made.json()["id"].as_str() {
                self.m_comment(&bob.device, id, "well said").await;
                self.m_post(&bob.device, "/m_user/likes", like(id)).await;
            }
            self.m_comment(&ann.device, theirs, &trace("late")).await;
            let likes = "/m_user/likes";
            match round % 2 {
                0 => self.m_post(&ann.device, likes, like(theirs)).await,
                _ => self.m_delete(&ann.device, likes, like(theirs)).await,
            };
            for (from, to) in [(ann, bob), (bob, ann)] {
                let rose = json!({"to_user_id": to.device.id, "gift": "rose"});
                self.m_post(&from.device, "/m_gift/gifts", rose).await;
            }
            self.m_post(&ann.device, "/m_user/feedbacks", json!({"content": trace("late")})).await;
            self.m_post(&ann.device, "/m_user/user_tracks", json!({"lng": 1, "lat": 1})).await;
        })
        .await;
    }

    /// That each post has as many likes as it counts, and as many comments.
    async fn likes_are_true(&self) {
        let rows = self.rows(self.social()).await;
        let word = |row: &Item, name: &str| row[name].as_s().unwrap().clone();
        for post in rows.iter().filter(|row| row["type"] == text("post")) {
            let (pk, id) = (word(post, "pk"), word(post, "id"));
            let counts = rows.iter().filter(|row| row["type"] == text("post_count") && word(row, "pk") == pk);
            let sum = |name: &str| counts.clone().map(|row| count(Some(row), name)).sum::<i64>();
            let likes = rows.iter().filter(|row| word(row, "sk") == format!("LIKE#{id}")).count();
            let comments = rows.iter().filter(|row| word(row, "pk") == pk && row["type"] == text("comment")).count();
            assert_eq!((sum("likes"), sum("comments")), (likes as i64, comments as i64), "{id}");
        }
        let types = |kind: &str| rows.iter().filter(|row| row["type"] == text(kind)).count();
        assert_eq!((types("comment"), types("post")), (types("commented"), types("own_post")));
    }

    async fn befriended(&self, ann: &Full, bob: &Full, over: &AtomicBool) {
        until(over, async |_| {
            for (from, to) in [(&ann.friend, &bob.friend), (&bob.friend, &ann.friend)] {
                let invitation = json!({"friendId": to.id, "message": trace("late")});
                self.says(from, "/friendship/invite", invitation).await;
            }
            let ids = [&*bob.friend.id, &*ann.friend.id];
            self.says(&bob.friend, "/group/create", json!({"name": "Late", "memberIds": ids})).await;
        })
        .await;
    }

    async fn uploaded_late(&self, ann: &Full, over: &AtomicBool) {
        until(over, async |_| {
            let save = json!({"name": "b.gif", "content": "R0lGODlhenFieXRlcw=="});
            self.member_posts(&ann.member, "/save_file/", save).await;
            self.member_gets(&ann.member, "/ws_ticket/").await;
        })
        .await;
    }

    /// Both report each other: what each shows, and what each has written.
    async fn reported(&self, ann: &Full, bob: &Full, theirs: &str, over: &AtomicBool) {
        let report =
            |kind: &str, id: &str, reason: &str| json!({"target_type": kind, "target_id": id, "reason": reason});
        until(over, async |_| {
            // Twenty are taken, and shall last until the erasure has begun.
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.m_post(&bob.device, "/m_user/reports", report("user", &ann.device.id, "spam")).await;
            self.m_post(&ann.device, "/m_user/reports", report("post", theirs, &trace("late"))).await;
        })
        .await;
    }

    async fn said(&self, ann: &Full, bob: &Full, over: &AtomicBool) {
        let mut socket = Socket::started(self, &bob.someone()).await;
        until(over, async |_| tokio::time::sleep(Duration::from_millis(5)).await).await;
        let late = bob.someone().says(&ann.member.id, "c1", "too late");
        socket.packet(1, json!([late])).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_beside_an_erasure_leaves_nothing() {
    let api = Api::start().await;
    for _ in 0..2 {
        let (ann, bob) = (api.everywhere(PHONE, "Anna").await, api.everywhere(OTHER_PHONE, "Bob").await);
        let theirs = api.m_said(&bob.device, "theirs").await;
        let over = AtomicBool::new(false);
        let erasures = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            let (app, given) = (&api.world.app, password(PASSWORD));
            let erase = |dialect| {
                let (claim, given) = (ann.claim(&api, dialect), given.clone());
                async move { accounts::erase_own(app, &address(), &claim, Some(&given)).await }
            };
            // Each succeeds, or finds that the other has done it.
            let (one, other) = tokio::join!(erase(Dialect::SealTalk), erase(Dialect::MUser));
            over.store(true, Ordering::Relaxed);
            assert!(one.is_ok() || other.is_ok(), "{one:?} {other:?}");
        };
        let exports = async { drop(tokio::join!(export(&api, &ann, None), export(&api, &ann, None))) };
        tokio::join!(
            Box::pin(api.published(&ann, &bob, &theirs, &over)),
            Box::pin(api.befriended(&ann, &bob, &over)),
            Box::pin(api.uploaded_late(&ann, &over)),
            Box::pin(api.reported(&ann, &bob, &theirs, &over)),
            Box::pin(api.said(&ann, &bob, &over)),
            Box::pin(erasures),
            Box::pin(exports),
        );
        is_gone(&api, &ann).await;
        // The counts of what is left are those of the rows.
        api.likes_are_true().await;
        let given = password(PASSWORD);
        accounts::erase_own(&api.world.app, &address(), &bob.claim(&api, Dialect::Live), Some(&given)).await.unwrap();
        is_gone(&api, &bob).await;
        let left = api.rows(api.social()).await;
        assert!(left.iter().all(|row| row["type"].as_s().unwrap() != "post"), "{left:?}");
    }
}
