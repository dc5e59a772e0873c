//! `get_user_info` (`docs/dialects/lightup.md#get_user_info`). Contacts after a third light: `messages.rs`.

use super::{CHANGED, INVALID, NO_USER, SIGNED_OUT, change, view};
use crate::world::{Api, NOBODY, Person};
use serde_json::{Value, json};

const PHONE: &str = "15172354423";

const ALL: &str = r#"{"sex":"male","love_sex":"female","birthday":"694195200","location":"湖北 武汉",
    "weibo_nickname":"weibo name","weibo_uid":"weibo uid","wechat_nickname":"wechat name","wechat_uid":"wechat uid",
    "wechat_ID":"wechat id"}"#;

fn expected(who: &Person, changes: Value) -> Value {
    let mut expected = json!({
        "portrait": "", "phone_number": who.phone, "access_token": who.token, "nickname": "Tony", "sex": "male",
        "love_sex": "female", "birthday": "694195200", "location": "湖北 武汉", "weibo_nickname": "weibo name",
        "weibo_uid": "weibo uid", "wechat_nickname": "wechat name", "wechat_uid": "wechat uid", "wechat_ID": "wechat id",
        "age": 0, "basic_info_complete": false, "emotion_experience_complete": false, "value_concept_complete": false,
        "basic_info_light_number": 0, "emotion_experience_light_number": 0, "value_concept_light_number": 0,
    });
    let changes: serde_json::Map<String, Value> = serde_json::from_value(changes).unwrap();
    expected.as_object_mut().unwrap().extend(changes);
    expected
}

/// Age, floor of 365-day years.
fn age(now: i64, birthday: i64) -> i64 {
    (now - birthday) / 31_536_000
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oneself_and_somebody_else() {
    let api = Api::start().await;
    let tony = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    change(&api, &tony, ALL).await.is(200, CHANGED);
    let age = age(api.world.clock.seconds(), 694_195_200);
    let answer = api.signed(&tony, "account/get_user_info", &[("target_id", &tony.id)]).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"data": expected(&tony, json!({"age": age}))})));
    // Number, token and contacts are for nobody else; the keys stay.
    let hidden = json!({
        "age": age, "phone_number": "", "access_token": "", "weibo_uid": "", "wechat_uid": "", "wechat_ID": "",
    });
    assert_eq!(view(&api, &ann, &tony).await, expected(&tony, hidden));
    let text = api.signed(&ann, "account/get_user_info", &[("target_id", &tony.id)]).await.text;
    for secret in [PHONE, &*tony.token, "weibo uid", "wechat uid", "wechat id"] {
        assert!(!text.contains(secret), "{secret}");
    }
    // Ids are compared in lower case.
    let upper = [("target_id", &*tony.id.to_uppercase())];
    let own = api.signed(&tony, "account/get_user_info", &upper).await.data();
    assert_eq!(own["access_token"], tony.token);
}

/// The first and the second light open nothing, and the lights that the one who looks has lit open nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_opens_no_contacts() {
    let api = Api::start().await;
    let tony = api.complete(PHONE, "Tony", "male").await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    change(&api, &tony, ALL).await.is(200, CHANGED);
    for (from, on, order) in [(&tony, &ann, "1"), (&tony, &ann, "2"), (&ann, &tony, "3")] {
        let fields = [("target_id", &*on.id), ("order", order), ("light_status", "1")];
        assert_eq!(api.signed(from, "procedure/light_up", &fields).await.status, 200);
    }
    let seen = view(&api, &ann, &tony).await;
    assert_eq!(json!([seen["weibo_uid"], seen["wechat_uid"], seen["wechat_ID"]]), json!(["", "", ""]));
    // What Ann has lit shows in Tony's numbers, what Tony has lit in Ann's.
    assert_eq!((&seen["value_concept_light_number"], &seen["basic_info_light_number"]), (&json!(1), &json!(0)));
    let own = view(&api, &ann, &ann).await;
    assert_eq!(
        json!([
            own["basic_info_light_number"],
            own["emotion_experience_light_number"],
            own["value_concept_light_number"]
        ]),
        json!([1, 1, 0])
    );
}

/// Whole years of 365 days (`docs/dialects/lightup.md#get_user_info`): birthday 694195200, now 1463025600 is 24, and
/// the day on which a year more begins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ages() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let year = 31_536_000;
    let set = async |birthday: i64| {
        change(&api, &who, &json!({ "birthday": birthday.to_string() }).to_string()).await.is(200, CHANGED);
        view(&api, &who, &who).await["age"].as_i64().unwrap()
    };
    let now = api.world.clock.seconds();
    // The vector, moved to now: so much time has passed since that birthday.
    assert_eq!(set(now - (1_463_025_600 - 694_195_200)).await, 24);
    assert_eq!(set(now - 24 * year).await, 24);
    assert_eq!(set(now - 24 * year + 1_000).await, 23);
    assert_eq!(set(now - 1).await, 0);
    assert_eq!(set(0).await, age(now, 0));
    assert_eq!(set(-315_360_000).await, age(now, -315_360_000));
    // Nobody is younger than nothing, and nothing overflows.
    assert_eq!(set(now + 10 * year).await, 0);
    assert_eq!(set(i64::MAX).await, 0);
    assert!(set(i64::MIN).await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn which_classes_are_complete() {
    let api = Api::start().await;
    let who = api.complete(PHONE, "Tony", "male").await;
    let flags = async || {
        let own = view(&api, &who, &who).await;
        ["basic_info", "emotion_experience", "value_concept"]
            .map(|class| own[format!("{class}_complete")].as_bool().unwrap())
    };
    assert_eq!(flags().await, [true, true, true]);
    for (kind, class, expected) in [
        ("video", "emotion_experience", [true, false, true]),
        ("audio", "basic_info", [false, false, true]),
        ("video", "value_concept", [false, false, false]),
    ] {
        let deleted = api.signed(&who, "media/delete_media", &[("file_type", kind), ("class", class)]).await;
        assert_eq!(deleted.status, 200);
        assert_eq!(flags().await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_be_seen() {
    let api = Api::start().await;
    let tony = api.person(PHONE, "Tony", "male").await;
    // Verified, without a profile (`docs/dialects/lightup.md#who-can-be-seen`): to themselves only.
    let verified = api.verified("15172354424").await;
    let look =
        async |who: &Person, target: &str| api.signed(who, "account/get_user_info", &[("target_id", target)]).await;
    look(&tony, &verified.id).await.fails(400, NO_USER);
    look(&tony, NOBODY).await.fails(400, NO_USER);
    let own = look(&verified, &verified.id).await.data();
    assert_eq!(
        (&own["nickname"], &own["phone_number"], &own["access_token"], &own["age"]),
        (&json!(""), &json!(verified.phone), &json!(verified.token), &json!(0))
    );
    change(&api, &verified, r#"{"location":"x"}"#).await.is(200, CHANGED);
    look(&tony, &verified.id).await.fails(400, NO_USER);
    change(&api, &verified, r#"{"nickname":"Ann"}"#).await.is(200, CHANGED);
    assert_eq!(look(&tony, &verified.id).await.data()["nickname"], "Ann");

    for target in ["", "x", "5702a05c7b6ef053a330e8c", "5702a05c7b6ef053a330e8c33", "5702a05c7b6ef053a330e8cg"] {
        look(&tony, target).await.fails(400, INVALID);
    }
    api.signed(&tony, "account/get_user_info", &[]).await.fails(400, INVALID);
    // The original asked nobody who they were (`docs/dialects/lightup.md#sessions`,
    // `docs/dialects/lightup.md#get_user_info`).
    api.form("/v1/account/get_user_info", &[("target_id", &tony.id)]).await.fails(400, INVALID);
    let stranger = Person { token: verified.token.clone(), ..tony.clone() };
    look(&stranger, &tony.id).await.fails(401, SIGNED_OUT);
    look(&stranger, NOBODY).await.fails(401, SIGNED_OUT);
}

/// A page posts its whole state (`docs/dialects/lightup.md#requests`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_fields_do_not_matter() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let fields = [
        ("target_id", &*who.id),
        ("basic_info", "[object Object]"),
        ("emotion_experience", ""),
        ("value_concept", "undefined"),
        ("value_concept", "twice"),
    ];
    assert_eq!(api.signed(&who, "account/get_user_info", &fields).await.data()["nickname"], "Tony");
}
