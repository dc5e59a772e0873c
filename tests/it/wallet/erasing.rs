//! The end of a wallet: coins leave circulation, ledgers stay without a name.

use super::{
    books::{Books, amount, note},
    id,
};
use crate::{
    crowd::text,
    world::{Answer, Api, Person},
};
use futures_util::future::join_all;
use local::Fault;
use shared::{Error, values::Yuan};
use std::time::Duration;

const HERS: &str = "from Ann with love";
const HIS: &str = "to her from him";

impl Books {
    /// What names somebody, but for the marks that say for an hour that they are being erased.
    fn traces(&self, who: &Person) -> Vec<String> {
        let mark = |row: &&crate::crowd::Item| row.contains_key("erased") && row.contains_key("expires_at");
        let shown = self.rows.iter().filter(|row| !mark(row)).map(|row| format!("{row:?}"));
        shown.filter(|row| row.contains(&who.id) || row.contains(HERS) || row.contains("her-request")).collect()
    }
}

async fn erase(api: &Api, who: &Person) -> Answer {
    api.form("/v1/account/delete_user", &[("phone_number", &who.phone)]).await
}

/// Ann and Bob, who have given to each other; she has used a receipt of 100.
async fn two() -> (Api, Person, Person) {
    let api = Api::start().await;
    let (ann, bob) = (api.person("15172354401", "Ann", "female").await, api.person("15172354402", "Bob", "male").await);
    let receipt = api.receipt(Yuan::Hundred).await;
    api.refill(&ann, Yuan::Hundred, Some(&receipt), id("her-request")).await.unwrap();
    api.give(&ann, &bob, 30, HERS, id("her-request-2")).await.unwrap();
    api.give(&bob, &ann, 5, HIS, None).await.unwrap();
    (api, ann, bob)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coins_of_an_erased_person_leave_circulation_and_their_ledger_its_name() {
    let (api, ann, bob) = two().await;
    assert_eq!(api.books().await.traces(&ann).len(), 10, "two balances, five entries, two requests, a receipt");
    assert_eq!(erase(&api, &ann).await.status, 200);
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held(), api.coins(&bob).await), (100, 25, 25));
    assert_eq!(books.traces(&ann), [""; 0]);
    // One ledger without a name, which adds up to nothing.
    let gone: Vec<_> = books.entries().filter(|row| row["pk"].as_s().unwrap().starts_with("GONE#")).collect();
    assert_eq!(gone.len(), 4);
    assert!(gone.iter().all(|row| row["pk"] == gone[0]["pk"]));
    assert_eq!(gone.iter().map(|row| amount(row)).sum::<i64>(), 0);
    let withdrawn: Vec<_> = gone.iter().filter(|row| row["kind"] == text("withdrawn")).map(|row| amount(row)).collect();
    assert_eq!(withdrawn, [-75]);
    // What he has written is his.
    let his = books.ledger(&bob);
    assert_eq!(his.iter().map(|row| (amount(row), note(row))).collect::<Vec<_>>(), [(30, ""), (-5, HIS)]);
    assert!(his.iter().all(|row| !row.contains_key("other")));
    // She is nobody any more.
    assert!(matches!(api.give(&bob, &ann, 1, "", None).await, Err(Error::NoSuchUser)));
    assert!(matches!(api.give(&ann, &bob, 1, "", None).await, Err(Error::SignedOut)));
    // Bob's end, later, finds nothing of hers.
    assert_eq!(erase(&api, &bob).await.status, 200);
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held(), books.traces(&bob).len()), (100, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_died_halfway_goes_on_where_it_was() {
    let cases = [
        ("UpdateItem", 1),
        ("UpdateItem", 12),
        ("BatchGetItem", 1),
        ("TransactWriteItems", 0),
        ("Query", 1),
        ("UpdateItem", 20),
        ("TransactWriteItems", 1),
        ("DeleteItem", 1),
        ("UpdateItem", 30),
    ];
    // A world each and all at once: most of the time goes by between the attempts of the SDK.
    let cut = cases.map(|(operation, after)| {
        Box::pin(async move {
            let (api, ann, bob) = two().await;
            api.world.faults.strike(operation, after, &Fault::Delayed(Duration::ZERO));
            api.world.faults.strike(operation, 100, &Fault::Internal);
            assert_eq!(erase(&api, &ann).await.status, 500, "{operation} {after}");
            api.world.faults.clear();
            assert!(matches!(api.give(&bob, &ann, 1, "", None).await, Err(Error::NoSuchUser)));
            // What a call that died has left does not expire before the next.
            assert_eq!(erase(&api, &ann).await.status, 200, "{operation} {after}");
            let books = api.books().await;
            books.are_true();
            assert_eq!((books.issued(), books.held()), (100, 25), "{operation} {after}");
            assert_eq!(books.traces(&ann), [""; 0], "{operation} {after}");
            let gone = books.entries().filter(|row| row["pk"].as_s().unwrap().starts_with("GONE#")).count();
            assert_eq!(gone, 4, "{operation} {after}");
        })
    });
    join_all(cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gifts_and_erasures_at_once_lose_nothing() {
    let (api, ann, bob) = two().await;
    let carl = api.person("15172354403", "Carl", "male").await;
    api.ten_coins(&carl).await;
    let gifts = join_all((0..60).map(async |nth| {
        let (from, to) = [(&ann, &bob), (&bob, &ann), (&carl, &ann), (&ann, &carl), (&bob, &carl)][nth % 5];
        tokio::time::sleep(Duration::from_millis(nth as u64 * 3)).await;
        api.give(from, to, 1, HERS, id(&format!("her-request-{nth}"))).await
    }));
    let ends = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        // Both at once, and hers twice.
        tokio::join!(erase(&api, &ann), erase(&api, &ann), erase(&api, &bob))
    };
    let (gifts, ends) = tokio::join!(gifts, ends);
    for refused in gifts.iter().filter_map(|gift| gift.as_ref().err()) {
        let expected = matches!(refused, Error::SignedOut | Error::NoSuchUser | Error::NotEnoughCoins);
        assert!(expected, "{refused:?}");
    }
    assert!([ends.0.status, ends.1.status].contains(&200) && ends.2.status == 200, "{ends:?}");
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held()), (110, api.coins(&carl).await));
    let named = books.rows.iter().filter(|row| !row.contains_key("erased")).map(|row| format!("{row:?}"));
    let named: Vec<_> = named.filter(|row| row.contains(&ann.id) || row.contains(&bob.id)).collect();
    assert_eq!(named, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_of_any_length_is_moved_in_batches() {
    let (api, ann, bob) = two().await;
    for nth in 0..120 {
        let (from, to) = if nth % 2 == 0 { (&ann, &bob) } else { (&bob, &ann) };
        api.give(from, to, 1, HERS, None).await.unwrap();
    }
    assert_eq!(erase(&api, &bob).await.status, 200);
    assert_eq!(erase(&api, &ann).await.status, 200);
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held(), books.traces(&ann).len()), (100, 0, 0));
}
