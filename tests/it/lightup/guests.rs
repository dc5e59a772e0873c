//! Finding guests: what is shown, who counts as seen, and how many there may be (`docs/dialects/lightup.md`).

use crate::{
    crowd::{Item, members, text},
    world::{Answer, Api, NOBODY, Person},
};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Options;
use shared::config::Table;
use shared::time::{day, segment};

pub const ONE: &str = "procedure/get_user_id_by_love_sex";
pub const SOME: &str = "procedure/get_user_ids_by_love_sex";
const SEEN: &str = "procedure/log_have_seen";

const DAY_QUOTA: &str = "Your cant only get these guests because you havent complete your media info";
const SEGMENT_QUOTA_ONE: &str = "This segment limit number has been reached";
const SEGMENT_QUOTA_SOME: &str = "Your guests have reach uplimit in this time segment";

impl Api {
    async fn find(&self, who: &Person, name: &str, love_sex: &str) -> Answer {
        self.signed(who, name, &[("love_sex", love_sex)]).await
    }

    /// The guest that somebody is shown.
    pub async fn guest(&self, who: &Person, love_sex: &str) -> String {
        self.find(who, ONE, love_sex).await.data()["target_id"].as_str().unwrap().to_owned()
    }

    /// The guests of a batch.
    pub async fn guests(&self, who: &Person, love_sex: &str) -> Vec<String> {
        let data = self.find(who, SOME, love_sex).await.data();
        let guests = data["user_ids"].as_array().unwrap().clone();
        guests.iter().map(|guest| guest["target_id"].as_str().unwrap().to_owned()).collect()
    }

    /// Logs these as seen.
    pub async fn see(&self, who: &Person, seen: &[Person]) {
        for guest in seen {
            let logged = self.signed(who, SEEN, &[("target_id", &guest.id)]).await;
            logged.is(200, r#"{"status":"Accept","data":{}}"#);
        }
    }

    async fn both_fail(&self, who: &Person, status: u16, one: &str, some: &str) {
        self.find(who, ONE, "female").await.fails(status, one);
        self.find(who, SOME, "female").await.fails(status, some);
    }
}

fn distinct(mut ids: Vec<String>) -> usize {
    ids.sort();
    ids.dedup();
    ids.len()
}

#[test]
fn segments_begin_at_five_twelve_and_nineteen() {
    let vectors = [
        ("2016-05-12T04:59:59+08:00", "20160511", 1, "20160512"),
        ("2016-05-12T05:00:00+08:00", "20160511", 2, "20160512"),
        ("2016-05-12T10:00:00+08:00", "20160511", 2, "20160512"),
        ("2016-05-12T11:59:59+08:00", "20160511", 2, "20160512"),
        ("2016-05-12T12:00:00+08:00", "20160511", 3, "20160512"),
        ("2016-05-12T18:59:59+08:00", "20160511", 3, "20160512"),
        ("2016-05-12T19:00:00+08:00", "20160512", 1, "20160512"),
        ("2016-05-12T23:59:59+08:00", "20160512", 1, "20160512"),
        ("2016-05-13T00:00:00+08:00", "20160512", 1, "20160513"),
        ("2016-02-29T12:00:00+08:00", "20160228", 3, "20160229"),
        ("2016-03-01T00:00:00+08:00", "20160229", 1, "20160301"),
        ("2017-01-01T05:00:00+08:00", "20161231", 2, "20170101"),
    ];
    for (at, date, number, today) in vectors {
        let at = at.parse().unwrap();
        assert_eq!((segment(at).date.as_str(), segment(at).number, day(at).as_str()), (date, number, today), "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_comes_with_the_lights_given() {
    let api = Api::start().await;
    let [who] = &api.candidates(1, "male").await[..] else { panic!() };
    let [guest] = &api.candidates(1, "female").await[..] else { panic!() };
    let light = async |order: &str, status: &str| {
        let fields = [("target_id", &*guest.id), ("order", order), ("light_status", status)];
        assert_eq!(api.signed(who, "procedure/light_up", &fields).await.status, 200);
    };
    let shown = async |lights: u8| {
        let body = format!(r#"{{"target_id":"{}","have_light_number":{lights}}}"#, guest.id);
        api.find(who, ONE, "female").await.is(200, &format!(r#"{{"data":{body}}}"#));
        api.find(who, SOME, "female").await.is(200, &format!(r#"{{"data":{{"user_ids":[{body}]}}}}"#));
    };
    shown(0).await;
    light("3", "1").await;
    shown(1).await;
    light("1", "1").await;
    light("2", "1").await;
    shown(3).await;
    light("2", "0").await;
    shown(2).await;
    // Somebody else's lights are not mine.
    let [other] = &api.candidates(1, "male").await[..] else { panic!() };
    let body = format!(r#"{{"data":{{"target_id":"{}","have_light_number":0}}}}"#, guest.id);
    api.find(other, ONE, "female").await.is(200, &body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_forms_come_before_bad_sessions() {
    let api = Api::start().await;
    let who = &api.crowd(1, "male").await[0];
    let stranger = Person { token: "0".repeat(32), ..who.clone() };
    for name in [ONE, SOME] {
        for love_sex in ["", "other", "Male", "1"] {
            api.find(&stranger, name, love_sex).await.fails(400, "invalid request");
        }
        api.signed(&stranger, name, &[]).await.fails(400, "invalid request");
        api.find(&stranger, name, "both").await.fails(401, "You haven't logined");
    }
    api.signed(&stranger, SEEN, &[]).await.fails(400, "invalid request");
    api.signed(&stranger, SEEN, &[("target_id", "z".repeat(24).as_str())]).await.fails(400, "invalid request");
    api.signed(&stranger, SEEN, &[("target_id", NOBODY)]).await.fails(401, "You haven't logined");
    api.advance(901);
    api.find(who, ONE, "both").await.fails(401, "You haven't logined");
    api.signed(who, SEEN, &[("target_id", NOBODY)]).await.fails(401, "You haven't logined");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_people_with_a_profile_can_be_seen() {
    let api = Api::start().await;
    let who = &api.crowd(1, "male").await[0];
    let verified = api.verified("15172354423").await;
    for nobody in [NOBODY, &verified.id] {
        api.signed(who, SEEN, &[("target_id", nobody)]).await.fails(400, "no such user");
    }
    api.signed(who, SEEN, &[("target_id", &who.id)]).await.fails(400, "invalid request");
    assert!(api.lights_rows(who, "").await.is_empty(), "a refusal leaves nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_complete_user_has_eight_guests_a_segment() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let who = &api.candidates(1, "male").await[0];
    let guests = api.candidates(12, "female").await;
    assert_eq!(distinct(api.guests(who, "female").await), 5);
    for (seen, left) in [(0..3, 5), (3..5, 3), (5..7, 1)] {
        api.see(who, &guests[seen]).await;
        let shown = api.guests(who, "female").await;
        assert_eq!((shown.len(), distinct(shown)), (left, left));
    }
    // The same guest again is no other guest, and looking is not seeing.
    api.see(who, &guests[..7]).await;
    for _ in 0..10 {
        let shown = api.guest(who, "female").await;
        assert!(guests[7..].iter().any(|guest| guest.id == shown), "{shown} was seen");
    }
    api.see(who, &guests[7..8]).await;
    api.both_fail(who, 403, SEGMENT_QUOTA_ONE, SEGMENT_QUOTA_SOME).await;
    api.see(who, &guests[8..9]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incomplete_user_has_three_guests_a_day() {
    let api = Api::start().await;
    api.until(22, 0, 0);
    let who = api.crowd(1, "male").await.remove(0);
    let guests = api.candidates(6, "female").await;
    assert_eq!(distinct(api.guests(&who, "female").await), 3);
    api.see(&who, &guests[..2]).await;
    assert_eq!(api.guests(&who, "female").await.len(), 1);
    for _ in 0..10 {
        let shown = api.guest(&who, "female").await;
        assert!(guests[2..].iter().any(|guest| guest.id == shown), "{shown} was seen");
    }
    api.see(&who, &guests[2..3]).await;
    api.both_fail(&who, 403, DAY_QUOTA, DAY_QUOTA).await;
    api.until(23, 59, 50);
    let who = api.renewed(&who).await;
    api.both_fail(&who, 403, DAY_QUOTA, DAY_QUOTA).await;

    // A new day, and still the segment of the evening before.
    api.until(0, 0, 0);
    let shown = api.guests(&who, "female").await;
    assert_eq!(distinct(shown.clone()), 3);
    assert!(guests[..3].iter().all(|seen| !shown.contains(&seen.id)));

    // Who completes the media meets the other quota only.
    api.see(&who, &guests[3..6]).await;
    api.find(&who, ONE, "female").await.fails(403, DAY_QUOTA);
    api.upload_all(&who, "male").await;
    api.both_fail(&who, 404, "No guests", "no more guests").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_comes_back_with_the_next_segment() {
    let api = Api::start().await;
    api.until(19, 0, 0);
    let mut who = api.candidates(1, "male").await.remove(0);
    let guest = api.candidates(1, "female").await.remove(0);
    for (last, next) in [(4, 5), (11, 12), (18, 19)] {
        assert_eq!(api.guest(&who, "female").await, guest.id);
        api.see(&who, std::slice::from_ref(&guest)).await;
        api.both_fail(&who, 404, "No guests", "no more guests").await;
        api.until(last, 59, 50);
        who = api.renewed(&who).await;
        api.both_fail(&who, 404, "No guests", "no more guests").await;
        api.until(next, 0, 0);
    }
    assert_eq!(api.guest(&who, "female").await, guest.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quotas_are_settings_and_zero_is_none() {
    let api = Api::with(Options::ephemeral().config(|config| {
        (*config.guests_per_segment, *config.guests_per_day) = (4, 0);
    }))
    .await;
    api.until(13, 0, 0);
    let (who, guests) = (api.crowd(1, "male").await.remove(0), api.candidates(10, "female").await);
    assert_eq!(api.guests(&who, "female").await.len(), 4);
    api.see(&who, &guests[..4]).await;
    api.both_fail(&who, 403, SEGMENT_QUOTA_ONE, SEGMENT_QUOTA_SOME).await;

    let api = Api::with(Options::ephemeral().config(|config| {
        (*config.guests_per_segment, *config.guests_per_day) = (0, 5);
    }))
    .await;
    api.until(13, 0, 0);
    let (who, guests) = (api.crowd(1, "male").await.remove(0), api.candidates(10, "female").await);
    api.see(&who, &guests[..4]).await;
    assert_eq!(api.guests(&who, "female").await.len(), 1);
    api.see(&who, &guests[4..5]).await;
    api.both_fail(&who, 403, DAY_QUOTA, DAY_QUOTA).await;
    let (who, guests) = (api.candidates(1, "male").await.remove(0), api.candidates(10, "female").await);
    api.see(&who, &guests).await;
    assert_eq!(api.guests(&who, "female").await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_stops_growing_at_two_hundred() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    let (who, guest) = (&api.crowd(1, "male").await[0], &api.crowd(1, "female").await[0]);
    let now = api.world.clock.now();
    let keys = [format!("SEEN#{}#{}", segment(now).date, segment(now).number), format!("DAY#{}", day(now))];
    let full = AttributeValue::Ss((1..=200).map(|seen| format!("{seen:024x}")).collect());
    let row = |sk: &String| {
        Item::from([
            ("pk".into(), text(format!("USER#{}", who.id))),
            ("sk".into(), text(sk)),
            ("guests".into(), full.clone()),
        ])
    };
    api.write(api.world.app.config.tables.name(Table::Lights), keys.iter().map(row).collect()).await;
    api.see(who, std::slice::from_ref(guest)).await;
    for key in keys {
        assert_eq!(members(api.lights_rows(who, &key).await.get(&key), "guests").len(), 200);
    }
}
