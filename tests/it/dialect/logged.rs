//! One event per request, with the name of its operation.

use super::Client;
use crate::logs::Captured;
use axum::{body::Body, http::Request};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt};

/// On one thread, so that everything that happens is captured.
#[tokio::test]
async fn every_request_is_one_event_with_its_operation() {
    let captured = Captured::default();
    // With a single subscriber in the process, threads without one would switch its events off; with two they cannot.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let lines = tracing_subscriber::fmt::layer().json().with_writer(captured.clone());
    let client = Client::start().await;
    let filter = EnvFilter::new("kit=trace");
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(filter).with(lines));
    client.post("live=1&name=Ann").await;
    client.post_newer("code_v=3").await;
    client.post("live=1").await;
    client.post("").await;
    client.get_as("stranger", "/pocket/me?mark=x").await;
    client.send(Request::get("/elsewhere").body(Body::empty()).unwrap()).await;
    drop(guard);

    let events: Vec<serde_json::Value> =
        captured.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen = events.iter().map(|event| {
        let text = |name: &str| event["fields"][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(text("dialect"), "pocket");
        (text("operation"), text("outcome"), text("reason"))
    });
    let seen: Vec<_> = seen.collect();
    let expected = [
        ("Greet", "Ok", ""),
        ("Version", "Ok", ""),
        ("Greet", "Invalid", "name: is missing"),
        ("none", "Invalid", ""),
        ("Me", "SignedOut", ""),
        ("none", "NotFound", ""),
    ];
    assert_eq!(seen, expected.map(|(operation, outcome, reason)| (operation.into(), outcome.into(), reason.into())));
}
