//! Fifty people giving at once while the table refuses, stalls and loses answers: coins are as many as before, every account
//! is as its ledger says, and nothing was done twice.

use super::{books::amount, id, sandbox};
use crate::{
    wallet::books,
    world::{Api, Person},
};
use futures_util::future::join_all;
use local::Fault;
use shared::{Error, random::Random, values::Yuan};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

const SENDERS: usize = 50;
const ACCOUNTS: usize = 20;
const GIFTS: usize = 2;

/// A gift that somebody wants to make; the note tells it from all others.
struct Wish<'a> {
    from: &'a Person,
    to: &'a Person,
    coins: u64,
    note: String,
    /// What the client calls it, if it does.
    request: Option<String>,
    /// So many calls at the same moment.
    calls: usize,
}

impl Wish<'_> {
    /// One call, made again while nobody knows what became of it; only a request with an id may be. Whether it was done.
    async fn call(&self, api: &Api) -> Option<bool> {
        for _ in 0..8 {
            let request = self.request.as_deref().and_then(id);
            match api.give(self.from, self.to, self.coins, &self.note, request).await {
                Ok(_) => return Some(true),
                Err(Error::NotEnoughCoins) => return Some(false),
                Err(Error::Busy | Error::Unavailable | Error::Internal(_)) if self.request.is_some() => {}
                Err(Error::Busy | Error::Unavailable | Error::Internal(_)) => return None,
                Err(other) => panic!("{other:?}"),
            }
        }
        None
    }
}

fn wishes<'a>(people: &'a [Person], random: &Random) -> Vec<Vec<Wish<'a>>> {
    let below = |most: usize| random.within(0..=u32::try_from(most - 1).unwrap()) as usize;
    let wish = |sender: usize, nth: usize| {
        let from = below(ACCOUNTS);
        // One of them is popular.
        let to = if below(3) == 0 { 0 } else { below(ACCOUNTS) };
        let to = if to == from { (from + 1) % ACCOUNTS } else { to };
        let (note, named) = (format!("{sender}-{nth}"), below(3) > 0);
        let request = named.then(|| format!("r{note}"));
        let calls = if named { 1 + below(3) } else { 1 };
        Wish { from: &people[from], to: &people[to], coins: 1 + below(40) as u64, note, request, calls }
    };
    (0..SENDERS).map(|sender| (0..GIFTS).map(|nth| wish(sender, nth)).collect()).collect()
}

/// Faults of each kind, between calls that nothing happens to.
fn faults(api: &Api, random: &Random) {
    for _ in 0..120 {
        let quiet = random.within(0..=3) as usize;
        api.world.faults.strike("TransactWriteItems", quiet, &Fault::Delayed(Duration::ZERO));
        let (fault, times) = match random.within(0..=5) {
            0 => (Fault::Conflict, 2),
            1 => (Fault::Throttled, 2),
            2 => (Fault::AnswerLost, 1),
            3 => (Fault::AnswerLost, 3),
            4 => (Fault::Unreachable, 1),
            _ => (Fault::Internal, 1),
        };
        api.world.faults.strike("TransactWriteItems", times, &fault);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coins_outlast_a_storm() {
    for seed in 0..2 {
        println!("seed {seed}");
        let (api, random) = (sandbox().await, Random::seeded(seed));
        let people = api.crowd(ACCOUNTS, "male").await;
        join_all(people.iter().map(|who| api.refill(who, Yuan::Hundred, None, None))).await;
        let wishes = wishes(&people, &random);
        faults(&api, &random);
        api.world.faults.transactions_take(Duration::from_millis(3 * seed));
        let outcomes = join_all(wishes.iter().map(async |wishes| {
            let mut outcomes = Vec::new();
            for wish in wishes {
                let calls = join_all((0..wish.calls).map(|_| wish.call(&api))).await;
                outcomes.extend(calls.into_iter().map(|done| (wish, done)));
            }
            outcomes
        }));
        let outcomes = outcomes.await.concat();
        api.world.faults.clear();

        let books = api.books().await;
        books.are_true();
        assert_eq!((books.issued(), books.held()), (100 * ACCOUNTS as i64, 100 * ACCOUNTS as i64), "seed {seed}");
        let mut debits: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for entry in books.entries().filter(|entry| amount(entry) < 0) {
            debits.entry(books::note(entry)).or_default().push(amount(entry));
        }
        let (mut made, mut refused) = (BTreeSet::new(), 0);
        for (wish, done) in &outcomes {
            let debits = debits.get(&*wish.note).map_or(&[][..], Vec::as_slice);
            assert!(debits.len() <= 1, "seed {seed}: {} was given {debits:?}", wish.note);
            if *done == Some(true) {
                assert_eq!(debits, [-(wish.coins as i64)], "seed {seed}: {}", wish.note);
                made.insert(&wish.note);
            }
            refused += usize::from(*done == Some(false));
        }
        println!("{} made, {refused} calls refused, {} entries", made.len(), books.entries().count());
        assert!(made.len() > SENDERS / 2 && refused > 0, "seed {seed}: a storm that tests little");
        for who in &people {
            let ledger: i64 = books.ledger(who).iter().map(|entry| amount(entry)).sum();
            assert_eq!(api.coins(who).await, ledger, "seed {seed}");
        }
    }
}
