//! API Gateway's events in the hands of a function, without a socket: how they are read, and what is logged.

use super::{ANN, echo, echo::Echo, world};
use crate::{front, logs::Captured};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kit::{registry::Function, sockets::Service};
use local::World;
use serde_json::{Value, json};
use shared::values::{ConnectionId, UserId};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt};

/// An event of a kind, with a request of this id.
fn event(kind: &str, connection: &str, request: &str, more: &Value) -> Value {
    let mut event = json!({
        "requestContext": {
            "eventType": kind,
            "routeKey": "$default",
            "connectionId": connection,
            "requestId": request,
            "connectedAt": 1_463_024_128_000_i64,
            "requestTimeEpoch": 1_463_024_128_000_i64,
            "identity": { "sourceIp": "203.0.113.7" },
        },
        "isBase64Encoded": false,
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn id(text: &str) -> ConnectionId {
    ConnectionId::try_from(text.to_owned()).unwrap()
}

/// Where CloudFront stands in front, sockets are opened from where it was called, and belong to the host that was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cloudfront_says_where_an_opening_comes_from() {
    let world = World::start(front::fronted().without_questions().function(echo())).await.unwrap();
    let service = echo().sockets(&world.app).unwrap();
    for (name, key, seen) in [("EventsFront1=", front::KEY, "192.0.2.1"), ("EventsFront2=", "another", "203.0.113.7")] {
        let mut headers = front::headers(key, "192.0.2.1");
        headers["X-User"] = json!(ANN);
        headers["Origin"] = json!("https://chat.example.com");
        headers["Host"] = json!("api.execute-api.example.com");
        let opening = event("CONNECT", name, "r", &json!({ "headers": headers }));
        assert_eq!(status(&service, opening).await, 200);
        assert_eq!(echo::opened(&id(name)).unwrap().0, seen);
    }
    world.shutdown().await;
}

async fn status(service: &Service, event: Value) -> u16 {
    service(event).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opening_says_whose_it_is_to_the_local_server_alone() {
    let world = world().await;
    let service = echo().sockets(&world.app).unwrap();
    // Names of headers as API Gateway has them, one of them only among those that may be there several times.
    let headers = json!({
        "headers": { "X-User": ANN },
        "multiValueHeaders": { "Cookie": ["a=b; session=first", "session=second"] },
        "queryStringParameters": { "ticket": "last" },
        "multiValueQueryStringParameters": { "ticket": ["first", "last"] },
    });
    let answer = service(event("CONNECT", "EventsOpening1-_=", "r", &headers)).await;
    assert_eq!((answer.status, answer.whose), (200, UserId::try_from(ANN.to_owned()).ok()));
    assert_eq!((answer.logged.operation.as_str(), answer.logged.outcome.as_str()), ("open", "Ok"));
    let seen = echo::opened(&id("EventsOpening1-_=")).unwrap();
    assert_eq!(seen, ("203.0.113.7".to_owned(), Some("first".to_owned()), Some("last".to_owned())));
    // Nobody else says where they call from.
    let mut fronted = json!({ "headers": front::headers(front::KEY, "192.0.2.1") });
    fronted["headers"]["X-User"] = json!(ANN);
    assert_eq!(status(&service, event("CONNECT", "EventsOpening3=", "r", &fronted)).await, 200);
    assert_eq!(echo::opened(&id("EventsOpening3=")).unwrap().0, "203.0.113.7");
    // A header that is there twice is none.
    let twice = json!({ "multiValueHeaders": { "x-user": [ANN, ANN] } });
    let refused = service(event("CONNECT", "EventsOpening2=", "r", &twice)).await;
    assert_eq!((refused.status, refused.whose), (401, None));
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_event_of_a_socket_is_a_fault() {
    let world = world().await;
    let service = echo().sockets(&world.app).unwrap();
    for broken in [
        json!({}),
        json!([]),
        json!("text"),
        event("MESSAGE", "not a name", "r", &json!({})),
        event("MESSAGE", "", "r", &json!({})),
        event("PING", "EventsBroken1=", "r", &json!({})),
        crate::payloads::events()["sealtalk/ping"].clone(),
    ] {
        assert_eq!(status(&service, broken.clone()).await, 500, "{broken}");
    }
    // A text that cannot be read is the client's, which hears of nothing.
    let encoded = |text: &str| json!({ "body": text, "isBase64Encoded": true });
    let event = |body: &Value| event("MESSAGE", "EventsBroken2=", "r", body);
    assert_eq!(status(&service, event(&encoded("***"))).await, 500);
    assert_eq!(status(&service, event(&encoded(&BASE64_STANDARD.encode(b"\xff")))).await, 500);
    // It is posted back to nobody, which is no failure.
    assert_eq!(status(&service, event(&encoded(&BASE64_STANDARD.encode("hello")))).await, 200);
    assert_eq!(status(&service, event(&json!({}))).await, 200);
    world.shutdown().await;
}

/// Whoever calls without waiting for an answer calls again if the call fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_session_is_told_until_it_is_heard_of() {
    let world = world().await;
    let service = echo().sockets(&world.app).unwrap();
    let event = json!({ "expired": "EventsExpired1=", "request": "r" });
    for (status, again) in [(500, true), (500, true), (200, false)] {
        let answer = service(event.clone()).await;
        assert_eq!((answer.status, answer.again), (status, again));
    }
    assert_eq!(echo::expired(&id("EventsExpired1=")), 3);
    // What names no connection is a fault that no call mends.
    let broken = service(json!({ "expired": "not a name" })).await;
    assert_eq!((broken.status, broken.again), (500, false));
    world.shutdown().await;
}

/// A client may name a route in what it sends; the kind of the event is API Gateway's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_is_a_text_whatever_route_it_chose() {
    let world = world().await;
    let service = echo().sockets(&world.app).unwrap();
    let mut text = event("MESSAGE", "EventsRoute12==", "r", &json!({ "body": "fault" }));
    text["requestContext"]["routeKey"] = "$disconnect".into();
    assert_eq!(status(&service, text).await, 200);
    assert_eq!(echo::ended(&id("EventsRoute12==")), None);
    let mut end = event("DISCONNECT", "EventsRoute12==", "r", &json!({}));
    end["requestContext"]["disconnectStatusCode"] = 1001.into();
    assert_eq!(status(&service, end).await, 200);
    assert_eq!(echo::ended(&id("EventsRoute12==")), Some(Some(1001)));
    world.shutdown().await;
}

#[test]
fn a_function_has_sockets_or_operations() {
    let function = Function::of_sockets::<Echo>("echo");
    assert!((function.endpoints)().is_empty() && function.handlers.is_some());
    assert!(function.example_requests().is_empty());
}

/// On one thread, so that everything that happens is captured.
#[tokio::test]
async fn each_event_is_one_entry_of_the_log_and_nothing_personal_is_in_it() {
    let captured = Captured::default();
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let lines = tracing_subscriber::fmt::layer().json().with_writer(captured.clone());
    let world = world().await;
    let service = echo().sockets(&world.app).unwrap();
    let filter = EnvFilter::new("info,kit=trace,shared=trace,shared_push=trace");
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(filter).with(lines));
    let name = "EventsLogged123=";
    let headers =
        |text: &str| json!({ "headers": { "x-user": text }, "queryStringParameters": { "ticket": "secret-1" } });
    service(event("CONNECT", name, "r1", &headers(ANN))).await;
    service(event("CONNECT", name, "r2", &headers("secret-2"))).await;
    service(event("MESSAGE", name, "r3", &json!({ "body": "secret-3" }))).await;
    world.faults.strike("PostToConnection", 1, &local::Fault::Internal);
    service(event("MESSAGE", name, "r4", &json!({ "body": "secret-4" }))).await;
    service(event("DISCONNECT", name, "r5", &json!({}))).await;
    service(json!({ "body": "secret-5" })).await;
    drop(guard);

    let text = captured.text();
    let entries: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests = entries.iter().filter(|entry| entry["fields"]["message"] == "request");
    let seen: Vec<_> = requests
        .map(|entry| {
            let fields = &entry["fields"];
            assert_eq!(fields["dialect"], "echo");
            assert!(fields["milliseconds"].is_u64());
            let text = |name: &str| fields[name].as_str().unwrap().to_owned();
            (text("request"), text("operation"), fields["status"].as_u64().unwrap(), text("outcome"))
        })
        .collect();
    let expected = [
        ("r1", "open", 200, "Ok"),
        ("r2", "$connect", 401, "SignedOut"),
        ("r3", "echo", 200, "Ok"),
        ("r4", "$default", 200, "Unavailable"),
        ("r5", "close", 200, "Ok"),
        ("", "none", 500, "Internal"),
    ];
    let expected = expected.map(|(id, name, status, outcome)| (id.into(), name.into(), status, outcome.into()));
    assert_eq!(seen, expected);
    let failed = entries.iter().find(|entry| entry["fields"]["message"] == "a service of AWS failed").unwrap();
    let called = (&failed["fields"]["service"], &failed["fields"]["operation"]);
    assert_eq!(called, (&json!("API Gateway"), &json!("PostToConnection")));
    assert_eq!(
        (&failed["fields"]["fault"], &failed["fields"]["code"]),
        (&json!("refused"), &json!("InternalServerException"))
    );
    for personal in ["secret", ANN, name, "203.0.113.7"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    world.shutdown().await;
}
