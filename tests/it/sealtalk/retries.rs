//! Apps check a code again on every tap of "register" or "reset" (`docs/dialects/sealtalk.md#verification-codes`).

use crate::world::{Answer, Api};
use serde_json::{Value, json};

const PHONE: &str = "13900000001";
const EXPIRED: &str = "Verification code expired.";
const WRONG: &str = "Invalid verification code.";

async fn check(api: &Api, code: &str) -> Answer {
    api.anyone("/user/verify_code_yp", json!({"region": "86", "phone": PHONE, "code": code})).await
}

fn token(checked: &Answer) -> Value {
    checked.result()["verification_token"].clone()
}

async fn register(api: &Api, token: &Value, password: &str) -> Answer {
    let body = json!({"nickname": "Ann", "password": password, "verification_token": token});
    api.anyone("/user/register", body).await
}

async fn reset(api: &Api, token: &Value, password: &str) -> Answer {
    api.anyone("/user/reset_password", json!({"password": password, "verification_token": token})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_password_costs_no_code() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    let first = token(&check(&api, &code).await);
    // More taps than a code has tries.
    for password in ["short", "a b c d", "x", "123", "12345", "with space"] {
        let checked = check(&api, &code).await;
        assert_eq!(token(&checked), first);
        assert!(checked.rounds() <= 2, "{}", checked.rounds());
        assert_eq!(register(&api, &first, password).await.status, 400, "{password}");
    }
    assert_eq!(token(&check(&api, &code).await), first);
    assert_eq!(register(&api, &first, "secret12").await.status, 200);
    check(&api, &code).await.declined(2_000, EXPIRED);
    // The token still resets a password once, as ever, and the code is not good for more.
    reset(&api, &first, "secret13").await.ok();
    check(&api, &code).await.declined(2_000, EXPIRED);
    reset(&api, &first, "secret14").await.rejected(404, "Unknown verification_token.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_uses_the_code_up() {
    let api = Api::start().await;
    api.friend(PHONE, "Ann").await;
    api.advance(60);
    let code = api.sent(PHONE).await;
    let first = token(&check(&api, &code).await);
    assert_eq!(reset(&api, &first, "a b").await.status, 400);
    assert_eq!(token(&check(&api, &code).await), first);
    reset(&api, &first, "secret13").await.ok();
    check(&api, &code).await.declined(2_000, EXPIRED);
    register(&api, &first, "secret14").await.rejected(400, "Phone number has already existed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_checked_again_by_the_same_address_in_its_time() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    let first = token(&check(&api, &code).await);
    let body = json!({"region": "86", "phone": PHONE, "code": code});
    api.anyone_at(PHONE, "/user/verify_code_yp", body.clone()).await.declined(2_000, EXPIRED);
    api.anyone("/user/verify_code_register", body.clone()).await.declined(2_000, EXPIRED);
    api.advance(110);
    assert_eq!(token(&check(&api, &code).await), first);
    api.advance(10);
    check(&api, &code).await.declined(2_000, EXPIRED);
    // The token lives longer than its code.
    assert_eq!(register(&api, &first, "secret12").await.status, 200);
}

/// Right ones are not counted; wrong ones are, before and after, and five of them end it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_ones_still_count() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for nth in 0..5 {
        if nth > 0 {
            check(&api, &code).await.result();
        }
        check(&api, wrong).await.declined(1_000, WRONG);
    }
    check(&api, &code).await.declined(2_000, EXPIRED);
}

/// A newer code has another token, and the one before is dead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_code_has_its_own_token() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    let first = token(&check(&api, &code).await);
    api.advance(60);
    let next = api.sent(PHONE).await;
    if next != code {
        check(&api, &code).await.declined(1_000, WRONG);
    }
    let second = token(&check(&api, &next).await);
    assert_ne!(first, second);
    assert_eq!(token(&check(&api, &next).await), second);
    assert_eq!(register(&api, &first, "secret12").await.status, 200);
    // Only the second was not used. It is good for nothing but a reset by now.
    assert_eq!(token(&check(&api, &next).await), second);
    register(&api, &second, "secret12").await.rejected(400, "Phone number has already existed.");
}
