//! Many sockets at once.

use super::{Client, world};
use futures_util::future::join_all;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_sockets_speak_at_once() {
    let world = world().await;
    let talk = async |number: usize| {
        let mut client = Client::open(&world).await;
        let name = client.name().await;
        for turn in 0..3 {
            let text = format!("{number} {turn}");
            client.say(&text).await;
            assert_eq!(client.hear().await, text);
        }
        (client, name)
    };
    let clients = join_all((0..200).map(talk)).await;
    let names: BTreeSet<_> = clients.iter().map(|(_, name)| name.clone()).collect();
    assert_eq!(names.len(), 200);
    let open = reqwest::get(format!("{}/_local/sockets", world.url)).await.unwrap().text().await.unwrap();
    assert_eq!(open, r#"{"open":200}"#);
    world.shutdown().await;
}
