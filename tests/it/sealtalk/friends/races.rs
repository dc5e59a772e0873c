//! Two sides at the same time: what comes out is what one after the other would give.

use super::action;
use crate::{
    sealtalk::client::Friend,
    world::{Answer, Api},
};
use futures_util::future::join_all;

impl Api {
    /// So many pairs of strangers.
    async fn pairs(&self, many: u32) -> Vec<(Friend, Friend)> {
        let mut pairs = Vec::new();
        for nth in 0..many {
            let one = self.friend(&format!("1390000{nth:02}01"), &format!("one {nth}")).await;
            pairs.push((one, self.friend(&format!("1390000{nth:02}02"), &format!("two {nth}")).await));
        }
        pairs
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_ask_each_other_at_once_are_friends() {
    let api = Api::start().await;
    for (one, two) in api.pairs(6).await {
        let (first, second) = tokio::join!(api.invite(&one, &two.id, "a"), api.invite(&two, &one.id, "b"));
        let mut answers = [first.text.as_str(), second.text.as_str()];
        answers.sort_unstable();
        assert_eq!(answers, [action("Added"), action("Sent")]);
        assert_eq!((api.status(&one).await, api.status(&two).await), (20, 20));
        for who in [&one, &two] {
            api.versions_are_true(who).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_agree_at_once_and_it_happens_once() {
    let api = Api::start().await;
    let (one, two) = api.pairs(1).await.remove(0);
    api.invite(&one, &two.id, "hi").await.is(200, &action("Sent"));
    let (before, _) = api.own_versions(&one).await;
    let answers = join_all((0..20).map(|_| api.to_friend(&two, "/friendship/agree", &one.id))).await;
    answers.iter().for_each(Answer::ok);
    assert_eq!((api.status(&one).await, api.status(&two).await), (20, 20));
    let (after, versions) = api.own_versions(&one).await;
    assert_eq!((after > before, versions), (true, vec![after]));
    api.versions_are_true(&two).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_beside_an_agreement_comes_before_or_after_it() {
    let api = Api::start().await;
    for (one, two) in api.pairs(8).await {
        api.invite(&one, &two.id, "hi").await.is(200, &action("Sent"));
        let (blocked, agreed) = tokio::join!(
            api.to_friend(&one, "/user/add_to_blacklist", &two.id),
            api.to_friend(&two, "/friendship/agree", &one.id)
        );
        blocked.ok();
        assert_eq!(api.block_row(&one, &two).await, Some((true, false)));
        // What comes after the agreement blocks a friend; what comes before it takes the request back.
        let statuses = (agreed.status, api.status(&one).await, api.status(&two).await);
        assert!([(200, 31, 20), (404, 10, 11)].contains(&statuses), "{statuses:?}");
        for who in [&one, &two] {
            api.versions_are_true(who).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_at_once_leaves_a_relation_that_is_one() {
    let api = Api::start().await;
    for (one, two) in api.pairs(4).await {
        api.befriend(&one, &two).await;
        let calls = [&one, &two].into_iter().zip([&two, &one]).flat_map(|(who, other)| {
            ["/friendship/delete", "/user/add_to_blacklist", "/user/remove_from_blacklist", "/friendship/agree"]
                .map(|path| api.to_friend(who, path, &other.id))
        });
        for answer in join_all(calls).await {
            assert!([200, 404].contains(&answer.status), "{answer:?}");
        }
        for (who, other) in [(&one, &two), (&two, &one)] {
            let (status, block) = (api.status(who).await, api.block_row(who, other).await);
            let active = block.is_some_and(|(active, _)| active);
            // A friend is not blocked, a blocked one is.
            assert!(!matches!((status, active), (20, true) | (31, false)), "{status} {block:?}");
            assert!([20, 30, 31].contains(&status), "{status}");
            api.versions_are_true(who).await;
        }
    }
}
