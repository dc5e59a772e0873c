//! Gifts at the same moment, while the table refuses, stalls and loses answers, and while somebody is erased.

use super::{LOLLY, ROSE, id};
use crate::{
    crowd::count,
    world::{Api, Person},
};
use futures_util::future::join_all;
use local::Fault;
use shared::{Error, random::Random, values::GiftCode};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_roses_at_once_of_five_coins_are_one() {
    let api = Api::start().await;
    let people = api.crowd(2, "male").await;
    let (ann, bob) = (&people[0], &people[1]);
    api.coins_for(ann, 5).await;
    let roses = join_all((0..10).map(|nth| api.gift(ann, bob, ROSE, id(&format!("r{nth}"))))).await;
    assert_eq!(roses.iter().filter(|rose| rose.is_ok()).count(), 1);
    assert!(roses.iter().all(|rose| matches!(rose, Ok(()) | Err(Error::NotEnoughCoins))), "{roses:?}");
    assert_eq!((api.wealth(ann).await, api.wealth(bob).await), ((0, 0), (0, 5)));
    // One request twenty times is one as well.
    api.coins_for(ann, 20).await;
    let same = join_all((0..20).map(|_| api.gift(ann, bob, ROSE, id("same")))).await;
    assert!(same.iter().all(Result::is_ok), "{same:?}");
    assert_eq!(api.wealth(bob).await, (0, 10));
    api.gifts_are_true(&people).await;
}

/// One gift, asked for again under its name while nobody knows what became of it. Whether it was given.
async fn insist(api: &Api, from: &Person, to: &Person, code: GiftCode, name: &str) -> Option<bool> {
    for _ in 0..8 {
        match api.gift(from, to, code, id(name)).await {
            Ok(()) => return Some(true),
            Err(Error::NotEnoughCoins) => return Some(false),
            Err(Error::Busy | Error::Unavailable | Error::Internal(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gifts_outlast_a_storm() {
    let (api, random) = (Api::start().await, Random::seeded(1));
    let people = api.crowd(6, "male").await;
    for who in &people {
        api.coins_for(who, 40).await;
    }
    for _ in 0..40 {
        api.world.faults.strike("TransactWriteItems", random.within(0..=2) as usize, &Fault::Delayed(Duration::ZERO));
        let fault = [Fault::Conflict, Fault::Throttled, Fault::AnswerLost, Fault::Unreachable, Fault::Internal];
        api.world.faults.strike("TransactWriteItems", 1, &fault[random.within(0..=4) as usize]);
    }
    let wishes: Vec<_> = (0..60)
        .map(|nth| {
            let from = nth % people.len();
            // One of them is popular.
            let to = if nth % 3 == 0 { 0 } else { random.within(0..=5) as usize };
            let to = if to == from { (from + 1) % people.len() } else { to };
            (from, to, [LOLLY, ROSE, GiftCode::Mmd][random.within(0..=2) as usize], format!("g{nth}"))
        })
        .collect();
    let outcomes = join_all(wishes.iter().map(async |(from, to, code, name)| {
        let calls = (0..2).map(|_| insist(&api, &people[*from], &people[*to], *code, name));
        join_all(calls).await
    }));
    let outcomes = outcomes.await;
    api.world.faults.clear();
    api.gifts_are_true(&people).await;
    let books = api.books().await;
    let (mut made, mut refused) = (0, 0);
    for ((from, _, code, name), outcomes) in wishes.iter().zip(outcomes) {
        let price = i64::from(api.world.app.config.gifts.price(*code));
        let ledger = books.ledger(&people[*from]);
        let named = ledger.iter().filter(|entry| crate::wallet::books::request(entry) == name);
        let paid: Vec<i64> = named.map(|entry| count(Some(entry), "amount")).collect();
        assert!(paid.is_empty() || paid == [-price], "{name} was given {paid:?}");
        assert!(!outcomes.contains(&Some(true)) || paid == [-price], "{name}: {outcomes:?}, {paid:?}");
        made += paid.len();
        refused += usize::from(outcomes.contains(&Some(false)));
    }
    assert!(made > 20 && refused > 0, "a storm that tests little: {made} made, {refused} refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_given_behind_an_erasure() {
    let api = Api::start().await;
    let people = api.crowd(3, "male").await;
    for who in &people {
        api.coins_for(who, 100).await;
    }
    let carl = api.person("15172354433", "Carl", "male").await;
    let gifts = join_all((0..30).map(async |nth| {
        tokio::time::sleep(Duration::from_millis(nth as u64 * 4)).await;
        api.gift(&people[nth % 3], &carl, LOLLY, id(&format!("g{nth}"))).await
    }));
    let end = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        api.form("/v1/account/delete_user", &[("phone_number", &carl.phone)]).await
    };
    let (gifts, end) = tokio::join!(gifts, end);
    assert_eq!(end.status, 200);
    assert!(gifts.iter().all(|gift| matches!(gift, Ok(()) | Err(Error::NoSuchUser))), "{gifts:?}");
    let made = gifts.iter().filter(|gift| gift.is_ok()).count() as i64;
    let books = api.books().await;
    books.are_true();
    assert_eq!((books.issued(), books.held()), (300, 300 - made));
    assert!(made > 0);
    // What was counted for him went with him, and nothing is counted behind it.
    assert_eq!(api.gift_rows().await, []);
}
