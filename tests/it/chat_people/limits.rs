//! How often somebody may fail (`docs/dialects/chat.md#limits`).

use crate::{
    chat_people::client::{PASSWORD, Said},
    world::{Answer, Api},
};
use serde_json::{Value, json};

const PHONE: &str = "13800000001";

/// A POST from 127.0.0.`last`.
async fn from(api: &Api, last: u8, path: &str, body: &Value) -> Said {
    let http = reqwest::Client::builder().local_address(std::net::IpAddr::from([127, 0, 0, last]));
    let sent = http.build().unwrap().post(api.url(&format!("/android{path}"))).json(body).send().await;
    Said(Answer::of(sent.unwrap()).await)
}

/// The status of a sign-in.
async fn signs_in(api: &Api, last: u8, phone: &str, password: &str) -> Value {
    from(api, last, "/login/", &json!({"phone": phone, "password": password})).await.body().0
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_fails_ten_times_is_told_what_they_were_told_before() {
    let api = Api::start().await;
    api.new_member(PHONE).await;
    api.next_window(900);
    for _ in 0..10 {
        assert_eq!(signs_in(&api, 2, PHONE, "wrong-one").await, json!(10_000));
    }
    // The right password is not tried any more, and is told apart by nothing.
    assert_eq!(signs_in(&api, 2, PHONE, PASSWORD).await, json!(10_000));
    assert_eq!(signs_in(&api, 3, PHONE, PASSWORD).await, json!(1));
    api.advance(900);
    assert_eq!(signs_in(&api, 2, PHONE, PASSWORD).await, json!(1));
    // A success forgets what failed.
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(signs_in(&api, 2, PHONE, "wrong-one").await, json!(10_000));
        }
        assert_eq!(signs_in(&api, 2, PHONE, PASSWORD).await, json!(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_that_come_at_once_are_counted_before_they_are_made() {
    let api = Api::start().await;
    api.new_member(PHONE).await;
    api.next_window(900);
    let said = futures_util::future::join_all((0..20).map(|_| signs_in(&api, 2, PHONE, "wrong-one"))).await;
    assert!(said.iter().all(|status| *status == json!(10_000)), "{said:?}");
    let hashed = api.rows("UsersTable").await;
    let pairs = hashed.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("LIMIT#login-pair#"));
    let counts: Vec<&str> = pairs.map(|row| row["count"].as_n().unwrap().as_str()).collect();
    assert_eq!(counts, ["10"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_keep_nobody_out() {
    let api = Api::start().await;
    api.new_member(PHONE).await;
    api.next_window(3_600);
    for last in 2..13 {
        for _ in 0..10 {
            signs_in(&api, last, PHONE, "wrong-one").await;
        }
    }
    // The number's limit is reached: an address that nobody knows is not asked any more.
    assert_eq!(signs_in(&api, 30, PHONE, PASSWORD).await, json!(10_000));
    // The one from which the account was made is.
    assert_eq!(signs_in(&api, 1, PHONE, PASSWORD).await, json!(1));
    assert_eq!(signs_in(&api, 1, PHONE, "wrong-one").await, json!(10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_makes_a_hundred_accounts_an_hour() {
    let api = Api::start().await;
    api.next_window(3_600);
    let register = async |last: u8, nth: u32| {
        from(&api, last, "/register/", &json!({"phone": format!("138000001{nth:02}"), "password": PASSWORD})).await
    };
    register(2, 0).await.ok();
    // What is refused counts as well: it says whether a number has an account.
    register(2, 0).await.no_account(7_001);
    // As if the hour's accounts but one had been made.
    let rows = api.rows("UsersTable").await;
    let counter = rows.iter().find(|row| row["pk"].as_s().unwrap().starts_with("LIMIT#new-unproven#")).unwrap();
    assert_eq!(counter["count"].as_n().unwrap(), "2");
    let update = api.world.clients.dynamodb.update_item().table_name("UsersTable");
    let update = update.key("pk", counter["pk"].clone()).key("sk", counter["sk"].clone());
    let most = aws_sdk_dynamodb::types::AttributeValue::N("99".into());
    let update = update.update_expression("SET #count = :most").expression_attribute_names("#count", "count");
    update.expression_attribute_values(":most", most).send().await.unwrap();
    register(2, 1).await.ok();
    register(2, 2).await.no_account(0);
    register(3, 2).await.ok();
    api.advance(3_600);
    register(2, 3).await.ok();
}
