//! How wishes end: by entering through any door, by an answer, by being repeated, with the group
//! (`docs/dialects/sealtalk.md#approval-and-invitations`).

use super::super::client::Friend;
use crate::{
    crowd::{number, text},
    world::{Answer, Api},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::{config::Table, random::Random};

const DAY: u32 = 86_400;
const TOO_MANY: &str =
    r#"{"code":1000,"message":"Current user's group count is out of max user group count limit (500)."}"#;

impl Api {
    async fn approval(&self, who: &Friend, group: &str, on: bool) {
        let body = json!({"groupId": group, "certiStatus": u8::from(!on)});
        self.says(who, "/group/set_certification", body).await.ok();
    }

    async fn judged_by(&self, creator: &Friend, others: &[&Friend]) -> String {
        let group = self.group(creator, "Group", others).await;
        self.approval(creator, &group, true).await;
        group
    }

    async fn answered(&self, who: &Friend, group: &str, invitee: &Friend, status: u8) -> Answer {
        let body = json!({"groupId": group, "receiverId": invitee.id, "status": status});
        self.says(who, "/group/agree", body).await
    }

    async fn asked_first(&self, who: &Friend) {
        self.says(who, "/user/set_privacy", json!({"groupVerify": 0})).await.ok();
    }

    /// Who asks for whom, and the status, the newest first.
    async fn wishes_seen(&self, who: &Friend) -> Vec<(String, String, i64)> {
        let notices = self.asks(who, "/group/notice_info").await.result();
        let id = |notice: &Value, role: &str| notice[role]["id"].as_str().unwrap().to_owned();
        let seen = |it: &Value| (id(it, "requester"), id(it, "receiver"), it["status"].as_i64().unwrap());
        notices.as_array().unwrap().iter().map(seen).collect()
    }

    /// How many wishes wait in all groups.
    async fn waiting(&self) -> usize {
        let rows = self.rows(self.world.app.config.tables.name(Table::Groups)).await;
        let wishes = rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("WISH#"));
        wishes.filter(|row| row["status"] == text("waiting")).count()
    }
}

fn wish(requester: &Friend, invitee: &Friend, status: i64) -> (String, String, i64) {
    (requester.id.clone(), invitee.id.clone(), status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_enters_by_another_door_waits_no_more() {
    let api = Api::start().await;
    let people = api.friends(6).await;
    let [ann, bob, carl, dora, emil, gina] = &people[..] else { unreachable!() };
    let group = &api.judged_by(ann, &[bob]).await;
    for who in [carl, dora, emil, gina] {
        api.of_group(who, "join", group).await.ok();
    }
    assert_eq!(api.waiting().await, 4);
    // A manager adds them.
    api.about_people(ann, "add", group, &[carl]).await.result();
    assert_eq!(api.waiting().await, 3);
    // They agree to what a manager has asked them.
    api.asked_first(gina).await;
    api.about_people(ann, "add", group, &[gina]).await.result();
    api.answered(gina, group, gina, 1).await.ok();
    assert_eq!(api.waiting().await, 2);
    // The group is open again: they join, and anybody adds them.
    api.approval(ann, group, false).await;
    api.of_group(dora, "join", group).await.ok();
    api.about_people(bob, "add", group, &[emil]).await.result();
    assert_eq!(api.waiting().await, 0);
    assert_eq!(api.members_of(ann, group).await.len(), 6);
    let seen: Vec<_> = api.wishes_seen(ann).await.into_iter().map(|(.., status)| status).collect();
    assert_eq!(seen, [1; 4]);
    api.groups_fit().await;
    // Kicked, they are let in by no old wish, and ask anew at once.
    api.approval(ann, group, true).await;
    api.about_people(ann, "kick", group, &[carl]).await.ok();
    api.answered(ann, group, carl, 1).await;
    assert_eq!(api.members_of(ann, group).await.len(), 5);
    api.of_group(carl, "join", group).await.ok();
    assert_eq!(api.waiting().await, 1);
    api.groups_fit().await;
}

/// More than go into one transaction, each with a wish of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_wait_are_added_at_once() {
    let api = Api::start().await;
    let people = api.friends(52).await;
    let all: Vec<_> = people.iter().collect();
    let group = &api.judged_by(all[0], &all[1..2]).await;
    api.about_people(all[1], "add", group, &all[2..50]).await.result();
    assert_eq!(api.waiting().await, 48);
    let added = api.about_people(all[0], "add", group, &all[2..]).await.result();
    assert!(added.as_array().unwrap().iter().all(|it| it["status"] == 1));
    assert_eq!((api.waiting().await, api.members_of(all[0], group).await.len()), (0, 52));
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_makes_the_wish_of_another_their_own() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let [ann, bob, carl, dora, emil] = &people[..] else { unreachable!() };
    let group = &api.judged_by(ann, &[bob, emil]).await;
    for (who, ignored) in [(carl, false), (dora, true)] {
        api.about_people(bob, "add", group, &[who]).await.result();
        if ignored {
            api.answered(ann, group, who, 0).await.ok();
        }
        api.says(who, "/user/add_to_blacklist", json!({"friendId": bob.id})).await.ok();
        api.of_group(who, "join", group).await.ok();
        assert_eq!(api.wishes_seen(ann).await[0], wish(who, who, 2));
        api.answered(ann, group, who, 1).await.ok();
        api.groups_fit().await;
    }
    assert_eq!(api.members_of(ann, group).await.len(), 5);
    // Of two members whose wish it is, the one counts whom the invitee does not block.
    for who in [carl, dora] {
        api.of_group(who, "quit", group).await.ok();
        api.says(who, "/user/remove_from_blacklist", json!({"friendId": bob.id})).await.ok();
    }
    api.about_people(bob, "add", group, &[carl, dora]).await.result();
    api.says(carl, "/user/add_to_blacklist", json!({"friendId": bob.id})).await.ok();
    api.about_people(emil, "add", group, &[carl, dora]).await.result();
    let mut seen = api.wishes_seen(ann).await;
    seen.sort_by_key(|(_, invitee, _)| invitee != &carl.id);
    assert_eq!(seen, [wish(emil, carl, 2), wish(bob, dora, 2)]);
    api.answered(ann, group, carl, 1).await.ok();
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cleared_wish_is_shown_again_when_it_is_repeated() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.judged_by(ann, &[bob]).await;
    api.about_people(ann, "set_manager", group, &[bob]).await.ok();
    for who in [carl, dora] {
        api.of_group(who, "join", group).await.ok();
    }
    api.answered(bob, group, dora, 0).await.ok();
    for _ in 0..2 {
        api.says(ann, "/group/clear_notice", json!({})).await.ok();
        assert_eq!(api.wishes_seen(ann).await, []);
        for _ in 0..2 {
            for who in [carl, dora] {
                api.of_group(who, "join", group).await.ok();
            }
        }
        // What was ignored stays so for a day, whoever has cleared it.
        assert_eq!(api.wishes_seen(ann).await, [wish(carl, carl, 2)]);
        assert_eq!(api.wishes_seen(bob).await.len(), 2);
    }
    // Nothing is written where nobody has cleared it.
    let again = api.of_group(carl, "join", group).await;
    assert_eq!(again.headers["x-cost-wru"], "0");
    api.answered(ann, group, carl, 1).await.ok();
    assert_eq!(api.members_of(carl, group).await.len(), 3);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_in_500_groups_is_not_let_into_another() {
    let api = Api::start().await;
    let people = api.friends(3).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    let group = &api.judged_by(ann, &[bob]).await;
    api.of_group(carl, "join", group).await.ok();
    let friends = api.world.app.config.tables.name(Table::Friends);
    let partition = format!("USER#{}", carl.id);
    let mut version = api.item(friends, &partition, "VERSION").await.unwrap_or_default();
    version.extend([("pk".into(), text(&partition)), ("sk".into(), text("VERSION"))]);
    version.entry("latest".into()).or_insert_with(|| number(1));
    version.insert("groups".into(), number(500));
    api.write(friends, vec![version.clone()]).await;
    api.answered(ann, group, carl, 1).await.is(200, TOO_MANY);
    // The wish waits on, and is answered once there is room.
    assert_eq!(api.wishes_seen(ann).await, [wish(carl, carl, 2)]);
    version.insert("groups".into(), number(0));
    api.write(friends, vec![version]).await;
    api.answered(ann, group, carl, 1).await.ok();
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wishes_end_with_their_group_and_their_time() {
    let api = Api::start().await;
    let people = api.friends(5).await;
    let [ann, bob, carl, dora, emil] = &people[..] else { unreachable!() };
    let group = &api.judged_by(ann, &[bob]).await;
    let ended = &api.judged_by(ann, &[bob]).await;
    for (who, group) in [(carl, group), (carl, ended)] {
        api.of_group(who, "join", group).await.ok();
    }
    api.of_group(ann, "dismiss", ended).await.ok();
    api.of_group(dora, "join", ended).await.refused(404, 404);
    api.answered(ann, ended, carl, 1).await.declined(20_003, "Not found.");
    let mut statuses: Vec<_> = api.wishes_seen(ann).await.into_iter().map(|it| it.2).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [2]);
    // Who agrees to an invitation whose author has left asks for themselves.
    for who in [dora, emil] {
        api.asked_first(who).await;
    }
    api.about_people(bob, "add", group, &[dora, emil]).await.result();
    api.of_group(bob, "quit", group).await.ok();
    api.answered(dora, group, dora, 1).await.ok();
    assert_eq!(api.wishes_seen(ann).await[0], wish(dora, dora, 2));
    api.groups_fit().await;
    api.advance(7 * DAY + 1);
    api.answered(ann, group, carl, 1).await.declined(20_003, "Not found.");
    api.answered(emil, group, emil, 1).await.declined(20_003, "Not found.");
    assert_eq!(api.wishes_seen(emil).await, [wish(bob, emil, 3)]);
    // Rows that nobody has deleted in time are not shown.
    api.advance(23 * DAY);
    assert_eq!((api.wishes_seen(ann).await, api.wishes_seen(emil).await), (vec![], vec![]));
    api.of_group(carl, "join", group).await.ok();
    assert_eq!(api.wishes_seen(ann).await, [wish(carl, carl, 2)]);
    api.groups_fit().await;
}

/// One thing that somebody does about a group that wants approval, or did.
async fn anything(api: &Api, random: &Random, group: &str, people: &[Friend]) -> Answer {
    let nth = |most: usize| random.within(0..=u32::try_from(most).unwrap()) as usize;
    let ((who, whom), choice) = ((&people[nth(people.len() - 1)], &people[nth(people.len() - 1)]), nth(11));
    let (ann, status) = (&people[0], u8::from(choice % 2 == 0));
    match choice {
        0..=2 => api.of_group(who, "join", group).await,
        3 | 4 => api.about_people(&people[1], "add", group, &[whom]).await,
        5 => api.about_people(ann, "add", group, &[whom]).await,
        6 | 7 => api.answered(&people[nth(1)], group, whom, status).await,
        8 => api.about_people(ann, "kick", group, &[whom]).await,
        9 => api.of_group(&people[2 + nth(people.len() - 3)], "quit", group).await,
        10 => api.says(ann, "/group/clear_notice", json!({})).await,
        _ => {
            let body = json!({"groupId": group, "certiStatus": nth(3) / 3});
            api.says(ann, "/group/set_certification", body).await
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_wishes_are_counted_as_wait_whatever_meets() {
    for seed in 0..3 {
        let api = Api::start().await;
        let people = api.friends(6).await;
        let (random, group) = (Random::seeded(seed), &api.judged_by(&people[0], &[&people[1]]).await);
        api.about_people(&people[0], "set_manager", group, &[&people[1]]).await.ok();
        for round in 0..25 {
            let calls: Vec<_> = (0..4).map(|_| anything(&api, &random, group, &people)).collect();
            for answer in join_all(calls).await {
                assert!(answer.status < 500, "{answer:?}");
            }
            api.groups_fit().await;
            let members = api.members_of(&people[0], group).await;
            let rows = api.rows(api.world.app.config.tables.name(Table::Groups)).await;
            for row in rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with("WISH#")) {
                let is_in = members.contains_key(row["invitee"].as_s().unwrap());
                assert!(!is_in || row["status"] != text("waiting"), "{seed}.{round}: a member waits: {row:?}");
            }
            api.advance([1, 3_600, 90_000][random.within(0..=2) as usize]);
        }
    }
}
