//! Who is erased leaves everybody's friends and blocks.

use crate::{
    crowd::{Item, count, text},
    sealtalk::client::Friend,
    world::Api,
};
use serde_json::json;

impl Api {
    /// Rows of friends that lie in somebody's partition.
    async fn friends_rows(&self, who: &Friend) -> Vec<Item> {
        let partition = text(format!("USER#{}", who.id));
        let rows = self.rows(&self.world.app.config.friends_table).await;
        rows.into_iter().filter(|row| row["pk"] == partition).collect()
    }

    /// The row in which somebody has something about somebody.
    async fn friends_row(&self, who: &Friend, kind: &str, other: &Friend) -> Option<Item> {
        let sk = text(format!("{kind}#{}", other.id));
        self.friends_rows(who).await.into_iter().find(|row| row["sk"] == sk)
    }

    /// That a row is about nobody any more, and its owner is to hear of it last of all.
    async fn is_news(&self, who: &Friend, row: &Item) {
        let mut attributes: Vec<_> = row.keys().map(String::as_str).collect();
        attributes.sort_unstable();
        let plain = ["active", "hidden", "other", "pk", "sk", "status", "type", "updated_at", "version"];
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
    let note = json!({"friendId": ann.id, "displayName": "A", "region": "86", "phone": "1", "description": "mine"});
    api.says(&tim, "/friendship/set_friend_description", note).await.ok();
    // She has blocked a stranger, and a stranger her.
    about(&ann, "/user/add_to_blacklist", &lily).await;
    about(&bob, "/user/add_to_blacklist", &ann).await;
    assert!(api.friends_row(&lily, "BLOCKED_BY", &ann).await.is_some());
    assert!(api.friends_row(&ann, "BLOCKED_BY", &bob).await.is_some());

    let erase = async || api.form("/v1/account/delete_user", &[("phone_number", &*ann.phone)]).await;
    assert_eq!(erase().await.status, 200);
    assert_eq!(api.friends_rows(&ann).await, []);
    assert!(api.friends_row(&lily, "BLOCKED_BY", &ann).await.is_none());
    let edge = api.friends_row(&tim, "FRIEND", &ann).await.unwrap();
    assert_eq!(count(Some(&edge), "status"), 30);
    api.is_news(&tim, &edge).await;
    let block = api.friends_row(&bob, "BLOCK", &ann).await.unwrap();
    assert_eq!(block["active"].as_bool(), Ok(&false));
    api.is_news(&bob, &block).await;
    let nothing = r#"{"code":200,"result":[]}"#;
    api.asks(&tim, "/friendship/all").await.is(200, nothing);
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
