//! `validate_sms` (`docs/dialects/lightup.md#validate_sms`).

use super::{
    INVALID, PHONE, VALIDATE, WRONG_CODE, is_hex, other_than, register, request_change, signed_in, validate, with_token,
};
use crate::world::{Api, Person};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_code_signs_in() {
    let api = Api::start().await;
    register(&api, PHONE).await;
    let before = api.world.clock.seconds();
    let answer = validate(&api, PHONE, &api.code(PHONE).await, "register").await;
    let data = answer.data();
    let (id, token) = (data["user_id"].as_str().unwrap(), data["access_token"].as_str().unwrap());
    answer.is(200, &format!(r#"{{"data":{{"user_id":"{id}","access_token":"{token}"}}}}"#));
    assert!(is_hex(id, 24) && is_hex(token, 32), "{answer:?}");
    // The first 4 bytes are the time (`docs/dialects/lightup.md#identifiers-and-time`).
    let made = i64::from_str_radix(&id[..8], 16).unwrap();
    assert!((before..=before + 5).contains(&made), "{made} {before}");
    assert!(signed_in(&api, &Person { phone: PHONE.into(), id: id.into(), token: token.into() }).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_form_is_no_attempt() {
    let api = Api::start().await;
    register(&api, PHONE).await;
    let code = api.code(PHONE).await;
    let good = [("phone_number", PHONE), ("validate_code", &*code), ("validate_type", "register")];
    for missing in 0..3 {
        let fields: Vec<_> =
            good.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, field)| *field).collect();
        api.form(VALIDATE, &fields).await.fails(400, INVALID);
    }
    for wrong in [
        "",
        "99999",
        "099999",
        "000000",
        "1000000",
        "12345a",
        "abcdef",
        "123456.0",
        "1e5000",
        "-123456",
        "+12345",
        " 12345",
        "0x1e24",
        "１２３４５６",
    ] {
        validate(&api, PHONE, wrong, "register").await.fails(400, INVALID);
    }
    for kind in ["", "Register", "login", "1", "register "] {
        validate(&api, PHONE, &code, kind).await.fails(400, INVALID);
    }
    for phone in ["", "1517235442", "151723544233", "1517235442a"] {
        validate(&api, phone, &code, "register").await.fails(400, INVALID);
    }
    assert_eq!(validate(&api, PHONE, &code, "register").await.status, 200);
}

/// Both ends of the range are codes (`docs/dialects/lightup.md#field-rules`); who guesses wrong hears no more than
/// that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ends_of_the_range_are_codes() {
    let api = Api::start().await;
    for code in ["100000", "999999", "\"100000\""] {
        validate(&api, PHONE, code, "register").await.fails(400, WRONG_CODE);
        validate(&api, PHONE, code, "change_password").await.fails(400, WRONG_CODE);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_works_once() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    let code = api.code(PHONE).await;
    validate(&api, PHONE, &code, "register").await.fails(400, WRONG_CODE);
    assert!(signed_in(&api, &who).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_bound_to_its_purpose() {
    let api = Api::start().await;
    register(&api, PHONE).await;
    let code = api.code(PHONE).await;
    validate(&api, PHONE, &code, "change_password").await.fails(400, WRONG_CODE);
    let first = validate(&api, PHONE, &code, "register").await.data();
    let first = with_token(
        &Person { phone: PHONE.into(), id: first["user_id"].as_str().unwrap().into(), token: String::new() },
        &first,
    );

    request_change(&api, PHONE).await;
    let code = api.code(PHONE).await;
    validate(&api, PHONE, &code, "register").await.fails(400, WRONG_CODE);
    assert!(signed_in(&api, &first).await);
    let second = validate(&api, PHONE, &code, "change_password").await.data();
    assert_eq!(second["user_id"], first.id);
    // A token that is issued anywhere ends the one before (`docs/dialects/lightup.md#sessions`).
    assert!(!signed_in(&api, &first).await);
    assert!(signed_in(&api, &with_token(&first, &second)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_bound_to_its_number() {
    let api = Api::start().await;
    let other = "15172354424";
    register(&api, PHONE).await;
    register(&api, other).await;
    let (code, others) = (api.code(PHONE).await, api.code(other).await);
    if code != others {
        validate(&api, other, &code, "register").await.fails(400, WRONG_CODE);
    }
    validate(&api, "15172354425", &code, "register").await.fails(400, WRONG_CODE);
    assert_eq!(validate(&api, other, &others, "register").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fifth_try_is_the_last() {
    let api = Api::start().await;
    // Four wrong ones leave one.
    register(&api, PHONE).await;
    let code = api.code(PHONE).await;
    for _ in 0..4 {
        validate(&api, PHONE, other_than(&code), "register").await.fails(400, WRONG_CODE);
    }
    assert_eq!(validate(&api, PHONE, &code, "register").await.status, 200);
    // Five kill it, and the right one hears the same.
    register(&api, PHONE).await;
    let code = api.code(PHONE).await;
    for _ in 0..5 {
        validate(&api, PHONE, other_than(&code), "register").await.fails(400, WRONG_CODE);
    }
    for _ in 0..2 {
        validate(&api, PHONE, &code, "register").await.fails(400, WRONG_CODE);
    }
    // The next one is alive again.
    register(&api, PHONE).await;
    api.validated(PHONE, "register").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_lives_ten_minutes() {
    let api = Api::start().await;
    let send = async || assert_eq!(register(&api, PHONE).await.status, 200);
    let redeem = async |()| validate(&api, PHONE, &api.code(PHONE).await, "register").await;
    api.next_window(86_400);
    assert_eq!(api.aged(599, send, redeem).await.status, 200);
    api.next_window(86_400);
    api.aged(601, send, redeem).await.fails(400, WRONG_CODE);
}
