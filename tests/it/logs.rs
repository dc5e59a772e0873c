//! What a log may hold: one event per request, and nothing personal in it.

use crate::world::Api;
use std::{
    collections::BTreeSet,
    io::Write,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, layer::SubscriberExt};

#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// What has been written so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Captured {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// On one thread, so that everything that happens is captured.
#[tokio::test]
async fn requests_are_logged_without_anything_personal() {
    let captured = Captured::default();
    // With a single subscriber in the process, threads without one would switch its events off; with two they cannot.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let filter = EnvFilter::new("info,shared=trace,kit=trace,lightup=trace,local=trace");
    let lines = tracing_subscriber::fmt::layer().json().with_writer(captured.clone());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(filter).with(lines));

    let api = Api::start().await;
    let who = api.complete("15172354423", "Incognito", "male").await;
    let code = api.code(&who.phone).await;
    for password in ["secret12", "wrong-password"] {
        let fields = [("phone_number", "15172354423"), ("login_type", "password"), ("password", password)];
        api.form("/v1/account/login", &fields).await;
    }
    api.form("/v1/account/register", &[("phone_number", "1517235442x")]).await;
    // The name of a part is a client's text too.
    let part: &[u8] = b"--b\r\ncontent-disposition: form-data; name=\"15172354429\"\r\n\r\n\xff\r\n--b--\r\n";
    let multipart =
        api.http.post(api.url("/v1/account/register")).header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(multipart.body(part).send().await.unwrap().status(), 400);
    api.signed(&who, "account/refresh_device_token", &[("device_token", "push-to-me")]).await;
    api.signed(&who, "account/get_user_info", &[("target_id", &who.id)]).await;
    api.world.faults.strike("Publish", 1, &local::Fault::Refused { status: 400, code: "AuthorizationError" });
    let failed = api.form("/v1/account/register", &[("phone_number", "15172354427")]).await;
    failed.fails(500, "server error");
    for operation in ["GetItem", "ListObjectsV2"] {
        // Many calls side by side, three attempts each.
        api.world.faults.strike(operation, 40, &local::Fault::Unreachable);
        let unanswered = api.form("/v1/account/delete_user", &[("phone_number", &who.phone)]).await;
        unanswered.fails(500, "server error");
        api.world.faults.clear();
    }
    api.form("/v1/account/delete_user", &[("phone_number", &who.phone)]).await;

    let text = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    let events: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<_> = events.iter().filter(|event| event["fields"]["message"] == "request").collect();
    // Four calls make somebody, three upload; then two logins, a register, a device, an info, a register, three deletes,
    // and a multipart body.
    assert_eq!(requests.len(), 17);
    let operations: Vec<_> = requests.iter().map(|event| event["fields"]["operation"].as_str().unwrap()).collect();
    assert_eq!(operations[..4], ["Register", "ValidateSms", "ChangePassword", "ChangePersonalInfo"]);
    for event in &requests {
        let fields = &event["fields"];
        assert_eq!(fields["dialect"], "lightup");
        for name in ["status", "outcome", "milliseconds", "request"] {
            assert!(!fields[name].is_null(), "{name} in {event}");
        }
    }
    let ids: Vec<_> = requests.iter().map(|event| event["fields"]["request"].as_str().unwrap()).collect();
    assert_eq!(BTreeSet::from_iter(&ids).len(), requests.len(), "each request has an id of its own");
    let event = requests.iter().find(|event| event["fields"]["request"] == failed.headers["x-request-id"].as_str());
    assert_eq!(event.unwrap()["fields"]["status"], 500, "the id of an answer is that of its event");
    let reasons: Vec<_> = requests.iter().filter_map(|event| event["fields"]["reason"].as_str()).collect();
    assert_eq!(reasons, ["phone_number: is not what it should be", "body: not UTF-8"]);
    for service in ["DynamoDB did not answer", "S3 does not answer"] {
        let event = events.iter().find(|event| event["fields"]["message"] == service).unwrap();
        let cause = event["fields"]["cause"].as_str().unwrap();
        assert_eq!(cause, "dispatch failure: io error: connection reset", "what it was, and not a word more");
    }
    for personal in [
        "5172354423",
        "5172354427",
        "5172354429",
        "secret12",
        "wrong-password",
        "Incognito",
        "push-to-me",
        &code,
        &who.token,
    ] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

/// Where fields may stand in a query, the query is not logged.
#[tokio::test]
async fn no_query_is_logged() {
    let captured = Captured::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let filter = EnvFilter::new("info,shared=trace,kit=trace,live=trace,local=trace");
    let lines = tracing_subscriber::fmt::layer().json().with_writer(captured.clone());
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(filter).with(lines));

    let api = Api::start().await;
    let phone = "13812345670";
    let sent = api.get(&format!("/register?userId={phone}")).await.json();
    let handle = sent["message"].as_str().unwrap().to_owned();
    let path = format!("/log?userId={phone}&password=top-secret-1&token=a.b.{handle}");
    assert_eq!(api.form(&path, &[]).await.json()["result"], "0007");
    assert_eq!(api.form("/friend?search=1&token=13812345670.1.x", &[]).await.json()["result"], "0011");
    let text = captured.text();
    assert_eq!(text.matches("\"message\":\"request\"").count(), 3, "{text}");
    for personal in ["3812345670", "top-secret-1", &handle, "userId"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}
