//! Failed sign-ins of strangers keep nobody out, and a success forgets one's own
//! (`docs/dialects/lightup.md#limits`, `docs/dialects/sealtalk.md#login`).

use super::{PHONE, number};
use crate::{
    sealtalk::client::Friend,
    world::{Answer, Api},
};
use serde_json::{Value, json};

const LOGIN: &str = "/v1/account/login";
const MISMATCH: &str = "phone_number and password don't match";
const TOO_MANY: &str = "too many requests";
/// From no other place do the tests of this file speak to the server by default.
const HOME: u8 = 1;
const ELSEWHERE: u8 = 40;

/// A sign-in to Light Up from 127.0.0.`last`.
async fn light_up_from(api: &Api, last: u8, password: &str) -> Answer {
    let fields = [("phone_number", PHONE), ("login_type", "password"), ("password", password)];
    api.form_from(last, LOGIN, &fields).await
}

/// JSON from 127.0.0.`last`, by nobody.
async fn from(api: &Api, last: u8, path: &str, body: Value) -> Answer {
    let http = reqwest::Client::builder().local_address(std::net::IpAddr::from([127, 0, 0, last]));
    Answer::of(http.build().unwrap().post(api.url(path)).json(&body).send().await.unwrap()).await
}

/// A sign-in to SealTalk; its code.
async fn sealtalk_from(api: &Api, last: u8, password: &str) -> u64 {
    from(api, last, "/user/login", number(password)).await.json()["code"].as_u64().unwrap()
}

/// So many sign-ins that fail, as of somebody who guesses tokens.
async fn fail(api: &Api, last: u8, times: usize) {
    let wrong = [("phone_number", PHONE), ("login_type", "access_token"), ("access_token", "0")];
    for nth in 0..times {
        let answer = api.form_from(last, LOGIN, &wrong).await;
        if nth < 10 { answer.fails(400, MISMATCH) } else { answer.fails(429, TOO_MANY) }
    }
}

/// Eleven from each of ten addresses: the number's limit is reached for the rest of the hour.
async fn attack(api: &Api) {
    api.next_window(3_600);
    // A code may have been sent just before.
    api.advance(60);
    for last in 2..12 {
        fail(api, last, 11).await;
    }
    light_up_from(api, 20, "secret12").await.fails(429, TOO_MANY);
    assert_eq!(sealtalk_from(api, 20, "secret12").await, 1_000);
}

async fn change(api: &Api, who: &Friend, old: &str, new: &str) -> Answer {
    api.says(who, "/user/change_password", json!({"oldPassword": old, "newPassword": new})).await
}

/// A code that was sent, exchanged for a token from 127.0.0.`last`.
async fn proven_from(api: &Api, last: u8) -> Value {
    let body = json!({"region": "86", "phone": PHONE, "code": api.sent(PHONE).await});
    from(api, last, "/user/verify_code", body).await.result()["verification_token"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signed_in_from_an_address_can_go_on_doing_so() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    attack(&api).await;
    assert_eq!(sealtalk_from(&api, HOME, "secret12").await, 200);
    let signed_in = light_up_from(&api, HOME, "secret12").await;
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    light_up_from(&api, HOME, "secret13").await.fails(400, MISMATCH);
    // A live session and a token that is right are nothing that a stranger has.
    change(&api, &ann, "secret12", "secret13").await.ok();
    let token = light_up_from(&api, HOME, "secret13").await.data()["access_token"].clone();
    let fields = [("phone_number", PHONE), ("login_type", "access_token"), ("access_token", token.as_str().unwrap())];
    let renewed = api.form_from(ELSEWHERE, LOGIN, &fields).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
    // From now on they are known there too.
    assert_eq!(sealtalk_from(&api, ELSEWHERE, "secret13").await, 200);
    light_up_from(&api, 21, "secret13").await.fails(429, TOO_MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_registered_with_light_up_is_known_at_the_address() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    attack(&api).await;
    assert_eq!(light_up_from(&api, HOME, "secret12").await.status, 200);
    // The address is remembered for thirty days after a sign-in.
    api.advance(2_592_000 - 7_200);
    attack(&api).await;
    assert_eq!(light_up_from(&api, HOME, "secret12").await.status, 200);
    api.advance(2_592_000);
    attack(&api).await;
    light_up_from(&api, HOME, "secret12").await.fails(429, TOO_MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_code_enters_from_anywhere() {
    let api = Api::start().await;
    api.friend(PHONE, "Ann").await;
    attack(&api).await;
    let body = json!({"region": "86", "phone": PHONE, "code": api.sent(PHONE).await});
    from(&api, ELSEWHERE, "/user/verify_code_register", body).await.result();
    assert_eq!(sealtalk_from(&api, ELSEWHERE, "secret12").await, 200);
    api.advance(60);
    // Where a stranger has failed too often as well.
    let body = json!({"region": "86", "phone": PHONE, "code": api.sent(PHONE).await});
    from(&api, 2, "/user/verify_code_register", body).await.result();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_counts_where_it_was_made() {
    let api = Api::start().await;
    api.friend(PHONE, "Ann").await;
    attack(&api).await;
    let token = proven_from(&api, ELSEWHERE).await;
    let reset = json!({"password": "secret13", "verification_token": token});
    from(&api, ELSEWHERE, "/user/reset_password", reset).await.ok();
    assert_eq!(sealtalk_from(&api, ELSEWHERE, "secret13").await, 200);
    assert_eq!(light_up_from(&api, ELSEWHERE, "secret13").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_success_forgets_what_failed_before() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.next_window(3_600);
    for _ in 0..2 {
        fail(&api, HOME, 9).await;
        assert_eq!(sealtalk_from(&api, HOME, "secret12").await, 200);
        fail(&api, HOME, 9).await;
        assert_eq!(light_up_from(&api, HOME, "secret12").await.status, 200);
    }
    // A new password, in each of the ways to set one, for somebody who has failed too often.
    fail(&api, HOME, 11).await;
    change(&api, &ann, "secret12", "secret13").await.ok();
    assert_eq!(sealtalk_from(&api, HOME, "secret13").await, 200);

    fail(&api, HOME, 11).await;
    let reset = json!({"password": "secret14", "verification_token": proven_from(&api, ELSEWHERE).await});
    from(&api, HOME, "/user/reset_password", reset).await.ok();
    assert_eq!(sealtalk_from(&api, HOME, "secret14").await, 200);

    fail(&api, HOME, 11).await;
    let phone = ("phone_number", PHONE);
    assert_eq!(api.form("/v1/account/change_password_request", &[phone]).await.status, 200);
    api.validated(PHONE, "change_password").await;
    fail(&api, HOME, 11).await;
    let changed = api.form("/v1/account/change_password", &[phone, ("password", "secret15")]).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(light_up_from(&api, HOME, "secret15").await.status, 200);
    // What failed elsewhere is not forgotten.
    fail(&api, ELSEWHERE, 10).await;
    assert_eq!(sealtalk_from(&api, HOME, "secret15").await, 200);
    assert_eq!(sealtalk_from(&api, ELSEWHERE, "secret15").await, 1_000);
}

/// A stranger cannot use up what a session may try, and whoever has a session cannot guess without end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_password_has_a_limit_of_its_own() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    attack(&api).await;
    for _ in 0..10 {
        change(&api, &ann, "secret13", "secret14").await.declined(1_000, "Wrong old password.");
    }
    change(&api, &ann, "secret12", "secret14").await.declined(1_000, "Wrong old password.");
    api.next_window(900);
    change(&api, &ann, "secret12", "secret14").await.ok();
}
