//! `change_password_request` and `change_password` (`docs/dialects/lightup.md#change_password_request`,
//! `docs/dialects/lightup.md#change_password`). What the proof is bound to: `proof.rs`.

use super::{
    CHANGE, CHANGED, INVALID, MISMATCH, PASSWORD, PHONE, REQUEST, RESET_SENT, UNPROVEN, WRONG_CODE, change_password,
    login, register, request_change, signed_in, validate,
};
use crate::world::Api;
use local::{Fault, Options};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_sent_to_who_is_known() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    request_change(&api, PHONE).await.is(200, RESET_SENT);
    let messages = api.sms(PHONE).await;
    assert_eq!(messages.len(), 2);
    let code = api.code(PHONE).await;
    assert!((100_000..=999_999).contains(&code.parse::<u32>().unwrap()));
    assert_eq!(messages[1], format!("验证码：{code}【亮灯】"));
    // Somebody without password and profile is known too.
    let other = "15172354424";
    api.verified(other).await;
    request_change(&api, other).await.is(200, RESET_SENT);
    api.validated(other, "change_password").await;
    change_password(&api, other, PASSWORD).await.is(200, CHANGED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_strangers() {
    let api = Api::start().await;
    let pending = "15172354424";
    register(&api, pending).await;
    for phone in [PHONE, pending] {
        request_change(&api, phone).await.fails(401, UNPROVEN);
    }
    assert_eq!(api.get("/_local/sms").await.json().as_array().unwrap().len(), 1);
    // The registration that was begun is not disturbed.
    api.validated(pending, "register").await;
    api.form(REQUEST, &[]).await.fails(400, INVALID);
    for phone in ["", "1517235442", "151723544233", "1517235442a"] {
        request_change(&api, phone).await.fails(400, INVALID);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_sent() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    api.world.faults.strike("Publish", 3, &Fault::Internal);
    request_change(&api, PHONE).await.fails(500, "server error");
    request_change(&api, PHONE).await.is(200, RESET_SENT);
    api.validated(PHONE, "change_password").await;
}

/// Asking for a change changes nothing: password, session and an unused proof stay until the code is redeemed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_is_harmless() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    request_change(&api, PHONE).await.is(200, RESET_SENT);
    assert!(signed_in(&api, &who).await);
    change_password(&api, PHONE, "another1").await.fails(401, UNPROVEN);
    assert_eq!(login(&api, PHONE, PASSWORD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_password() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    change_password(&api, PHONE, PASSWORD).await.is(200, CHANGED);
    // The client goes on with the token of `validate_sms`.
    assert!(signed_in(&api, &who).await);
    // One change for each proof.
    change_password(&api, PHONE, "another1").await.fails(401, UNPROVEN);
    login(&api, PHONE, "another1").await.fails(400, MISMATCH);
    assert_eq!(login(&api, PHONE, PASSWORD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_password() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    request_change(&api, PHONE).await.is(200, RESET_SENT);
    let who = api.validated(PHONE, "change_password").await;
    change_password(&api, PHONE, "another1").await.is(200, CHANGED);
    assert!(signed_in(&api, &who).await);
    login(&api, PHONE, PASSWORD).await.fails(400, MISMATCH);
    assert_eq!(login(&api, PHONE, "another1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_proof() {
    let api = Api::start().await;
    change_password(&api, PHONE, PASSWORD).await.fails(401, UNPROVEN);
    register(&api, PHONE).await;
    change_password(&api, PHONE, PASSWORD).await.fails(401, UNPROVEN);
    validate(&api, PHONE, super::other_than(&api.code(PHONE).await), "register").await.fails(400, WRONG_CODE);
    change_password(&api, PHONE, PASSWORD).await.fails(401, UNPROVEN);
    let who = api.person("15172354424", "Ann", "female").await;
    // A session alone is no proof.
    let fields = [("phone_number", &*who.phone), ("password", "another1"), ("access_token", &*who.token)];
    api.form(CHANGE, &fields).await.fails(401, UNPROVEN);
    assert_eq!(login(&api, &who.phone, PASSWORD).await.status, 200);
}

/// Six to thirty characters, whatever they are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn which_passwords_are_taken() {
    let api = Api::start().await;
    api.verified(PHONE).await;
    api.form(CHANGE, &[("phone_number", PHONE)]).await.fails(400, INVALID);
    api.form(CHANGE, &[("password", PASSWORD)]).await.fails(400, INVALID);
    change_password(&api, "1517235442", PASSWORD).await.fails(400, INVALID);
    for wrong in ["", "12345", "亮亮亮亮亮", &"x".repeat(31), &"亮".repeat(31)] {
        change_password(&api, PHONE, wrong).await.fails(400, INVALID);
    }
    // A bad form does not use the proof up.
    let (short, long) = ("a b\"c?", "亮".repeat(30));
    change_password(&api, PHONE, short).await.is(200, CHANGED);
    assert_eq!(login(&api, PHONE, short).await.status, 200);
    request_change(&api, PHONE).await;
    api.validated(PHONE, "change_password").await;
    change_password(&api, PHONE, &long).await.is(200, CHANGED);
    assert_eq!(login(&api, PHONE, &long).await.status, 200);
    login(&api, PHONE, &"亮".repeat(29)).await.fails(400, MISMATCH);
}

/// The password itself is nowhere, and two equal ones look different.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_passwords_are_stored() {
    let api = Api::start().await;
    api.person(PHONE, "Tony", "male").await;
    api.person("15172354424", "Ann", "female").await;
    let rows = api.rows("UsersTable").await;
    assert!(!format!("{rows:?}").contains(PASSWORD));
    let hashes: Vec<_> =
        rows.iter().filter(|row| super::text(row, "sk") == "CREDENTIAL").map(|row| super::text(row, "hash")).collect();
    assert_eq!(hashes.len(), 2);
    assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=")), "{hashes:?}");
    assert_ne!(hashes[0], hashes[1]);
    let memory = |hash: &str| hash.split("m=").nth(1).unwrap().split(',').next().unwrap().parse::<u32>().unwrap();
    assert!(memory(hashes[0]) >= 19_456, "{}", hashes[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_common_password_is_refused_where_the_deployment_says_so() {
    let api = Api::with(Options::ephemeral().config(|config| *config.refuse_common_passwords = true)).await;
    api.verified(PHONE).await;
    for common in ["123456", "Qwertyuiop"] {
        change_password(&api, PHONE, common).await.fails(400, INVALID);
    }
    // The proof is still good, for a password that was typed in another form as well.
    change_password(&api, PHONE, "nai\u{308}vete\u{301}").await.is(200, CHANGED);
    assert_eq!(login(&api, PHONE, "na\u{ef}vet\u{e9}").await.status, 200);
}
