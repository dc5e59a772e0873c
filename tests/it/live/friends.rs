//! Friends and the messages of requests (`docs/dialects/live.md#friends`, `docs/dialects/live.md#messages`).

use super::client::Way;
use crate::world::{Answer, Api};
use serde_json::{Value, json};

const ANN: &str = "13800000001";
const BOB: &str = "13800000002";
const CAT: &str = "13800000003";

/// Two who know each other's numbers.
struct Two {
    api: Api,
    way: Way,
    ann: String,
    bob: String,
}

impl Two {
    async fn with(way: Way) -> Self {
        let api = Api::start().await;
        api.account(ANN, "Ann").await;
        api.account(BOB, "Bob").await;
        let (ann, bob) = (api.live_token(ANN).await, api.live_token(BOB).await);
        Self { api, way, ann, bob }
    }

    async fn start() -> Self {
        Self::with(Way::Form).await
    }

    async fn friend(&self, token: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = [fields, &[("token", token)]].concat();
        self.api.live_by(self.way, "/friend", &fields).await
    }

    async fn add(&self, token: &str, other: &str) -> Answer {
        self.friend(token, &[("add", "1"), ("userId", other)]).await
    }

    async fn search(&self, token: &str, other: &str) -> Answer {
        self.friend(token, &[("search", "1"), ("userId", other)]).await
    }

    async fn deal(&self, token: &str, other: &str, message: &Value, behaviour: &str) -> Answer {
        let id = |name: &str| message[name].as_str().unwrap();
        let ids = [("verifyId", id("verifyId")), ("objectId", id("objectId"))];
        let fields = [("dealMessage", "1"), ("userId", other), ("behaviour", behaviour)];
        self.friend(token, &[&fields[..], &ids[..]].concat()).await
    }

    async fn list(&self, token: &str, name: &str) -> Value {
        self.api.live_by(self.way, "/list", &[(name, "1"), ("token", token)]).await.message()
    }

    async fn messages(&self, token: &str) -> Vec<Value> {
        self.list(token, "messagelist").await.as_array().unwrap().clone()
    }

    /// What the list says about the only message in it.
    async fn flag(&self, token: &str) -> Value {
        let messages = self.messages(token).await;
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages[0]["flag"].clone()
    }

    async fn friends(&self, token: &str) -> Vec<Value> {
        let list = self.list(token, "friendlist").await;
        let friends = list["friends"].as_array().unwrap().clone();
        assert_eq!(list["count"], friends.len());
        friends
    }
}

async fn from_a_search_to_the_end_of_a_friendship(way: Way) {
    let two = Two::with(way).await;
    let found = two.search(&two.ann, BOB).await;
    let body = r#"{"result":"0000","message":{"userId":"13800000002","nickname":"Bob","gender":null,"headImage":null,"liveStatus":"off"},"flag":"0"}"#;
    found.is(200, body);
    assert_eq!(two.search(&two.ann, ANN).await.json()["flag"], "-1");
    let nobody = two.search(&two.ann, "13899999999").await;
    nobody.is(200, r#"{"result":"0007","message":null,"flag":null}"#);

    for _ in 0..2 {
        two.add(&two.ann, BOB).await.is(200, r#"{"result":"0000","message":null,"mes":null}"#);
    }
    let (asked, own) = (two.messages(&two.bob).await, two.messages(&two.ann).await);
    assert_eq!((asked.len(), own.len()), (1, 1));
    let time = asked[0]["time"].as_i64().unwrap();
    let message = json!({
        "userId": ANN, "nickname": "Ann", "gender": null, "headImage": null, "flag": "0",
        "verifyId": format!("{ANN},{time}"), "objectId": format!("{BOB},{time}"), "time": time,
    });
    assert_eq!(asked[0], message);
    assert_eq!((&own[0]["userId"], &own[0]["flag"]), (&json!(BOB), &json!("2")));
    assert_eq!((&own[0]["verifyId"], &own[0]["objectId"]), (&message["verifyId"], &message["objectId"]));

    // Only who was asked can agree.
    two.deal(&two.ann, BOB, &message, "accept").await.is(200, r#"{"result":"0006","message":null}"#);
    two.deal(&two.bob, ANN, &message, "maybe").await.is(200, r#"{"result":"0006","message":null}"#);
    two.deal(&two.bob, ANN, &message, "accept").await.is(200, r#"{"result":"0000","message":null}"#);
    let mut wide = message.clone();
    wide["objectId"] = format!("{BOB}，{time}").into();
    two.deal(&two.bob, ANN, &wide, "accept").await.is(200, r#"{"result":"0010","message":null}"#);

    assert_eq!((two.flag(&two.bob).await, two.flag(&two.ann).await), (json!("1"), json!("3")));
    let friend = json!({
        "userId": BOB, "nickname": "Bob", "gender": null, "headImage": null, "liveStatus": "off", "playUrl": null,
    });
    assert_eq!(two.friends(&two.ann).await, [friend]);
    assert_eq!(two.friends(&two.bob).await.len(), 1);
    assert_eq!(two.search(&two.ann, BOB).await.json()["flag"], "1");
    for (token, other) in [(&two.ann, BOB), (&two.bob, ANN)] {
        two.add(token, other).await.is(200, r#"{"result":"0010","message":null,"mes":null}"#);
    }

    two.deal(&two.bob, ANN, &message, "delete").await.is(200, r#"{"result":"0000","message":null}"#);
    assert_eq!((two.messages(&two.bob).await.len(), two.flag(&two.ann).await), (0, json!("3")));
    assert_eq!(two.deal(&two.bob, ANN, &message, "delete").await.code(), "0006");

    let end = [("delete", "1"), ("userId", ANN)];
    two.friend(&two.bob, &end).await.is(200, r#"{"result":"0000","message":null}"#);
    two.friend(&two.bob, &end).await.is(200, r#"{"result":"0006","message":null}"#);
    for token in [&two.ann, &two.bob] {
        assert_eq!(two.list(token, "friendlist").await, json!({"count": 0, "friends": []}));
    }
    // The copies keep what they say.
    assert_eq!(two.flag(&two.ann).await, json!("3"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friendship_from_a_search_to_its_end_by_form() {
    from_a_search_to_the_end_of_a_friendship(Way::Form).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friendship_from_a_search_to_its_end_by_query() {
    from_a_search_to_the_end_of_a_friendship(Way::Query).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friendship_from_a_search_to_its_end_by_multipart() {
    from_a_search_to_the_end_of_a_friendship(Way::Multipart).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friendship_from_a_search_to_its_end_by_json() {
    from_a_search_to_the_end_of_a_friendship(Way::Json).await;
}

/// Nobody becomes a friend of somebody who has not asked.
#[tokio::test(flavor = "multi_thread")]
async fn no_message_no_friendship() {
    let two = Two::start().await;
    let forged = json!({"verifyId": format!("{ANN},1480000000000"), "objectId": format!("{BOB},1480000000000")});
    for behaviour in ["accept", "delete"] {
        assert_eq!(two.deal(&two.bob, ANN, &forged, behaviour).await.code(), "0006");
        let bare = [("dealMessage", "1"), ("userId", ANN), ("behaviour", behaviour)];
        assert_eq!(two.friend(&two.bob, &bare).await.code(), "0006");
    }
    two.add(&two.ann, BOB).await;
    let message = two.messages(&two.bob).await.remove(0);
    let mut other = message.clone();
    other["verifyId"] = message["verifyId"].as_str().unwrap().replace(ANN, CAT).into();
    assert_eq!(two.deal(&two.bob, ANN, &other, "accept").await.code(), "0006");
    assert_eq!(two.deal(&two.bob, CAT, &message, "accept").await.code(), "0006");
    for wrong in ["", "x", "13800000001", "13800000001,1", "13800000001,99999999999999", "13800000001,-148000000000"] {
        let fields = [("dealMessage", "1"), ("userId", ANN), ("behaviour", "accept"), ("verifyId", wrong)];
        let code = two.friend(&two.bob, &fields).await.code();
        // An empty id is none: then the newest message is meant.
        assert_eq!(code, if wrong.is_empty() { "0000" } else { "0006" }, "{wrong}");
        if wrong.is_empty() {
            two.friend(&two.bob, &[("delete", "1"), ("userId", ANN)]).await;
        }
    }
    assert_eq!(two.friends(&two.bob).await.len(), 0);
}

/// Either id names the message, and without one the newest is meant.
#[tokio::test(flavor = "multi_thread")]
async fn one_id_is_enough() {
    for names in [&["verifyId"][..], &["objectId"], &[]] {
        let two = Two::start().await;
        two.add(&two.ann, BOB).await;
        let message = two.messages(&two.bob).await.remove(0);
        let mut fields = vec![("dealMessage", "1"), ("userId", ANN), ("behaviour", "accept")];
        fields.extend(names.iter().map(|name| (*name, message[*name].as_str().unwrap())));
        assert_eq!(two.friend(&two.bob, &fields).await.code(), "0000", "{names:?}");
    }
}

/// Who throws a request away can be asked again at once; the copy of who asked is replaced.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_thrown_away() {
    let two = Two::start().await;
    two.add(&two.ann, BOB).await;
    let first = two.messages(&two.bob).await.remove(0);
    assert_eq!(two.deal(&two.bob, ANN, &first, "delete").await.code(), "0000");
    assert_eq!((two.messages(&two.bob).await.len(), two.flag(&two.ann).await), (0, json!("2")));
    assert_eq!(two.deal(&two.bob, ANN, &first, "accept").await.code(), "0006");
    two.api.advance(1);
    two.add(&two.ann, BOB).await;
    assert_eq!((two.flag(&two.bob).await, two.flag(&two.ann).await), (json!("0"), json!("2")));
    let second = two.messages(&two.bob).await.remove(0);
    assert_ne!(first["verifyId"], second["verifyId"]);
    // The applicant's copy is not needed for that.
    assert_eq!(two.deal(&two.ann, BOB, &second, "delete").await.code(), "0000");
    assert_eq!(two.deal(&two.bob, ANN, &second, "accept").await.code(), "0000");
    assert_eq!((two.flag(&two.bob).await, two.messages(&two.ann).await.len()), (json!("1"), 0));
}

/// Who asks somebody that has asked them is a friend.
#[tokio::test(flavor = "multi_thread")]
async fn both_ask() {
    let two = Two::start().await;
    two.add(&two.ann, BOB).await;
    assert_eq!(two.add(&two.bob, ANN).await.code(), "0000");
    assert_eq!((two.flag(&two.bob).await, two.flag(&two.ann).await), (json!("1"), json!("3")));
    assert_eq!(two.friends(&two.bob).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_asked() {
    let two = Two::start().await;
    let refused = |code: &str| format!(r#"{{"result":"{code}","message":null,"mes":null}}"#);
    two.add(&two.ann, CAT).await.is(200, &refused("0007"));
    two.add(&two.ann, ANN).await.is(200, &refused("0006"));
    two.add(&two.ann, "1").await.is(200, &refused("0006"));
    two.friend(&two.ann, &[("add", "1")]).await.is(200, &refused("0006"));
    // Who was never here is not found, whatever they are elsewhere.
    two.api.friend(CAT, "Cat").await;
    two.add(&two.ann, CAT).await.is(200, &refused("0007"));
    assert_eq!(two.search(&two.ann, CAT).await.code(), "0007");
    for operation in ["search", "add", "dealMessage", "delete"] {
        two.friend("", &[(operation, "1"), ("userId", BOB)]).await.please_sign_up();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_searches_a_minute() {
    let two = Two::start().await;
    two.api.next_window(60);
    for _ in 0..30 {
        assert_eq!(two.search(&two.ann, BOB).await.code(), "0000");
    }
    two.search(&two.ann, BOB).await.is(200, r#"{"result":"0006","message":null,"flag":null}"#);
    two.api.next_window(60);
    assert_eq!(two.search(&two.ann, BOB).await.code(), "0000");
}

/// A message is kept for 180 days, and what it asks with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_old() {
    let two = Two::start().await;
    two.add(&two.ann, BOB).await;
    let message = two.messages(&two.bob).await.remove(0);
    two.api.advance(180 * 86_400);
    let (ann, bob) = (two.api.live_token(ANN).await, two.api.live_token(BOB).await);
    assert_eq!(two.messages(&bob).await.len(), 0);
    assert_eq!(two.deal(&bob, ANN, &message, "accept").await.code(), "0006");
    assert_eq!(two.add(&ann, BOB).await.code(), "0000");
    assert_eq!((two.flag(&bob).await, two.flag(&ann).await), (json!("0"), json!("2")));
}

/// Many accept and throw away one message at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn a_race_for_one_message() {
    let two = Two::start().await;
    two.add(&two.ann, BOB).await;
    let message = two.messages(&two.bob).await.remove(0);
    let accepts = (0..4).map(|_| two.deal(&two.bob, ANN, &message, "accept"));
    let deletes = (0..2).map(|_| two.deal(&two.ann, BOB, &message, "delete"));
    let (accepts, deletes) =
        tokio::join!(futures_util::future::join_all(accepts), futures_util::future::join_all(deletes));
    let count = |answers: &[Answer], code: &str| answers.iter().filter(|answer| answer.code() == code).count();
    assert_eq!((count(&accepts, "0000"), count(&accepts, "0010")), (1, 3));
    assert_eq!((count(&deletes, "0000"), count(&deletes, "0006")), (1, 1));
    assert_eq!((two.flag(&two.bob).await, two.messages(&two.ann).await.len()), (json!("1"), 0));
    assert_eq!((two.friends(&two.ann).await.len(), two.friends(&two.bob).await.len()), (1, 1));
}

/// Whoever tries numbers out by asking looks them up: two hundred an hour.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_tried_out() {
    let two = Two::start().await;
    two.api.next_window(3_600);
    for _ in 0..200 {
        assert_eq!(two.add(&two.ann, CAT).await.code(), "0007");
    }
    assert_eq!(two.add(&two.ann, CAT).await.code(), "0006");
    assert_eq!(two.search(&two.ann, BOB).await.code(), "0006");
}
