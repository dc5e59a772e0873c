//! Names and notes for friends (`docs/dialects/sealtalk.md#names-and-notes`).

use super::{NO_FRIEND, action};
use crate::{
    crowd::{Item, text},
    sealtalk::client::Friend,
    world::Api,
};
use local::Fault;
use serde_json::{Value, json};
use shared::config::Table;
use std::time::Duration;

const NAME: &str = "/friendship/set_display_name";
const SET: &str = "/friendship/set_friend_description";
const GET: &str = "/friendship/get_friend_description";

impl Api {
    /// What somebody has noted about somebody, as it is stored.
    async fn notes_row(&self, who: &Friend, other: &Friend) -> Option<Item> {
        let (pk, sk) = (format!("USER#{}", who.id), format!("NOTES#{}", other.id));
        self.item(self.world.app.config.tables.name(Table::Friends), &pk, &sk).await
    }

    /// Two friends, the first of whom notes something.
    async fn noting(&self) -> (Friend, Friend) {
        let (ann, tim) = (self.friend("13900000001", "Ann").await, self.friend("13900000002", "Tim").await);
        self.befriend(&ann, &tim).await;
        (ann, tim)
    }
}

/// A body about somebody.
fn about(other: &Friend, mut fields: Value) -> Value {
    fields["friendId"] = json!(other.id);
    fields
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_has_a_name() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    let named = |name: String| json!({"friendId": tim.id, "displayName": name});
    api.says(&ann, NAME, named("T".into())).await.is(404, NO_FRIEND);
    api.befriend(&ann, &tim).await;
    api.says(&ann, NAME, named("<".repeat(32))).await.ok();
    let shown = api.asks(&ann, "/friendship/all").await.result();
    assert_eq!(shown[0]["displayName"], "&lt;".repeat(8));
    let long = r#"{"code":400,"message":"Length of displayName invalid."}"#;
    api.says(&ann, NAME, named("名".repeat(33))).await.is(400, long);
    api.says(&ann, NAME, json!({"friendId": tim.id})).await.is(400, r#"{"code":400,"message":"Empty displayName."}"#);
    api.says(&ann, NAME, named(String::new())).await.ok();
    assert_eq!(api.asks(&ann, "/friendship/all").await.result()[0]["displayName"], "");
    // No sync of the other shows it.
    assert_eq!(api.asks(&tim, "/friendship/all").await.result()[0]["displayName"], "");
    // Blocked is not a friend.
    api.to_friend(&ann, "/user/add_to_blacklist", &tim.id).await.ok();
    api.says(&ann, NAME, named("T".into())).await.is(404, NO_FRIEND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_has_notes() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.says(&ann, SET, json!({"friendId": tim.id, "description": "x"})).await.is(404, NO_FRIEND);
    api.to_friend(&ann, GET, &tim.id).await.is(404, NO_FRIEND);
    api.befriend(&ann, &tim).await;
    let empty = r#"{"code":200,"result":{"displayName":"","region":"","phone":"","description":"","imageUri":""}}"#;
    api.to_friend(&ann, GET, &tim.id).await.is(200, empty);
    let all = json!({"friendId": tim.id, "displayName": "T", "region": 86, "phone": 13900000009_u64,
        "description": "met <him> in June", "imageUri": "http://img.example.com/a"});
    api.says(&ann, SET, all).await.ok();
    let shown = api.to_friend(&ann, GET, &tim.id).await;
    assert_eq!(shown.rounds(), 1);
    let expected = concat!(
        r#"{"code":200,"result":{"displayName":"T","region":"86","phone":"13900000009","#,
        r#""description":"met &lt;him&gt; in June","imageUri":"http://img.example.com/a"}}"#
    );
    shown.is(200, expected);
    // What is not mentioned stays, what is empty goes.
    api.says(&ann, SET, json!({"friendId": tim.id, "description": "", "imageUri": ""})).await.ok();
    let left = api.to_friend(&ann, GET, &tim.id).await.result();
    assert_eq!(
        left,
        json!({"displayName": "T", "region": "86", "phone": "13900000009", "description": "", "imageUri": ""})
    );
    let before = api.own_versions(&ann).await;
    let nothing = api.says(&ann, SET, json!({"friendId": tim.id})).await;
    nothing.ok();
    assert_eq!((nothing.rounds(), api.own_versions(&ann).await), (1, before));
    api.says(&ann, SET, json!({"friendId": tim.id, "displayName": "", "region": "", "phone": ""})).await.ok();
    api.to_friend(&ann, GET, &tim.id).await.is(200, empty);

    for body in [json!({"region": "86"}), json!({"phone": "1"}), json!({"region": "86", "phone": null})] {
        let mut body = body;
        body["friendId"] = json!(tim.id);
        let apart = r#"{"code":400,"message":"Region and phone belong together."}"#;
        api.says(&ann, SET, body).await.is(400, apart);
    }
    for (field, most) in [("displayName", 32), ("description", 500), ("imageUri", 256)] {
        let text = |length| json!({"friendId": tim.id, field: "字".repeat(length)});
        api.says(&ann, SET, text(most)).await.ok();
        let long = format!(r#"{{"code":400,"message":"Length of {field} invalid."}}"#);
        api.says(&ann, SET, text(most + 1)).await.is(400, &long);
    }
}

/// Shipped apps send every field each time, and a calling code where nobody has written a number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_note_may_be_empty() {
    let api = Api::start().await;
    let (ann, tim) = api.noting().await;
    let full = json!({"displayName": "T", "region": "1", "phone": "2", "description": "x", "imageUri": "y"});
    let shown = async || api.to_friend(&ann, GET, &tim.id).await.result();
    let app = json!({"displayName": "T", "region": "86", "phone": "", "description": "", "imageUri": ""});
    for _ in 0..2 {
        api.says(&ann, SET, about(&tim, app.clone())).await.ok();
        assert_eq!(shown().await, app);
        api.says(&ann, SET, about(&tim, full.clone())).await.ok();
        assert_eq!(shown().await, full);
    }
    for field in ["displayName", "region", "phone", "description", "imageUri"] {
        let mut sent = full.clone();
        sent[field] = json!("");
        api.says(&ann, SET, about(&tim, sent.clone())).await.ok();
        assert_eq!(shown().await, sent, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_news_and_notes_are_none() {
    let api = Api::start().await;
    let (ann, tim) = api.noting().await;
    api.says(&ann, NAME, about(&tim, json!({"displayName": "T"}))).await.ok();
    api.says(&ann, SET, about(&tim, json!({"displayName": "Ti"}))).await.ok();
    assert_eq!(api.notes_row(&ann, &tim).await, None, "a name is no note");

    let (before, all) = (api.own_versions(&ann).await, api.asks(&ann, "/friendship/all").await.text);
    let version = before.0;
    for (fields, attributes) in [
        (json!({"region": 86, "phone": 1, "description": "tall", "imageUri": "http://img.example.com/a"}), 7),
        // The same name is none that is new; what is empty takes no place.
        (json!({"displayName": "Ti", "region": "", "phone": "", "imageUri": ""}), 4),
        (json!({"description": "tall"}), 4),
    ] {
        let noted = api.says(&ann, SET, about(&tim, fields)).await;
        noted.ok();
        assert_eq!(noted.rounds(), 2);
        let row = api.notes_row(&ann, &tim).await.unwrap();
        assert_eq!((row.len(), &row["description"]), (attributes, &text("tall")), "{row:?}");
        assert_eq!(api.own_versions(&ann).await, before);
        assert_eq!(api.asks(&ann, "/friendship/all").await.text, all);
        let sync = api.asks(&ann, &format!("/user/sync/{version}")).await.result();
        assert_eq!((&sync["version"], &sync["friends"]), (&json!(version), &json!([])));
    }

    api.says(&ann, SET, about(&tim, json!({"displayName": "Tom", "description": "short"}))).await.ok();
    let sync = api.asks(&ann, &format!("/user/sync/{version}")).await.result();
    assert!(sync["version"].as_i64() > Some(version));
    assert_eq!(sync["friends"][0]["displayName"], "Tom");
    let shown = api.to_friend(&ann, GET, &tim.id).await.result();
    assert_eq!((&shown["displayName"], &shown["description"]), (&json!("Tom"), &json!("short")));
    api.versions_are_true(&ann).await;
}

/// The first of two calls writes when the second has been answered. Neither undoes the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_at_once_keep_what_each_has_said() {
    let api = Api::start().await;
    let (ann, tim) = api.noting().await;
    api.says(&ann, SET, about(&tim, json!({"description": "old"}))).await.ok();
    let shown = async || api.to_friend(&ann, GET, &tim.id).await.result();
    let image = "http://img.example.com/a";
    // Only a new name makes the other call look again at what there is.
    for (first, second, rounds) in [
        (json!({"description": "tall"}), json!({"imageUri": image}), 2),
        (json!({"region": "86", "phone": "1"}), json!({"displayName": "T"}), 4),
        (json!({"displayName": "Tom"}), json!({"description": ""}), 2),
    ] {
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(300)));
        let second = async {
            while api.world.faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            api.says(&ann, SET, about(&tim, second)).await
        };
        let (first, second) = tokio::join!(api.says(&ann, SET, about(&tim, first)), second);
        first.ok();
        second.ok();
        assert_eq!((first.rounds(), second.rounds()), (rounds, 2));
    }
    let all = json!({"displayName": "Tom", "region": "86", "phone": "1", "description": "", "imageUri": image});
    assert_eq!(shown().await, all);

    let fields = [
        json!({"displayName": "T"}),
        json!({"region": "1", "phone": "2"}),
        json!({"description": "x"}),
        json!({"imageUri": ""}),
    ];
    let calls = fields.map(|fields| api.says(&ann, SET, about(&tim, fields)));
    futures_util::future::join_all(calls).await.iter().for_each(crate::world::Answer::ok);
    let all = json!({"displayName": "T", "region": "1", "phone": "2", "description": "x", "imageUri": ""});
    assert_eq!(shown().await, all);
    api.versions_are_true(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_on_a_friend_who_was_deleted_are_there_when_they_are_back() {
    let api = Api::start().await;
    let (ann, tim) = api.noting().await;
    api.says(&ann, SET, about(&tim, json!({"displayName": "T", "description": "tall"}))).await.ok();
    api.to_friend(&ann, "/friendship/delete", &tim.id).await.ok();
    api.to_friend(&ann, GET, &tim.id).await.is(404, NO_FRIEND);
    api.says(&ann, SET, about(&tim, json!({"description": "short"}))).await.is(404, NO_FRIEND);
    api.invite(&ann, &tim.id, "sorry").await.is(200, &action("Added"));
    let shown = api.to_friend(&ann, GET, &tim.id).await.result();
    assert_eq!((&shown["displayName"], &shown["description"]), (&json!(""), &json!("tall")));
}
