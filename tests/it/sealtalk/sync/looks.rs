//! Rows show whom they are about by copies: what a sync costs with them, and that no copy is ever behind for good.

use super::{news, sync};
use crate::{
    sealtalk::client::Friend,
    world::{Answer, Api},
};
use futures_util::future::join_all;
use local::Fault;
use serde_json::{Value, json};
use shared::config::Table;
use std::time::Duration;

async fn rename(api: &Api, who: &Friend, nickname: &str) -> Answer {
    api.says(who, "/user/set_nickname", json!({ "nickname": nickname })).await
}

/// The nickname that `who` is shown in a container for somebody.
async fn shown(api: &Api, who: &Friend, container: &str, other: &Friend) -> Value {
    let all = sync(api, who, 0).await;
    let rows = all[container].as_array().unwrap();
    let row = rows.iter().find(|row| row["user"]["id"] == json!(other.id));
    row.unwrap_or_else(|| panic!("nobody in {container}: {all}"))["user"]["nickname"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_everything_is_two_rounds() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let people = api.friends(4).await;
    api.befriend(ann, &people[0]).await;
    api.says(ann, "/user/add_to_blacklist", json!({"friendId": people[1].id})).await.ok();
    // Strangers to her, but for one, with and without her.
    let everybody: Vec<_> = people.iter().chain([ann]).collect();
    let group = &api.group(&people[3], "Group", &everybody).await;
    let left = &api.group(&people[2], "Left", &everybody).await;
    api.of_group(ann, "quit", left).await.ok();
    for after in [0, 1] {
        let answer = api.asks(ann, &format!("/user/sync/{after}")).await;
        assert_eq!(answer.rounds(), 2, "{answer:?}");
        let all = answer.result();
        let lengths = ["friends", "blacklist", "groups", "group_members"].map(|it| all[it].as_array().unwrap().len());
        assert_eq!(lengths, if after == 0 { [1, 1, 1, 5] } else { [1, 1, 2, 6] });
    }
    let mut version = sync(&api, ann, 0).await["version"].as_i64().unwrap();
    api.of_group(&people[2], "quit", group).await.ok();
    let answer = api.asks(ann, &format!("/user/sync/{version}")).await;
    assert_eq!((answer.rounds(), &answer.result()["groups"][0]["groupId"]), (2, &json!(group)));
    news(&api, ann, &mut version).await;
}

/// Whoever was away while more groups changed than are named beside the version pays for one round more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_groups_at_once_are_two_rounds_while_they_can_be_named() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let mut versions = Vec::new();
    for nth in 0..26 {
        api.group(bob, &format!("Group {nth}"), &[ann, bob]).await;
        let first = versions.last().copied().unwrap_or(0);
        let answer = api.asks(ann, &format!("/user/sync/{first}")).await;
        assert_eq!(answer.rounds(), 2, "{nth}");
        versions.push(answer.result()["version"].as_i64().unwrap());
    }
    for (after, rounds) in [(0, 3), (versions[1], 3), (versions[2], 2), (versions[20], 2)] {
        let answer = api.asks(ann, &format!("/user/sync/{after}")).await;
        assert_eq!(answer.rounds(), rounds, "{after}");
        let known = versions.iter().filter(|version| **version <= after).count();
        assert_eq!(answer.result()["groups"].as_array().unwrap().len(), 20.min(26 - known), "{after}");
    }
}

/// While somebody is given one name after the other, they are befriended, blocked and taken into groups. In the end
/// every friend and every group shows the last name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_copy_stays_behind_a_storm_of_names() {
    let api = Api::start().await;
    let tim = &api.friend("13900000001", "Tim").await;
    let people = api.friends(6).await;
    api.says(tim, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    let naming = async {
        for nth in 0..12 {
            rename(&api, tim, &format!("Tim {nth}")).await.ok();
        }
    };
    let meeting = join_all(people.iter().enumerate().map(|(nth, who)| {
        let (api, people) = (&api, &people);
        async move {
            tokio::time::sleep(Duration::from_millis(15 * nth as u64)).await;
            if nth % 2 == 0 {
                let body = json!({"friendId": tim.id, "message": "hi"});
                assert_eq!(api.says(who, "/friendship/invite", body).await.result()["action"], "AddDirectly");
            } else {
                api.says(who, "/user/add_to_blacklist", json!({"friendId": tim.id})).await.ok();
            }
            // Whoever blocks him cannot add him: he comes by himself.
            let group = api.group(who, "Group", &[who, &people[(nth + 1) % people.len()]]).await;
            api.of_group(tim, "join", &group).await.ok();
        }
    }));
    tokio::join!(naming, meeting);
    for (nth, who) in people.iter().enumerate() {
        if nth % 2 == 0 {
            assert_eq!(shown(&api, who, "friends", tim).await, "Tim 11", "{nth}");
        }
        assert_eq!(shown(&api, who, "group_members", tim).await, "Tim 11", "{nth}");
    }
    let own = api.asks(tim, "/user/sync/0").await.result();
    let mine = own["group_members"].as_array().unwrap().iter().filter(|row| row["memberId"] == json!(tim.id));
    assert!(mine.map(|row| &row["user"]["nickname"]).all(|name| name == "Tim 11"), "{own}");
}

/// Something that copies his name is read, then he gets another name, then it is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_given_between_reading_and_writing_is_shown() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    let [ann, bob, carl, dora, emil, tim] = &people[..] else { unreachable!() };
    api.says(tim, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    api.says(dora, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    let group = &api.group(emil, "Group", &[emil, carl]).await;
    let about = |other: &Friend| json!({"friendId": other.id, "message": "hi"});
    let writes = [
        ("/friendship/invite", ann, about(tim), "friends", ann),
        ("/user/add_to_blacklist", bob, about(tim), "blacklist", bob),
        ("/friendship/invite", tim, about(dora), "friends", dora),
        ("/group/join", tim, json!({"groupId": group}), "group_members", emil),
        ("/group/create", carl, json!({"name": "Team", "memberIds": [carl.id, tim.id]}), "group_members", carl),
    ];
    for (nth, (path, who, body, container, seen_by)) in writes.into_iter().enumerate() {
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(500)));
        let name = format!("Tim {nth}");
        let named = async {
            while api.world.faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            rename(&api, tim, &name).await
        };
        let (written, named) = tokio::join!(api.says(who, path, body), named);
        named.ok();
        written.result();
        assert_eq!(shown(&api, seen_by, container, tim).await, json!(name), "{path}");
    }
}

/// The fan-out of one name is held up until that of the next one has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_fan_out_replaces_nothing_newer() {
    let api = Api::start().await;
    let (tim, ann) = (&api.friend("13900000001", "Tim").await, &api.friend("13900000002", "Ann").await);
    api.befriend(ann, tim).await;
    let group = &api.group(ann, "Group", &[ann, tim]).await;
    // Its transactions are that of the name itself, and one for a friend; the groups' rows are updates.
    let held_up = Duration::from_millis(600);
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::ZERO));
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(held_up));
    api.world.faults.strike("UpdateItem", 1, &Fault::Delayed(held_up));
    let early = rename(&api, tim, "Early");
    let late = async {
        while api.world.faults.left("TransactWriteItems") + api.world.faults.left("UpdateItem") > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        rename(&api, tim, "Late").await
    };
    let (early, late) = tokio::join!(early, late);
    early.ok();
    late.ok();
    assert_eq!(shown(&api, ann, "friends", tim).await, "Late");
    let (group, member) = (format!("GROUP#{group}"), format!("MEMBER#{}", tim.id));
    let row = api.item(api.world.app.config.tables.name(Table::Groups), &group, &member).await;
    assert_eq!(row.unwrap()["nickname"].as_s().unwrap(), "Late");
}

/// A friend is deleted during the fan-out of their new name, which then does not reach whoever has deleted them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_deletes_a_friend_during_a_fan_out_is_not_told() {
    let api = Api::start().await;
    let (tim, ann) = (&api.friend("13900000001", "Tim").await, &api.friend("13900000002", "Ann").await);
    api.befriend(ann, tim).await;
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::ZERO));
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(600)));
    let deleted = async {
        while api.world.faults.left("TransactWriteItems") > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        api.says(ann, "/friendship/delete", json!({"friendId": tim.id})).await
    };
    let (renamed, deleted) = tokio::join!(rename(&api, tim, "Timothy"), deleted);
    renamed.ok();
    deleted.ok();
    for kind in ["FRIEND", "BLOCK"] {
        let (owner, sk) = (format!("USER#{}", ann.id), format!("{kind}#{}", tim.id));
        let row = api.item(api.world.app.config.tables.name(Table::Friends), &owner, &sk).await.unwrap();
        assert_eq!(row["nickname"].as_s().unwrap(), "Tim", "{kind}");
    }
    api.invite(ann, &tim.id, "sorry").await.result();
    assert_eq!(shown(&api, ann, "friends", tim).await, "Timothy");
    api.versions_are_true(ann).await;
}

/// Strangers in a group see a new name with the next change of the group, also that of who has left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_shows_new_names_with_its_next_change() {
    let api = Api::start().await;
    let (ann, tim) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Tim").await);
    let lily = &api.friend("13900000003", "Lily").await;
    let group = &api.group(ann, "Group", &[ann, tim, lily]).await;
    let mut version = 0;
    news(&api, ann, &mut version).await;
    api.of_group(lily, "quit", group).await.ok();
    news(&api, ann, &mut version).await;
    for (who, name) in [(tim, "Timothy"), (lily, "Elisabeth")] {
        rename(&api, who, name).await.ok();
        let url = format!("http://img.example.com/{name}.png");
        api.says(who, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
    }
    api.asks(ann, &format!("/user/sync/{version}")).await.is(200, &super::nothing(version));
    api.says(ann, "/group/rename", json!({"groupId": group, "name": "Crew"})).await.ok();
    let news = news(&api, ann, &mut version).await;
    for (who, name, gone) in [(tim, "Timothy", false), (lily, "Elisabeth", true)] {
        let row =
            news["group_members"].as_array().unwrap().iter().find(|row| row["memberId"] == json!(who.id)).unwrap();
        let portrait = format!("http://img.example.com/{name}.png");
        assert_eq!(row["user"], json!({"id": who.id, "nickname": name, "portraitUri": portrait}));
        assert_eq!(row["isDeleted"], gone);
    }
}

/// A person is erased during the fan-out of their new name: whatever arrives late leaves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fan_out_beside_an_erasure_leaves_nothing() {
    let api = Api::start().await;
    let (tim, ann) = (&api.friend("13900000001", "Tim").await, &api.friend("13900000002", "Ann").await);
    let bob = &api.friend("13900000003", "Bob").await;
    api.befriend(ann, tim).await;
    api.says(bob, "/user/add_to_blacklist", json!({"friendId": tim.id})).await.ok();
    let groups = [api.group(ann, "In", &[ann, tim]).await, api.group(ann, "Out", &[ann, tim]).await];
    api.of_group(tim, "quit", &groups[1]).await.ok();
    let url = "http://img.example.com/sentinel.png";
    api.says(tim, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
    let tables = [api.world.app.config.tables.name(Table::Friends), api.world.app.config.tables.name(Table::Groups)];
    let stored = async |what: &str| {
        let mut count = 0;
        for table in tables {
            count += format!("{:?}", api.rows(table).await).matches(what).count();
        }
        count
    };
    // In her edge and in two groups; who blocks him is not told.
    assert_eq!(stored("sentinel.png").await, 3);
    // The fan-out of the new name is held up; the name itself is not.
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::ZERO));
    for operation in ["TransactWriteItems", "UpdateItem", "UpdateItem"] {
        api.world.faults.strike(operation, 1, &Fault::Delayed(Duration::from_millis(900)));
    }
    let erased = async {
        while api.world.faults.left("TransactWriteItems") + api.world.faults.left("UpdateItem") > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        api.form("/v1/account/delete_user", &[("phone_number", &*tim.phone)]).await
    };
    let (renamed, erased) = tokio::join!(rename(&api, tim, "Sentinel"), erased);
    renamed.ok();
    assert_eq!(erased.status, 200, "{erased:?}");
    assert_eq!((stored("Sentinel").await, stored("sentinel.png").await, stored("\"Tim\"").await), (0, 0, 0));
    let mut version = 0;
    let left = news(&api, ann, &mut version).await;
    assert_eq!(left["friends"], json!([]));
    let left = sync(&api, ann, 1).await;
    let gone = json!({"id": tim.id, "nickname": "", "portraitUri": ""});
    assert_eq!((&left["friends"][0]["status"], &left["friends"][0]["user"]), (&json!(30), &gone));
}
