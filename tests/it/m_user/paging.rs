//! Lists that are read a page at a time (`docs/dialects/m_user.md#paging`).

use super::{
    client::{Body, Device},
    posts::ids,
};
use crate::world::{Api, NOBODY};
use serde_json::Value;
use shared::random::Random;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_good_for_its_list_alone() {
    let api = Api::start().await;
    let (ann, bob) = (api.person_of("ann-0001", Body::Envelope).await, api.person_of("bob-0001", Body::Bare).await);
    let (one, other) = (api.m_said(&ann, "one").await, api.m_said(&ann, "other").await);
    for post in [&one, &one, &other] {
        api.m_comment(&bob, post, "hi").await.ok();
    }
    let comments = |post: &str| format!("/m_user/comments?target_id={post}&target_type=post");
    let lists = ["/m_sns/posts?".into(), format!("/m_sns/posts?user_id={}", ann.id), comments(&one), comments(&other)];
    let page = async |list: &str, cursor: &str, offset: usize| {
        api.m_get(&ann, &format!("{list}&cursor={cursor}&offset={offset}&limit=1")).await
    };
    let mut cursors = Vec::new();
    for list in &lists {
        cursors.push(page(list, "", 0).await.ok()["cursor"].as_str().unwrap().to_owned());
    }
    assert_eq!(cursors.iter().collect::<BTreeSet<_>>().len(), 4);
    for (nth, list) in lists.iter().enumerate() {
        for (other, cursor) in cursors.iter().enumerate() {
            let said = page(list, cursor, 1).await;
            if nth == other { drop(said.ok()) } else { said.wrong("cursor") }
        }
        // Each character counts.
        let cursor = &cursors[nth];
        for at in (0..cursor.len()).step_by(7).chain([cursor.len() - 1]) {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            page(list, &changed, 1).await.wrong("cursor");
        }
        for changed in [&cursor[1..], &cursor[..cursor.len() - 1], &format!("{cursor}A"), "0"] {
            page(list, changed, 1).await.wrong("cursor");
        }
        // It says nothing of who reads: somebody else goes on with it.
        assert_eq!(
            api.m_get(&bob, &format!("{list}&cursor={cursor}&offset=1&limit=1")).await.ok(),
            page(list, cursor, 1).await.ok(),
        );
        // A thousand can be passed over, not more.
        for cursor in ["", cursor] {
            assert_eq!(page(list, cursor, 1_000).await.ok()["items"].as_array().unwrap().len(), 0);
            page(list, cursor, 1_001).await.wrong("offset");
        }
    }
    // What names nothing comes after what is wrong with the cursor: that is seen without looking.
    page(&comments(NOBODY), "x", 0).await.wrong("cursor");
}

/// Somebody who reads a list to its end.
struct Reader {
    list: String,
    cursor: String,
    seen: Vec<String>,
    ended: bool,
}

impl Reader {
    fn new(list: String) -> Self {
        Self { list, cursor: String::new(), seen: Vec::new(), ended: false }
    }

    async fn turn(&mut self, api: &Api, who: &Device, limit: u32) {
        let path = format!("{}&cursor={}&offset={}&limit={limit}", self.list, self.cursor, self.seen.len());
        let page: Value = api.m_get(who, &path).await.ok();
        let ids = ids(&page);
        assert!(ids.len() <= limit as usize);
        assert_eq!(ids.is_empty(), page["cursor"] == "", "{page}");
        self.ended = ids.is_empty();
        self.seen.extend(ids.into_iter().map(str::to_owned));
        page["cursor"].as_str().unwrap().clone_into(&mut self.cursor);
    }
}

/// What others do meanwhile: a post or a comment more, a post less.
async fn change(api: &Api, random: &Random, people: &[Device], posts: &mut Vec<(usize, String)>, commented: &str) {
    let who = random.within(0..=1) as usize;
    match random.within(0..=2) {
        0 => posts.push((who, api.m_said(&people[who], "new").await)),
        1 if posts.len() > 4 => {
            let (owner, id) = posts.remove(random.within(0..=3) as usize);
            api.m_delete(&people[owner], &format!("/m_sns/posts/{id}"), Value::Null).await.done();
        }
        _ => {
            api.advance(5);
            api.m_comment(&people[who], commented, "new").await.ok();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stays_is_seen_once_whatever_others_write_and_delete() {
    let api = Api::start().await;
    let people = [api.person_of("ann-0001", Body::Bare).await, api.person_of("bob-0001", Body::Envelope).await];
    let commented = api.m_said(&people[0], "the one with comments").await;
    let mut comments = Vec::new();
    for nth in 0..10 {
        api.advance(5);
        comments.push(api.m_comment(&people[nth % 2], &commented, "old").await.ok()["id"].as_str().unwrap().to_owned());
    }
    for seed in 0..3 {
        let random = Random::seeded(seed);
        let mut posts = Vec::new();
        for nth in 0..10 {
            posts.push((nth % 2, api.m_said(&people[nth % 2], "old").await));
            // The lists go over some days.
            api.advance(random.within(0..=1) * 40_000);
        }
        let before = posts.clone();
        let list = |owner: usize| format!("/m_sns/posts?user_id={}", people[owner].id);
        let comment_list = format!("/m_user/comments?target_id={commented}&target_type=post");
        let mut readers = [String::from("/m_sns/posts?"), list(0), list(1), comment_list].map(Reader::new);
        while readers.iter().any(|reader| !reader.ended) {
            for reader in readers.iter_mut().filter(|reader| !reader.ended) {
                let limit = random.within(1..=4);
                let reads = reader.turn(&api, &people[1], limit);
                tokio::join!(reads, change(&api, &random, &people, &mut posts, &commented));
            }
        }
        let stayed = |owner: Option<usize>| {
            let stays = |post: &&(usize, String)| posts.contains(post) && owner.is_none_or(|owner| post.0 == owner);
            before.iter().filter(stays).map(|post| post.1.clone()).collect::<BTreeSet<_>>()
        };
        let expected = [stayed(None), stayed(Some(0)), stayed(Some(1)), comments.iter().cloned().collect()];
        for (reader, stayed) in readers.iter().zip(expected) {
            let seen: BTreeSet<String> = reader.seen.iter().cloned().collect();
            assert_eq!(seen.len(), reader.seen.len(), "twice, seed {seed}: {:?}", reader.seen);
            let missed: Vec<_> = stayed.difference(&seen).collect();
            assert!(missed.is_empty(), "seed {seed}, {}: {missed:?}", reader.list);
        }
    }
}
