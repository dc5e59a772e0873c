//! Feedback, reports and tracks (`docs/dialects/m_user.md#feedback`, `docs/dialects/m_user.md#reports`,
//! `docs/dialects/m_user.md#tracks`).

use super::client::{Body, Device};
use crate::{
    crowd::{Item, number, text},
    world::Api,
};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Fault;
use serde_json::{Value, json};
use shared::{config::Table, values::UserId};

impl Api {
    /// The rows of a partition of the table of what people publish, in the order of their keys.
    async fn rows_in_social(&self, pk: &str) -> Vec<Item> {
        let query = self.world.clients.dynamodb.query().table_name(Table::Social.logical_id());
        let query = query.key_condition_expression("pk = :pk").expression_attribute_values(":pk", text(pk));
        query.consistent_read(true).send().await.unwrap().items.unwrap_or_default()
    }

    /// The rows that operators were told of, oldest first.
    async fn told(&self) -> Vec<(Value, Item)> {
        let mut told = Vec::new();
        for notice in self.world.outbox.notices() {
            let notice: Value = serde_json::from_str(&notice.message).unwrap();
            let rows = self.rows_in_social(notice["pk"].as_str().unwrap()).await;
            let row = rows.into_iter().find(|row| row["sk"] == text(notice["sk"].as_str().unwrap()));
            told.push((notice, row.expect("the row is there")));
        }
        told
    }
}

/// What a device sends with every request about the app.
fn app_headers(request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    request.header("x-app-code", "chat").header("x-app-version", "iOS/1.2").header("x-channel-id", "c".repeat(100))
}

fn is_kept_for(row: &Item, api: &Api, days: i64) {
    let until: i64 = row["expires_at"].as_n().unwrap().parse().unwrap();
    let left = until - api.world.clock.seconds();
    assert!((days * 86_400 - 60..=days * 86_400).contains(&left), "{left}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feedback_is_stored_and_operators_are_told_where() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let nobody = Device::new(&format!("dev-nobody-{body:?}"), body);
        api.m_post(&nobody, "/m_user/feedbacks", json!({"content": "hi"})).await.fails(
            401,
            1001,
            "user not registered",
        );
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let send = |form: Value| api.m_post(&ann, "/m_user/feedbacks", form);
        let told = api.told().await.len();
        for wrong in [json!({"content": ""}), json!({}), json!({"content": null}), json!({"content": ["hi"]})] {
            send(wrong).await.wrong("content");
        }
        for wrong in ["x".repeat(2_001), "a\u{7}b".into(), "a\tb".into(), " \n ".into(), "\u{200b}".into()] {
            send(json!({"content": wrong})).await.wrong("content");
        }
        assert_eq!(api.told().await.len(), told, "nobody is told of what is refused");

        let request = api.http.post(api.url("/m_user/feedbacks")).header("x-device-id", &ann.name);
        api.m_send(&ann, app_headers(request), &json!({"content": "hi\nthere"})).await.done();
        let all = api.told().await;
        let (notice, row) = all.last().unwrap();
        assert_eq!(notice["kind"], "feedback");
        assert_eq!((&row["user"], &row["content"]), (&text(&ann.id), &text("hi\nthere")));
        let AttributeValue::M(app) = &row["app"] else { panic!("{row:?}") };
        assert_eq!((&app["code"], &app["version"]), (&text("chat"), &text("iOS/1.2")));
        assert_eq!(app["channel"], text("c".repeat(64)), "bounded");
        is_kept_for(row, &api, 180);
        // It is found by its writer too, and goes with it.
        let own = api.rows_in_social(&format!("USER#{}", ann.id)).await;
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["sk"], text(format!("FEEDBACK#{}", notice["sk"].as_str().unwrap())));
        assert_eq!(own[0]["expires_at"], row["expires_at"]);

        // Nothing that was written is in a notice.
        let notices = api.get("/_local/notices").await.text;
        assert!(!notices.contains("there") && !notices.contains("iOS"), "{notices}");
        send(json!({"content": "你".repeat(2_000)})).await.done();
        send(json!({"content": 5})).await.done();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feedback_is_written_ten_times_a_day_whatever_fails() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Envelope).await;
    let send = || api.m_post(&ann, "/m_user/feedbacks", json!({"content": "hi"}));
    // That operators cannot be told fails nothing.
    api.world.faults.strike("Publish", 3, &Fault::Internal);
    let first = send().await;
    first.done();
    assert_eq!(api.world.faults.left("Publish"), 0);
    assert!(api.told().await.is_empty());
    // An answer that was lost is not written twice.
    api.world.faults.strike("TransactWriteItems", 1, &Fault::AnswerLost);
    send().await.done();
    assert_eq!(api.told().await.len(), 1);
    // What the table refuses is not counted, and nobody is told.
    api.world.faults.strike("TransactWriteItems", 3, &Fault::Internal);
    send().await.fails_with_fault();
    for _ in 2..10 {
        send().await.done();
    }
    send().await.fails(429, 729, "too many requests");
    let day = api.told().await[0].0["pk"].as_str().unwrap().to_owned();
    assert_eq!((api.told().await.len(), api.rows_in_social(&day).await.len()), (9, 10));
    // Somebody else has ten of their own, and another day has as well.
    let tom = api.person_of("dev-bbbb-0002", Body::Bare).await;
    api.m_post(&tom, "/m_user/feedbacks", json!({"content": "hi"})).await.done();
    api.advance(86_400);
    let done = send().await;
    done.done();
    // Who writes, the transaction, and the notice.
    assert_eq!((first.answer.rounds() >= 3, done.answer.rounds()), (true, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_can_be_reported() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let tom = api.person_of(&format!("dev-{body:?}-0002"), body).await;
        let report = |kind: &str, id: Value, reason: &str| {
            let form = json!({"target_type": kind, "target_id": id, "reason": reason});
            async { api.m_post(&ann, "/m_user/reports", form).await }
        };
        let told = api.told().await.len();
        let unknown = UserId::nobody().to_string();
        for kind in ["user", "post", "comment"] {
            for id in ["x", unknown.as_str(), "5", "5702a4a5589613964cafdc7"] {
                report(kind, json!(id), "spam").await.not_found();
            }
            report(kind, json!(5), "spam").await.not_found();
            report(kind, Value::Null, "spam").await.wrong("target_id");
            report(kind, json!(tom.id), "").await.wrong("reason");
            report(kind, json!(tom.id), &"x".repeat(501)).await.wrong("reason");
            report(kind, json!(tom.id), "a\u{0}").await.wrong("reason");
        }
        report("group", json!(tom.id), "spam").await.wrong("target_type");
        report("post", json!(tom.id), "spam").await.not_found();
        api.m_post(&ann, "/m_user/reports", json!({})).await.wrong("target_type");
        assert_eq!(api.told().await.len(), told);

        let post = &*api.m_said(&tom, "cheap coins").await;
        report("user", json!(tom.id.to_uppercase()), "spam\nand more").await.done();
        report("post", json!(post), "spam").await.done();
        report("comment", json!("5702a4a5589613964cafdc77"), "spam").await.done();
        let all = api.told().await;
        let named = all[told..].iter().map(|(notice, row)| {
            assert_eq!((&notice["kind"], &row["user"]), (&json!("report"), &text(&ann.id)));
            is_kept_for(row, &api, 180);
            (row["about"].as_s().unwrap().as_str(), row["target"].as_s().unwrap().as_str())
        });
        let wanted = [("user", tom.id.as_str()), ("post", post), ("comment", "5702a4a5589613964cafdc77")];
        assert_eq!(named.collect::<Vec<_>>(), wanted);
        assert_eq!(all[told].1["reason"], text("spam\nand more"));
        // Each is found by whoever has reported it.
        let own = api.rows_in_social(&format!("USER#{}", ann.id)).await;
        assert!(own.len() == 3 && own.iter().all(|row| row["sk"].as_s().unwrap().starts_with("REPORT#")), "{own:?}");
        let own = api.rows_in_social(&format!("USER#{}", tom.id)).await;
        assert!(own.iter().all(|row| !row["sk"].as_s().unwrap().starts_with("REPORT#")), "{own:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_reports_a_day_are_taken_and_a_block_does_not_stop_them() {
    let api = Api::start().await;
    let ann = api.person_of("dev-aaaa-0001", Body::Bare).await;
    let tom = api.person_of("dev-bbbb-0002", Body::Bare).await;
    let form = || json!({"target_type": "user", "target_id": tom.id, "reason": "spam"});
    for (one, other) in [(&ann, &tom), (&tom, &ann)] {
        let block = Item::from([
            ("pk".into(), text(format!("USER#{}", one.id))),
            ("sk".into(), text(format!("BLOCK#{}", other.id))),
            ("active".into(), AttributeValue::Bool(true)),
            ("version".into(), number(1)),
        ]);
        let put = api.world.clients.dynamodb.put_item().table_name(Table::Friends.logical_id());
        put.set_item(Some(block)).send().await.unwrap();
    }
    for _ in 0..20 {
        api.m_post(&ann, "/m_user/reports", form()).await.done();
    }
    api.m_post(&ann, "/m_user/reports", form()).await.fails(429, 729, "too many requests");
    assert_eq!(api.told().await.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_track_changes_what_is_given_and_is_rounded() {
    let api = Api::start().await;
    for body in Body::BOTH {
        let ann = api.person_of(&format!("dev-{body:?}-0001"), body).await;
        let track = |form: Value| api.m_post(&ann, "/m_user/user_tracks", form);
        let stored = async || {
            let rows = api.rows_in_social(&format!("USER#{}", ann.id)).await;
            let of = |sk: &str| rows.iter().find(|row| row["sk"] == text(sk)).cloned();
            (of("TRACK#PLACE"), of("TRACK#PUSH"))
        };
        track(Value::Null).await.done();
        track(json!({})).await.done();
        track(json!({"lng": "", "lat": "", "push_status": ""})).await.done();
        track(json!({"lng": null, "lat": null, "push_status": null})).await.done();
        assert_eq!(stored().await, (None, None));

        for (wrong, field) in [
            (json!({"lng": 116.5}), "lat"),
            (json!({"lat": 39.9}), "lng"),
            (json!({"lat": 91, "lng": 0}), "lat"),
            (json!({"lat": -90.01, "lng": 0}), "lat"),
            (json!({"lat": 0, "lng": 180.5}), "lng"),
            (json!({"lat": 0, "lng": "east"}), "lng"),
            (json!({"lat": "NaN", "lng": 0}), "lat"),
            (json!({"lat": "inf", "lng": 0}), "lat"),
            (json!({"lat": [1], "lng": 0}), "lat"),
            (json!({"push_status": "on"}), "push_status"),
            (json!({"push_status": 2, "lng": 0}), "push_status"),
        ] {
            track(wrong).await.wrong(field);
        }
        assert_eq!(stored().await, (None, None));

        let said = track(json!({"push_status": true, "lng": 116.397_428, "lat": "-39.909"})).await;
        said.done();
        // Whose device it is, then the transaction.
        assert_eq!(said.answer.rounds(), 2);
        let (place, push) = stored().await;
        let (place, push) = (place.unwrap(), push.unwrap());
        assert_eq!((&place["longitude"], &place["latitude"]), (&number(11_640), &number(-3_991)));
        assert_eq!(push["shows"], AttributeValue::Bool(true));
        is_kept_for(&place, &api, 90);
        is_kept_for(&push, &api, 90);

        // What is not given stays, and lives no longer because of what is.
        api.advance(3_600);
        track(json!({"push_status": "false", "lng": "", "lat": ""})).await.done();
        let (same, push) = stored().await;
        assert_eq!((same, &push.unwrap()["shows"]), (Some(place), &AttributeValue::Bool(false)));
        track(json!({"lng": -180, "lat": 90})).await.done();
        let (place, push) = stored().await;
        let place = place.unwrap();
        assert_eq!((&place["longitude"], &place["latitude"]), (&number(-18_000), &number(9_000)));
        assert_eq!(push.unwrap()["shows"], AttributeValue::Bool(false));
    }
}
