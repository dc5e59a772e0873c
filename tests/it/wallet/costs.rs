//! How often wallets wait for AWS, and what they pay.

use super::{claim, id, uid};
use crate::world::{Api, Person};
use local::cost::{Cost, measured};
use shared::{
    sessions::Claim,
    values::{Amount, Note, Yuan},
    wallet::{self, Gift, Receiver, Refill},
};

async fn give(api: &Api, claim: &Claim, to: &Person, request: &str) -> Cost {
    let (to, note) = (uid(to), Note::try_from("rose".to_owned()).unwrap());
    let gift = Gift {
        to: Receiver::Id(&to),
        amount: Amount::new(1).unwrap(),
        note,
        request: id(request).filter(|_| request != "-"),
    };
    let (given, cost) = measured(wallet::give(&api.world.app, claim, &gift)).await;
    given.unwrap();
    cost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_gift_and_a_signed_refill_cost_two_rounds() {
    let api = Api::start().await;
    let people = api.crowd(2, "male").await;
    let (ann, bob) = (claim(&people[0]), &people[1]);
    for request in ["-", "r"] {
        let receipt = api.receipt(Yuan::Ten).await;
        let refill =
            Refill { yuan: Yuan::Ten, receipt: Some(&receipt), request: id(request).filter(|_| request != "-") };
        let (refilled, cost) = measured(wallet::refill(&api.world.app, &ann, &refill)).await;
        assert_eq!(refilled.unwrap().coins, if request == "-" { 10 } else { 19 });
        assert_eq!((cost.rounds, cost.calls), (2, 3), "{cost}");
        // Balance, entry and receipt; a row for the request.
        assert!(cost.write_units <= if request == "-" { 6.0 } else { 8.0 }, "{cost}");
        assert_eq!(give(&api, &ann, bob, request.replace('r', "g").as_str()).await.rounds, 2);
    }
    let cost = give(&api, &ann, bob, "-").await;
    assert_eq!((cost.rounds, cost.calls), (2, 4), "{cost}");
    // Two balances and two entries.
    assert!(cost.write_units <= 8.0 && cost.read_units <= 6.0, "{cost}");
    // The same again is looked up once it was refused.
    assert_eq!(give(&api, &ann, bob, "g").await.rounds, 2);
    let (read, cost) = measured(wallet::balance(&api.world.app, &ann)).await;
    assert_eq!((read.unwrap().coins, cost.rounds, cost.calls), (17, 1, 2));
}
