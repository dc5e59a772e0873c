//! Invitations that wait for the invitee or for a manager (`docs/dialects/sealtalk.md#approval-and-invitations`).

use super::super::client::Friend;
use crate::world::{Answer, Api};
use futures_util::future::join_all;
use local::Fault;
use serde_json::{Value, json};
use std::time::Duration;

impl Api {
    /// From now on somebody wants to be asked before they are in a group.
    async fn wants_to_be_asked(&self, who: &Friend) {
        self.says(who, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
    }

    async fn notices_of(&self, who: &Friend) -> Vec<Value> {
        self.asks(who, "/group/notice_info").await.result().as_array().unwrap().clone()
    }

    async fn answers(&self, who: &Friend, group: &str, invitee: &Friend, status: u8) -> Answer {
        let body = json!({"groupId": group, "receiverId": invitee.id, "status": status});
        self.says(who, "/group/agree", body).await
    }
}

/// Type and status of the only notice.
#[track_caller]
fn only(notices: &[Value]) -> (i64, i64) {
    assert_eq!(notices.len(), 1, "{notices:?}");
    (notices[0]["type"].as_i64().unwrap(), notices[0]["status"].as_i64().unwrap())
}

/// Type of a notice, who asks, and for whom.
fn requested(notice: &Value) -> (i64, &str, &str) {
    let person = |role: &str| notice[role]["id"].as_str().unwrap();
    (notice["type"].as_i64().unwrap(), person("requester"), person("receiver"))
}

const NOT_FOUND: &str = r#"{"code":20003,"message":"Not found."}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_wants_to_be_asked_is() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let people = api.friends(2).await;
    let (carl, dora) = (&people[0], &people[1]);
    api.wants_to_be_asked(bob).await;
    let body = json!({"name": "<Group>", "memberIds": [ann.id, bob.id, carl.id]});
    let created = api.says(ann, "/group/create", body).await.result();
    let status = json!([{"id": ann.id, "status": 1}, {"id": bob.id, "status": 3}, {"id": carl.id, "status": 1}]);
    assert_eq!(created["userStatus"], status);
    let group = created["id"].as_str().unwrap();
    assert_eq!(api.members_of(ann, group).await.len(), 2);
    let asked = api.asks(bob, "/group/notice_info").await;
    assert_eq!(asked.rounds(), 2);
    let notice = &asked.result()[0];
    let expected = json!({
        "id": notice["id"], "type": 1, "status": 2, "timestamp": notice["timestamp"], "createdTime": notice["timestamp"],
        "requester": {"id": ann.id, "nickname": "Ann"}, "receiver": {"id": bob.id, "nickname": "Bob"},
        "group": {"id": group, "name": "&lt;Group&gt;"},
    });
    assert_eq!(*notice, expected);
    assert!(notice["timestamp"].is_i64() && notice["id"].is_string());
    // Nobody else answers for him, and nobody answers what was not asked.
    for (who, invitee) in [(ann, bob), (carl, bob), (dora, bob), (dora, dora), (carl, carl)] {
        api.answers(who, group, invitee, 1).await.is(200, NOT_FOUND);
    }
    api.answers(bob, group, bob, 2).await.refused(400, 400);
    api.answers(bob, group, bob, 0).await.ok();
    assert_eq!(only(&api.notices_of(bob).await), (1, 0));
    // It has been answered.
    api.answers(bob, group, bob, 1).await.is(200, NOT_FOUND);
    api.advance(86_400);
    let again = api.about_people(carl, "add", group, &[bob]).await.result();
    assert_eq!(again, json!([{"id": bob.id, "status": 3}]));
    assert_eq!(only(&api.notices_of(bob).await), (1, 2));
    api.answers(bob, group, bob, 1).await.ok();
    api.answers(bob, group, bob, 1).await.ok();
    assert_eq!(only(&api.notices_of(bob).await), (1, 1));
    assert_eq!(api.members_of(bob, group).await.len(), 3);
    // Answered once, it lets nobody in a second time.
    api.of_group(bob, "quit", group).await.ok();
    api.answers(bob, group, bob, 1).await.ok();
    assert_eq!(api.members_of(ann, group).await.len(), 2);
    api.says(bob, "/group/clear_notice", json!({})).await.ok();
    assert!(api.notices_of(bob).await.is_empty());
    api.get("/group/notice_info").await.signed_out();
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn managers_judge_whom_members_add_where_the_group_wants_that() {
    let api = Api::start().await;
    let people = api.friends(7).await;
    let [ann, bob, carl, dora, emil, gina, hans] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob, carl]).await;
    api.about_people(ann, "set_manager", group, &[bob]).await.ok();
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    let waits = |who: &Friend| json!([{"id": who.id, "status": 2}]);
    assert_eq!(api.about_people(carl, "add", group, &[dora]).await.result(), waits(dora));
    // A manager needs nobody.
    let added = api.about_people(bob, "add", group, &[emil]).await.result();
    assert_eq!(added, json!([{"id": emil.id, "status": 1}]));
    assert_eq!(api.members_of(ann, group).await.len(), 4);
    for manager in [ann, bob] {
        assert_eq!(only(&api.notices_of(manager).await), (2, 2));
    }
    for other in [carl, dora] {
        assert!(api.notices_of(other).await.is_empty());
    }
    api.answers(carl, group, dora, 1).await.is(200, NOT_FOUND);
    api.answers(dora, group, dora, 1).await.is(200, NOT_FOUND);
    api.answers(bob, group, dora, 1).await.ok();
    assert_eq!(api.members_of(dora, group).await.len(), 5);
    // One answer is that of all.
    assert_eq!((only(&api.notices_of(ann).await), only(&api.notices_of(bob).await)), ((2, 1), (2, 1)));
    api.answers(ann, group, dora, 0).await.is(200, NOT_FOUND);
    // Who wants to be asked is asked first, and then the managers are.
    api.wants_to_be_asked(gina).await;
    let added = api.about_people(carl, "add", group, &[gina]).await.result();
    assert_eq!(added, json!([{"id": gina.id, "status": 3}]));
    api.answers(gina, group, gina, 1).await.ok();
    assert_eq!(only(&api.notices_of(gina).await), (1, 1));
    assert_eq!(api.members_of(ann, group).await.len(), 5);
    api.answers(ann, group, gina, 0).await.ok();
    api.answers(bob, group, gina, 1).await.is(200, NOT_FOUND);
    // Whoever is no manager any more judges nothing.
    assert_eq!(api.about_people(carl, "add", group, &[hans]).await.result(), waits(hans));
    api.about_people(ann, "remove_manager", group, &[bob]).await.ok();
    assert!(api.notices_of(bob).await.is_empty());
    api.answers(bob, group, hans, 1).await.is(200, NOT_FOUND);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_joins_with_the_id_waits_for_a_manager_where_the_group_wants_that() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob]).await;
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    for who in [carl, carl, dora] {
        api.of_group(who, "join", group).await.ok();
    }
    api.asks(carl, &format!("/group/{group}/members")).await.refused(403, 403);
    assert_eq!(api.asks(carl, "/user/groups").await.result(), json!([]));
    let notices = api.notices_of(ann).await;
    let asked: Vec<_> = notices.iter().map(requested).collect();
    assert_eq!(asked, [dora, carl].map(|who| (2, who.id.as_str(), who.id.as_str())));
    assert!(api.notices_of(bob).await.is_empty());
    // Nobody lets themselves in, and no plain member anybody else.
    for (who, asking) in [(carl, carl), (bob, carl), (dora, carl)] {
        api.answers(who, group, asking, 1).await.is(200, NOT_FOUND);
    }
    // Who asks takes any manager, also one whom they block.
    api.says(carl, "/user/add_to_blacklist", json!({"friendId": ann.id})).await.ok();
    api.answers(ann, group, carl, 1).await.ok();
    api.answers(ann, group, dora, 0).await.ok();
    assert_eq!(api.members_of(carl, group).await.len(), 3);
    api.of_group(carl, "join", group).await.ok();
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 1})).await.ok();
    api.of_group(dora, "join", group).await.ok();
    assert_eq!(api.members_of(dora, group).await.len(), 4);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joins_beside_the_wish_to_judge_are_in_or_wait() {
    let api = Api::start().await;
    let people = api.friends(9).await;
    let (ann, comers) = (&people[0], &people[2..]);
    let group = &api.group(ann, "Group", &[&people[1]]).await;
    let judged = api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 0}));
    let joined = join_all(comers.iter().map(|who| api.of_group(who, "join", group)));
    let (judged, joined) = futures_util::join!(judged, joined);
    judged.ok();
    joined.iter().for_each(Answer::ok);
    let members = api.members_of(ann, group).await.len() - 2;
    assert_eq!(members + api.notices_of(ann).await.len(), comers.len());
    api.groups_fit().await;
}

/// The block that deleting a friend leaves is none that anybody listed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_deleted_a_friend_is_put_into_groups_by_them() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    api.befriend(ann, bob).await;
    api.to_friend(ann, "/friendship/delete", &bob.id).await.ok();
    let made = api.says(bob, "/group/create", json!({"name": "Group", "memberIds": [bob.id, ann.id]})).await.result();
    assert_eq!(made["userStatus"], json!([{"id": bob.id, "status": 1}, {"id": ann.id, "status": 1}]));
    assert_eq!(api.members_of(ann, made["id"].as_str().unwrap()).await.len(), 2);
    let group = &api.group(bob, "Other", &[carl]).await;
    let added = json!([{"id": ann.id, "status": 1}]);
    assert_eq!(api.about_people(bob, "add", group, &[ann]).await.result(), added);
    api.of_group(ann, "quit", group).await.ok();
    // So does a manager's answer, whoever asked.
    api.says(bob, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    assert_eq!(api.about_people(carl, "add", group, &[ann]).await.result(), json!([{"id": ann.id, "status": 2}]));
    api.answers(bob, group, ann, 1).await.ok();
    assert_eq!(api.members_of(ann, group).await.len(), 3);
    // A block that was listed before the friend was deleted stays one.
    api.befriend(dora, bob).await;
    api.to_friend(dora, "/user/add_to_blacklist", &bob.id).await.ok();
    api.to_friend(dora, "/friendship/delete", &bob.id).await.ok();
    assert_eq!(api.about_people(bob, "add", group, &[dora]).await.result(), json!([{"id": dora.id, "status": 3}]));
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_put_into_a_group_by_whom_they_block() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob]).await;
    api.befriend(carl, ann).await;
    api.says(carl, "/user/add_to_blacklist", json!({"friendId": ann.id})).await.ok();
    // It looks like the wish to be asked, and nobody is.
    let waits = json!([{"id": carl.id, "status": 3}]);
    for _ in 0..2 {
        assert_eq!(api.about_people(ann, "add", group, &[carl]).await.result(), waits);
    }
    let created = api.says(ann, "/group/create", json!({"name": "Other", "memberIds": [carl.id, dora.id]})).await;
    let status = json!([{"id": carl.id, "status": 3}, {"id": dora.id, "status": 1}, {"id": ann.id, "status": 1}]);
    assert_eq!(created.result()["userStatus"], status);
    assert!(api.notices_of(carl).await.is_empty());
    // Nor is a manager whom they block the one to let them in.
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    assert_eq!(api.about_people(bob, "add", group, &[carl]).await.result(), json!([{"id": carl.id, "status": 2}]));
    api.answers(ann, group, carl, 1).await.is(200, NOT_FOUND);
    // Nor may a manager agree to what somebody asked for whom they block by now.
    assert_eq!(api.about_people(bob, "add", group, &[dora]).await.result(), json!([{"id": dora.id, "status": 2}]));
    api.says(dora, "/user/add_to_blacklist", json!({"friendId": bob.id})).await.ok();
    api.answers(ann, group, dora, 1).await.is(200, NOT_FOUND);
    assert_eq!(api.members_of(ann, group).await.len(), 2);
    assert_eq!(api.asks(carl, "/user/groups").await.result(), json!([]));
    // Others add them, they join by themselves, and once the block is lifted it is as before.
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 1})).await.ok();
    let added = json!([{"id": carl.id, "status": 1}]);
    assert_eq!(api.about_people(bob, "add", group, &[carl]).await.result(), added);
    api.of_group(carl, "quit", group).await.ok();
    api.of_group(carl, "join", group).await.ok();
    api.of_group(carl, "quit", group).await.ok();
    api.says(carl, "/user/remove_from_blacklist", json!({"friendId": ann.id})).await.ok();
    assert_eq!(api.about_people(ann, "add", group, &[carl]).await.result(), added);
    api.groups_fit().await;
}

/// An invitation is used up by whatever way its invitee has entered, and lets nobody in who left or was kicked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_entered_otherwise_has_used_their_invitation() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob]).await;
    api.wants_to_be_asked(carl).await;
    assert_eq!(api.about_people(ann, "add", group, &[carl]).await.result(), json!([{"id": carl.id, "status": 3}]));
    api.of_group(carl, "join", group).await.ok();
    assert_eq!(only(&api.notices_of(carl).await), (1, 1));
    api.about_people(ann, "kick", group, &[carl]).await.ok();
    api.answers(carl, group, carl, 1).await.is(200, NOT_FOUND);
    // The same for a wish that the managers were asked about.
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    api.of_group(dora, "join", group).await.ok();
    assert_eq!(only(&api.notices_of(ann).await), (2, 2));
    assert_eq!(api.about_people(ann, "add", group, &[dora]).await.result(), json!([{"id": dora.id, "status": 1}]));
    assert_eq!(only(&api.notices_of(ann).await), (2, 1));
    api.of_group(dora, "quit", group).await.ok();
    // It was agreed to: the same answer changes nothing, and another is too late.
    api.answers(ann, group, dora, 1).await.ok();
    api.answers(ann, group, dora, 0).await.is(200, NOT_FOUND);
    assert_eq!(api.members_of(ann, group).await.len(), 2);
    // A new one is good.
    api.about_people(ann, "add", group, &[carl]).await.result();
    api.answers(carl, group, carl, 1).await.ok();
    assert_eq!(api.members_of(carl, group).await.len(), 3);
    api.groups_fit().await;
}

/// Somebody joins while another call, which has read that they are outside, goes on to ask them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_enters_before_they_are_asked_has_used_that_up_too() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[ann, bob]).await;
    api.wants_to_be_asked(carl).await;
    // Dora enters at once, and holds up the question to Carl with it.
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(600)));
    let joined = async {
        while api.world.faults.left("TransactWriteItems") > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        api.of_group(carl, "join", group).await
    };
    let both = [carl, dora];
    let (added, joined) = tokio::join!(api.about_people(bob, "add", group, &both), joined);
    joined.ok();
    let asked = json!({"id": carl.id, "status": 3});
    assert!(added.result().as_array().unwrap().contains(&asked), "he was read before he joined");
    api.of_group(carl, "quit", group).await.ok();
    api.answers(carl, group, carl, 1).await.is(200, NOT_FOUND);
    assert_eq!(api.members_of(ann, group).await.len(), 3);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_manages_no_more_sees_no_wishes() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob, carl]).await;
    api.about_people(ann, "set_manager", group, &[bob, carl]).await.ok();
    api.says(ann, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    api.of_group(dora, "join", group).await.ok();
    for manager in [ann, bob, carl] {
        assert_eq!(only(&api.notices_of(manager).await), (2, 2));
    }
    api.about_people(ann, "kick", group, &[bob]).await.ok();
    api.of_group(ann, "quit", group).await.ok();
    for gone in [ann, bob] {
        assert!(api.notices_of(gone).await.is_empty());
    }
    api.answers(carl, group, dora, 1).await.ok();
    assert_eq!(api.members_of(dora, group).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_managers_agree_at_once_and_somebody_is_in_once() {
    let api = Api::start().await;
    let people = api.friends(7).await;
    let all: Vec<_> = people.iter().collect();
    let group = &api.group(all[0], "Group", &all[1..6]).await;
    api.about_people(all[0], "set_manager", group, &all[1..5]).await.ok();
    api.says(all[0], "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
    api.about_people(all[5], "add", group, &all[6..]).await.result();
    for answer in join_all(all[..5].iter().map(|who| api.answers(who, group, all[6], 1))).await {
        answer.ok();
    }
    assert_eq!(api.members_of(all[6], group).await.len(), 7);
    for who in &all[..5] {
        assert_eq!(only(&api.notices_of(who).await), (2, 1));
    }
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invitations_expire() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    api.wants_to_be_asked(carl).await;
    let group = &api.group(ann, "Group", &[bob]).await;
    let other = &api.group(ann, "Other", &[bob]).await;
    api.about_people(ann, "add", group, &[carl]).await.result();
    api.about_people(ann, "add", other, &[carl]).await.result();
    api.of_group(ann, "dismiss", other).await.ok();
    let status = async || -> Vec<i64> {
        api.notices_of(carl).await.iter().map(|notice| notice["status"].as_i64().unwrap()).collect()
    };
    let mut seen = status().await;
    seen.sort_unstable();
    assert_eq!(seen, [2, 3]);
    api.answers(carl, other, carl, 1).await.is(200, NOT_FOUND);
    api.advance(7 * 86_400 + 1);
    assert_eq!(status().await, [3, 3]);
    api.answers(carl, group, carl, 1).await.is(200, NOT_FOUND);
    assert_eq!(api.members_of(ann, group).await.len(), 2);
}
