//! Anything in any order: what people hold is what a plain model says, and the books are true after every step.

use super::{id, sandbox};
use crate::world::{Api, Person};
use local::Fault;
use shared::{
    Error,
    random::Random,
    values::Yuan,
    wallet::{Balance, Kind},
};
use std::{collections::HashMap, time::Duration};

const PEOPLE: usize = 4;

/// What a request asks for: kind, receiver, coins.
type Asked = (What, usize, u64);

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Refill,
    Grant,
    Give,
    Pay(Kind),
}

/// Wallets as they should be.
#[derive(Default)]
struct Model {
    coins: [i64; PEOPLE],
    profit: [i64; PEOPLE],
    /// What was asked for under an id, and the coins that were answered.
    requests: HashMap<(usize, String), (Asked, i64)>,
}

/// What a call should be answered.
#[derive(Debug, PartialEq)]
enum Expected {
    Coins(i64),
    NotEnough,
    Reused,
    Oneself,
}

impl Model {
    /// What the call is answered, and what people hold then. A refill has no receiver: 0. A grant's id is no user's.
    fn asked(&mut self, from: usize, asked: Asked, request: Option<&str>) -> Expected {
        let (what, to, coins) = asked;
        let known = request.and_then(|request| self.requests.get(&(from, request.to_owned())));
        if let Some((before, answer)) = known {
            return if *before == asked { Expected::Coins(*answer) } else { Expected::Reused };
        }
        let amount = i64::try_from(coins).unwrap();
        match what {
            What::Refill | What::Grant => self.coins[from] += amount,
            _ if to == from => return Expected::Oneself,
            _ if self.coins[from] < amount => return Expected::NotEnough,
            _ => {
                self.coins[from] -= amount;
                let account = if what == What::Give { &mut self.coins } else { &mut self.profit };
                account[to] += amount;
            }
        }
        if let Some(request) = request {
            self.requests.insert((from, request.to_owned()), (asked, self.coins[from]));
        }
        Expected::Coins(self.coins[from])
    }
}

async fn step(api: &Api, people: &[Person], model: &mut Model, random: &Random) {
    let below = |most: u32| random.within(0..=most - 1) as usize;
    let (from, to) = (below(4), below(4));
    let name = (below(2) == 0).then(|| format!("r{}", below(6)));
    let request = name.as_deref().and_then(id);
    // What may strike is ridden out, or its outcome is read back.
    let fault = [None, Some(Fault::Conflict), Some(Fault::AnswerLost), Some(Fault::Throttled)][below(4)].clone();
    if let Some(fault) = fault {
        api.world.faults.strike("TransactWriteItems", below(2), &Fault::Delayed(Duration::ZERO));
        api.world.faults.strike("TransactWriteItems", 1, &fault);
    }
    let what = [What::Refill, What::Grant, What::Give, What::Pay(Kind::Gift), What::Pay(Kind::Sale)][below(5)];
    let (yuan, coins) = (Yuan::ALL[below(3)], 1 + below(60) as u64);
    let (payer, receiver) = (&people[from], &people[to]);
    let (outcome, asked) = match what {
        What::Refill => (api.refill(payer, yuan, None, request).await, (what, 0, u64::from(yuan.get()))),
        What::Grant => {
            let granted = api.grant(payer, coins, 0, id(&random.hex::<8>())).await;
            let answer = granted.map(|()| Balance { coins: model.coins[from] + coins as i64, profit: 0 });
            (answer, (what, 0, coins))
        }
        What::Give => (api.give(payer, receiver, coins, "", request).await, (what, to, coins)),
        What::Pay(kind) => (api.pay(payer, receiver, coins, kind, request).await, (what, to, coins)),
    };
    let expected = model.asked(from, asked, name.as_deref().filter(|_| what != What::Grant));
    api.world.faults.clear();
    let outcome = match outcome {
        Ok(balance) => Expected::Coins(balance.coins),
        Err(Error::NotEnoughCoins) => Expected::NotEnough,
        Err(Error::RequestIdReused) => Expected::Reused,
        Err(Error::Oneself) => Expected::Oneself,
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(outcome, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wallets_are_as_a_model_says_whatever_is_done() {
    for seed in 0..3 {
        println!("seed {seed}");
        let (api, random, mut model) = (sandbox().await, Random::seeded(seed), Model::default());
        let people = api.crowd(PEOPLE, "female").await;
        for nth in 0..60 {
            step(&api, &people, &mut model, &random).await;
            if nth % 10 == 9 {
                api.books().await.are_true();
                for (who, (coins, profit)) in people.iter().zip(model.coins.into_iter().zip(model.profit)) {
                    assert_eq!(api.balance(who).await, Balance { coins, profit }, "seed {seed}, step {nth}");
                }
            }
        }
    }
}
