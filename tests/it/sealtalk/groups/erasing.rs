//! What an erased user leaves in groups: nothing but that somebody left.

mod marks;
mod together;

use super::super::client::Friend;
use crate::{
    crowd::{count, text},
    world::Api,
};
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
            let told = ["role", "joined_at", "known_since"].map(|name| count(Some(&row), name));
            assert_eq!(told, [1, 0, 0], "what they were, and since when: {row:?}");
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
    async fn group_of(&self, creator: &Friend, other: &Friend) {
        let body = json!({"name": "Late", "memberIds": super::ids(&[creator, other])});
        self.says(creator, "/group/create", body).await;
    }
}

impl Api {
    /// A group that wants approval, of the first and others; its id.
    async fn judged_group(&self, creator: &Friend, others: &[&Friend]) -> String {
        let group = self.group(creator, "Judged", others).await;
        self.says(creator, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
        group
    }

    async fn notices_shown(&self, who: &Friend) -> usize {
        self.asks(who, "/group/notice_info").await.result().as_array().unwrap().len()
    }

    /// Wishes of Ann, for Ann and by Ann, an invitation of hers and one by her: the groups of the wishes.
    async fn asking_and_asked(&self, ann: &Friend, people: &[Friend]) -> [String; 3] {
        let [bob, carl, dora, emil, ..] = people else { unreachable!() };
        let groups = [
            self.judged_group(bob, &[carl]).await,
            self.judged_group(bob, &[carl]).await,
            self.judged_group(bob, &[carl, ann]).await,
        ];
        self.of_group(ann, "join", &groups[0]).await.ok();
        self.about_people(carl, "add", &groups[1], &[ann, emil]).await.result();
        // Dora wants to be asked from the second time on.
        self.says(dora, "/user/set_privacy", json!({"groupVerify": 1})).await.ok();
        self.about_people(ann, "add", &groups[2], &[dora, emil]).await.result();
        let open = self.group(bob, "Open", &[carl, ann]).await;
        for who in [dora, ann] {
            self.says(who, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
        }
        self.about_people(ann, "add", &open, &[dora]).await.result();
        let other = self.group(bob, "Other", &[carl]).await;
        self.about_people(carl, "add", &other, &[ann]).await.result();
        assert_eq!((self.notices_shown(bob).await, self.notices_shown(dora).await), (5, 1));
        groups
    }

    /// Rows of groups that name somebody; without those that say that they left.
    async fn rows_naming(&self, who: &Friend) -> Vec<String> {
        let rows = self.rows(self.world.app.config.tables.name(Table::Groups)).await;
        let rows = rows.iter().filter(|row| row["sk"].as_s().unwrap() != &format!("MEMBER#{}", who.id));
        rows.map(|row| format!("{row:?}")).filter(|row| row.contains(&who.id)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wishes_and_invitations_go_with_whoever_asks_or_is_asked() {
    let api = Api::start().await;
    let people = &api.friends(4).await;
    let [bob, _, dora, emil] = &people[..] else { unreachable!() };
    // Whatever an erasure has reached when it dies, the next one finds the rest.
    for (number, after) in [0, 2, 5, 1_000].into_iter().enumerate() {
        let phone = format!("1390000001{number}");
        let ann = &api.friend(&phone, "Ann").await;
        let groups = api.asking_and_asked(ann, people).await;
        if after < 1_000 {
            api.world.faults.strike("TransactWriteItems", after, &Fault::Delayed(Duration::ZERO));
            api.world.faults.strike("TransactWriteItems", 1_000, &Fault::Internal);
            assert_eq!(api.delete_user(&phone).await.status, 500);
            api.world.faults.clear();
        }
        api.delete_user(&phone).await.is(200, REMOVED);
        assert_eq!(api.rows_naming(ann).await, [""; 0], "after {after}");
        // The wish for Emil by another stands.
        assert_eq!((api.notices_shown(bob).await, api.notices_shown(dora).await), (1, 0), "after {after}");
        api.groups_fit().await;
        let body = json!({"groupId": groups[1], "receiverId": emil.id, "status": 1});
        api.says(bob, "/group/agree", body).await.ok();
        api.says(bob, "/group/clear_notice", json!({})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_asked_about_whoever_is_being_erased() {
    let api = Api::start().await;
    let people = &api.friends(4).await;
    let [bob, _, dora, emil] = &people[..] else { unreachable!() };
    let ann = &api.friend("13900000001", "Ann").await;
    let groups = api.asking_and_asked(ann, people).await;
    api.amend(&format!("USER#{}", ann.id), "PROFILE", &[("state", Some(text("erasing")))]).await;
    assert_eq!((api.notices_shown(bob).await, api.notices_shown(dora).await), (1, 0));
    for (group, invitee) in [(&groups[0], ann), (&groups[1], ann), (&groups[2], emil)] {
        for status in [1, 0] {
            let body = json!({"groupId": group, "receiverId": invitee.id, "status": status});
            api.says(bob, "/group/agree", body).await.declined(20_003, "Not found.");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_meet_an_erasure_leave_nothing() {
    let api = Api::start().await;
    let people = &api.friends(4).await;
    let [bob, carl, dora, emil] = &people[..] else { unreachable!() };
    api.says(emil, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
    let group = &api.judged_group(bob, &[carl]).await;
    for number in 0..4 {
        let phone = format!("1390000002{number}");
        let ann = &api.friend(&phone, "Ann").await;
        let own = &api.judged_group(bob, &[carl, ann]).await;
        let (for_ann, by_ann) = ([ann], [dora, emil]);
        let (erased, ..) = tokio::join!(
            api.delete_user(&phone),
            api.of_group(ann, "join", group),
            api.about_people(carl, "add", group, &for_ann),
            api.about_people(ann, "add", own, &by_ann),
        );
        erased.is(200, REMOVED);
        assert_eq!(api.rows_naming(ann).await, [""; 0]);
        api.groups_fit().await;
    }
}
