//! What operators are told: where something is stored, and nothing of what people have written.

use crate::world::Api;
use local::{Fault, Options};
use serde_json::{Value, json};
use shared::notices::Notice;

const NOTICE: Notice<'static> = Notice { kind: "feedback", pk: "FEEDBACK#20300101", sk: "1893456000000#0123" };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_are_told_through_their_topic_or_not_at_all() {
    let api = Api::with(Options::ephemeral().without_questions()).await;
    let (notices, topic) = (&api.world.app.notices, "arn:aws:sns:us-east-1:000000000000:ops");
    api.get("/_local/notices").await.is(200, "[]");
    notices.tell(None, &NOTICE).await;
    notices.tell(Some("no topic"), &NOTICE).await;
    api.get("/_local/notices").await.is(200, "[]");
    notices.tell(Some(topic), &NOTICE).await;

    let told = api.get("/_local/notices").await.json();
    let message: Value = serde_json::from_str(told[0]["message"].as_str().unwrap()).unwrap();
    assert_eq!(message, json!({"kind": "feedback", "pk": "FEEDBACK#20300101", "sk": "1893456000000#0123"}));
    assert_eq!((told.as_array().unwrap().len(), &told[0]["topic"]), (1, &json!(topic)));
    // A notice is no message to a phone.
    api.get("/_local/sms").await.is(200, "[]");

    // Whoever tells is not kept from going on.
    for (fault, times) in [(Fault::Refused { status: 403, code: "AuthorizationError" }, 1), (Fault::Internal, 3)] {
        api.world.faults.strike("Publish", times, &fault);
        notices.tell(Some(topic), &NOTICE).await;
        assert_eq!(api.world.faults.left("Publish"), 0);
    }
    assert_eq!(api.world.outbox.notices().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_server_is_told_which_apps_are_reviewed() {
    let api = Api::with(Options::ephemeral().without_questions()).await;
    let review = &api.world.app.config.review;
    let says = async |body: Value| {
        let answer = api.bytes("/_local/review", Some("application/json"), body.to_string()).await;
        assert_eq!((answer.status, answer.json()), (200, body));
    };
    let seen = |version, channel| review.is_of(version, channel);
    assert!(!seen(None, None) && !seen(Some("iOS/1.2"), Some("appstore")));

    says(json!({"on": true, "app_version": "iOS/1.2", "channel_id": "appstore"})).await;
    assert!(seen(Some("iOS/1.2"), Some("appstore")));
    let others = [(Some("iOS/1.3"), Some("appstore")), (Some("iOS/1.2"), None), (None, Some("appstore")), (None, None)];
    assert!(others.into_iter().all(|(version, channel)| !seen(version, channel)));

    says(json!({"on": true, "app_version": "iOS/1.3"})).await;
    assert!(seen(Some("iOS/1.3"), None) && seen(Some("iOS/1.3"), Some("x")) && !seen(Some("iOS/1.2"), None));
    says(json!({"on": true})).await;
    assert!(seen(None, None) && seen(Some("x"), Some("y")));
    says(json!({"on": false})).await;
    assert!(!seen(Some("iOS/1.3"), None));

    for body in ["", "{}", "[true]", r#"{"on":1}"#, r#"{"on":true,"version":"x"}"#] {
        assert_eq!(api.bytes("/_local/review", None, body).await.status, 400, "{body}");
    }
    assert_eq!(api.get("/_local/review").await.status, 405);
}
