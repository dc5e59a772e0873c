//! Many lights and guests at the same time: quotas are exact, and the counts equal the truth.

use crate::{
    concurrency::successes,
    crowd::{Item, count, members, text},
    lightup::LIT,
    world::{Api, Person},
};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use local::{Fault, Options};
use shared::config::Table;
use shared::{
    random::Random,
    time::{day, segment},
};
use std::{collections::BTreeSet, time::Duration};

const QUOTA: &str = "Your light up time is more than the limit";

impl Api {
    fn day_key(&self) -> String {
        format!("DAY#{}", day(self.world.clock.now()))
    }

    fn seen_key(&self) -> String {
        let segment = segment(self.world.clock.now());
        format!("SEEN#{}#{}", segment.date, segment.number)
    }

    /// A row of somebody in the table `lights`.
    async fn lights_row(&self, who: &Person, key: &str) -> Option<Item> {
        self.lights_rows(who, key).await.remove(key)
    }

    /// That everything which is counted equals the lights that are on, pair by pair.
    async fn lights_are_true(&self, lighters: &[Person], targets: &[Person]) {
        for target in targets {
            let (mut received, mut third) = ([0; 3], BTreeSet::new());
            for lighter in lighters {
                let pair = self.lights_row(lighter, &format!("PAIR#{}", target.id)).await;
                for (order, received) in (1..).zip(&mut received) {
                    let since = count(pair.as_ref(), &format!("on{order}"));
                    *received += i64::from(since > 0);
                    if order == 3 && since > 0 {
                        third.insert(format!("LIT3#{since:013}#{}", lighter.id));
                    }
                }
            }
            assert_eq!(self.received(target).await, received);
            assert_eq!(self.lights_rows(target, "LIT3#").await.into_keys().collect::<BTreeSet<_>>(), third);
        }
    }

    /// How many lights of somebody are on that took a slot of today.
    async fn slots_taken(&self, who: &Person) -> i64 {
        let today = text(day(self.world.clock.now()));
        let counted = |pair: &Item, order: u8| {
            pair.contains_key(&format!("on{order}")) && pair.get(&format!("counted{order}")) == Some(&today)
        };
        let pairs = self.lights_rows(who, "PAIR#").await;
        pairs.values().map(|pair| (1..=3).filter(|order| counted(pair, *order)).count() as i64).sum()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_lights_at_once_are_two() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let lighters = api.crowd(1, "male").await;
    let who = &lighters[0];
    let targets = api.crowd(100, "female").await;
    let answers = join_all(targets.iter().map(|target| api.light(who, &target.id, 1, true))).await;
    let lit = successes(&answers, 403, QUOTA);
    assert_eq!(lit.len(), 2);
    assert_eq!(count(api.lights_row(who, &api.day_key()).await.as_ref(), "lights"), 2);
    assert_eq!(api.slots_taken(who).await, 2);
    let lit: Vec<_> = lit.into_iter().map(|at| targets[at].clone()).collect();
    api.lights_are_true(&lighters, &lit).await;
    assert_eq!(api.lights_rows(who, "PAIR#").await.len(), 2, "a refusal writes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_light_switched_by_many_calls_counts_once() {
    let api = Api::start().await;
    let lighters = api.candidates(2, "male").await;
    let targets = api.crowd(1, "female").await;
    for on in [true, false, true] {
        let calls = lighters.iter().flat_map(|who| [1, 3].map(|order| (who, order)));
        let calls = calls.flat_map(|call| std::iter::repeat_n(call, 8));
        let answers = join_all(calls.map(|(who, order)| api.light(who, &targets[0].id, order, on))).await;
        answers.iter().for_each(|answer| answer.is(200, LIT));
        let lit = if on { 2 } else { 0 };
        assert_eq!(api.received(&targets[0]).await, [lit, 0, lit]);
        api.lights_are_true(&lighters, &targets).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_true_after_a_storm() {
    let api = Api::with(Options::ephemeral().config(|config| *config.lights_per_day = 4)).await;
    api.until(13, 0, 0);
    let complete = api.candidates(4, "male").await;
    let incomplete = api.crowd(2, "male").await;
    let lighters = [complete, incomplete.clone()].concat();
    let targets = api.crowd(2, "female").await;
    let random = Random::seeded(4);
    // Two lanes for each lighter, so that the same light is switched by both.
    let lanes = lighters.iter().chain(&lighters).map(|who| {
        let number = |most| random.within(0..=most);
        let switches: Vec<_> = (0..12).map(|_| (number(1), 1 + number(2), number(2) > 0)).collect();
        (who, switches)
    });
    let lanes: Vec<_> = lanes.collect();
    join_all(lanes.iter().map(async |(who, switches)| {
        for (target, order, on) in switches {
            let answer = api.light(who, &targets[*target as usize].id, *order as u8, *on).await;
            match answer.status {
                403 => assert!(*on && incomplete.iter().any(|person| person.id == who.id), "{answer:?}"),
                _ => answer.is(200, LIT),
            }
        }
    }))
    .await;
    api.lights_are_true(&lighters, &targets).await;
    for who in &incomplete {
        let counted = count(api.lights_row(who, &api.day_key()).await.as_ref(), "lights");
        assert!(counted <= 4);
        assert_eq!(counted, api.slots_taken(who).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quota_of_guests_counts_each_once() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let (who, guests) = (&api.candidates(1, "male").await[0], api.candidates(9, "female").await);
    for (seen, status) in [(7, 200), (8, 403)] {
        let logged = guests[..seen].iter().cycle().take(50);
        join_all(logged.map(|guest| api.see(who, std::slice::from_ref(guest)))).await;
        let set = members(api.lights_row(who, &api.seen_key()).await.as_ref(), "guests");
        assert_eq!(set.len(), seen);
        let found = api.signed(who, "procedure/get_user_ids_by_love_sex", &[("love_sex", "female")]).await;
        assert_eq!(found.status, status, "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sets_of_guests_end_at_two_hundred_exactly() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let (who, guests) = (&api.crowd(1, "male").await[0], api.crowd(20, "female").await);
    let nearly = AttributeValue::Ss((1..=190).map(|seen| format!("{seen:08x}{:016x}", 0)).collect());
    let keys = [api.seen_key(), api.day_key()];
    let row = |key: &String| {
        let pk = text(format!("USER#{}", who.id));
        Item::from([("pk".into(), pk), ("sk".into(), text(key)), ("guests".into(), nearly.clone())])
    };
    api.write(api.world.app.config.tables.name(Table::Lights), keys.iter().map(row).collect()).await;
    join_all(guests.iter().map(|guest| api.see(who, std::slice::from_ref(guest)))).await;
    for key in keys {
        assert_eq!(members(api.lights_row(who, &key).await.as_ref(), "guests").len(), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_light_under_way_while_its_lighter_is_erased_leaves_nothing() {
    let api = Api::start().await;
    let who = api.complete("15172354423", "Tony", "male").await;
    let target = &api.crowd(1, "female").await[0];
    // The transaction of the light arrives after the erasure has ended.
    let late = Duration::from_millis(800);
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(late));
    let erasure = async {
        let on_its_way = async {
            while api.world.faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), on_its_way).await.expect("the light is on its way");
        api.form("/v1/account/delete_user", &[("phone_number", &who.phone)]).await
    };
    let (_, erased) = tokio::join!(api.light(&who, &target.id, 3, true), erasure);
    assert_eq!(erased.status, 200);
    // Whether it was answered as lit and then erased, or refused: nobody's light is on.
    assert_eq!(api.received(target).await, [0, 0, 0]);
    assert!(api.lights_rows(&who, "PAIR#").await.is_empty());
    assert!(api.lights_rows(target, "LIT3#").await.is_empty());
}
