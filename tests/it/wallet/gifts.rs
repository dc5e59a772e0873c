//! Gifts, one after the other: who can be given what, and what is written down.

use super::{
    books::{amount, note, request},
    claim, id, sandbox,
};
use crate::{
    crowd::{number, text},
    world::{Api, NOBODY, Person},
};
use aws_sdk_dynamodb::types::AttributeValue;
use local::cost::measured;
use shared::{
    Error,
    config::Table,
    values::{Amount, E164, Note, RequestId, UserId, Yuan},
    wallet::{self, Balance, Gift, Kind, REMEMBERED, Receiver},
};

/// A world with two people, of whom the first has ten coins.
async fn two() -> (Api, Person, Person) {
    let api = sandbox().await;
    let mut people = api.crowd(2, "male").await;
    let (bob, ann) = (people.pop().unwrap(), people.pop().unwrap());
    assert_eq!(api.refill(&ann, Yuan::Ten, None, None).await.unwrap(), Balance { coins: 10, profit: 0 });
    (api, ann, bob)
}

impl Api {
    /// Renews somebody's session, whose life the clock has ended.
    pub async fn sign_in_again(&self, who: &Person) {
        let issued = number(self.world.clock.seconds());
        self.amend(&format!("USER#{}", who.id), "PROFILE", &[("token_issued", Some(issued))]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gift_is_a_debit_and_a_credit_with_an_entry_for_each() {
    let (api, ann, bob) = two().await;
    assert_eq!(api.give(&ann, &bob, 4, "rose", id("r-1")).await.unwrap().coins, 6);
    assert_eq!((api.coins(&ann).await, api.coins(&bob).await), (6, 4));
    // What was received can be spent, all of it.
    assert_eq!(api.give(&bob, &ann, 4, "", None).await.unwrap().coins, 0);
    assert_eq!((api.coins(&ann).await, api.coins(&bob).await), (10, 0));
    let books = api.books().await;
    books.are_true();
    let (hers, his) = (books.ledger(&ann), books.ledger(&bob));
    assert_eq!(hers.iter().map(|entry| amount(entry)).collect::<Vec<_>>(), [10, -4, 4]);
    assert_eq!(his.iter().map(|entry| amount(entry)).collect::<Vec<_>>(), [4, -4]);
    assert_eq!((note(hers[1]), note(his[0]), note(hers[2])), ("rose", "rose", ""));
    assert_eq!((request(hers[1]), request(his[0])), ("r-1", ""), "an id is its owner's alone");
    assert_eq!(
        (hers[1]["sk"] == his[0]["sk"], &hers[1]["other"], &his[0]["other"]),
        (true, &text(&bob.id), &text(&ann.id))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_given_changes_nothing() {
    let (api, ann, bob) = two().await;
    let stranger = Person { id: NOBODY.into(), ..bob.clone() };
    let before = api.books().await.rows.len();
    for (to, coins) in [(&bob, 11), (&bob, 1_000_000), (&stranger, 1), (&ann, 1)] {
        let refused = api.give(&ann, to, coins, "", id("again")).await.unwrap_err();
        let expected = match () {
            () if to.id == ann.id => matches!(refused, Error::Oneself),
            () if to.id == NOBODY => matches!(refused, Error::NoSuchUser),
            () => matches!(refused, Error::NotEnoughCoins),
        };
        assert!(expected, "{coins} to {}: {refused}", to.id);
    }
    assert!(matches!(api.give(&bob, &ann, 1, "", None).await, Err(Error::NotEnoughCoins)));
    let impostor = Person { token: "0".repeat(32), ..ann.clone() };
    assert!(matches!(api.give(&impostor, &bob, 1, "", None).await, Err(Error::SignedOut)));
    assert_eq!(api.books().await.rows.len(), before);
    // A refusal is not remembered.
    assert_eq!(api.give(&ann, &bob, 1, "", id("again")).await.unwrap().coins, 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_of_either_keeps_coins_apart() {
    let (api, ann, bob) = two().await;
    let block = |owner: &Person, other: &Person, active: bool| {
        let row = [("pk", text(format!("USER#{}", owner.id))), ("sk", text(format!("BLOCK#{}", other.id)))];
        let row = row.into_iter().chain([("active", AttributeValue::Bool(active))]);
        row.map(|(name, value)| (name.to_owned(), value)).collect()
    };
    let table = api.world.app.config.tables.name(Table::Friends);
    for (owner, other) in [(&ann, &bob), (&bob, &ann)] {
        api.write(table, vec![block(owner, other, true)]).await;
        assert!(matches!(api.give(&ann, &bob, 1, "", None).await, Err(Error::NoSuchUser)));
        api.write(table, vec![block(owner, other, false)]).await;
    }
    assert_eq!(api.give(&ann, &bob, 1, "", id("1")).await.unwrap().coins, 9);
    // What was given before a block is answered again as it was.
    api.write(table, vec![block(&bob, &ann, true)]).await;
    assert_eq!(api.give(&ann, &bob, 1, "", id("1")).await.unwrap().coins, 9);
    assert_eq!(api.coins(&bob).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_carried_out_once_a_day() {
    let (api, ann, bob) = two().await;
    for _ in 0..3 {
        assert_eq!(api.give(&ann, &bob, 6, "x", id("one")).await.unwrap().coins, 4, "six more are not there");
    }
    // Another payload: the amount, the receiver, the note, a refill.
    let other = api.crowd(1, "male").await.remove(0);
    for (to, coins, note) in [(&bob, 5, "x"), (&other, 6, "x"), (&bob, 6, "y")] {
        assert!(matches!(api.give(&ann, to, coins, note, id("one")).await, Err(Error::RequestIdReused)));
    }
    assert!(matches!(api.refill(&ann, Yuan::Ten, None, id("one")).await, Err(Error::RequestIdReused)));
    // The ids of somebody else are theirs.
    assert_eq!(api.give(&bob, &ann, 6, "x", id("one")).await.unwrap().coins, 0);
    assert_eq!(api.refill(&ann, Yuan::Ten, None, id("two")).await.unwrap().coins, 20);
    assert_eq!(api.refill(&ann, Yuan::Ten, None, id("two")).await.unwrap().coins, 20);
    assert!(matches!(api.refill(&ann, Yuan::Fifty, None, id("two")).await, Err(Error::RequestIdReused)));
    assert_eq!((api.coins(&ann).await, api.coins(&bob).await), (20, 0));
    // A day later the row is still there and does not count.
    api.advance(u32::try_from(REMEMBERED).unwrap() + 1);
    api.sign_in_again(&ann).await;
    assert_eq!(api.give(&ann, &bob, 5, "new", id("one")).await.unwrap().coins, 15);
    assert_eq!(api.give(&ann, &bob, 5, "new", id("one")).await.unwrap().coins, 15);
    api.books().await.are_true();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coins_can_become_profit() {
    let (api, ann, bob) = two().await;
    let paid = api.pay(&ann, &bob, 4, Kind::Sale, id("one")).await.unwrap();
    assert_eq!(paid, Balance { coins: 6, profit: 0 });
    assert_eq!(api.balance(&bob).await, Balance { coins: 0, profit: 4 });
    assert!(matches!(api.give(&bob, &ann, 1, "", None).await, Err(Error::NotEnoughCoins)), "profit is not spent");
    let books = api.books().await;
    books.are_true();
    let kinds = [&ann, &bob].map(|who| books.ledger(who).last().map(|entry| entry["kind"].clone()));
    assert_eq!(kinds, [Some(text("sale")), Some(text("sale"))]);
    // The same under the same id, but given instead of paid, is something else.
    let given = api.pay(&ann, &bob, 4, Kind::Gift, id("one")).await;
    assert!(matches!(given, Err(Error::RequestIdReused)), "{given:?}");
    assert_eq!(api.pay(&ann, &bob, 4, Kind::Sale, id("one")).await.unwrap().coins, 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_is_found_by_a_number_too() {
    let (api, ann, _) = two().await;
    let bob = api.person("15172354423", "Bob", "male").await;
    let give = async |number: &str| {
        let number = E164::new("86", number).unwrap();
        let amount = Amount::new(4).unwrap();
        let gift = Gift { to: Receiver::Number(&number), amount, note: Note::default(), request: id("one") };
        measured(wallet::give(&api.world.app, &claim(&ann), &gift)).await
    };
    assert!(matches!(give("15172354424").await.0, Err(Error::NoSuchUser)));
    for _ in 0..2 {
        let (given, cost) = give(&bob.phone).await;
        assert_eq!((given.unwrap().coins, cost.rounds), (6, 3));
    }
    assert_eq!(api.coins(&bob).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_does_not_overflow() {
    let (api, ann, bob) = two().await;
    let table = api.world.app.config.tables.name(Table::Wallet);
    let full = |share: Option<u32>, balance: i64| {
        let sk = share.map_or("BALANCE#coins".to_owned(), |share| format!("BALANCE#coins#{share}"));
        let mut row = crate::crowd::Item::from([
            ("pk".into(), text(format!("USER#{}", bob.id))),
            ("sk".into(), text(sk)),
            ("type".into(), text("balance")),
            ("account".into(), text("coins")),
            ("balance".into(), number(balance)),
        ]);
        row.extend(share.map(|share| ("share".to_owned(), number(i64::from(share)))));
        row
    };
    let rows = (0..wallet::SHARES).map(Some).chain([None]).map(|share| full(share, Amount::MOST - 1)).collect();
    api.write(table, rows).await;
    assert!(matches!(api.give(&ann, &bob, 2, "", None).await, Err(Error::TooManyCoins)));
    assert!(matches!(api.refill(&bob, Yuan::Ten, None, None).await, Err(Error::TooManyCoins)));
    assert_eq!(api.give(&ann, &bob, 1, "", None).await.unwrap().coins, 9);
    assert_eq!(api.coins(&bob).await, 9 * (Amount::MOST - 1) + 1);
    // The largest amount there is can be given.
    assert_eq!(api.give(&bob, &ann, 1_000_000_000_000_000, "", None).await.unwrap().coins, 8 * Amount::MOST - 8);
    assert_eq!(api.coins(&ann).await, Amount::MOST + 9);
}

#[test]
fn values_are_checked_where_they_are_made() {
    for coins in [0, 1_000_000_000_000_001, u64::MAX] {
        assert!(Amount::new(coins).is_err(), "{coins}");
    }
    assert_eq!(Amount::new(1_000_000_000_000_000).unwrap().get(), Amount::MOST);
    for good in ["a", "A-b_c.9", &"x".repeat(64)] {
        assert!(RequestId::try_from(good.to_owned()).is_ok(), "{good}");
    }
    for bad in ["", "a b", "é", "a#b", "a/b", &"x".repeat(65)] {
        assert!(RequestId::try_from(bad.to_owned()).is_err(), "{bad}");
    }
    assert!(Note::try_from("字".repeat(200)).is_ok() && Note::try_from("字".repeat(201)).is_err());
    for (text, yuan) in [("10", 10), ("50", 50), ("100", 100)] {
        assert_eq!(text.parse::<Yuan>().unwrap().get(), yuan);
    }
    for bad in ["", "0", "11", "-10", "+10", "010", "10.0", "abc", "1e2"] {
        assert!(bad.parse::<Yuan>().is_err(), "{bad}");
    }
    assert!(UserId::try_from(NOBODY.to_owned()).is_ok());
}
