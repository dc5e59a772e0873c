//! Messages, and the contacts that a third light opens (`docs/dialects/lightup.md#get_user_info`,
//! `docs/dialects/lightup.md#get_message`).

use super::lights::LIT;
use crate::{
    crowd::text,
    world::{Answer, Api, Person},
};

impl Api {
    pub async fn messages(&self, who: &Person) -> Answer {
        self.signed(who, "procedure/get_message", &[]).await
    }

    /// Who has sent the messages that somebody sees, in their order.
    async fn lighters(&self, who: &Person) -> Vec<String> {
        let logs = self.messages(who).await.data()["logs"].as_array().unwrap().clone();
        logs.iter().map(|log| log["lighter"]["user_id"].as_str().unwrap().to_owned()).collect()
    }
}

fn ids(people: &[Person]) -> Vec<String> {
    people.iter().map(|person| person.id.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn third_lights_are_messages_oldest_first() {
    let api = Api::start().await;
    let target = &api.crowd(1, "female").await[0];
    let lighters = api.candidates(3, "male").await;
    let empty = api.messages(target).await;
    empty.is(200, r#"{"data":{"logs":[]}}"#);
    assert!(empty.rounds() <= 2);
    let mut expected = Vec::new();
    for lighter in &lighters {
        api.advance(60);
        api.light(lighter, &target.id, 1, true).await.is(200, LIT);
        api.light(lighter, &target.id, 2, true).await.is(200, LIT);
        let earliest = api.world.clock.seconds();
        api.light(lighter, &target.id, 3, true).await.is(200, LIT);
        let nickname = api.signed(lighter, "account/get_user_info", &[("target_id", &lighter.id)]).await.data();
        expected.push((lighter.id.clone(), nickname["nickname"].clone(), earliest));
    }
    let shown = api.messages(target).await;
    assert!(shown.rounds() <= 2);
    let logs = shown.data()["logs"].as_array().unwrap().clone();
    let items: Vec<_> = logs
        .iter()
        .zip(&expected)
        .map(|(log, (id, nickname, earliest))| {
            let time = log["time"].as_i64().unwrap();
            assert!((*earliest..earliest + 10).contains(&time), "{time} is not {earliest}");
            let lighter = format!(r#"{{"user_id":"{id}","portrait":"","nickname":{nickname}}}"#);
            format!(r#"{{"content":"我为你亮了三盏灯，快来联系我吧～","lighter":{lighter},"time":{time}}}"#)
        })
        .collect();
    shown.is(200, &format!(r#"{{"data":{{"logs":[{}]}}}}"#, items.join(",")));
    api.messages(target).await.is(200, &shown.text);

    // Lit again, a light keeps its time; off and on again, it is new.
    api.advance(60);
    api.light(&lighters[0], &target.id, 3, true).await.is(200, LIT);
    api.messages(target).await.is(200, &shown.text);
    api.light(&lighters[0], &target.id, 3, false).await.is(200, LIT);
    assert_eq!(api.lighters(target).await, ids(&lighters[1..]));
    api.light(&lighters[0], &target.id, 3, true).await.is(200, LIT);
    assert_eq!(api.lighters(target).await, ids(&[&lighters[1..], &lighters[..1]].concat()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_hundred_are_shown() {
    let api = Api::start().await;
    let target = &api.crowd(1, "female").await[0];
    let lighters = api.candidates(103, "male").await;
    for (lighter, second) in lighters.iter().zip(0..) {
        api.advance(u32::from(second % 10 == 0));
        api.light(lighter, &target.id, 3, true).await.is(200, LIT);
    }
    assert_eq!(api.lighters(target).await, ids(&lighters[3..]));
    assert_eq!(api.received(target).await, [0, 0, 103]);
    // One of them less, and the next older one is back.
    api.light(&lighters[50], &target.id, 3, false).await.is(200, LIT);
    assert_eq!(api.lighters(target).await, ids(&[&lighters[2..50], &lighters[51..]].concat()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lighter_who_is_gone_is_left_out() {
    let api = Api::start().await;
    let target = &api.crowd(1, "female").await[0];
    let deleted = api.complete("15172354423", "Tony", "male").await;
    let lighters = api.candidates(3, "male").await;
    let nameless = api.verified("15172354424").await;
    for lighter in lighters.iter().chain([&deleted, &nameless]) {
        api.light(lighter, &target.id, 3, true).await.is(200, LIT);
    }
    assert_eq!(api.lighters(target).await, [ids(&lighters), vec![deleted.id.clone()]].concat());

    let erased = api.form("/v1/account/delete_user", &[("phone_number", &deleted.phone)]).await;
    assert_eq!(erased.status, 200);
    assert_eq!(api.lighters(target).await, ids(&lighters));
    assert_eq!(api.received(target).await, [0, 0, 4]);
    // The row of a light may outlive its lighter for a moment.
    let being_erased = format!("USER#{}", lighters[1].id);
    api.amend(&being_erased, "PROFILE", &[("state", Some(text("erasing")))]).await;
    assert_eq!(api.lighters(target).await, [lighters[0].id.clone(), lighters[2].id.clone()]);
    // Who has no profile yet appears with it.
    let profile = [("personal_info", r#"{"nickname":"Chris"}"#)];
    assert_eq!(api.signed(&nameless, "account/change_personal_info", &profile).await.status, 200);
    assert_eq!(api.lighters(target).await.last(), Some(&nameless.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_for_whom_one_has_lit_the_third_light() {
    let api = Api::start().await;
    let people = api.candidates(3, "female").await;
    let [who, friend, other] = &people[..] else { panic!() };
    let contacts = r#"{"wechat_ID":"tony-1","wechat_uid":"u-2","weibo_uid":"u-3","wechat_nickname":"T"}"#;
    let changed = api.signed(who, "account/change_personal_info", &[("personal_info", contacts)]).await;
    assert_eq!(changed.status, 200);
    let seen_by = async |viewer: &Person| {
        let data = api.signed(viewer, "account/get_user_info", &[("target_id", &who.id)]).await.data();
        assert_eq!(data["wechat_nickname"], "T", "a name is no contact");
        let own = viewer.id == who.id;
        let text = |name: &str| data[name].as_str().unwrap().to_owned();
        assert_eq!(text("access_token"), if own { &*viewer.token } else { "" });
        assert_eq!(text("phone_number"), if own { &*who.phone } else { "" });
        ["wechat_ID", "wechat_uid", "weibo_uid"].map(text)
    };
    let (shown, hidden) = (["tony-1", "u-2", "u-3"], ["", "", ""]);
    assert_eq!(seen_by(who).await, shown);
    assert_eq!(seen_by(friend).await, hidden);
    for order in [1, 2] {
        api.light(who, &friend.id, order, true).await.is(200, LIT);
    }
    api.light(friend, &who.id, 3, true).await.is(200, LIT);
    assert_eq!(seen_by(friend).await, hidden, "the viewer's own lights open nothing");
    api.light(who, &friend.id, 3, true).await.is(200, LIT);
    assert_eq!(seen_by(friend).await, shown);
    assert_eq!(seen_by(other).await, hidden);
    api.light(who, &friend.id, 3, false).await.is(200, LIT);
    assert_eq!(seen_by(friend).await, hidden);
}
