//! What somebody has read does not wait for them any more (`docs/dialects/chat.md#reading`).

use super::{
    socket::{Socket, Someone, ask},
    talking::two,
};
use crate::world::Api;
use serde_json::{Value, json};

/// An acknowledgement of a conversation, in either of its forms.
fn read(field: &str, from: &Someone, to: &Someone, chat: &str) -> Value {
    let mut read = json!({ "fromId": from.id, "toId": to.id, "chatId": chat });
    read[field] = json!("ok");
    read
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_that_was_read_waits_no_more() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let cid = Someone::register(&api, "13800000003").await;
    let (mut of_ann, mut of_bob) = (Socket::started(&api, &ann).await, Socket::started(&api, &bob).await);
    let mut of_cid = ask(&api, &cid, "?v=2", true).await.unwrap();
    of_cid.start().await;
    of_ann.sends(&[ann.says(&bob.id, "c1", "1"), ann.says(&bob.id, "c2", "2")]).await;
    assert_eq!(of_bob.texts(2, false).await, ["1", "2"]);
    // Somebody who is none of the two.
    of_cid.packet(1, read("content", &ann, &bob, "c1")).await;
    assert_eq!(of_cid.hear().await, format!(r#"{{"status":0,"pushId":"{}","message":""}}"#, cid.push_id));
    // Whichever of the two is named first, in either form, and several at once.
    for message in [
        read("content", &ann, &bob, "c1"),
        read("info", &ann, &bob, "c1"),
        read("content", &bob, &ann, "c1"),
        json!([read("info", &ann, &bob, "c1"), read("content", &ann, &bob, "c3")]),
    ] {
        of_bob.packet(1, message).await;
        of_bob.hears_ok().await;
    }
    of_bob.restart().await;
    assert_eq!(of_bob.texts(1, false).await, ["2"]);
    of_bob.packet(1, read("info", &ann, &bob, "c2")).await;
    of_bob.hears_ok().await;
    of_bob.restart().await;
    of_bob.hears_nothing().await;
    // What comes later in the same conversation is new.
    of_ann.sends(&[ann.says(&bob.id, "c1", "3")]).await;
    assert_eq!(of_bob.texts(1, true).await, ["3"]);
    of_ann.hears_nothing().await;
    api.world.shutdown().await;
}
