//! Wishes that those who manage a group judge: what they cost, how many there are, and when one may be repeated
//! (`docs/dialects/sealtalk.md#approval-and-invitations`).

use super::super::client::Friend;
use crate::{
    passed_over::{LooksAt, passed_over},
    world::Api,
};
use serde_json::json;

const DAY: u32 = 86_400;
const MANY: &str = r#"{"code":429,"message":"Too many requests."}"#;

impl Api {
    /// A group that wants approval, of the first and others; its id.
    async fn approving(&self, creator: &Friend, others: &[&Friend]) -> String {
        let group = self.group(creator, "Group", others).await;
        self.says(creator, "/group/set_certification", json!({"groupId": group, "certiStatus": 0})).await.ok();
        group
    }

    /// The statuses of what somebody is asked, the newest first.
    async fn asked(&self, who: &Friend) -> Vec<i64> {
        let notices = self.asks(who, "/group/notice_info").await.result();
        notices.as_array().unwrap().iter().map(|notice| notice["status"].as_i64().unwrap()).collect()
    }

    async fn judges(&self, who: &Friend, group: &str, invitee: &Friend, status: u8) {
        let body = json!({"groupId": group, "receiverId": invitee.id, "status": status});
        self.says(who, "/group/agree", body).await.ok();
    }
}

fn written(answer: &crate::world::Answer) -> f64 {
    answer.headers["x-cost-wru"].parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wish_is_one_row_whoever_judges_it() {
    let api = Api::start().await;
    let people = api.friends(52).await;
    let all: Vec<_> = people.iter().collect();
    let group = &api.approving(all[0], &all[1..12]).await;
    api.about_people(all[0], "set_manager", group, &all[1..11]).await.ok();
    let (added, joining) = (&all[12..51], all[51]);
    // A wish, the row by which an erasure finds it, and the checks that nobody is erasing its invitee, who is not in the group,
    // are two units each. So are the count and the two of who asks, for each 24 wishes. A call that adds people looks after the fan-out, too.
    let first = api.about_people(all[11], "add", group, added).await;
    assert!(first.result().as_array().unwrap().iter().all(|it| it["status"] == 2));
    assert!(written(&first) <= 330.0 && first.rounds() <= 5, "{first:?}");
    let joined = api.of_group(joining, "join", group).await;
    joined.ok();
    assert!(written(&joined) <= 10.0, "{joined:?}");
    let again = [api.about_people(all[11], "add", group, added).await, api.of_group(joining, "join", group).await];
    assert!(again.iter().all(|again| again.status == 200), "{again:?}");
    let again = again.map(|again| written(&again));
    assert!(again == [4.0, 0.0] || passed_over(LooksAt::Units), "{again:?}");
    for manager in [all[0], all[1], all[10]] {
        assert_eq!(api.asked(manager).await, [2; 40]);
    }
    // Who is made a manager later judges them too.
    api.about_people(all[0], "set_manager", group, &all[11..12]).await.ok();
    assert_eq!(api.asked(all[11]).await, [2; 40]);
    let body = json!({"groupId": group, "receiverId": joining.id, "status": 1});
    let agreed = api.says(all[1], "/group/agree", body).await;
    agreed.ok();
    api.says(all[0], "/group/clear_notice", json!({})).await.ok();
    assert_eq!(api.asked(all[0]).await, [0; 0]);
    assert_eq!(api.asked(all[2]).await.iter().filter(|status| **status == 2).count(), 39);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ignored_wish_may_be_repeated_after_a_day() {
    let api = Api::start().await;
    let people = api.friends(4).await;
    let [ann, bob, carl, dora] = &people[..] else { unreachable!() };
    let group = &api.approving(ann, &[bob]).await;
    api.of_group(carl, "join", group).await.ok();
    api.judges(ann, group, carl, 0).await;
    for _ in 0..2 {
        api.of_group(carl, "join", group).await.ok();
        api.about_people(bob, "add", group, &[carl]).await.result();
        assert_eq!(api.asked(ann).await, [0]);
        api.advance(DAY / 2 - 60);
    }
    api.advance(120);
    api.of_group(carl, "join", group).await.ok();
    assert_eq!(api.asked(ann).await, [2]);
    // Whoever was let in and has left asks anew at once.
    api.judges(ann, group, carl, 1).await;
    api.of_group(carl, "quit", group).await.ok();
    api.of_group(carl, "join", group).await.ok();
    assert_eq!(api.asked(ann).await, [2]);
    // So does whoever has entered otherwise meanwhile.
    api.of_group(dora, "join", group).await.ok();
    api.about_people(ann, "add", group, &[dora]).await.result();
    api.of_group(dora, "quit", group).await.ok();
    api.of_group(dora, "join", group).await.ok();
    api.judges(ann, group, dora, 1).await;
    assert_eq!(api.members_of(ann, group).await.len(), 3);
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_has_at_most_twenty_managers() {
    let api = Api::start().await;
    let people = api.friends(23).await;
    let all: Vec<_> = people.iter().collect();
    let group = &api.group(all[0], "Group", &all[1..]).await;
    let many = r#"{"code":400,"message":"Group's manager count is out of max manager count limit (20)."}"#;
    api.about_people(all[0], "set_manager", group, &all[1..22]).await.is(400, many);
    api.about_people(all[0], "set_manager", group, &all[1..12]).await.ok();
    // Two calls that would fit each by itself.
    let (one, other) = futures_util::join!(
        api.about_people(all[0], "set_manager", group, &all[12..17]),
        api.about_people(all[0], "set_manager", group, &all[17..22]),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    api.about_people(all[0], "remove_manager", group, &all[1..3]).await.ok();
    api.about_people(all[0], "set_manager", group, &all[1..3]).await.ok();
    api.groups_fit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_wishes_wait_at_most() {
    let api = Api::start().await;
    let people = api.friends(504).await;
    let all: Vec<_> = people.iter().collect();
    let group = &api.approving(all[0], &all[1..2]).await;
    assert_eq!(api.about_people(all[1], "add", group, &all[2..501]).await.status, 200);
    api.of_group(all[501], "join", group).await.ok();
    api.of_group(all[502], "join", group).await.is(429, MANY);
    api.about_people(all[1], "add", group, &all[502..]).await.is(429, MANY);
    // An answer makes room for one.
    api.judges(all[0], group, all[2], 0).await;
    api.groups_fit().await;
    api.of_group(all[502], "join", group).await.ok();
    api.of_group(all[503], "join", group).await.is(429, MANY);
    // Those that nobody can answer any more make room too.
    api.advance(7 * DAY + 1);
    api.of_group(all[503], "join", group).await.ok();
    api.judges(all[0], group, all[503], 1).await;
    assert_eq!(api.members_of(all[503], group).await.len(), 3);
}
