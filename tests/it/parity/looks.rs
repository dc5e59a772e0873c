//! One nickname and one portrait, wherever they are set.

use crate::{
    sealtalk::client::{Friend, Style},
    world::{Api, Person},
};
use local::Fault;
use serde_json::{Value, json};
use std::{cell::Cell, time::Duration};

/// Somebody of both dialects.
pub(super) async fn both(api: &Api, phone: &str, nickname: &str) -> (Person, Friend) {
    let person = api.person(phone, nickname, "male").await;
    let body = json!({"region": "86", "phone": phone, "password": "secret12"});
    let answer = api.anyone("/user/login", body).await;
    let cookie = Style::Plain.cookie(&answer.headers["set-cookie"]);
    (person.clone(), Friend { phone: phone.to_owned(), id: person.id, cookie })
}

pub(super) async fn in_light_up(api: &Api, who: &Person) -> Value {
    api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data()
}

pub(super) async fn in_sealtalk(api: &Api, who: &Friend) -> Value {
    api.asks(who, &format!("/user/{}", who.id)).await.result()
}

pub(super) async fn change(api: &Api, who: &Person, info: Value) -> u16 {
    api.signed(who, "account/change_personal_info", &[("personal_info", &info.to_string())]).await.status
}

/// What a friend's sync shows since a version, which moves on.
async fn news(api: &Api, who: &Friend, version: &mut i64) -> Value {
    let news = api.asks(who, &format!("/user/sync/{version}")).await.result();
    *version = news["version"].as_i64().unwrap();
    news["friends"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_is_one_portrait() {
    let api = Api::start().await;
    let (person, friend) = both(&api, "13900000001", "Tony").await;
    let fields = [("save_key", "/p.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&person, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(api.upload(&form, b"picture").await, 204);
    assert_eq!(api.signed(&person, "account/upload_portrait_confirm", &[]).await.status, 200);
    let shown = in_light_up(&api, &person).await["portrait"].clone();
    assert!(shown.as_str().unwrap().starts_with(&api.world.url), "{shown}");
    assert_eq!(in_sealtalk(&api, &friend).await["portraitUri"], shown);

    let url = "http://img.example.com/tony.png";
    api.says(&friend, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
    assert_eq!(in_light_up(&api, &person).await["portrait"], url);
    // The next upload takes its place; what is not ours is not deleted anywhere.
    let form = api.signed(&person, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(api.upload(&form, b"another").await, 204);
    assert_eq!(api.signed(&person, "account/upload_portrait_confirm", &[]).await.status, 200);
    assert_eq!(in_sealtalk(&api, &friend).await["portraitUri"], in_light_up(&api, &person).await["portrait"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn friends_hear_of_what_is_changed_in_light_up() {
    let api = Api::start().await;
    let (tony, friend) = both(&api, "13900000001", "Tony").await;
    let ann = &api.friend("13900000002", "Ann").await;
    api.says(ann, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    api.says(&friend, "/friendship/invite", json!({"friendId": ann.id, "message": "hi"})).await.result();
    let mut version = 0;
    news(&api, ann, &mut version).await;
    assert_eq!(change(&api, &tony, json!({"nickname": "Timothy"})).await, 200);
    assert_eq!(news(&api, ann, &mut version).await[0]["user"]["nickname"], "Timothy");
    let fields = [("save_key", "/p.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    api.signed(&tony, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(api.signed(&tony, "account/upload_portrait_confirm", &[]).await.status, 200);
    let shown = in_light_up(&api, &tony).await["portrait"].clone();
    assert_eq!(news(&api, ann, &mut version).await[0]["user"]["portraitUri"], shown);
    // What nobody sees needs no fan-out.
    assert_eq!(change(&api, &tony, json!({"location": "Wuhan"})).await, 200);
    assert_eq!(news(&api, ann, &mut version).await, json!([]));
}

/// The name is changed, then its fan-out fails: the next sync of its owner resumes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_fan_out_that_died_halfway_is_resumed() {
    let api = Api::start().await;
    let (bob, ann) = (&api.friend("13900000001", "Bob").await, &api.friend("13900000002", "Ann").await);
    api.says(ann, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    api.says(bob, "/friendship/invite", json!({"friendId": ann.id, "message": "hi"})).await.result();
    let mut version = 0;
    news(&api, ann, &mut version).await;
    // The queries of a renaming belong to its fan-out: they find the friends.
    api.world.faults.strike("Query", 10, &Fault::Internal);
    api.says(bob, "/user/set_nickname", json!({"nickname": "Robert"})).await.ok();
    api.world.faults.clear();
    assert_eq!(news(&api, ann, &mut version).await, json!([]));
    // For all that one knows the call may be at it still.
    assert!(api.asks(bob, "/user/sync/0").await.rounds() <= 2);
    assert_eq!(news(&api, ann, &mut version).await, json!([]));
    api.advance(11);
    api.asks(bob, "/user/sync/0").await.result();
    assert_eq!(news(&api, ann, &mut version).await[0]["user"]["nickname"], "Robert");
    // So does signing in, and looking at one's friends.
    for resumed_by in ["login", "look", "code", "light up"] {
        api.world.faults.strike("Query", 10, &Fault::Internal);
        api.says(bob, "/user/set_nickname", json!({"nickname": resumed_by})).await.ok();
        api.world.faults.clear();
        assert_eq!(news(&api, ann, &mut version).await, json!([]));
        api.advance(11);
        let (region, phone, password) = ("86", &*bob.phone, "secret12");
        match resumed_by {
            "login" => {
                let body = json!({"region": region, "phone": phone, "password": password});
                api.anyone("/user/login", body).await.result();
            }
            "look" => drop(api.asks(bob, "/friendship/all").await.result()),
            "code" => {
                api.advance(3_600);
                let body = json!({"region": region, "phone": phone, "code": api.sent(phone).await});
                api.anyone("/user/verify_code_register", body).await.result();
            }
            _ => {
                let fields = [("phone_number", phone), ("login_type", "password"), ("password", password)];
                assert_eq!(api.form("/v1/account/login", &fields).await.status, 200);
            }
        }
        assert_eq!(news(&api, ann, &mut version).await[0]["user"]["nickname"], resumed_by);
    }
    // And then the fan-out has ended: nothing is delivered again.
    api.asks(bob, "/user/sync/0").await.result();
    assert_eq!(news(&api, ann, &mut version).await, json!([]));
}

/// A change is under way in Light Up, whose people have no friends, while the person comes to SealTalk and makes one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_was_begun_before_they_were_friends_reaches_friends() {
    let api = Api::start().await;
    let ann = &api.friend("13900000009", "Ann").await;
    for (nth, portrait) in [false, true].into_iter().enumerate() {
        // A slow machine makes friends after the change: then it says nothing, and the next one waits for longer.
        let mut met = false;
        for (attempt, millis) in [800, 3_000, 10_000, 30_000].into_iter().enumerate() {
            if !met {
                met = befriended_beside_a_change(&api, ann, nth * 4 + attempt, portrait, millis).await;
            }
        }
        assert!(met, "the change was never the later one");
    }
}

/// Whether the friend was made before the change was written, which began earlier and is held for so long.
async fn befriended_beside_a_change(api: &Api, ann: &Friend, nth: usize, portrait: bool, millis: u64) -> bool {
    let person = api.person(&format!("1390000001{nth}"), &format!("Tony {nth}"), "male").await;
    let fields = [("save_key", "/p.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    api.signed(&person, "account/upload_portrait_request", &fields).await.data();
    api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(millis)));
    let (friends, meets) = (Cell::new(false), Cell::new(false));
    let changed = async {
        let status = match portrait {
            true => api.signed(&person, "account/upload_portrait_confirm", &[]).await.status,
            false => change(api, &person, json!({"nickname": format!("Timothy {nth}")})).await,
        };
        meets.set(friends.get());
        status
    };
    let befriended = async {
        while api.world.faults.left("TransactWriteItems") > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let body = json!({"region": "86", "phone": person.phone, "password": "secret12"});
        let cookie = Style::Plain.cookie(&api.anyone("/user/login", body).await.headers["set-cookie"]);
        let friend = Friend { phone: person.phone.clone(), id: person.id.clone(), cookie };
        api.says(&friend, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
        let body = json!({"friendId": person.id, "message": "hi"});
        assert_eq!(api.says(ann, "/friendship/invite", body).await.result()["action"], "AddDirectly");
        friends.set(true);
    };
    let (changed, ()) = tokio::join!(changed, befriended);
    assert_eq!(changed, 200);
    let shown = in_light_up(api, &person).await;
    let friends = api.asks(ann, "/user/sync/0").await.result()["friends"].clone();
    let friend = friends.as_array().unwrap().iter().find(|it| it["friendId"] == json!(person.id)).unwrap();
    assert_eq!(friend["user"]["nickname"], shown["nickname"]);
    assert_eq!(friend["user"]["portraitUri"], shown["portrait"]);
    meets.get()
}
