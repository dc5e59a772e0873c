//! Movements at the same moment: the number that can be made is made, and no more.

use super::{id, sandbox};
use crate::world::Api;
use futures_util::future::join_all;
use shared::{Error, values::Yuan, wallet::Balance};

/// How many succeeded; every other was refused as expected.
#[track_caller]
fn done(outcomes: &[Result<Balance, Error>], refused: fn(&Error) -> bool) -> usize {
    let errors: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(errors.iter().all(|error| refused(error)), "{errors:?}");
    outcomes.len() - errors.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_gifts_at_once_of_six_coins_are_six() {
    let api = sandbox().await;
    let people = api.crowd(2, "male").await;
    // Once with coins that were bought, once with coins that were received.
    for (from, to) in [(&people[0], &people[1]), (&people[1], &people[0])] {
        if api.coins(from).await == 0 {
            api.refill(from, Yuan::Ten, None, None).await.unwrap();
            api.give(from, to, 4, "", None).await.unwrap();
        }
        let begun = api.coins(from).await;
        let gifts = join_all((0..20).map(|_| api.give(from, to, 1, "", None))).await;
        let made = done(&gifts, |error| matches!(error, Error::NotEnoughCoins)) as i64;
        assert_eq!((made, api.coins(from).await), (begun, 0));
        assert_eq!(api.coins(to).await, 10);
        api.books().await.are_true();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_shown_twenty_times_at_once_is_used_once() {
    let api = Api::start().await;
    let people = api.crowd(4, "male").await;
    let receipt = api.receipt(Yuan::Fifty).await;
    let refills = (0..20).map(|nth| api.refill(&people[nth % 4], Yuan::Fifty, Some(&receipt), None));
    assert_eq!(done(&join_all(refills).await, |error| matches!(error, Error::ReceiptUsed)), 1);
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held()), (50, 50));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sent_twenty_times_at_once_is_carried_out_once() {
    let api = Api::start().await;
    let people = api.crowd(2, "male").await;
    let (ann, bob) = (&people[0], &people[1]);
    let receipt = api.receipt(Yuan::Ten).await;
    let refills = join_all((0..20).map(|_| api.refill(ann, Yuan::Ten, Some(&receipt), id("r")))).await;
    assert_eq!(done(&refills, |_| false), 20);
    // Whoever comes late finds too few coins for another one.
    let gifts = join_all((0..20).map(|_| api.give(ann, bob, 7, "", id("g")))).await;
    assert_eq!(done(&gifts, |_| false), 20);
    for (answers, coins) in [(refills, 10), (gifts, 3)] {
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap().coins == coins), "{answers:?}");
    }
    assert_eq!((api.coins(ann).await, api.coins(bob).await), (3, 7));
    api.books().await.are_true();
}
