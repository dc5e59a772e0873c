//! The fan-out of a group's changes: each member's own row gets a version of theirs
//! (`docs/dialects/sealtalk.md#fan-out`), also when the call that fans out dies half-way. And what calls cost.

use super::super::client::Friend;
use crate::{
    crowd::{count, number},
    world::{Answer, Api},
};
use local::Fault;
use serde_json::json;
use shared::config::Table;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::time::Instant;

impl Api {
    async fn group_versions(&self, people: &[&Friend], group: &str) -> Vec<i64> {
        let mut versions = Vec::new();
        for who in people {
            versions.push(self.version_of(who, group).await);
        }
        versions
    }

    /// That the fan-out of what `change` does reaches all of them.
    async fn fanned_out_by(&self, people: &[&Friend], group: &str, change: impl Future<Output = Answer>) {
        let before = self.group_versions(people, group).await;
        let answer = change.await;
        assert_eq!((answer.status, &answer.json()["code"]), (200, &json!(200)), "{answer:?}");
        for (after, before) in self.group_versions(people, group).await.iter().zip(before) {
            assert!(*after > before, "{after} after {before}: {answer:?}");
        }
        self.groups_fit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fan_out_of_every_change_reaches_every_member() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let [ann, bob, carl, dora, emil] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob, carl]).await;
    let all = &[ann, bob, carl];
    let of = |mut body: serde_json::Value| {
        body["groupId"] = json!(group);
        body
    };
    for (path, body) in [
        ("rename", json!({"name": "New name"})),
        ("set_portrait_uri", json!({"portraitUri": "http://example.com/portrait"})),
        ("set_display_name", json!({"displayName": "Boss"})),
        ("set_certification", json!({"certiStatus": 0})),
        ("set_certification", json!({"certiStatus": 1})),
        ("mute_all", json!({"muteStatus": 1})),
        ("set_member_protection", json!({"memberProtection": 1})),
        ("set_bulletin", json!({"content": "News"})),
        ("set_manager", json!({"memberIds": [bob.id]})),
        ("remove_manager", json!({"memberIds": [bob.id]})),
        ("set_member_info", json!({"memberId": carl.id, "groupNickname": "Charles"})),
    ] {
        api.fanned_out_by(all, group, api.says(ann, &format!("/group/{path}"), of(body))).await;
    }
    api.fanned_out_by(all, group, api.of_group(dora, "join", group)).await;
    api.fanned_out_by(all, group, api.about_people(bob, "add", group, &[emil])).await;
    api.fanned_out_by(&[ann, bob, carl, dora, emil], group, api.of_group(dora, "quit", group)).await;
    api.fanned_out_by(&[ann, bob, carl, emil], group, api.about_people(ann, "kick", group, &[emil])).await;
    api.fanned_out_by(all, group, api.says(ann, "/group/transfer", of(json!({"userId": bob.id})))).await;
    api.fanned_out_by(all, group, api.of_group(bob, "dismiss", group)).await;
    // A tombstone is an end: no fan-out reaches who has left.
    for who in [dora, emil] {
        let row = api.group_row(&format!("USER#{}", who.id), &format!("GROUP#{group}")).await;
        assert!(row.is_some_and(|row| row.contains_key("left_at")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fan_out_that_died_halfway_is_resumed_by_the_next_reader() {
    let api = Api::start().await;
    let people = api.friends(60).await;
    let all: Vec<_> = people.iter().collect();
    let group = api.group(all[0], "Group", &all[1..]).await;
    let reads = [format!("/group/{group}"), format!("/group/{group}/members"), "/user/groups".to_owned()];
    for (number, path) in reads.iter().enumerate() {
        let before = api.group_versions(&all, &group).await;
        // The change itself, and a part of its fan-out; then nothing goes any more.
        api.world.faults.strike("TransactWriteItems", 53, &Fault::Delayed(Duration::ZERO));
        api.world.faults.strike("TransactWriteItems", 1_000, &Fault::Internal);
        let body = json!({"groupId": group, "name": format!("Name {number}")});
        api.says(all[0], "/group/rename", body).await.ok();
        api.world.faults.clear();
        let reached = |after: &[i64]| after.iter().zip(&before).filter(|(after, before)| after > before).count();
        let some = reached(&api.group_versions(&all, &group).await);
        assert!((1..60).contains(&some), "it reached {some}");
        let meta = api.group_row(&format!("GROUP#{group}"), "META").await.unwrap();
        assert!(meta.contains_key("owed_since"), "{meta:?}");
        // The call may be at it still: nobody resumes it so soon.
        let soon = api.asks(all[7], path).await;
        assert!(soon.rounds() <= 2, "{} rounds", soon.rounds());
        api.advance(11);
        assert_eq!(api.asks(all[7], path).await.status, 200);
        assert_eq!(reached(&api.group_versions(&all, &group).await), 60);
        api.groups_fit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_call_holds_the_lease_and_the_others_leave_their_changes_to_it() {
    let api = Api::start().await;
    let people = api.friends(2).await;
    let all: Vec<_> = people.iter().collect();
    let group = api.group(all[0], "Group", &all[1..]).await;
    let before = api.group_versions(&all, &group).await;
    // A call takes the lease, and dies.
    let (table, until) = (api.world.app.config.tables.name(Table::Groups), api.world.clock.millis() + 10_000);
    let mut meta = api.group_row(&format!("GROUP#{group}"), "META").await.unwrap();
    meta.insert("lease_until".into(), number(until));
    api.write(table, vec![meta]).await;
    let renamed = api.says(all[0], "/group/rename", json!({"groupId": group, "name": "Another"})).await;
    renamed.ok();
    // The last two of them look for members who read what they are told; a fan-out takes longer.
    assert_eq!(renamed.rounds(), 4);
    assert_eq!(api.group_versions(&all, &group).await, before);
    api.advance(11);
    // The next change of the group resumes the fan-out of all.
    api.fanned_out_by(&all, &group, api.says(all[0], "/group/mute_all", json!({"groupId": group, "muteStatus": 1})))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_that_died_halfway_is_an_end() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let all: Vec<_> = people.iter().collect();
    let group = api.group(all[0], "Group", &all[1..]).await;
    api.of_group(all[1], "fav", &group).await.ok();
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::ZERO));
    api.world.faults.strike("TransactWriteItems", 1_000, &Fault::Internal);
    api.of_group(all[0], "dismiss", &group).await.ok();
    api.world.faults.clear();
    // The rows are still there, and nobody sees them.
    let row = api.group_row(&format!("USER#{}", all[1].id), &format!("GROUP#{group}")).await.unwrap();
    assert!(row.contains_key("favourite_at") && !row.contains_key("left_at"));
    api.asks(all[1], "/user/groups").await.is(200, r#"{"code":200,"result":[]}"#);
    assert_eq!(api.asks(all[1], "/user/favgroups").await.result()["total"], 0);
    api.of_group(all[1], "quit", &group).await.is(404, r#"{"code":404,"message":"Unknown group."}"#);
    api.advance(11);
    api.asks(all[2], &format!("/group/{group}")).await.result();
    let row = api.group_row(&format!("USER#{}", all[1].id), &format!("GROUP#{group}")).await.unwrap();
    assert!(row.contains_key("left_at") && !row.contains_key("favourite_at"));
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_without_an_answer_are_made_once() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    let lost = || api.world.faults.strike("TransactWriteItems", 1, &Fault::AnswerLost);
    lost();
    let group = &api.group(ann, "Group", &[bob]).await;
    lost();
    api.of_group(carl, "join", group).await.ok();
    lost();
    api.about_people(ann, "kick", group, &[bob]).await.ok();
    lost();
    api.of_group(ann, "quit", group).await.ok();
    assert_eq!(api.asks(ann, &format!("/group/{group}")).await.result()["memberCount"], 1);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fan_out_to_many_costs_few_rounds() {
    let api = Api::start().await;
    let people = api.friends(100).await;
    let all: Vec<_> = people.iter().collect();
    let group = api.group(all[0], "Group", &all[1..]).await;
    let renamed = api.says(all[0], "/group/rename", json!({"groupId": group, "name": "Another"})).await;
    renamed.ok();
    // Read, write, list; then 100 people, 50 side by side, two rounds each; and the mark. In which order they end is
    // chance, so that a chain may be some longer; one after the other would be 200.
    assert!(renamed.rounds() <= 30, "{} rounds", renamed.rounds());
    let meta = api.group_row(&format!("GROUP#{group}"), "META").await;
    let row = api.group_row(&format!("USER#{}", all[9].id), &format!("GROUP#{group}")).await;
    assert_eq!(count(row.as_ref(), "delivered"), count(meta.as_ref(), "changes"));
}

/// A call makes its change and dies before its fan-out. The next sync of its author resumes it, and others see the
/// change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_sync_of_the_author_resumes_a_fan_out_that_never_began() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    let [ann, bob, carl, dora, emil, fay] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[bob, carl, dora]).await;
    let of = |mut body: serde_json::Value| {
        body["groupId"] = json!(group);
        body
    };
    for (author, path, body) in [
        (ann, "rename", json!({"name": "Another"})),
        (bob, "set_display_name", json!({"displayName": "B"})),
        (ann, "set_member_info", json!({"memberId": carl.id, "groupNickname": "C"})),
        (ann, "set_manager", json!({"memberIds": [carl.id]})),
        (emil, "join", json!({})),
        (bob, "add", json!({"memberIds": [fay.id]})),
        (carl, "kick", json!({"memberIds": [fay.id]})),
        (emil, "quit", json!({})),
        (ann, "transfer", json!({"userId": bob.id})),
        (bob, "dismiss", json!({})),
    ] {
        // Dora does nothing but sync, as do the authors.
        let before = api.version_of(dora, group).await;
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::ZERO));
        api.world.faults.strike("TransactWriteItems", 1_000, &Fault::Internal);
        assert_eq!(api.says(author, &format!("/group/{path}"), of(body)).await.status, 200, "{path}");
        api.world.faults.clear();
        // For all that one knows the call may be at it still.
        let soon = api.asks(author, "/user/sync/9007199254740991").await;
        assert!(soon.rounds() <= 2, "{path}: {soon:?}");
        assert_eq!(api.version_of(dora, group).await, before, "{path}");
        api.advance(11);
        api.asks(author, "/user/sync/9007199254740991").await.result();
        let after = api.version_of(dora, group).await;
        assert!(after > before, "{path}");
        let news = api.asks(dora, &format!("/user/sync/{before}")).await.result();
        assert_eq!(news["groups"][0]["groupId"], json!(group), "{path}");
        let quiet = api.asks(author, "/user/sync/9007199254740991").await;
        assert_eq!(quiet.rounds(), 1, "{path}");
    }
    api.groups_fit().await;
}

/// The marks of changes that another call has fanned out are taken away, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_keeps_a_mark_of_a_fan_out_that_has_ended() {
    let api = Api::start().await;
    let people = api.friends(8).await;
    let all: Vec<_> = people.iter().collect();
    let group = &api.group(all[0], "Group", &all[1..]).await;
    let names = all.iter().enumerate().map(|(nth, who)| {
        let body = json!({"groupId": group, "displayName": format!("Member {nth}")});
        api.says(who, "/group/set_display_name", body)
    });
    for answer in futures_util::future::join_all(names).await {
        answer.ok();
    }
    let mut seen = 0;
    for who in &all {
        seen += api.asks(who, "/user/sync/0").await.result()["group_members"].as_array().unwrap().len();
        let quiet = api.asks(who, "/user/sync/9007199254740991").await;
        assert_eq!(quiet.rounds(), 1, "{quiet:?}");
    }
    assert_eq!(seen, 64);
    api.groups_fit().await;
}

/// A group is changed faster than a fan-out can follow: the call that holds the lease is not kept at it for as long as
/// that goes on, and whoever reads the group some seconds later resumes the fan-out of what it leaves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_is_kept_at_the_fan_out_of_a_busy_group() {
    let api = Api::start().await;
    let people = api.friends(2).await;
    let [ann, bob] = &people[..] else { unreachable!() };
    let group = &api.group(ann, "Group", &[ann, bob]).await;
    api.world.faults.strike("TransactWriteItems", 10_000, &Fault::Delayed(Duration::from_millis(100)));
    let rename = async |nth: usize| {
        api.says(ann, "/group/rename", json!({"groupId": group, "name": format!("Name {nth}")})).await.ok();
    };
    let free = AtomicBool::new(false);
    let busy = async |nth: usize| {
        // The first call holds the lease; these change the group meanwhile, for much longer than it may be kept.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let started = Instant::now();
        while !free.load(Ordering::Relaxed) {
            assert!(started.elapsed() < Duration::from_secs(12), "the fan-out goes on still");
            rename(nth).await;
        }
    };
    let first = async {
        rename(0).await;
        free.store(true, Ordering::Relaxed);
    };
    tokio::join!(first, busy(1), busy(2), busy(3), busy(4));
    api.world.faults.clear();
    api.advance(11);
    let name = api.asks(bob, "/user/groups").await.result()[0]["name"].clone();
    let news = api.asks(bob, "/user/sync/0").await.result();
    assert_eq!(news["groups"][0]["group"]["name"], name);
    assert_eq!(api.version_of(bob, group).await, news["version"].as_i64().unwrap());
}
