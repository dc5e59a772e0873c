//! What a group keeps of somebody who is erased: nothing that names them.

use super::REMOVED;
use crate::{sealtalk::client::Friend, world::Api};
use serde_json::{Value, json};

impl Api {
    async fn group_shown(&self, who: &Friend, group: &str) -> Value {
        self.asks(who, &format!("/group/{group}")).await.result()
    }

    async fn with_portrait(&self, creator: &Friend, group: &str, url: &str) {
        self.says(creator, "/group/set_portrait_uri", json!({"groupId": group, "portraitUri": url})).await.ok();
    }
}

fn picture_of(who: &Friend) -> String {
    format!("https://example.com/media/images/{}/0123456789abcdef/group.png", who.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_has_ended_says_nothing_of_its_erased_creator() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let (dismissed, alone) = (&api.group(ann, "Ann's own", &[bob]).await, &api.group(ann, "Ann alone", &[bob]).await);
    let others = &api.group(bob, "Bob's own", &[ann]).await;
    for group in [dismissed, alone] {
        api.with_portrait(ann, group, &picture_of(ann)).await;
        api.says(ann, "/group/set_bulletin", json!({"groupId": group, "content": "Ann says"})).await.ok();
    }
    api.of_group(bob, "quit", alone).await.ok();
    api.of_group(ann, "dismiss", dismissed).await.ok();
    api.of_group(bob, "dismiss", others).await.ok();
    api.delete_user(&ann.phone).await.is(200, REMOVED);
    for group in [dismissed, alone] {
        let shown = api.group_shown(bob, group).await;
        assert_eq!([&shown["creatorId"], &shown["name"], &shown["portraitUri"]], ["", "", ""], "{shown}");
        assert!(shown["deletedAt"].is_string() && shown["bulletin"].is_null(), "{shown}");
        let meta = api.group_row(&format!("GROUP#{group}"), "META").await;
        let meta = format!("{meta:?}");
        assert!(!meta.contains(&ann.id) && !meta.contains("Ann"), "{meta}");
    }
    assert_eq!(api.group_shown(bob, others).await["name"], "Bob's own");
    // Who has not heard of the end yet does so.
    let synced = api.asks(bob, "/user/sync/1").await.result();
    let over = synced["groups"].as_array().unwrap().iter().filter(|group| group["isDeleted"] == true).count();
    assert_eq!(over, 3, "{synced}");
    assert_eq!(api.rows_naming(ann).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_lives_on_drops_the_picture_of_who_is_erased() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let carl = &api.friend("13900000003", "Carl").await;
    let others = [bob, carl];
    let (own, given, bobs) = (
        &api.group(ann, "Own", &others).await,
        &api.group(ann, "Given", &others).await,
        &api.group(ann, "Third", &others).await,
    );
    for group in [own, given] {
        api.with_portrait(ann, group, &picture_of(ann)).await;
    }
    api.with_portrait(ann, bobs, &picture_of(bob)).await;
    api.says(ann, "/group/set_bulletin", json!({"groupId": own, "content": "Welcome"})).await.ok();
    api.says(ann, "/group/transfer", json!({"groupId": given, "userId": bob.id})).await.ok();
    api.of_group(ann, "quit", given).await.ok();
    let before = [api.version_of(carl, own).await, api.version_of(carl, given).await];
    api.delete_user(&ann.phone).await.is(200, REMOVED);
    for (group, before) in [own, given].into_iter().zip(before) {
        let shown = api.group_shown(carl, group).await;
        assert_eq!(shown["portraitUri"], "", "{shown}");
        assert!([&bob.id, &carl.id].iter().any(|id| shown["creatorId"] == **id), "{shown}");
        assert!(api.version_of(carl, group).await > before, "the change reaches whoever stays");
    }
    // What a group was told belongs to it, without who has said it.
    assert_eq!(api.group_shown(carl, own).await["bulletin"], "Welcome");
    assert_eq!(api.group_shown(carl, bobs).await["portraitUri"], *picture_of(bob));
    assert_eq!(api.rows_naming(ann).await, [""; 0]);
    api.groups_fit().await;
}
