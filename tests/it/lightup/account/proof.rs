//! What allows a password to be set: a fresh proof of the number, bound to the address that made it
//! (`docs/dialects/lightup.md#change_password`).

use super::{
    CHANGE, CHANGED, PASSWORD, PHONE, UNPROVEN, VALIDATE, change_password, login, refresh, request_change, with_token,
};
use crate::world::{Answer, Api};

/// From 127.0.0.`last`, with a token where there is one.
async fn change_from(api: &Api, last: u8, token: Option<&str>) -> Answer {
    let mut fields = vec![("phone_number", PHONE), ("password", PASSWORD)];
    fields.extend(token.map(|token| ("access_token", token)));
    api.form_from(last, CHANGE, &fields).await
}

/// 900 s, and not one second more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_lasts_fifteen_minutes() {
    let api = Api::start().await;
    api.verified(PHONE).await;
    let prove = async || {
        assert_eq!(request_change(&api, PHONE).await.status, 200);
        api.validated(PHONE, "change_password").await
    };
    let change = async |_| change_password(&api, PHONE, PASSWORD).await;
    api.next_window(86_400);
    api.aged(900, prove, change).await.is(200, CHANGED);
    api.next_window(86_400);
    api.aged(901, prove, change).await.fails(401, UNPROVEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_address_needs_the_token() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    change_from(&api, 2, None).await.fails(401, UNPROVEN);
    change_from(&api, 2, Some("0")).await.fails(401, UNPROVEN);
    change_from(&api, 2, Some(&who.token.to_uppercase())).await.fails(401, UNPROVEN);
    change_from(&api, 2, Some(&who.token)).await.is(200, CHANGED);
    assert_eq!(login(&api, PHONE, PASSWORD).await.status, 200);
}

/// A wrong token is refused from the right address too; what is refused neither uses the proof up nor prolongs it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_call_changes_nothing() {
    let api = Api::start().await;
    api.verified(PHONE).await;
    let refused = async || {
        change_from(&api, 1, Some("00000000000000000000000000000000")).await.fails(401, UNPROVEN);
        change_from(&api, 2, None).await.fails(401, UNPROVEN);
    };
    refused().await;
    api.advance(890);
    refused().await;
    let who = api.person("15172354424", "Ann", "female").await;
    change_from(&api, 1, Some(&who.token)).await.fails(401, UNPROVEN);
    change_from(&api, 1, None).await.is(200, CHANGED);

    request_change(&api, PHONE).await;
    api.validated(PHONE, "change_password").await;
    api.advance(890);
    refused().await;
    api.advance(15);
    change_from(&api, 1, None).await.fails(401, UNPROVEN);
}

/// The token that counts is the one that came with the proof, also when it has been refreshed since.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_of_the_proof_counts() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    let refreshed = with_token(&who, &refresh(&api, &who).await.data());
    change_from(&api, 2, Some(&refreshed.token)).await.fails(401, UNPROVEN);
    change_from(&api, 2, Some(&who.token)).await.is(200, CHANGED);
    change_from(&api, 2, Some(&who.token)).await.fails(401, UNPROVEN);
}

/// A newer proof takes the place of the one before: address, token and time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_proof_counts() {
    let api = Api::start().await;
    let first = api.verified(PHONE).await;
    api.advance(890);
    request_change(&api, PHONE).await;
    let code = api.code(PHONE).await;
    let fields = [("phone_number", PHONE), ("validate_code", &*code), ("validate_type", "change_password")];
    let second = with_token(&first, &api.form_from(3, VALIDATE, &fields).await.data());
    api.advance(890);
    change_from(&api, 1, None).await.fails(401, UNPROVEN);
    change_from(&api, 3, Some(&first.token)).await.fails(401, UNPROVEN);
    change_from(&api, 1, Some(&second.token)).await.is(200, CHANGED);
    change_from(&api, 3, None).await.fails(401, UNPROVEN);
}

/// Headers say nothing about an address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_make_no_address() {
    let api = Api::start().await;
    api.verified(PHONE).await;
    let elsewhere = reqwest::Client::builder().local_address(std::net::IpAddr::from([127, 0, 0, 2])).build().unwrap();
    let fields = [("phone_number", PHONE), ("password", PASSWORD)];
    for (name, value) in [
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("cf-connecting-ip", "127.0.0.1"),
    ] {
        let request = elsewhere.post(api.url(CHANGE)).header(name, value).form(&fields);
        Answer::of(request.send().await.unwrap()).await.fails(401, UNPROVEN);
    }
}
