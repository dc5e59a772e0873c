//! How sockets end, and what the function hears of it.

use super::{ANN, Client, address, echo, until, world, world_with};
use local::{Options, SocketLimits, World};
use serde_json::{Value, json};
use shared::{
    push::Posted,
    values::{ConnectionId, PushId, UserId},
};
use std::time::Duration;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

const BEN: &str = "5703f1c27b6ef053a330e8c9";

/// The function hears of an end with this code, and nothing can be posted any more.
async fn gone(world: &World, name: &ConnectionId, code: u16) {
    until("an end", async || echo::ended(name).is_some()).await;
    assert_eq!(echo::ended(name), Some(Some(code)));
    assert_eq!(world.app.push.post(name, "late").await.unwrap(), Posted::Gone);
    world.app.push.close(name).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_client() {
    let world = world().await;
    for (frame, code) in [
        (Some(CloseFrame { code: CloseCode::Normal, reason: "done".into() }), 1000),
        (Some(CloseFrame { code: CloseCode::Library(4001), reason: "".into() }), 4001),
        (None, 1005),
    ] {
        let mut client = Client::open(&world).await;
        let name = client.name().await;
        client.send(Message::Close(frame.clone())).await;
        assert_eq!(client.closed().await, frame.map(|frame| frame.code.into()), "the answer");
        gone(&world, &name, code).await;
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_network() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    drop(client);
    gone(&world, &name, 1006).await;
    // Half of a connection is none.
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    tokio::io::AsyncWriteExt::shutdown(client.wire.get_mut()).await.unwrap();
    assert_eq!(client.closed().await, None);
    gone(&world, &name, 1006).await;
    world.shutdown().await;
}

/// What was sent before the end is done, and the function hears of the end after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_what_was_sent_before() {
    let world = world().await;
    let (mut ann, mut ben) = (Client::open(&world).await, Client::of(&world, BEN).await);
    let (name, other) = (ann.name().await, ben.name().await);
    ann.say("slow").await;
    ann.say(&format!("to {other}: last words")).await;
    drop(ann);
    assert_eq!(ben.hear().await, "last words");
    gone(&world, &name, 1006).await;
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_function_after_what_it_posted() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    for number in 0..3 {
        assert_eq!(world.app.push.post(&name, &number.to_string()).await.unwrap(), Posted::Sent);
    }
    world.app.push.close(&name).await.unwrap();
    for number in 0..3 {
        assert_eq!(client.hear().await, number.to_string());
    }
    assert_eq!(client.closed().await, Some(1000));
    gone(&world, &name, 1000).await;
    // From within a text of the socket itself.
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    client.say("bye").await;
    assert_eq!(client.closed().await, Some(1000));
    gone(&world, &name, 1000).await;
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_nothing_is_said() {
    let (idle, life) = (Duration::from_millis(600), Duration::from_secs(60));
    let world = world_with(SocketLimits { idle, life }).await;
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    // Either direction counts, pings too.
    let started = Instant::now();
    for _ in 0..4 {
        tokio::time::sleep(idle / 3).await;
        client.send(Message::Ping(bytes::Bytes::new())).await;
        assert!(matches!(client.next().await, Some(Message::Pong(_))));
        tokio::time::sleep(idle / 3).await;
        assert_eq!(world.app.push.post(&name, "are you there?").await.unwrap(), Posted::Sent);
        assert_eq!(client.hear().await, "are you there?");
    }
    assert!(started.elapsed() > idle * 2);
    let silent = Instant::now();
    assert_eq!(client.closed().await, Some(1001));
    assert!(silent.elapsed() > idle / 2, "{:?}", silent.elapsed());
    gone(&world, &name, 1001).await;
    world.shutdown().await;
}

/// What limits requests does not limit sockets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_when_a_request_would() {
    let request_time = Duration::from_millis(300);
    let options = Options::ephemeral().without_questions().function(super::echo()).request_time(request_time);
    let world = World::start(options).await.unwrap();
    let mut client = Client::open(&world).await;
    tokio::time::sleep(request_time * 3).await;
    client.say("still here").await;
    assert_eq!(client.hear().await, "still here");
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_it_is_too_old() {
    let (idle, life) = (Duration::from_secs(60), Duration::from_millis(700));
    let world = world_with(SocketLimits { idle, life }).await;
    let mut client = Client::open(&world).await;
    let name = client.name().await;
    let started = Instant::now();
    let code = loop {
        client.say("still here").await;
        match client.next().await {
            Some(Message::Text(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
            Some(Message::Close(frame)) => break frame.unwrap().code,
            other => panic!("{other:?}"),
        }
    };
    assert!(started.elapsed() > life / 2);
    assert_eq!(code, CloseCode::Away);
    gone(&world, &name, 1001).await;
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_socket_is_nobodys_news() {
    let world = world().await;
    let (mut first, mut second) = (Client::open(&world).await, Client::open(&world).await);
    let mut other = Client::of(&world, BEN).await;
    let (name, others) = (first.name().await, other.name().await);
    second.name().await;
    // What was read before is still done, as by a function that does not see the socket. The pong says that it has been read.
    first.say("slow").await;
    first.say(&format!("to {others}: last words")).await;
    first.send(Message::Ping(bytes::Bytes::new())).await;
    assert!(matches!(first.next().await, Some(Message::Pong(_))));
    let drop_of = async |body: Value| {
        let request = reqwest::Client::new().post(format!("{}/_local/sockets", world.url)).body(body.to_string());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let push_id = PushId::of(&UserId::try_from(ANN.to_owned()).unwrap()).to_string();
    assert_eq!(drop_of(json!({ "drop": push_id })).await, (200, json!({ "dropped": 2 })));
    assert_eq!((first.closed().await, second.closed().await), (None, None), "without a close frame");
    assert_eq!(other.hear().await, "last words");
    assert_eq!(world.app.push.post(&name, "late").await.unwrap(), Posted::Gone);
    assert_eq!(drop_of(json!({ "drop": push_id })).await, (200, json!({ "dropped": 0 })));
    assert_eq!(world.app.push.post(&others, "still there").await.unwrap(), Posted::Sent);
    assert_eq!(other.hear().await, "still there");
    for wrong in [json!({}), json!({ "drop": ANN }), json!({ "drop": push_id, "more": 1 }), json!([push_id])] {
        assert_eq!(drop_of(wrong).await.0, 400);
    }
    world.shutdown().await;
    assert_eq!(echo::ended(&name), None, "the function has not heard of it");
    assert_eq!(echo::ended(&others), Some(Some(1001)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_server() {
    let world = world().await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = Client::open(&world).await;
        let name = client.name().await;
        clients.push((client, name));
    }
    // One of them never reads its end.
    let silent = clients.pop().unwrap();
    let reading = tokio::spawn(async move {
        let mut names = Vec::new();
        for (mut client, name) in clients {
            assert_eq!(client.closed().await, Some(1001));
            names.push(name);
        }
        names
    });
    let address = address(&world).to_owned();
    let started = Instant::now();
    world.shutdown().await;
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    for name in reading.await.unwrap().into_iter().chain([silent.1]) {
        assert_eq!(echo::ended(&name), Some(Some(1001)));
    }
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_server_that_is_dropped() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    client.name().await;
    drop(world);
    assert_eq!(client.closed().await, Some(1001));
}
