//! Questions: the pools, and the three that are drawn for each user (`docs/dialects/lightup.md`).

use crate::{
    crowd::text,
    world::{Answer, Api, Person},
};
use local::Options;
use serde_json::Value;
use shared::config::Table;
use std::collections::{BTreeMap, HashSet};

const CLASSES: [&str; 3] = ["basic_info", "emotion_experience", "value_concept"];
const FIRST: &str = "570cfa06b2c2e07d9f1d69f7";
const DRAWN: &str = "account/get_questions";
const RANDOM: &str = "procedure/get_random_questions";

impl Api {
    async fn questions(&self, who: &Person, name: &str, class: &str) -> Answer {
        self.signed(who, name, &[("class", class), ("limit", "3")]).await
    }

    /// What was drawn for somebody, of all classes.
    async fn draw_of(&self, who: &Person) -> [String; 3] {
        let mut draw = [const { String::new() }; 3];
        for (class, text) in CLASSES.into_iter().zip(&mut draw) {
            *text = self.questions(who, DRAWN, class).await.data().to_string();
        }
        draw
    }
}

/// The questions of a class that are shipped: text by id.
fn pool(class: &str) -> BTreeMap<String, String> {
    let pools: Value = serde_json::from_str(include_str!("../../../shared/data/questions.json")).unwrap();
    let text = |question: &Value, name: &str| question[name].as_str().unwrap().to_owned();
    let questions = pools[class].as_array().unwrap();
    questions.iter().map(|question| (text(question, "id"), text(question, "content"))).collect()
}

fn ids(data: &Value) -> Vec<String> {
    let questions = data["questions"].as_array().unwrap();
    questions.iter().map(|question| question["problem_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_pool_has_a_dozen_questions_in_chinese() {
    for class in CLASSES {
        let pool = pool(class);
        assert!(pool.len() >= 12, "{class}");
        for (id, content) in &pool {
            assert!(id.len() == 24 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
            assert!(content.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{content}");
        }
        assert_eq!(pool.values().collect::<HashSet<_>>().len(), pool.len());
    }
    assert_eq!(pool("basic_info")[FIRST], "用一段话介绍自己");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_are_drawn_and_stay() {
    let api = Api::start().await;
    let who = api.verified("15172354423").await;
    for class in CLASSES {
        let answer = api.questions(&who, DRAWN, class).await;
        let (pool, ids) = (pool(class), ids(&answer.data()));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 3);
        assert_eq!(ids[0] == FIRST, class == "basic_info");
        let question = |(order, id): (usize, &String)| {
            format!(r#"{{"problem_id":"{id}","problem_content":"{}","problem_order":{order}}}"#, pool[id])
        };
        let questions: Vec<_> = (1..).zip(&ids).map(question).collect();
        let body = format!(r#"{{"data":{{"questions":[{}]}}}}"#, questions.join(","));
        answer.is(200, &body);
        for name in [DRAWN, "account/get_account_questions"] {
            let again = api.questions(&who, name, class).await;
            again.is(200, &body);
            assert_eq!(again.rounds(), 1);
        }
    }
    let drawn = api.draw_of(&who).await;
    api.advance(86_400);
    let who = api.renewed(&who).await;
    assert_eq!(api.draw_of(&who).await, drawn);
    // The path of old clients leads to the pool, not to the draw (`docs/dialects/lightup.md#get_questions`).
    let old = api.questions(&who, "procedure/get_questions", "basic_info").await.data();
    assert!(old["questions"][0].get("problem_order").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_has_a_draw_of_their_own() {
    let api = Api::start().await;
    let mut draws = HashSet::new();
    for who in api.crowd(6, "male").await {
        let drawn = api.draw_of(&who).await;
        assert!(drawn[0].contains(FIRST));
        draws.insert(drawn);
    }
    assert_eq!(draws.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_registration_draws_again() {
    let api = Api::start().await;
    let first = api.verified("15172354423").await;
    let drawn = api.draw_of(&first).await;
    // A code alone changes nothing.
    assert_eq!(api.form("/v1/account/register", &[("phone_number", &first.phone)]).await.status, 200);
    assert_eq!(api.draw_of(&first).await, drawn);
    let second = api.validated(&first.phone, "register").await;
    assert_eq!((second.id == first.id, second.token == first.token), (true, false));
    let redrawn = api.draw_of(&second).await;
    assert_ne!(redrawn, drawn);
    assert!(redrawn[0].contains(FIRST));
    assert_eq!(api.draw_of(&second).await, redrawn);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_questions_are_three_others_each_time() {
    let api = Api::start().await;
    let who = &api.crowd(1, "male").await[0];
    let drawn = api.draw_of(who).await;
    for name in [RANDOM, "procedure/get_questions", "procedure/get_problems"] {
        for class in CLASSES {
            let (pool, mut sets) = (pool(class), HashSet::new());
            for _ in 0..6 {
                let answer = api.questions(who, name, class).await;
                let ids = ids(&answer.data());
                assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 3);
                let question = |id: &String| format!(r#"{{"problem_content":"{}","problem_id":"{id}"}}"#, pool[id]);
                let questions: Vec<_> = ids.iter().map(question).collect();
                answer.is(200, &format!(r#"{{"data":{{"questions":[{}]}}}}"#, questions.join(",")));
                assert_eq!(answer.rounds(), 1);
                sets.insert(ids);
            }
            assert!(sets.len() > 1, "{name} {class} is not random");
        }
    }
    assert_eq!(api.draw_of(who).await, drawn, "nothing of it is remembered");
}

/// The limit is required (`docs/dialects/lightup.md#get_random_questions`), but old clients, which have other paths,
/// name none (`docs/dialects/lightup.md#get_random_questions`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_is_3() {
    let api = Api::start().await;
    let who = &api.crowd(1, "male").await[0];
    let class = ("class", "basic_info");
    for nothing in [&[class][..], &[class, ("limit", "")]] {
        api.signed(who, RANDOM, nothing).await.fails(400, "invalid request");
        for name in ["procedure/get_questions", "procedure/get_problems"] {
            assert_eq!(ids(&api.signed(who, name, nothing).await.data()).len(), 3);
        }
    }
    for name in [RANDOM, "procedure/get_questions", "procedure/get_problems"] {
        for limit in ["0", "2", "4", "-3", "3.5", "three", "99999999999999999999"] {
            api.signed(who, name, &[class, ("limit", limit)]).await.fails(400, "invalid request");
        }
        assert_eq!(ids(&api.signed(who, name, &[class, ("limit", "3")]).await.data()).len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_forms_come_before_bad_sessions() {
    let api = Api::start().await;
    let who = &api.crowd(1, "male").await[0];
    let stranger = Person { token: "0".repeat(32), ..who.clone() };
    for name in [DRAWN, "account/get_account_questions", RANDOM, "procedure/get_questions", "procedure/get_problems"] {
        for class in ["", "other", "Basic_info"] {
            api.questions(&stranger, name, class).await.fails(400, "invalid request");
        }
        api.questions(&stranger, name, "basic_info").await.fails(401, "You haven't logined");
        api.form(&format!("/v1/{name}"), &[("class", "basic_info")]).await.fails(400, "invalid request");
    }
    let fields = [("class", "basic_info"), ("limit", "4")];
    api.signed(&stranger, RANDOM, &fields).await.fails(400, "invalid request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_pool_gives_an_empty_list() {
    let api = Api::with(Options::ephemeral().without_questions()).await;
    let who = &api.crowd(1, "male").await[0];
    for name in [DRAWN, "account/get_account_questions", RANDOM, "procedure/get_questions", "procedure/get_problems"] {
        for class in CLASSES {
            api.questions(who, name, class).await.is(200, r#"{"data":{"questions":[]}}"#);
        }
    }
}

/// Whoever came before the pool was loaded, wholly or in part, gets their three all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_draw_from_an_empty_pool_is_not_kept() {
    let api = Api::with(Options::ephemeral().without_questions()).await;
    let who = &api.crowd(1, "male").await[0];
    let none = r#"{"questions":[]}"#;
    assert_eq!(api.draw_of(who).await, [none; 3]);
    let item = |id: &str, content: &str| {
        [("pk", "QUESTIONS#basic_info"), ("sk", id), ("id", id), ("content", content)]
            .map(|(name, value)| (name.to_owned(), text(value)))
            .into()
    };
    api.write(api.world.app.config.tables.name(Table::Users), vec![item(FIRST, "the first question")]).await;
    let drawn = api.draw_of(who).await;
    assert_eq!((drawn[0].contains(FIRST), drawn[1].as_str(), drawn[2].as_str()), (true, none, none));

    shared::questions::seed(&api.world.app).await.unwrap();
    let drawn = api.draw_of(who).await;
    for draw in &drawn {
        assert_eq!(ids(&serde_json::from_str(draw).unwrap()).len(), 3, "{draw}");
    }
    assert_eq!(api.draw_of(who).await, drawn, "this one is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_draws_at_the_same_time_agree() {
    let api = Api::start().await;
    for who in api.crowd(5, "male").await {
        let calls = (0..6).map(|_| api.questions(&who, DRAWN, "value_concept"));
        let answers: HashSet<_> =
            futures_util::future::join_all(calls).await.iter().map(|answer| answer.data().to_string()).collect();
        assert_eq!(answers.len(), 1, "{answers:?}");
        assert_eq!(answers.into_iter().next(), Some(api.draw_of(&who).await[2].clone()));
    }
}
