//! Who is erased leaves everybody's friends and blocks.

use crate::{
    crowd::{Item, count, text},
    sealtalk::client::Friend,
    world::Api,
};
use local::Fault;
use serde_json::json;
use shared::config::Table;
use std::time::Duration;

const NOTE: &str = "/friendship/set_friend_description";

impl Api {
    /// Rows of friends that lie in somebody's partition.
    async fn friends_rows(&self, who: &Friend) -> Vec<Item> {
        let partition = text(format!("USER#{}", who.id));
        let rows = self.rows(self.world.app.config.tables.name(Table::Friends)).await;
        rows.into_iter().filter(|row| row["pk"] == partition).collect()
    }

    /// The row in which somebody has something about somebody.
    async fn friends_row(&self, who: &Friend, kind: &str, other: &Friend) -> Option<Item> {
        let sk = text(format!("{kind}#{}", other.id));
        self.friends_rows(who).await.into_iter().find(|row| row["sk"] == sk)
    }

    /// That a row is about nobody any more, and that it is the owner's newest change.
    async fn is_news(&self, who: &Friend, row: &Item) {
        let mut attributes: Vec<_> = row.keys().map(String::as_str).collect();
        attributes.sort_unstable();
        let plain =
            ["active", "hidden", "look_version", "other", "pk", "sk", "status", "type", "updated_at", "version"];
        assert!(attributes.iter().all(|name| plain.contains(name)), "{attributes:?}");
        let rows = self.friends_rows(who).await;
        let latest = rows.iter().find(|row| row["sk"] == text("VERSION"));
        assert_eq!(count(Some(row), "version"), count(latest, "latest"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_erased_person_is_left_among_friends() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    let (tim, lily, bob) = (
        api.friend("13900000002", "Tim").await,
        api.friend("13900000003", "Lily").await,
        api.friend("13900000004", "Bob").await,
    );
    let about = async |who: &Friend, path: &str, other: &Friend| {
        api.says(who, path, json!({"friendId": other.id})).await.ok();
    };
    let invitation = |other: &Friend| json!({"friendId": other.id, "message": "hi"});
    api.says(&ann, "/friendship/invite", invitation(&tim)).await.result();
    about(&tim, "/friendship/agree", &ann).await;
    let traces = ["a-name", "a-number", "a-text", "a-picture"];
    for (who, other) in [(&tim, &ann), (&ann, &tim)] {
        let [name, phone, text, picture] = traces;
        let note = json!({"friendId": other.id, "displayName": name, "region": "86", "phone": phone,
            "description": text, "imageUri": picture});
        api.says(who, NOTE, note).await.ok();
        assert!(api.friends_row(who, "NOTES", other).await.is_some());
    }
    // What is noted about others, and is nobody else's to erase.
    api.says(&lily, "/friendship/invite", invitation(&tim)).await.result();
    about(&tim, "/friendship/agree", &lily).await;
    api.says(&tim, NOTE, json!({"friendId": lily.id, "description": "hers"})).await.ok();
    let stored = format!("{:?}", api.rows(api.world.app.config.tables.name(Table::Friends)).await);
    assert!(traces.iter().all(|trace| stored.matches(trace).count() == 2), "{stored}");
    // She has blocked a stranger, and a stranger her.
    about(&ann, "/user/add_to_blacklist", &lily).await;
    about(&bob, "/user/add_to_blacklist", &ann).await;
    assert!(api.friends_row(&lily, "BLOCKED_BY", &ann).await.is_some());
    assert!(api.friends_row(&ann, "BLOCKED_BY", &bob).await.is_some());

    let erase = async || api.form("/v1/account/delete_user", &[("phone_number", &*ann.phone)]).await;
    assert_eq!(erase().await.status, 200);
    assert_eq!(api.friends_rows(&ann).await, []);
    assert!(api.friends_row(&lily, "BLOCKED_BY", &ann).await.is_none());
    assert!(api.friends_row(&tim, "NOTES", &ann).await.is_none());
    assert!(api.friends_row(&tim, "NOTES", &lily).await.is_some());
    let stored = format!("{:?}", api.rows(api.world.app.config.tables.name(Table::Friends)).await);
    assert!(traces.iter().all(|trace| !stored.contains(trace)), "{stored}");
    let edge = api.friends_row(&tim, "FRIEND", &ann).await.unwrap();
    assert_eq!(count(Some(&edge), "status"), 30);
    api.is_news(&tim, &edge).await;
    let block = api.friends_row(&bob, "BLOCK", &ann).await.unwrap();
    assert_eq!(block["active"].as_bool(), Ok(&false));
    api.is_news(&bob, &block).await;
    let nothing = r#"{"code":200,"result":[]}"#;
    let left = api.asks(&tim, "/friendship/all").await.result();
    assert_eq!((left.as_array().map(Vec::len), &left[0]["user"]["id"]), (Some(1), &json!(lily.id)));
    api.asks(&bob, "/user/blacklist").await.is(200, nothing);
    api.says(&tim, "/friendship/invite", invitation(&ann)).await.refused(404, 404);
    api.says(&tim, "/friendship/agree", json!({"friendId": ann.id})).await.refused(404, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives_during_an_erasure_leaves_nothing() {
    let api = Api::start().await;
    let tim = api.friend("13900000009", "Tim").await;
    for nth in 0..8 {
        let ann = api.friend(&format!("139000001{nth:02}"), &format!("Ann {nth}")).await;
        let invitation = json!({"friendId": ann.id, "message": "hi"});
        let fields = [("phone_number", &*ann.phone)];
        let (invited, blocked, erased) = tokio::join!(
            api.says(&tim, "/friendship/invite", invitation),
            api.says(&tim, "/user/add_to_blacklist", json!({"friendId": ann.id})),
            api.form("/v1/account/delete_user", &fields),
        );
        assert_eq!(erased.status, 200, "{erased:?}");
        for answer in [invited, blocked] {
            assert!([200, 404].contains(&answer.status), "{answer:?}");
        }
        assert_eq!(api.friends_rows(&ann).await, [], "{nth}");
        assert_eq!(api.asks(&tim, "/friendship/all").await.result(), json!([]));
    }
}

/// Notes whose transaction arrives while an erasure has read the rows of friends and not yet written any, or when it is
/// over: about who is erased, or by them.
async fn notes_under_way(by_the_erased: bool, over: bool) {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.says(&ann, "/friendship/invite", json!({"friendId": tim.id, "message": "hi"})).await.result();
    api.says(&tim, "/friendship/agree", json!({"friendId": ann.id})).await.ok();
    let (early, late) = (Duration::from_millis(400), Duration::from_millis(3_000));
    let (notes, erasure) = if over { (late, Duration::ZERO) } else { (early, late) };
    for delay in [notes, erasure] {
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(delay));
    }
    let erased = async {
        while api.world.faults.left("TransactWriteItems") > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        api.form("/v1/account/delete_user", &[("phone_number", &*ann.phone)]).await
    };
    let (who, other) = if by_the_erased { (&ann, &tim) } else { (&tim, &ann) };
    let note = json!({"friendId": other.id, "description": "behind its back"});
    let (noted, erased) = tokio::join!(api.says(who, NOTE, note), erased);
    assert_eq!(erased.status, 200, "{erased:?}");
    match (by_the_erased, over) {
        (true, _) => noted.signed_out(),
        (false, true) => noted.refused(404, 404),
        (false, false) => noted.ok(),
    }
    let stored = format!("{:?}", api.rows(api.world.app.config.tables.name(Table::Friends)).await);
    assert!(!stored.contains("behind its back") && !stored.contains("NOTES"), "{stored}");
    assert_eq!(api.friends_rows(&ann).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_that_meet_an_erasure_leave_nothing() {
    tokio::join!(
        notes_under_way(true, false),
        notes_under_way(true, true),
        notes_under_way(false, false),
        notes_under_way(false, true),
    );
}
