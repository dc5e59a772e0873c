//! How often what a socket brings waits for AWS. What is posted counts as well.

use super::socket::{Socket, Someone};
use crate::world::Api;
use local::cost::{Cost, measured};
use serde_json::json;
use shared::{
    App, Error,
    chat::{self, Kind, Received, Said},
    inbox,
    values::ConnectionId,
};

/// What somebody's newest connection is called.
async fn connection(api: &Api, who: &Someone) -> ConnectionId {
    let rows = api.rows("ChatTable").await;
    let mut rows = rows.into_iter().filter(|row| row["sk"].as_s().unwrap() == "CONN");
    let row = rows.find(|row| row["uid"].as_s().unwrap() == &who.id).unwrap();
    ConnectionId::try_from(row["pk"].as_s().unwrap().strip_prefix("CONN#").unwrap().to_owned()).unwrap()
}

fn said(from: &Someone, to: &str, kind: Kind, text: &str) -> Said {
    let raw = |json: serde_json::Value| serde_json::value::to_raw_value(&json).unwrap();
    Said {
        chat: "c".into(),
        from: from.id.clone(),
        to: to.to_owned(),
        kind,
        written_kind: raw(json!(1)),
        info: raw(json!([{ "category": 0, "content": text }])),
        is_object: false,
        at: String::new(),
    }
}

/// What something costs that comes over somebody's connection.
async fn cost(
    api: &Api,
    who: &Someone,
    name: &str,
    what: impl AsyncFnOnce(&App, &Received<'_>) -> Result<(), Error>,
) -> Cost {
    let id = connection(api, who).await;
    let of = inbox::connection(&api.world.app, &id).await.unwrap();
    let received = Received { connection: &id, of: &of, name, at: api.world.app.clock.millis() };
    let what = what(&api.world.app, &received);
    let (done, cost) = measured(Box::pin(what)).await;
    done.unwrap();
    cost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rounds() {
    let api = Api::start().await;
    let (ann, bob) = (Someone::register(&api, "13800000001").await, Someone::register(&api, "13800000002").await);
    let mut of_ann = Socket::started(&api, &ann).await;
    of_ann.packet(1, json!("")).await;
    of_ann.hears_ok().await;
    let send = async |name: &str| {
        let said = [said(&ann, &bob.id, Kind::Ordinary, "hi")];
        cost(&api, &ann, name, async |app, received| chat::send(app, received, &said).await).await
    };
    // Reads, number, letter, and the return packet.
    let offline = send("1").await;
    assert_eq!((offline.rounds, offline.write_units), (4, 2.0), "{offline}");
    for number in 0..19 {
        send(&format!("more {number}")).await;
    }
    let mut of_bob = Socket::open(&api, &bob).await;
    // Reads; the return packet beside the letters; the row; the frame; the mark; then the groups of the user.
    let start = cost(&api, &bob, "start", async |app, received| chat::start(app, received).await).await;
    assert_eq!((start.rounds, start.write_units), (6, 2.0), "{start}");
    of_bob.hears_ok().await;
    assert_eq!(of_bob.texts(20, false).await.len(), 20);
    let ack = cost(&api, &bob, "ok", async |app, received| chat::acknowledge(app, received).await).await;
    assert_eq!((ack.rounds, ack.write_units), (2, 1.0), "{ack}");
    // Reads, number with the lease, letter, both posts, mark.
    let online = send("2").await;
    assert_eq!((online.rounds, online.write_units), (5, 3.0), "{online}");
    assert_eq!(of_bob.texts(1, false).await, ["hi"]);
    let heartbeat = cost(&api, &bob, "alive", async |app, received| chat::heartbeat(app, received).await).await;
    assert_eq!((heartbeat.rounds, heartbeat.read_units, heartbeat.write_units), (1, 0.0, 0.0), "{heartbeat}");
    api.advance(300);
    let heartbeat = cost(&api, &bob, "alive", async |app, received| chat::heartbeat(app, received).await).await;
    assert_eq!((heartbeat.rounds, heartbeat.write_units), (2, 1.0), "{heartbeat}");
    api.world.shutdown().await;
}
