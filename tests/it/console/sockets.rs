//! Open sockets and queues, and that what comes over a socket is listed with the requests.

use crate::{
    local::sockets::{ANN, Client, world},
    world::{Answer, Api},
};
use aws_sdk_dynamodb::types::AttributeValue;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queues_are_shown_with_their_letters() {
    let api = Api::start().await;
    assert!(api.page("/console/sockets").await.contains("No queue has a row."));
    let text = |value: &str| AttributeValue::S(value.to_owned());
    for (sk, kind) in [("INBOX", "inbox"), ("Q#00000001", "letter"), ("SEARCH#x", "search")] {
        let put =
            api.world.clients.dynamodb.put_item().table_name("ChatTable").item("pk", text(&format!("USER#{ANN}")));
        put.item("sk", text(sk)).item("type", text(kind)).item("note", text("a note")).send().await.unwrap();
    }
    let shown = api.page("/console/sockets").await;
    assert!(shown.contains("Q#00000001</span>"), "{shown}");
    assert!(shown.contains("INBOX</span>") && shown.contains("a note") && !shown.contains("SEARCH#x"), "{shown}");
}

async fn page(api: &Api, path: &str) -> String {
    Answer::of(api.http.get(api.url(path)).send().await.unwrap()).await.text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_are_shown_and_dropped() {
    let api = Api { world: world().await, http: reqwest::Client::new() };
    assert!(page(&api, "/console/sockets").await.contains("No socket is open."));
    let mut client = Client::open(&api.world).await;
    client.say("name").await;
    let name = client.hear().await;
    let shown = page(&api, "/console/sockets").await;
    assert!(shown.contains("1 open") && shown.contains(&name) && shown.contains(ANN), "{shown}");

    // The request that has opened it, and what was said over it.
    let list = page(&api, "/").await;
    assert!(list.contains(">/echo</a>") && list.contains(">101</span>"), "{list}");
    assert!(list.contains(&format!(">$default {name}</a>")) && list.contains(">WS</td>"), "{list}");

    let refused = api.submits("/console/sockets", &[("user", "nobody")]).await;
    assert!(refused.text.contains("wanted the id of a user"));
    let dropped = api.submits("/console/sockets", &[("user", ANN)]).await;
    assert!(dropped.text.contains("1 sockets were dropped"), "{}", dropped.text);
    assert!(dropped.text.contains("No socket is open."));
}
