//! People write to each other (`docs/dialects/chat.md#messages`).

use super::socket::{Socket, Someone, ask, text_of};
use crate::world::Api;
use serde_json::{Value, json};

pub(super) async fn two(api: &Api) -> (Someone, Someone) {
    (Someone::register(api, "13800000001").await, Someone::register(api, "13800000002").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let (mut of_ann, mut of_bob) = (Socket::started(&api, &ann).await, Socket::started(&api, &bob).await);
    let sent = ann.says(&bob.id, "c1", "hi");
    of_ann.sends(std::slice::from_ref(&sent)).await;
    let got = of_bob.messages().await;
    assert_eq!(got.len(), 1);
    let mut got = got[0].clone();
    let id = got["msgId"].as_str().unwrap().to_owned();
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let at = got["createTime"].as_str().unwrap().to_owned();
    let form: String = at.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect();
    assert_eq!(form, "0000-00-00T00:00:00", "{at}");
    got.as_object_mut().unwrap().remove("msgId");
    got["createTime"] = json!("");
    assert_eq!(got, sent, "everything else is as it was written");
    of_bob.packet(1, json!("ok")).await;
    of_bob.hears_nothing().await;
    // An object stays one, and so do numbers; a conversation without a name gets one; a time that was given stays.
    let info = json!({ "category": 0, "content": "single" });
    let single =
        json!({ "fromId": ann.id, "toId": bob.id, "type": 1, "info": info, "createTime": "2018-11-14T21:40:56" });
    of_ann.packet(1, single).await;
    of_ann.hears_ok().await;
    let got = of_bob.messages().await.remove(0);
    assert_eq!((&got["info"], &got["type"]), (&info, &json!(1)));
    assert_eq!(got["createTime"], "2018-11-14T21:40:56");
    assert_eq!(got["chatId"].as_str().unwrap().len(), 36);
    // To oneself, which all of one's own connections get.
    of_ann.packet(1, json!([ann.says(&ann.id, "notes", "milk")])).await;
    let mut heard = [of_ann.hear().await, of_ann.hear().await];
    heard.sort();
    assert!(heard[0].contains("\"ok\"") && heard[1].contains("milk"), "{heard:?}");
    api.world.shutdown().await;
}

/// What is sent to whoever is away waits, and comes again until it is acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offline() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let mut of_ann = Socket::started(&api, &ann).await;
    for text in ["1", "2", "3"] {
        of_ann.sends(&[ann.says(&bob.id, "c1", text)]).await;
    }
    let mut of_bob = Socket::open(&api, &bob).await;
    of_bob.hears_nothing().await;
    of_bob.start().await;
    let first = of_bob.messages().await;
    assert_eq!(first.iter().map(text_of).collect::<Vec<_>>(), ["1", "2", "3"]);
    drop(of_bob);
    let mut of_bob = Socket::open(&api, &bob).await;
    of_bob.restart().await;
    assert_eq!(of_bob.messages().await, first, "the same under the same ids");
    of_bob.packet(1, json!("ok")).await;
    of_bob.is_heard().await;
    // What was sent after that was delivered is not acknowledged by it.
    of_ann.sends(&[ann.says(&bob.id, "c1", "4")]).await;
    assert_eq!(of_bob.texts(1, false).await, ["4"]);
    drop(of_bob);
    let mut of_bob = Socket::started(&api, &bob).await;
    assert_eq!(of_bob.texts(1, true).await, ["4"]);
    of_bob.is_heard().await;
    of_bob.restart().await;
    of_bob.hears_nothing().await;
    api.world.shutdown().await;
}

/// A frame that is acknowledged late does not acknowledge what was posted meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_is_for_one_frame() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let (mut of_ann, mut of_bob) = (Socket::started(&api, &ann).await, Socket::started(&api, &bob).await);
    of_ann.sends(&[ann.says(&bob.id, "c1", "1")]).await;
    assert_eq!(of_bob.texts(1, false).await, ["1"]);
    of_ann.sends(&[ann.says(&bob.id, "c1", "2")]).await;
    assert_eq!(of_bob.texts(1, false).await, ["2"]);
    of_bob.packet(1, json!("ok")).await;
    of_bob.is_heard().await;
    drop(of_bob);
    let mut of_bob = Socket::started(&api, &bob).await;
    assert_eq!(of_bob.texts(1, false).await, ["2"]);
    api.world.shutdown().await;
}

/// All connections of a person get everything; the first acknowledgement counts for all of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_devices() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let mut of_ann = Socket::started(&api, &ann).await;
    let (mut phone, mut tablet) = (Socket::started(&api, &bob).await, Socket::started(&api, &bob).await);
    of_ann.sends(&[ann.says(&bob.id, "c1", "1")]).await;
    assert_eq!(phone.texts(1, true).await, ["1"]);
    phone.is_heard().await;
    assert_eq!(tablet.texts(1, false).await, ["1"]);
    drop(tablet);
    of_ann.sends(&[ann.says(&bob.id, "c1", "2")]).await;
    assert_eq!(phone.texts(1, false).await, ["2"]);
    let mut tablet = Socket::started(&api, &bob).await;
    assert_eq!(tablet.texts(1, true).await, ["2"]);
    api.world.shutdown().await;
}

/// A hundred messages of five people at once come once each, in the order in which each of them has sent theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once() {
    let api = Api::start().await;
    let quinn = Someone::register(&api, "13800000009").await;
    let mut of_quinn = Socket::started(&api, &quinn).await;
    let mut senders = Vec::new();
    for number in 0..5 {
        let who = Someone::register(&api, &format!("1380000010{number}")).await;
        senders.push((Socket::started(&api, &who).await, who));
    }
    let sending = senders.iter_mut().map(|(socket, who)| async {
        for number in 0..20 {
            let text = format!("{} {number}", who.id);
            socket.sends(&[who.says(&quinn.id, "c", &text)]).await;
        }
    });
    let (_, texts) = tokio::join!(futures_util::future::join_all(sending), of_quinn.texts(100, true));
    of_quinn.is_heard().await;
    for (_, who) in &senders {
        let own: Vec<_> = texts.iter().filter_map(|text| text.strip_prefix(&format!("{} ", who.id))).collect();
        assert_eq!(own, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
    }
    of_quinn.restart().await;
    of_quinn.hears_nothing().await;
    api.world.shutdown().await;
}

/// A connection that has vanished without a word is found to be gone, and what was sent waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_has_vanished() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let (mut of_ann, mut of_bob) = (Socket::started(&api, &ann).await, Socket::started(&api, &bob).await);
    // By then it has started for everybody.
    of_bob.is_heard().await;
    let dropped = api.http.post(api.url("/_local/sockets")).json(&json!({ "drop": bob.push_id })).send().await.unwrap();
    assert_eq!(dropped.status(), 200);
    of_bob.is_closed().await;
    let inbox = async || {
        let rows = api.rows("ChatTable").await;
        let mut rows = rows.into_iter().filter(|row| row["sk"].as_s().unwrap() == "INBOX");
        let row = rows.find(|row| row["pk"].as_s().unwrap() == &format!("USER#{}", bob.id)).unwrap();
        row["conns"].as_m().unwrap().len()
    };
    assert_eq!(inbox().await, 1);
    of_ann.sends(&[ann.says(&bob.id, "c1", "1")]).await;
    of_ann.sends(&[ann.says(&bob.id, "c1", "2")]).await;
    let mut of_bob = Socket::started(&api, &bob).await;
    assert_eq!(of_bob.texts(2, true).await, ["1", "2"]);
    assert_eq!(inbox().await, 1);
    api.world.shutdown().await;
}

/// Across a block everything is accepted and nothing arrives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn across_a_block() {
    let api = Api::start().await;
    let (ann, bob) = two(&api).await;
    let (mut of_ann, mut of_bob) = (Socket::started(&api, &ann).await, Socket::started(&api, &bob).await);
    let claim = shared::sessions::Claim::of_token(shared::values::Dialect::Chat, &bob.session).unwrap();
    let uid = shared::values::UserId::try_from(ann.id.clone()).unwrap();
    shared::friends::block(&api.world.app, &claim, &uid).await.unwrap();
    for kind in [1, 2, 3, 5, 6] {
        let message = |from: &Someone, to: &Someone| {
            let mut message = from.says(&to.id, "c1", "hi");
            message["type"] = json!(kind);
            message
        };
        of_ann.sends(&[message(&ann, &bob)]).await;
        of_bob.sends(&[message(&bob, &ann)]).await;
    }
    of_ann.hears_nothing().await;
    of_bob.hears_nothing().await;
    api.world.shutdown().await;
}

/// Where only friends may write to each other, both have to have each other as one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_friends() {
    let options = local::Options::ephemeral().without_questions().config(|config| *config.only_friends = true);
    let api = Api::with(options).await;
    let (ann, bob) = two(&api).await;
    let mut of_ann = ask(&api, &ann, "?v=2", true).await.unwrap();
    of_ann.start().await;
    let mut of_bob = Socket::started(&api, &bob).await;
    let message = json!([ann.says(&bob.id, "c1", "hi")]);
    let refused = format!(r#"{{"status":6004,"pushId":"{}","message":""}}"#, ann.push_id);
    let add = async |who: &Someone, other: &Someone| {
        let path = format!("/android/add_friend/{}/", other.id);
        let added = api.http.get(api.url(&path)).header("cookie", format!("sessionid={}", who.session)).send().await;
        assert_eq!(added.unwrap().json::<Value>().await.unwrap()["status"], 1);
    };
    of_ann.packet(1, message.clone()).await;
    assert_eq!(of_ann.hear().await, refused);
    add(&ann, &bob).await;
    of_ann.packet(1, message.clone()).await;
    assert_eq!(of_ann.hear().await, refused);
    add(&bob, &ann).await;
    of_ann.packet(1, message).await;
    loop {
        let heard = of_ann.hear().await;
        if heard.contains(r#""message":"ok""#) {
            break;
        }
    }
    loop {
        if of_bob.texts(1, true).await == ["hi"] {
            break;
        }
    }
    api.world.shutdown().await;
}
