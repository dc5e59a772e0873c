//! Lights, their counts and their quota (`docs/dialects/lightup.md`).

use crate::{
    crowd::count,
    world::{Answer, Api, NOBODY, Person},
};
use local::Options;
use shared::time::day;

pub const LIT: &str = r#"{"data":{},"status":"light up successfully"}"#;
const QUOTA: &str = "Your light up time is more than the limit";

impl Api {
    /// Switches a light.
    pub async fn light(&self, who: &Person, target: &str, order: u8, on: bool) -> Answer {
        let (order, status) = (order.to_string(), if on { "1" } else { "0" });
        let fields = [("target_id", target), ("order", &*order), ("light_status", status)];
        self.signed(who, "procedure/light_up", &fields).await
    }

    /// The lights that somebody has received, by order, as they see it themselves.
    pub async fn received(&self, who: &Person) -> [i64; 3] {
        let own = self.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
        let classes = ["basic_info", "emotion_experience", "value_concept"];
        classes.map(|class| own[format!("{class}_light_number")].as_i64().unwrap())
    }

    /// How many lights count against somebody's quota today.
    async fn slots(&self, who: &Person) -> i64 {
        let key = format!("DAY#{}", day(self.world.clock.now()));
        count(self.lights_rows(who, &key).await.get(&key), "lights")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_light_is_on_or_off_and_a_repeat_changes_nothing() {
    let api = Api::start().await;
    let people = api.candidates(3, "male").await;
    let [who, other, target] = &people[..] else { panic!() };
    // Any order comes first, and none takes the place of another.
    for (order, received) in [(3, [0, 0, 1]), (1, [1, 0, 1]), (2, [1, 1, 1])] {
        let lit = api.light(who, &target.id, order, true).await;
        lit.is(200, LIT);
        assert_eq!(lit.rounds(), 2);
        let again = api.light(who, &target.id, order, true).await;
        again.is(200, LIT);
        assert_eq!(again.rounds(), 1, "nothing is written");
        assert_eq!(api.received(target).await, received);
    }
    for order in [1, 3] {
        api.light(other, &target.id, order, true).await.is(200, LIT);
    }
    assert_eq!(api.received(target).await, [2, 1, 2]);
    assert_eq!(api.received(who).await, [0, 0, 0], "giving is not receiving");

    for (order, received) in [(2, [2, 0, 2]), (1, [1, 0, 2]), (3, [1, 0, 1])] {
        let off = api.light(who, &target.id, order, false).await;
        off.is(200, LIT);
        assert_eq!(off.rounds(), 2);
        let again = api.light(who, &target.id, order, false).await;
        again.is(200, LIT);
        assert_eq!(again.rounds(), 1);
        assert_eq!(api.received(target).await, received);
    }
    // Off without ever having been on.
    api.light(target, &who.id, 2, false).await.is(200, LIT);
    assert_eq!(api.received(who).await, [0, 0, 0]);
    // Others see the same numbers.
    let seen = api.signed(who, "account/get_user_info", &[("target_id", &target.id)]).await.data();
    assert_eq!((&seen["basic_info_light_number"], &seen["value_concept_light_number"]), (&1.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_leave_nothing() {
    let api = Api::start().await;
    let (who, target) = (&api.candidates(1, "male").await[0], &api.candidates(1, "female").await[0]);
    let light = "procedure/light_up";
    let good = [("target_id", &*target.id), ("order", "1"), ("light_status", "1")];
    for left_out in 0..3 {
        let fields: Vec<_> = good.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, f)| *f).collect();
        api.signed(who, light, &fields).await.fails(400, "invalid request");
    }
    for (field, value) in [
        ("order", "0"),
        ("order", "4"),
        ("order", "1.0"),
        ("order", "-1"),
        ("order", "257"),
        ("order", "one"),
        ("light_status", "2"),
        ("light_status", "-1"),
        ("light_status", "true"),
        ("target_id", "0"),
        ("target_id", "5702a05c7b6ef053a330e8cg"),
    ] {
        let fields = good.map(|(name, usual)| (name, if name == field { value } else { usual }));
        api.signed(who, light, &fields).await.fails(400, "invalid request");
    }
    let stranger = Person { token: "0".repeat(32), ..who.clone() };
    api.light(&stranger, &target.id, 1, true).await.fails(401, "You haven't logined");
    api.messages(&stranger).await.fails(401, "You haven't logined");
    api.form("/v1/procedure/get_message", &[("user_id", &who.id)]).await.fails(400, "invalid request");

    let verified = api.verified("15172354423").await;
    for nobody in [NOBODY, &verified.id] {
        for on in [true, false] {
            api.light(who, nobody, 1, on).await.fails(400, "no such user");
        }
    }
    api.light(who, &who.id, 1, true).await.fails(400, "invalid request");
    assert!(api.lights_rows(who, "").await.is_empty() && api.lights_rows(target, "").await.is_empty());
    assert!(api.lights_rows(&verified, "").await.is_empty());
    api.advance(901);
    api.light(who, &target.id, 1, true).await.fails(401, "You haven't logined");
    api.messages(who).await.fails(401, "You haven't logined");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incomplete_lighter_has_two_lights_a_day() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let who = api.crowd(1, "male").await.remove(0);
    let targets = api.crowd(3, "female").await;
    let light = async |who: &Person, target: usize, order: u8, on: bool| {
        let id = &targets[target].id;
        api.light(who, id, order, on).await.is(200, LIT);
    };
    let refused = async |who: &Person, target: usize, order: u8| {
        let id = &targets[target].id;
        api.light(who, id, order, true).await.fails(403, QUOTA);
    };
    light(&who, 0, 1, true).await;
    light(&who, 0, 1, true).await;
    assert_eq!(api.slots(&who).await, 1, "what is lit already is free");
    light(&who, 0, 3, true).await;
    refused(&who, 0, 2).await;
    refused(&who, 1, 1).await;
    light(&who, 0, 3, true).await;
    assert_eq!(api.received(&targets[0]).await, [1, 0, 1]);

    // Off on the same day gives the slot back, once.
    light(&who, 0, 3, false).await;
    light(&who, 0, 3, false).await;
    assert_eq!(api.slots(&who).await, 1);
    light(&who, 1, 2, true).await;
    refused(&who, 2, 1).await;

    // What was lit yesterday takes no slot of today and gives none back.
    api.until(0, 0, 0);
    let who = api.renewed(&who).await;
    light(&who, 2, 1, true).await;
    light(&who, 0, 1, false).await;
    assert_eq!(api.slots(&who).await, 1);
    light(&who, 0, 1, true).await;
    light(&who, 1, 2, false).await;
    refused(&who, 1, 2).await;
    assert_eq!(api.slots(&who).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_complete_lighter_has_no_limit_and_takes_no_slots() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let who = &api.crowd(1, "male").await[0];
    let targets = api.crowd(4, "female").await;
    api.upload_all(who, "male").await;
    for target in &targets[..3] {
        api.light(who, &target.id, 1, true).await.is(200, LIT);
    }
    assert_eq!(api.slots(who).await, 0);
    // Incomplete again: those lights took no slot and give none back.
    let fields = [("file_type", "audio"), ("class", "basic_info")];
    assert_eq!(api.signed(who, "media/delete_media", &fields).await.status, 200);
    api.light(who, &targets[0].id, 1, false).await.is(200, LIT);
    assert_eq!(api.slots(who).await, 0);
    api.light(who, &targets[0].id, 2, true).await.is(200, LIT);
    api.light(who, &targets[0].id, 3, true).await.is(200, LIT);
    api.light(who, &targets[3].id, 1, true).await.fails(403, QUOTA);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_quota_of_lights_is_a_setting_and_zero_is_none() {
    for (quota, lit) in [(0, 6), (4, 4)] {
        let api = Api::with(Options::ephemeral().config(move |config| *config.lights_per_day = quota)).await;
        api.until(13, 0, 0);
        let (who, targets) = (&api.crowd(1, "male").await[0], api.crowd(6, "female").await);
        for (target, number) in targets.iter().zip(1..) {
            let answer = api.light(who, &target.id, 1, true).await;
            if number <= lit { answer.is(200, LIT) } else { answer.fails(403, QUOTA) }
        }
    }
}
