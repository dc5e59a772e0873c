//! Invitations and wishes that somebody does not want: what they are spared, and what others learn of it
//! (`docs/dialects/sealtalk.md#approval-and-invitations`).

use super::super::client::Friend;
use crate::world::{Answer, Api};
use serde_json::json;

const DAY: u32 = 86_400;
const NOT_FOUND: &str = r#"{"code":20003,"message":"Not found."}"#;

impl Api {
    /// The statuses of what somebody is asked.
    async fn statuses_shown(&self, who: &Friend) -> Vec<i64> {
        let notices = self.asks(who, "/group/notice_info").await.result();
        notices.as_array().unwrap().iter().map(|notice| notice["status"].as_i64().unwrap()).collect()
    }

    async fn gives_answer(&self, who: &Friend, group: &str, invitee: &Friend, status: u8) -> Answer {
        let body = json!({"groupId": group, "receiverId": invitee.id, "status": status});
        self.says(who, "/group/agree", body).await
    }

    async fn judges_newcomers(&self, who: &Friend, group: &str) {
        self.says(who, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    }

    /// Adds somebody, who seems to be asked whatever comes of it.
    async fn seems_to_ask(&self, who: &Friend, group: &str, invitee: &Friend) {
        let added = self.about_people(who, "add", group, &[invitee]).await.result();
        assert_eq!(added, json!([{"id": invitee.id, "status": 3}]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ignored_invitation_may_be_repeated_after_a_day() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    for who in [carl, dora] {
        api.says(who, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
    }
    let group = &api.group(ann, "Group", &[bob]).await;
    api.seems_to_ask(bob, group, carl).await;
    api.gives_answer(carl, group, carl, 0).await.ok();
    // Others who are asked in the same call are.
    let both = api.about_people(ann, "add", group, &[carl, dora]).await.result();
    assert_eq!(both, json!([{"id": carl.id, "status": 3}, {"id": dora.id, "status": 3}]));
    assert_eq!((api.statuses_shown(carl).await, api.statuses_shown(dora).await), (vec![0], vec![2]));
    // Whoever clears what they have ignored is asked no sooner, and cannot answer it any more.
    api.says(carl, "/group/clear_notice", json!({})).await.ok();
    for _ in 0..2 {
        api.seems_to_ask(bob, group, carl).await;
        assert_eq!(api.statuses_shown(carl).await, [0; 0]);
        api.gives_answer(carl, group, carl, 1).await.is(200, NOT_FOUND);
        api.advance(DAY / 2 - 60);
    }
    api.advance(120);
    api.seems_to_ask(bob, group, carl).await;
    assert_eq!(api.statuses_shown(carl).await, [2]);
    // Whoever has entered after they ignored it has not meant it for good.
    api.gives_answer(carl, group, carl, 0).await.ok();
    api.of_group(carl, "join", group).await.ok();
    api.of_group(carl, "quit", group).await.ok();
    api.seems_to_ask(bob, group, carl).await;
    assert_eq!(api.statuses_shown(carl).await, [2]);
    // What was not answered is cleared for good, and may be repeated.
    api.says(carl, "/group/clear_notice", json!({})).await.ok();
    assert_eq!(api.statuses_shown(carl).await, [0; 0]);
    api.seems_to_ask(bob, group, carl).await;
    api.gives_answer(carl, group, carl, 1).await.ok();
    assert_eq!(api.members_of(ann, group).await.len(), 3);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_shown_no_wish_finds_none_to_answer() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let [ann, bob, carl, dora, emil] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob, emil]).await;
    api.about_people(ann, "set_manager", group, &[emil]).await.ok();
    api.judges_newcomers(ann, group).await;
    api.of_group(carl, "join", group).await.ok();
    api.of_group(emil, "quit", group).await.ok();
    // A plain member, a stranger, and who managed it once.
    for who in [bob, dora, emil] {
        for status in [0, 1] {
            api.gives_answer(who, group, carl, status).await.is(200, NOT_FOUND);
        }
    }
    api.gives_answer(ann, group, carl, 1).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_learns_of_a_block_by_a_wish() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let [ann, bob, carl, dora, emil] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob, carl]).await;
    api.about_people(ann, "set_manager", group, &[carl]).await.ok();
    api.judges_newcomers(ann, group).await;
    for who in [dora, emil] {
        assert_eq!(api.about_people(bob, "add", group, &[who]).await.result()[0]["status"], 2);
    }
    assert_eq!(api.statuses_shown(ann).await, [2, 2]);
    // Dora blocks who has asked for her, and Emil one of those who could let him in.
    let block = async |who: &Friend, other: &Friend, path: &str| {
        api.says(who, path, json!({"friendId": other.id})).await.ok();
    };
    block(dora, bob, "/user/add_to_blacklist").await;
    block(emil, carl, "/user/add_to_blacklist").await;
    assert_eq!((api.statuses_shown(ann).await, api.statuses_shown(carl).await), (vec![2], vec![]));
    for (manager, who) in [(ann, dora), (carl, dora), (carl, emil)] {
        for status in [0, 1] {
            api.gives_answer(manager, group, who, status).await.is(200, NOT_FOUND);
        }
    }
    api.gives_answer(ann, group, emil, 1).await.ok();
    // Whoever asks for themselves is shown to every manager.
    block(dora, carl, "/user/add_to_blacklist").await;
    api.of_group(dora, "join", group).await.ok();
    assert_eq!(api.statuses_shown(ann).await, [2, 1]);
    api.gives_answer(ann, group, dora, 1).await.ok();
    assert_eq!(api.members_of(ann, group).await.len(), 5);
    api.groups_fit().await;
}
