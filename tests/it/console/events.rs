//! `/_local/events`: what an open page hears.

use crate::world::Api;
use local::Options;
use reqwest::Response;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads until a text has come; `false`: the end has.
async fn hears(events: &mut Response, text: &str) -> bool {
    let mut heard = String::new();
    let listening = async {
        while let Some(part) = events.chunk().await.unwrap() {
            heard.push_str(std::str::from_utf8(&part).unwrap());
            if heard.contains(text) {
                return true;
            }
        }
        false
    };
    timeout(PATIENCE, listening).await.unwrap_or_else(|_| panic!("{text} was not heard"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_page_hears_requests_messages_and_the_clock() {
    // Requests have to be answered in a second here, and events go on for longer.
    let api = Api::with(Options::ephemeral().request_time(Duration::from_secs(1))).await;
    let mut events = api.http.get(api.url("/_local/events")).send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    api.form("/v1/account/register", &[("phone_number", "15172354423")]).await;
    assert!(hears(&mut events, "event: message").await);
    assert!(hears(&mut events, "/v1/account/register").await);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    api.bytes("/_local/clock", None, r#"{"advance_seconds":1}"#).await;
    assert!(hears(&mut events, "event: clock").await);
    api.submits("/console/clock", &[("seconds", "1")]).await;
    assert!(hears(&mut events, "event: clock").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_open_does_not_hold_up_the_end() {
    let api = Api::start().await;
    let mut events = api.http.get(api.url("/_local/events")).send().await.unwrap();
    let started = Instant::now();
    api.world.shutdown().await;
    assert!(started.elapsed() < Duration::from_millis(1_500), "{:?}", started.elapsed());
    assert!(!hears(&mut events, "anything").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_world_that_is_dropped_ends_its_events() {
    let api = Api::start().await;
    let mut events = api.http.get(api.url("/_local/events")).send().await.unwrap();
    drop(api.world);
    assert!(!hears(&mut events, "anything").await);
}
