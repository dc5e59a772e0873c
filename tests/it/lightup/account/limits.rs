//! The attempt limits of accounts (`docs/dialects/lightup.md#limits`).

use super::{
    CODE_SENT, LOGIN, MISMATCH, NO_USER, PASSWORD, PHONE, REGISTER, RESET_SENT, TOO_MANY, VALIDATE, WRONG_CODE, login,
    login_by_token, register, request_change, with_token,
};
use crate::world::{Api, Person};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Options;

const REFUSED: &str = r#"{"error":"too many requests"}"#;
const WRONG_TOKEN: &str = "00000000000000000000000000000000";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_messages_in_ten_minutes() {
    let api = Api::start().await;
    api.next_window(86_400);
    for _ in 0..5 {
        register(&api, PHONE).await.is(200, CODE_SENT);
    }
    for _ in 0..3 {
        register(&api, PHONE).await.fails(429, TOO_MANY);
    }
    assert_eq!(api.sms(PHONE).await.len(), 5);
    // Others are not concerned, and the last code still works.
    register(&api, "15172354424").await.is(200, CODE_SENT);
    api.validated(PHONE, "register").await;
    api.advance(600);
    register(&api, PHONE).await.is(200, CODE_SENT);
}

/// Both operations that send share a number's messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_messages_to_a_number_count() {
    let api = Api::start().await;
    api.next_window(86_400);
    api.verified(PHONE).await;
    for _ in 0..2 {
        register(&api, PHONE).await.is(200, CODE_SENT);
        request_change(&api, PHONE).await.is(200, RESET_SENT);
    }
    register(&api, PHONE).await.fails(429, TOO_MANY);
    request_change(&api, PHONE).await.fails(429, TOO_MANY);
    assert_eq!(api.sms(PHONE).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_messages_a_day() {
    let api = Api::start().await;
    api.next_window(86_400);
    for _ in 0..2 {
        for _ in 0..5 {
            register(&api, PHONE).await.is(200, CODE_SENT);
        }
        api.advance(600);
    }
    for _ in 0..3 {
        register(&api, PHONE).await.fails(429, TOO_MANY);
        api.advance(3_600);
    }
    api.next_window(86_400);
    register(&api, PHONE).await.is(200, CODE_SENT);
}

/// Asking about numbers that get nothing counts for the address too, else it could be asked about all of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_an_hour_from_an_address() {
    let api = Api::start().await;
    api.next_window(86_400);
    api.person(PHONE, "Tony", "male").await;
    for number in 0..49 {
        register(&api, &format!("138000000{number:02}")).await.is(200, CODE_SENT);
        register(&api, PHONE).await.fails(409, "This user has already exist");
    }
    request_change(&api, "15172354499").await.fails(401, "you haven't prove yourself");
    register(&api, "15172354498").await.fails(429, TOO_MANY);
    request_change(&api, PHONE).await.fails(429, TOO_MANY);
    api.form_from(2, REGISTER, &[("phone_number", "15172354498")]).await.is(200, CODE_SENT);
    api.advance(3_600);
    register(&api, "15172354497").await.is(200, CODE_SENT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_budget_for_the_day() {
    for budget in [0, 3, 15] {
        let api = Api::with(Options::ephemeral().config(move |config| *config.sms_daily_budget = budget)).await;
        api.next_window(86_400);
        for number in 0..budget {
            register(&api, &format!("138000000{number:02}")).await.is(200, CODE_SENT);
        }
        // Who is refused for the budget alone uses up nothing of their own.
        for _ in 0..7 {
            register(&api, PHONE).await.fails(429, TOO_MANY);
        }
        assert_eq!(api.get("/_local/sms").await.json().as_array().unwrap().len(), usize::try_from(budget).unwrap());
        api.next_window(86_400);
        register(&api, PHONE)
            .await
            .is(if budget == 0 { 429 } else { 200 }, if budget == 0 { REFUSED } else { CODE_SENT });
    }
}

/// A large budget is spread over ten counters, whose shares are the budget exactly.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_budget_that_is_spread() {
    let api = Api::with(Options::ephemeral().config(|config| *config.sms_daily_budget = 1_005)).await;
    api.next_window(86_400);
    let day = (api.world.clock.seconds() / 86_400).to_string();
    let count = async |shard: u32, count: u32| {
        let row = api.world.clients.dynamodb.put_item().table_name("UsersTable");
        let row = row.item("pk", AttributeValue::S(format!("LIMIT#sms-budget#{shard}")));
        let row = row.item("sk", AttributeValue::S(day.clone())).item("count", AttributeValue::N(count.to_string()));
        row.send().await.unwrap();
    };
    for shard in 0..10 {
        count(shard, if shard < 5 { 101 } else { 100 }).await;
    }
    for number in 0..20 {
        register(&api, &format!("138000000{number:02}")).await.fails(429, TOO_MANY);
    }
    for shard in 0..10 {
        count(shard, if shard < 5 { 100 } else { 99 }).await;
    }
    register(&api, PHONE).await.is(200, CODE_SENT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_wrong_passwords() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    api.next_window(86_400);
    for _ in 0..8 {
        login(&api, PHONE, "wrong-one").await.fails(400, MISMATCH);
    }
    login_by_token(&api, PHONE, WRONG_TOKEN).await.fails(400, MISMATCH);
    // What was right is no failure, and the count begins anew.
    let first = with_token(&who, &login(&api, PHONE, PASSWORD).await.data());
    login(&api, PHONE, "wrong-one").await.fails(400, MISMATCH);
    let second = with_token(&who, &login_by_token(&api, PHONE, &first.token).await.data());
    for _ in 0..10 {
        login(&api, PHONE, "wrong-one").await.fails(400, MISMATCH);
    }
    for _ in 0..2 {
        login(&api, PHONE, PASSWORD).await.fails(429, TOO_MANY);
        login_by_token(&api, PHONE, &second.token).await.fails(429, TOO_MANY);
    }
    // Another address, and another number from this one, are not concerned.
    let fields = [("phone_number", PHONE), ("login_type", "password"), ("password", PASSWORD)];
    assert_eq!(api.form_from(2, LOGIN, &fields).await.status, 200);
    login(&api, "15172354424", PASSWORD).await.fails(400, NO_USER);
    api.advance(900);
    assert_eq!(login(&api, PHONE, PASSWORD).await.status, 200);
}

/// Guesses at one number from many addresses. It holds where the number's user has never signed in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_failures_an_hour_for_a_number() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    api.next_window(86_400);
    let wrong = [("phone_number", PHONE), ("login_type", "access_token"), ("access_token", WRONG_TOKEN)];
    for number in 0..100 {
        api.form_from(2 + number / 10, LOGIN, &wrong).await.fails(400, MISMATCH);
    }
    let right = [("phone_number", PHONE), ("login_type", "password"), ("password", PASSWORD)];
    api.form_from(20, LOGIN, &wrong).await.fails(429, TOO_MANY);
    api.form_from(21, LOGIN, &right).await.fails(429, TOO_MANY);
    api.advance(900);
    api.form_from(21, LOGIN, &right).await.fails(429, TOO_MANY);
    assert_eq!(login(&api, PHONE, PASSWORD).await.status, 200);
    api.advance(2_700);
    assert_eq!(api.form_from(21, LOGIN, &right).await.status, 200);
}

/// Guesses at many numbers from one address. Numbers that nobody has count as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_failures_from_an_address() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    api.next_window(86_400);
    for number in 0..100 {
        login_by_token(&api, &format!("138000000{:02}", number / 10), WRONG_TOKEN).await.fails(400, NO_USER);
    }
    login_by_token(&api, "15172354499", WRONG_TOKEN).await.fails(429, TOO_MANY);
    login(&api, PHONE, PASSWORD).await.fails(429, TOO_MANY);
    let right = [("phone_number", PHONE), ("login_type", "password"), ("password", PASSWORD)];
    let elsewhere = api.form_from(2, LOGIN, &right).await;
    let signed_in = super::signed_in(&api, &with_token(&who, &elsewhere.data())).await;
    assert!(signed_in);
    api.advance(900);
    assert_eq!(login(&api, PHONE, PASSWORD).await.status, 200);
}

/// Guesses at the codes of many numbers from one address: the answer stays the same
/// (`docs/dialects/lightup.md#limits`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_wrong_codes_from_an_address() {
    let api = Api::start().await;
    api.next_window(86_400);
    register(&api, PHONE).await.is(200, CODE_SENT);
    let code = api.code(PHONE).await;
    for number in 0..100 {
        super::validate(&api, &format!("138000000{number:02}"), "123456", "register").await.fails(400, WRONG_CODE);
    }
    super::validate(&api, PHONE, &code, "register").await.fails(400, WRONG_CODE);
    let fields = [("phone_number", PHONE), ("validate_code", &*code), ("validate_type", "register")];
    let data = api.form_from(2, VALIDATE, &fields).await.data();
    let who = Person { phone: PHONE.into(), id: data["user_id"].as_str().unwrap().into(), token: String::new() };
    assert!(super::signed_in(&api, &with_token(&who, &data)).await);
    api.advance(900);
    api.verified("15172354424").await;
}
