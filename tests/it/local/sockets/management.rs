//! `@connections`: what functions post, by the SDK's client and byte for byte.

use super::{Client, world};
use local::{Fault, World, cost::measured};
use serde_json::Value;
use shared::{Error, push::Posted, values::ConnectionId};
use std::time::Duration;

fn id(text: &str) -> ConnectionId {
    ConnectionId::try_from(text.to_owned()).unwrap()
}

/// A path of the API by hand: status, kind of error, body.
async fn call(world: &World, method: &str, path: &str, body: Vec<u8>) -> (u16, String, String) {
    let request = reqwest::Client::new().request(method.parse().unwrap(), format!("{}{path}", world.url)).body(body);
    let answer = request.send().await.unwrap();
    let kind = answer.headers().get("x-amzn-errortype").map_or("", |kind| kind.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), kind, answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn post_and_delete_with_and_without_a_stage() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    let escaped = name.as_str().replace('=', "%3D");
    for path in [format!("/@connections/{name}"), format!("/prod/@connections/{escaped}")] {
        let sent = call(&world, "POST", &path, b"{\"a\":1}".to_vec()).await;
        assert_eq!(sent, (200, String::new(), String::new()), "{path}");
        assert_eq!(client.hear().await, "{\"a\":1}");
    }
    assert_eq!(call(&world, "PUT", &format!("/@connections/{name}"), vec![]).await.0, 405);
    assert_eq!(
        call(&world, "DELETE", &format!("/prod/@connections/{name}"), vec![]).await,
        (204, "".into(), "".into())
    );
    assert_eq!(client.closed().await, Some(1000));
    let gone = (410, "GoneException".to_owned(), "{\"message\":\"Gone\"}".to_owned());
    for method in ["POST", "GET", "DELETE"] {
        assert_eq!(call(&world, method, &format!("/@connections/{name}"), vec![]).await, gone, "{method}");
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_posted() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let path = format!("/@connections/{}", client.name().await);
    let largest = vec![b'a'; 128 << 10];
    assert_eq!(call(&world, "POST", &path, largest.clone()).await.0, 200);
    assert_eq!(client.hear().await.len(), 128 << 10);
    let kind = async |path: &str, body: Vec<u8>| {
        let (status, kind, _) = call(&world, "POST", path, body).await;
        (status, kind)
    };
    for size in [(128 << 10) + 1, 4 << 20] {
        assert_eq!(kind(&path, vec![b'a'; size]).await, (413, "PayloadTooLargeException".into()), "{size}");
    }
    assert_eq!(kind(&path, b"\xff".to_vec()).await, (400, "BadRequestException".into()));
    for name in ["short", "L0SM9cOFvHcCIhw", "L0SM9cOFvHcCIh%2F%3D", "L0SM9cOFvHcCIhwL0SM9cOFvHcCIhw="] {
        assert_eq!(kind(&format!("/@connections/{name}"), vec![]).await, (400, "BadRequestException".into()), "{name}");
    }
    // A name of that kind is one that nothing can be posted to.
    assert_eq!(world.app.push.post(&id("short"), "text").await.unwrap(), Posted::Gone);
    assert_eq!(world.app.push.post(&id("L0SM9cOFvHcCIhw="), "text").await.unwrap(), Posted::Gone);
    world.app.push.close(&id("L0SM9cOFvHcCIhw=")).await.unwrap();
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_of_a_connection() {
    let world = world().await;
    let agent = super::request(&world, "/echo").header("x-user", super::ANN).header("user-agent", "okhttp/3.12");
    let (mut client, _) = super::ask(&world, agent).await.unwrap();
    let path = format!("/@connections/{}", client.name().await);
    let shown = async || {
        let (status, _, body) = call(&world, "GET", &path, vec![]).await;
        assert_eq!(status, 200);
        serde_json::from_str::<Value>(&body).unwrap()
    };
    let before = shown().await;
    assert_eq!(before["identity"], serde_json::json!({ "sourceIp": "127.0.0.1", "userAgent": "okhttp/3.12" }));
    tokio::time::sleep(Duration::from_millis(20)).await;
    client.say("hello").await;
    assert_eq!(client.hear().await, "hello");
    let after = shown().await;
    assert_eq!(after["connectedAt"], before["connectedAt"]);
    assert!(after["lastActiveAt"].as_str() > before["lastActiveAt"].as_str(), "{before} {after}");
    let opened = before["connectedAt"].as_str().unwrap();
    assert!(opened.len() == 24 && opened.ends_with('Z'), "{opened}");
    world.shutdown().await;
}

/// A client that does not read what is posted: the rest is refused for now, and nothing else waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read() {
    let world = world().await;
    let (mut slow, mut other) = (Client::open(&world).await, Client::open(&world).await);
    let path = format!("/@connections/{}", slow.name().await);
    let mut taken = 0;
    let refused = loop {
        match call(&world, "POST", &path, vec![b'a'; 128 << 10]).await {
            (200, ..) if taken < 500 => taken += 1,
            (status, kind, _) => break (status, kind),
        }
    };
    assert_eq!(refused, (429, "LimitExceededException".to_owned()));
    other.say("hello").await;
    assert_eq!(other.hear().await, "hello");
    for _ in 0..taken {
        assert_eq!(slow.hear().await.len(), 128 << 10);
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_on_demand() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    let (push, faults) = (&world.app.push, &world.faults);
    // What was throttled has not been posted: three attempts.
    faults.strike("PostToConnection", 2, &Fault::Throttled);
    let (posted, cost) = measured(push.post(&name, "text")).await;
    assert_eq!((posted.unwrap(), cost.calls, cost.rounds), (Posted::Sent, 3, 3));
    assert_eq!(client.hear().await, "text");
    faults.strike("PostToConnection", 3, &Fault::Throttled);
    assert!(matches!(push.post(&name, "text").await, Err(Error::Unavailable)));
    for fault in [Fault::Throttled, Fault::Internal, Fault::Unreachable] {
        if fault != Fault::Throttled {
            faults.strike("PostToConnection", 1, &fault);
            assert!(matches!(push.post(&name, "text").await, Err(Error::Unavailable)), "{fault:?}");
        }
        faults.strike("DeleteConnection", 3, &fault);
        assert!(matches!(push.close(&name).await, Err(Error::Unavailable)), "{fault:?}");
    }
    faults.strike("PostToConnection", 1, &Fault::Refused { status: 410, code: "GoneException" });
    assert_eq!(push.post(&name, "text").await.unwrap(), Posted::Gone);
    faults.strike("PostToConnection", 1, &Fault::Refused { status: 403, code: "ForbiddenException" });
    assert!(matches!(push.post(&name, "text").await, Err(Error::Unavailable)));
    // What may have been posted is not posted again: the client would acknowledge both.
    faults.strike("PostToConnection", 1, &Fault::AnswerLost);
    assert!(matches!(push.post(&name, "once").await, Err(Error::Unavailable)));
    assert_eq!(push.post(&name, "then").await.unwrap(), Posted::Sent);
    assert_eq!([client.hear().await, client.hear().await], ["once", "then"]);
    assert_eq!(faults.left("PostToConnection"), 0);
    world.shutdown().await;
}

/// Without an endpoint there is no service: nothing is said to be sent or gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_service() {
    let options = local::Options::ephemeral().without_questions().config(|config| config.push.endpoint = None);
    let world = World::start(options).await.unwrap();
    assert!(matches!(world.app.push.post(&id("L0SM9cOFvHcCIhw="), "text").await, Err(Error::Unavailable)));
    assert!(matches!(world.app.push.close(&id("L0SM9cOFvHcCIhw=")).await, Err(Error::Unavailable)));
    world.shutdown().await;
}
