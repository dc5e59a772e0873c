//! What operators see of queues (`docs/operations.md#watching`).

use super::socket::{Socket, Someone};
use crate::{metrics::Sums, world::Api};
use serde_json::json;

/// On one thread, so that everything that happens is counted here.
#[tokio::test]
async fn a_socket_that_is_gone_and_a_letter_that_has_waited() {
    let sums = Sums::default();
    let _guard = metrics::set_default_local_recorder(&sums);
    let api = Api::start().await;
    let (ann, bob) = (Someone::register(&api, "13800000001").await, Someone::register(&api, "13800000002").await);
    let mut of_ann = Socket::started(&api, &ann).await;
    let _of_bob = Socket::started(&api, &bob).await;
    of_ann.sends(&[ann.says(&bob.id, "c1", "at once")]).await;
    of_ann.is_heard().await;
    assert_eq!(sums.take(), json!({}), "nothing of note");
    let dropped = api.http.post(api.url("/_local/sockets")).json(&json!({ "drop": bob.push_id })).send().await;
    assert_eq!(dropped.unwrap().status(), 200);
    of_ann.sends(&[ann.says(&bob.id, "c1", "later")]).await;
    of_ann.is_heard().await;
    assert_eq!(sums.take(), json!({ "StaleSockets": 1 }));
    api.advance(60);
    let mut of_bob = Socket::started(&api, &bob).await;
    assert_eq!(of_bob.messages().await.len(), 2);
    of_bob.packet(1, json!("ok")).await;
    of_bob.is_heard().await;
    assert_eq!(sums.take(), json!({ "QueueAge": 1 }));
    api.world.shutdown().await;
}
