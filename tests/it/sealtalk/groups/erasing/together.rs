//! Erasures at the same time: of one person, and of two who are in the same groups.

use super::REMOVED;
use crate::{sealtalk::client::Friend, world::Api};
use futures_util::future::join_all;
use local::Fault;

/// So many groups meet in the one member whom all of them have.
const GROUPS: usize = 40;

impl Api {
    /// Groups of the first and the others, made by them in turn.
    async fn groups_of(&self, people: &[&Friend]) -> Vec<String> {
        let mut groups = Vec::new();
        for nth in 0..GROUPS {
            let creator = people[nth % (people.len() - 1)];
            groups.push(self.group(creator, "Group", people).await);
        }
        groups
    }

    /// That nothing of these people is left, and the one who stays has every group alone.
    async fn only_one_is_left(&self, gone: &[&Friend], stays: &Friend, groups: &[String]) {
        for who in gone {
            assert_eq!(self.rows_naming(who).await, [""; 0]);
            self.delete_user(&who.phone).await.fails(400, "No such user");
        }
        for group in groups {
            assert_eq!(self.members_of(stays, group).await.len(), 1);
        }
        self.groups_fit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasures_of_one_person_at_once_succeed_or_find_nobody() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let groups = api.groups_of(&[ann, bob]).await;
    let erased = join_all((0..4).map(|_| api.delete_user(&ann.phone))).await;
    assert_eq!(erased.iter().map(|answer| answer.status).filter(|status| *status == 500).count(), 0, "{erased:?}");
    assert!(erased.iter().any(|answer| answer.status == 200));
    api.only_one_is_left(&[ann], bob, &groups).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_the_same_groups_are_erased_at_once() {
    let api = Api::start().await;
    let (ann, carl) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000003", "Carl").await);
    let bob = &api.friend("13900000002", "Bob").await;
    let groups = api.groups_of(&[ann, carl, bob]).await;
    for answer in join_all([ann, carl, ann, carl].map(|who| api.delete_user(&who.phone))).await {
        assert!([200, 400].contains(&answer.status), "{answer:?}");
    }
    api.only_one_is_left(&[ann, carl], bob, &groups).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_waited_takes_up_an_erasure_that_fails() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let group = api.group(ann, "Group", &[bob]).await;
    // The SDK tries three times: the first of the erasures fails at its first transaction.
    api.world.faults.strike("TransactWriteItems", 3, &Fault::Internal);
    let mut erased = join_all((0..3).map(|_| api.delete_user(&ann.phone))).await;
    erased.sort_by_key(|answer| answer.status);
    erased[0].is(200, REMOVED);
    assert_eq!(erased[2].status, 500, "{erased:?}");
    api.only_one_is_left(&[ann], bob, &[group]).await;
}
