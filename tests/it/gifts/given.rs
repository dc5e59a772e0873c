//! Gifts, one after the other: what is written down, what is shown, and what is refused.

use super::{LOLLY, ROSE, claim, id, shown, uid};
use crate::{
    crowd::text,
    passed_over::{LooksAt, passed_over},
    world::{Api, NOBODY, Person},
};
use local::{Fault, cost::measured};
use shared::{
    Error, gifts, limits,
    limits::Limit,
    values::GiftCode,
    wallet::{self, REMEMBERED},
};

async fn some(many: usize, coins: u64) -> (Api, Vec<Person>) {
    let api = Api::start().await;
    let people = api.crowd(many, "female").await;
    api.coins_for(&people[0], coins).await;
    (api, people)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gift_is_paid_counted_and_earned() {
    let (api, people) = some(2, 30).await;
    let (ann, bob) = (&people[0], &people[1]);
    for code in [ROSE, LOLLY, ROSE] {
        let (given, cost) = measured(gifts::give(&api.world.app, &claim(ann), &uid(bob), code, None)).await;
        given.unwrap();
        assert_eq!(cost.rounds, 2, "{cost}");
        // Two balances, two entries, the limit, three checks; the count of the giver, in its table and in the index.
        assert!(cost.write_units <= 22.0 || passed_over(LooksAt::Units), "{cost}");
    }
    assert_eq!((api.wealth(ann).await, api.wealth(bob).await), ((19, 0), (0, 11)));
    let (given, cost) = measured(gifts::received(&api.world.app, &claim(ann), &uid(bob))).await;
    assert_eq!(shown(&given.unwrap()), [(ann.id.clone(), vec![("lolly", 1), ("rose", 2)])]);
    assert_eq!(cost.rounds, 2, "{cost}");
    assert_eq!(shown(&api.gifts_of(bob, ann).await), []);
    let books = api.books().await;
    let entries = books.ledger(bob);
    assert!(entries.iter().all(|entry| entry["kind"] == text("gift") && entry["account"] == text("profit")));
    let notes: Vec<_> = entries.iter().map(|entry| entry["note"].as_s().unwrap().as_str()).collect();
    assert_eq!(notes, ["rose", "lolly", "rose"]);
    // What was earned is not spent.
    assert!(matches!(api.gift(bob, ann, LOLLY, None).await, Err(Error::NotEnoughCoins)));
    api.gifts_are_true(&people).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coins_of_others_can_be_given_too() {
    let (api, people) = some(3, 9).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    // Coins that were given lie in shares, which the first try does not read.
    let coins = wallet::Gift {
        to: wallet::Receiver::Id(&uid(bob)),
        amount: shared::values::Amount::new(9).unwrap(),
        note: shared::values::Note::default(),
        request: None,
    };
    wallet::give(&api.world.app, &claim(ann), &coins).await.unwrap();
    let (given, cost) = measured(gifts::give(&api.world.app, &claim(bob), &uid(carl), ROSE, id("r").as_ref())).await;
    given.unwrap();
    assert_eq!(cost.rounds, 4, "{cost}");
    let (refused, cost) = measured(gifts::give(&api.world.app, &claim(bob), &uid(carl), ROSE, None)).await;
    assert!(matches!(refused, Err(Error::NotEnoughCoins)) && cost.rounds == 3, "{refused:?} {cost}");
    api.gift(bob, carl, ROSE, id("r")).await.unwrap();
    assert_eq!((api.wealth(bob).await, api.wealth(carl).await), ((4, 0), (0, 5)));
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_given_changes_nothing() {
    let (api, people) = some(2, 10).await;
    let (ann, bob) = (&people[0], &people[1]);
    let before = (api.books().await.rows.len(), 0);
    let nobody = Person { id: NOBODY.into(), ..bob.clone() };
    let impostor = Person { token: "0".repeat(32), ..ann.clone() };
    assert!(matches!(api.gift(ann, ann, ROSE, id("x")).await, Err(Error::Oneself)));
    assert!(matches!(api.gift(ann, &nobody, ROSE, id("x")).await, Err(Error::NoSuchUser)));
    assert!(matches!(api.gift(ann, bob, GiftCode::Cuke, id("x")).await, Err(Error::NotEnoughCoins)));
    // Nobody is told of others who is not proven.
    for to in [bob, &nobody, ann] {
        assert!(matches!(api.gift(&impostor, to, ROSE, id("x")).await, Err(Error::SignedOut)));
    }
    for (owner, other) in [(ann, bob), (bob, ann)] {
        api.blocks(owner, other, true).await;
        assert!(matches!(api.gift(ann, bob, ROSE, id("x")).await, Err(Error::Apart)));
        let received = gifts::received(&api.world.app, &claim(ann), &uid(bob)).await;
        assert!(matches!(received, Err(Error::NoSuchUser)), "{received:?}");
        api.blocks(owner, other, false).await;
    }
    assert_eq!((api.books().await.rows.len(), api.gift_rows().await.len()), before);
    // A refusal is not remembered, and a block that was lifted is none.
    api.gift(ann, bob, ROSE, id("x")).await.unwrap();
    // What was given before a block is answered again as it was, and is given once.
    api.blocks(bob, ann, true).await;
    api.gift(ann, bob, ROSE, id("x")).await.unwrap();
    assert_eq!(api.wealth(bob).await, (0, 5));
    api.gifts_are_true(&people).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_carried_out_once_a_day_whatever_gifts_cost_by_then() {
    let (mut api, people) = some(3, 100).await;
    let [ann, bob, carl] = &people[..] else { unreachable!() };
    for _ in 0..2 {
        api.gift(ann, bob, ROSE, id("one")).await.unwrap();
    }
    for (to, code) in [(bob, LOLLY), (carl, ROSE)] {
        assert!(matches!(api.gift(ann, to, code, id("one")).await, Err(Error::RequestIdReused)));
    }
    let mut config = (*api.world.app.config).clone();
    *config.gifts = "rose=7".parse().unwrap();
    api.world.app.config = config.into();
    api.gift(ann, bob, ROSE, id("one")).await.unwrap();
    assert_eq!(api.wealth(ann).await, (95, 0));
    // Answers that were lost, with a name and without one.
    for request in [None, id("two")] {
        api.world.faults.strike("TransactWriteItems", 3, &Fault::AnswerLost);
        api.gift(ann, bob, LOLLY, request).await.unwrap();
        api.world.faults.clear();
    }
    assert_eq!(api.wealth(ann).await, (93, 0));
    // A day later the id is free again.
    api.advance(u32::try_from(REMEMBERED).unwrap() + 1);
    api.sign_in_again(ann).await;
    api.gift(ann, carl, ROSE, id("one")).await.unwrap();
    assert_eq!(
        (api.wealth(ann).await, shown(&api.gifts_of(ann, carl).await)),
        ((86, 0), vec![(ann.id.clone(), vec![("rose", 1)])])
    );
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_hundred_gifts_an_hour_are_enough() {
    let (api, people) = some(2, 100).await;
    let (ann, bob) = (&people[0], &people[1]);
    api.until(12, 0, 0);
    api.sign_in_again(ann).await;
    api.sign_in_again(bob).await;
    limits::count_many(&api.world.app, Limit::Gifts, &ann.id, 598).await.unwrap();
    // A gift that is refused is none.
    assert!(matches!(api.gift(ann, bob, GiftCode::Villa, None).await, Err(Error::NotEnoughCoins)));
    for request in [id("one"), None] {
        api.gift(ann, bob, LOLLY, request).await.unwrap();
    }
    let refused = api.gift(ann, bob, LOLLY, id("two")).await;
    assert!(matches!(refused, Err(Error::TooManyRequests { limit: Limit::Gifts })), "{refused:?}");
    api.gift(ann, bob, LOLLY, id("one")).await.unwrap();
    assert_eq!(api.wealth(bob).await, (0, 2));
    api.advance(3_600);
    api.sign_in_again(ann).await;
    api.sign_in_again(bob).await;
    api.gift(ann, bob, LOLLY, id("two")).await.unwrap();
    api.gifts_are_true(&people).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_are_shown_who_have_given_the_most() {
    let (api, people) = some(23, 1).await;
    let (star, givers) = people.split_last().unwrap();
    let gift = async |nth: usize, code: GiftCode| {
        api.coins_for(&givers[nth], u64::from(api.world.app.config.gifts.price(code)) + 1_000 + nth as u64).await;
        api.gift(&givers[nth], star, code, None).await.unwrap();
    };
    for nth in 0..22 {
        gift(nth, LOLLY).await;
    }
    for (nth, code) in [(3, GiftCode::Bear), (7, GiftCode::Mmd), (9, GiftCode::Diamond), (9, LOLLY)] {
        gift(nth, code).await;
    }
    let shown = shown(&api.gifts_of(&givers[0], star).await);
    assert_eq!(shown.len(), gifts::MOST_GIVERS);
    let expected = [
        (9, vec![("lolly", 2), ("diamond", 1)]),
        (3, vec![("lolly", 1), ("bear", 1)]),
        (7, vec![("lolly", 1), ("mmd", 1)]),
    ];
    assert_eq!(shown[..3], expected.map(|(nth, gifts)| (givers[nth].id.clone(), gifts)));
    assert!(shown[3..].iter().all(|(_, gifts)| *gifts == [("lolly", 1)]));
    // The record of a giver is shown with it; of somebody who is being erased there is none.
    api.amend(&format!("USER#{}", givers[9].id), "PROFILE", &[("state", Some(text("erasing")))]).await;
    let people = api.gifts_of(&givers[0], star).await;
    assert_eq!((people[0].person.is_none(), people[1].person.is_some()), (true, true));
    api.books().await.are_true();
}
