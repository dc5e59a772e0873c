//! What an erased user leaves in groups: nothing but that somebody left.

use crate::{crowd::count, world::Api};
use futures_util::future::join_all;
use local::Fault;
use serde_json::json;
use shared::config::Table;
use std::time::Duration;

impl Api {
    async fn delete_user(&self, phone: &str) -> crate::world::Answer {
        self.form("/v1/account/delete_user", &[("phone_number", phone)]).await
    }
}

const REMOVED: &str = r#"{"status":"remove account successfully","data":{}}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_user_quits_every_group() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let people = api.friends(2).await;
    let (bob, carl) = (&people[0], &people[1]);
    let own = &api.group(ann, "Hers", &[bob]).await;
    let other = &api.group(bob, "His", &[ann, carl]).await;
    let former = &api.group(bob, "Left", &[ann, carl]).await;
    api.of_group(ann, "quit", former).await.ok();
    let alone = &api.group(ann, "Alone", &[bob]).await;
    api.of_group(bob, "quit", alone).await.ok();
    api.of_group(ann, "fav", own).await.ok();
    api.says(ann, "/group/set_display_name", json!({"groupId": other, "displayName": "A name"})).await.ok();
    let before = api.version_of(carl, other).await;
    api.delete_user("13900000001").await.is(200, REMOVED);
    assert_eq!(api.asks(bob, &format!("/group/{own}")).await.result()["creatorId"], json!(bob.id));
    assert_eq!(api.members_of(carl, other).await.len(), 2);
    assert!(api.version_of(carl, other).await > before, "the change reaches whoever stays");
    assert!(api.asks(bob, &format!("/group/{alone}")).await.result()["deletedAt"].is_string());
    for row in api.rows(api.world.app.config.tables.name(Table::Groups)).await {
        let sk = row["sk"].as_s().unwrap();
        assert!(!row["pk"].as_s().unwrap().ends_with(&ann.id), "{row:?}");
        if sk.ends_with(&ann.id) {
            assert!(row.contains_key("left_at") && !row.contains_key("display_name"), "{row:?}");
            let left = count(Some(&row), "expires_at") - api.world.clock.seconds();
            assert!((0..=30 * 86_400).contains(&left), "{row:?}");
        }
    }
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_died_among_groups_is_taken_up() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let others: Vec<_> = people.iter().collect();
    for (number, after) in [0, 1, 3].into_iter().enumerate() {
        let phone = format!("1390000000{number}");
        let ann = &api.friend(&phone, "Ann").await;
        let groups = [api.group(ann, "One", &others).await, api.group(others[0], "Two", &[ann, others[1]]).await];
        let before = [api.version_of(others[1], &groups[0]).await, api.version_of(others[1], &groups[1]).await];
        api.world.faults.strike("TransactWriteItems", after, &Fault::Delayed(Duration::ZERO));
        api.world.faults.strike("TransactWriteItems", 1_000, &Fault::Internal);
        assert_eq!(api.delete_user(&phone).await.status, 500);
        api.world.faults.clear();
        api.delete_user(&phone).await.is(200, REMOVED);
        for (group, (left, before)) in groups.iter().zip([3, 2].into_iter().zip(before)) {
            // The change reaches whoever does nothing but sync.
            assert!(api.version_of(others[1], group).await > before, "after {after}");
            assert_eq!(api.members_of(others[0], group).await.len(), left);
        }
        api.advance(11);
        api.asks(others[0], "/user/groups").await.result();
        api.groups_fit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_in_a_group_after_an_erasure_beside_joins() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let group = &api.group(&people[0], "Group", &[&people[1], &people[2]]).await;
    for number in 0..4 {
        let phone = format!("1390000000{number}");
        let ann = &api.friend(&phone, "Ann").await;
        let anns = [ann];
        let adding = join_all(people.iter().map(|who| api.about_people(who, "add", group, &anns)));
        let joining = async {
            api.of_group(ann, "join", group).await;
            api.group_of(ann, &people[0]).await;
        };
        let (erased, ..) = futures_util::join!(api.delete_user(&phone), adding, joining);
        erased.is(200, REMOVED);
        assert_eq!(api.members_of(&people[0], group).await.len(), 3);
        for row in api.rows(api.world.app.config.tables.name(Table::Groups)).await {
            assert!(!row["pk"].as_s().unwrap().ends_with(&ann.id), "{row:?}");
        }
        api.groups_fit().await;
    }
}

impl Api {
    /// Tries to make a group, which may be too late.
    async fn group_of(&self, creator: &super::super::client::Friend, other: &super::super::client::Friend) {
        let body = json!({"name": "Late", "memberIds": super::ids(&[creator, other])});
        self.says(creator, "/group/create", body).await;
    }
}
