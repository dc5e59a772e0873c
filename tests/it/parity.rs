//! One person, whichever client they use: what holds between Light Up and SealTalk (`ARCHITECTURE.md`).

mod blocks;
mod codes;
mod erasing;
mod live;
mod lockout;
mod looks;
mod names;
mod passwords;
mod traces;

use crate::{
    sealtalk::client::{Friend, Style},
    world::{Answer, Api, Person},
};
use serde_json::{Value, json};

const PHONE: &str = "13900000001";

fn number(password: &str) -> Value {
    json!({"region": "86", "phone": PHONE, "password": password})
}

async fn light_up(api: &Api, password: &str) -> Answer {
    let fields = [("phone_number", PHONE), ("login_type", "password"), ("password", password)];
    api.form("/v1/account/login", &fields).await
}

fn person(answer: &Answer) -> Person {
    let data = answer.data();
    let text = |name: &str| data[name].as_str().unwrap().to_owned();
    Person { phone: PHONE.to_owned(), id: text("user_id"), token: text("access_token") }
}

async fn sealtalk(api: &Api, password: &str) -> Friend {
    let answer = api.anyone("/user/login", number(password)).await;
    let id = answer.result()["id"].as_str().unwrap().to_owned();
    Friend { phone: PHONE.to_owned(), id, cookie: Style::Plain.cookie(&answer.headers["set-cookie"]) }
}

async fn sees(api: &Api, who: &Person, other: &str) -> u16 {
    api.signed(who, "account/get_user_info", &[("target_id", other)]).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registered_with_light_up_signs_in_to_sealtalk() {
    let api = Api::start().await;
    let tony = api.person(PHONE, "Tony", "male").await;
    let taken = api.anyone("/user/check_phone_available", json!({"region": "86", "phone": PHONE})).await;
    taken.is(200, r#"{"code":200,"result":false}"#);
    let token = api.proven(PHONE).await;
    let body = json!({"nickname": "Tim", "password": "secret13", "verification_token": token});
    api.anyone("/user/register", body).await.rejected(400, "Phone number has already existed.");
    assert_eq!(sealtalk(&api, "secret12").await.id, tony.id);
    // Signing in ends nothing elsewhere.
    assert_eq!(sees(&api, &tony, &tony.id).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registered_with_sealtalk_signs_in_to_light_up() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    let refused = api.form("/v1/account/register", &[("phone_number", PHONE)]).await;
    refused.fails(409, "This user has already exist");
    let answer = light_up(&api, "secret12").await;
    assert_eq!((&answer.data()["user_id"], &answer.data()["nickname"]), (&json!(ann.id), &json!("Ann")));
    // What SealTalk calls a gender is not what decides the pool of guests.
    assert_eq!(answer.data()["sex"], "");
    assert_eq!(api.asks(&ann, "/user/get_token").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_found_before_having_signed_in_there() {
    let api = Api::start().await;
    let tony = api.person("13900000002", "Tony", "male").await;
    let ann = api.friend(PHONE, "Ann").await;
    assert_eq!(sees(&api, &tony, &ann.id).await, 400);
    light_up(&api, "secret13").await;
    assert_eq!(sees(&api, &tony, &ann.id).await, 400);
    light_up(&api, "secret12").await.data();
    assert_eq!(sees(&api, &tony, &ann.id).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_sessions_of_the_other_dialect() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    // Changed in SealTalk.
    let there = person(&light_up(&api, "secret12").await);
    assert_eq!(sees(&api, &there, &there.id).await, 200);
    let change = json!({"oldPassword": "secret12", "newPassword": "secret13"});
    api.says(&ann, "/user/change_password", change).await.ok();
    assert_eq!(sees(&api, &there, &there.id).await, 401);
    let refresh = api.signed(&there, "account/refresh_access_token", &[]).await;
    assert_eq!(refresh.status, 401, "{refresh:?}");
    assert_eq!(light_up(&api, "secret12").await.status, 400);
    // Reset in SealTalk.
    let there = person(&light_up(&api, "secret13").await);
    api.advance(60);
    let body = json!({"password": "secret14", "verification_token": api.proven(PHONE).await});
    api.anyone("/user/reset_password", body).await.ok();
    assert_eq!(sees(&api, &there, &there.id).await, 401);
    api.asks(&ann, "/user/get_token").await.signed_out();
    // Changed in Light Up: there it stays.
    let ann = sealtalk(&api, "secret14").await;
    let phone = ("phone_number", PHONE);
    assert_eq!(api.form("/v1/account/change_password_request", &[phone]).await.status, 200);
    let there = api.validated(PHONE, "change_password").await;
    let changed = api.form("/v1/account/change_password", &[phone, ("password", "secret15")]).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    api.asks(&ann, "/user/get_token").await.signed_out();
    assert_eq!(sees(&api, &there, &there.id).await, 200);
    assert_eq!(sealtalk(&api, "secret15").await.id, ann.id);
}

/// Proven in Light Up, without password and profile: the number is free, and its user becomes the account.
#[tokio::test(flavor = "multi_thread")]
async fn who_only_proved_a_number_is_adopted() {
    let api = Api::start().await;
    let proven = api.verified(PHONE).await;
    let free = api.anyone("/user/check_phone_available", json!({"region": "86", "phone": PHONE})).await;
    free.is(200, r#"{"code":200,"result":true}"#);
    let ann = api.friend(PHONE, "Ann").await;
    assert_eq!(ann.id, proven.id);
    assert_eq!(api.asks(&ann, "/user/get_token").await.status, 200);
    // A password was set: the session elsewhere is over, and what allowed to set another.
    assert_eq!(sees(&api, &proven, &proven.id).await, 401);
    let fields = [("phone_number", PHONE), ("password", "secret13")];
    assert_eq!(api.form("/v1/account/change_password", &fields).await.status, 401);
    assert_eq!(light_up(&api, "secret12").await.data()["user_id"], ann.id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_proved_a_number_enters_with_a_code() {
    let api = Api::start().await;
    let proven = api.verified(PHONE).await;
    let body = json!({"region": "86", "phone": PHONE, "code": api.sent(PHONE).await});
    let entered = api.anyone("/user/verify_code_register", body).await.result();
    assert_eq!((&entered["id"], &entered["nickName"]), (&json!(proven.id), &json!("user0001")));
    // No password was set: nothing ends.
    assert_eq!(sees(&api, &proven, &proven.id).await, 200);
    let refused = api.form("/v1/account/register", &[("phone_number", PHONE)]).await;
    refused.fails(409, "This user has already exist");
}

#[tokio::test(flavor = "multi_thread")]
async fn nicknames_are_as_long_as_the_dialect_allows() {
    let api = Api::start().await;
    let (long, longer) = ("x".repeat(30), "x".repeat(31));
    api.friend(PHONE, &longer).await;
    let answer = light_up(&api, "secret12").await;
    // It can be posted to Light Up by nobody, so it is not shown there either.
    assert_eq!(answer.data()["nickname"], "");
    let ann = person(&answer);
    for (nickname, status) in [(&longer, 400), (&long, 200)] {
        let info = json!({ "nickname": nickname }).to_string();
        let changed = api.signed(&ann, "account/change_personal_info", &[("personal_info", &info)]).await;
        assert_eq!(changed.status, status, "{changed:?}");
    }
}

/// Whoever is being erased neither registers nor signs in; afterwards the number is free.
#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_comes_back_as_another() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.advance(60);
    // An erasure that stops after its first step.
    api.world.faults.strike("DeleteObjects", 30, &local::Fault::Internal);
    api.world.faults.strike("ListObjectsV2", 30, &local::Fault::Internal);
    let delete = async || api.form("/v1/account/delete_user", &[("phone_number", PHONE)]).await;
    assert_eq!(delete().await.status, 500);
    api.world.faults.clear();
    api.asks(&ann, "/user/get_token").await.signed_out();
    api.anyone("/user/login", number("secret12")).await.declined(1_000, "Invalid phone or password.");
    let code = json!({"region": "86", "phone": PHONE, "code": api.sent(PHONE).await});
    api.anyone("/user/verify_code_register", code).await.declined(1_000, "Invalid verification code.");
    api.advance(60);
    let token = api.proven(PHONE).await;
    let register = json!({"nickname": "Ann", "password": "secret13", "verification_token": token});
    api.anyone("/user/register", register).await.rejected(400, "Phone number has already existed.");
    let reset = json!({"password": "secret13", "verification_token": token});
    api.anyone("/user/reset_password", reset.clone()).await.ok();
    api.anyone("/user/reset_password", reset).await.rejected(404, "Unknown verification_token.");
    assert_eq!(delete().await.status, 200);
    api.asks(&ann, "/user/get_token").await.signed_out();
    api.next_window(3_600);
    assert_ne!(api.friend(PHONE, "Ann").await.id, ann.id);
}
