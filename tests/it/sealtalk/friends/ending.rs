//! The end of friendships: deleting, one or many, and being added again (`docs/dialects/sealtalk.md#deleting-friends`).

use super::{NO_FRIEND, action};
use crate::{
    crowd::text,
    sealtalk::client::Friend,
    world::{Api, NOBODY},
};
use serde_json::json;
use shared::config::Table;

impl Api {
    /// Whom somebody's blacklist shows.
    pub(in crate::sealtalk) async fn blacklisted(&self, who: &Friend) -> Vec<String> {
        let list = self.asks(who, "/user/blacklist").await.result();
        let id = |item: &serde_json::Value| item["user"]["id"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(id).collect()
    }

    /// Whether one's row says that the other is blocked, and that it does not show.
    pub(in crate::sealtalk) async fn block_row(&self, who: &Friend, other: &Friend) -> Option<(bool, bool)> {
        let (pk, sk) = (text(format!("USER#{}", who.id)), text(format!("BLOCK#{}", other.id)));
        let rows = self.rows(self.world.app.config.tables.name(Table::Friends)).await;
        let row = rows.into_iter().find(|row| row["pk"] == pk && row["sk"] == sk)?;
        let flag = |name: &str| *row[name].as_bool().unwrap();
        Some((flag("active"), flag("hidden")))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_who_is_deleted_is_blocked_without_being_listed() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.to_friend(&ann, "/friendship/delete", &tim.id).await.is(404, NO_FRIEND);
    api.befriend(&ann, &tim).await;
    api.says(&ann, "/friendship/set_display_name", json!({"friendId": tim.id, "displayName": "T"})).await.ok();
    let deleted = api.to_friend(&ann, "/friendship/delete", &tim.id).await;
    deleted.ok();
    assert_eq!(deleted.rounds(), 2);
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (30, 20));
    let gone = api.asks(&ann, "/friendship/all").await.result();
    assert_eq!(
        (&gone[0]["displayName"], &gone[0]["message"], &gone[0]["user"]["phone"]),
        (&json!(""), &json!(""), &json!(""))
    );
    assert_eq!(api.block_row(&ann, &tim).await, Some((true, true)));
    assert_eq!(api.blacklisted(&ann).await, [""; 0]);
    api.to_friend(&ann, "/friendship/delete", &tim.id).await.is(404, NO_FRIEND);
    api.versions_are_true(&ann).await;

    // The next add lifts it, whoever adds: here the one who had deleted.
    api.invite(&ann, &tim.id, "sorry").await.is(200, &action("Added"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 20));
    assert_eq!(api.block_row(&ann, &tim).await, Some((false, false)));
    api.versions_are_true(&ann).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_deleted_has_to_ask_again() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.befriend(&ann, &tim).await;
    api.to_friend(&ann, "/friendship/delete", &tim.id).await.ok();
    // Who still has a friend does not get them back by agreeing to what is long past.
    api.to_friend(&tim, "/friendship/agree", &ann.id).await.ok();
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (30, 20));
    api.invite(&tim, &ann.id, "again?").await.is(200, &action("Sent"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (11, 10));
    assert_eq!(api.block_row(&ann, &tim).await, Some((true, true)));
    api.to_friend(&ann, "/friendship/agree", &tim.id).await.ok();
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (20, 20));
    assert_eq!(api.block_row(&ann, &tim).await, Some((false, false)));

    // Both have deleted: who asks wants to see the other again.
    for (who, other) in [(&ann, &tim), (&tim, &ann)] {
        api.to_friend(who, "/friendship/delete", &other.id).await.ok();
    }
    api.invite(&tim, &ann.id, "again?").await.is(200, &action("Sent"));
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (11, 10));
    assert_eq!(api.block_row(&tim, &ann).await, Some((false, false)));
    assert_eq!(api.block_row(&ann, &tim).await, Some((true, true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_of_ones_own_stays_in_the_list() {
    let api = Api::start().await;
    let (ann, tim) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Tim").await);
    api.befriend(&ann, &tim).await;
    api.to_friend(&ann, "/user/add_to_blacklist", &tim.id).await.ok();
    api.to_friend(&ann, "/friendship/delete", &tim.id).await.ok();
    assert_eq!((api.status(&ann).await, api.status(&tim).await), (30, 20));
    assert_eq!(api.blacklisted(&ann).await, [tim.id.as_str()]);
    api.invite(&tim, &ann.id, "hm").await.is(200, &action("None"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_deleted_at_once() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    let crowd = api.seal_crowd(50).await;
    let (mut rows, table) = (Vec::new(), api.world.app.config.tables.name(Table::Friends).to_owned());
    for (nth, id) in (1..).zip(&crowd) {
        for (owner, other) in [(&ann.id, id), (id, &ann.id)] {
            rows.push(crate::crowd::Item::from([
                ("pk".into(), text(format!("USER#{owner}"))),
                ("sk".into(), text(format!("FRIEND#{other}"))),
                ("other".into(), text(other)),
                // The last one has only been asked.
                ("status".into(), crate::crowd::number(if nth == 50 { 10 } else { 20 })),
                ("updated_at".into(), crate::crowd::number(nth)),
                ("version".into(), crate::crowd::number(nth)),
            ]));
        }
    }
    api.write(&table, rows).await;
    let path = "/friendship/batch_delete";
    let mut too_many = crowd.clone();
    too_many.push(NOBODY.into());
    let refused = r#"{"code":400,"message":"Too many friendIds."}"#;
    api.says(&ann, path, json!({"friendIds": too_many})).await.is(400, refused);
    let empty = r#"{"code":400,"message":"Empty friendIds."}"#;
    api.says(&ann, path, json!({"friendIds": []})).await.is(400, empty);
    api.says(&ann, path, json!({"friendIds": crowd})).await.ok();
    let statuses: Vec<_> = api.statuses(&ann).await.into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 30).count(), 49);
    assert_eq!(statuses.iter().filter(|status| **status == 10).count(), 1);
    assert_eq!(api.blacklisted(&ann).await, [""; 0]);
    api.versions_are_true(&ann).await;
    // Again, with somebody twice, nobody and oneself: nothing is left to do.
    let before = api.own_versions(&ann).await;
    api.says(&ann, path, json!({"friendIds": [crowd[0], crowd[0], NOBODY, ann.id]})).await.ok();
    assert_eq!(api.own_versions(&ann).await, before);
}
