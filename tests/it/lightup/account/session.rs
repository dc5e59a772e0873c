//! `refresh_access_token` and the life of a token (`docs/dialects/lightup.md#sessions`,
//! `docs/dialects/lightup.md#refresh_access_token`).

use super::{INVALID, PASSWORD, PHONE, SIGNED_OUT, change_password, is_hex, login, refresh, signed_in, with_token};
use crate::world::{Answer, Api, NOBODY, Person};

const REFRESH: &str = "/v1/account/refresh_access_token";

async fn messages(api: &Api, who: &Person) -> Answer {
    api.signed(who, "procedure/get_message", &[]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_token_for_the_old_one() {
    let api = Api::start().await;
    // Without a password and a profile too (`docs/dialects/lightup.md#sessions`).
    let who = api.verified(PHONE).await;
    let answer = refresh(&api, &who).await;
    let new = with_token(&who, &answer.data());
    answer.is(200, &format!(r#"{{"data":{{"access_token":"{}"}}}}"#, new.token));
    assert!(is_hex(&new.token, 32) && new.token != who.token);
    // The old one is dead at once, for everything.
    assert!(!signed_in(&api, &who).await);
    refresh(&api, &who).await.fails(401, SIGNED_OUT);
    assert!(signed_in(&api, &new).await);
    // Ids are compared in lower case.
    let upper = Person { id: new.id.to_uppercase(), ..new.clone() };
    assert!(signed_in(&api, &upper).await);
    let newer = with_token(&who, &refresh(&api, &upper).await.data());
    assert!(!signed_in(&api, &new).await && signed_in(&api, &newer).await);
}

/// Only a hash of it is stored.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_not_stored() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let new = with_token(&who, &refresh(&api, &who).await.data());
    let rows = format!("{:?}", api.rows("UsersTable").await);
    assert!(!rows.contains(&who.token) && !rows.contains(&new.token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_valid_for_fifteen_minutes() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let issue = async || with_token(&who, &login(&api, PHONE, PASSWORD).await.data());
    let read = async |who: Person| messages(&api, &who).await;
    let write = async |who: Person| {
        api.signed(&who, "account/change_personal_info", &[("personal_info", r#"{"location":"x"}"#)]).await
    };
    assert_eq!(api.aged(900, issue, read).await.status, 200);
    api.aged(901, issue, read).await.fails(401, SIGNED_OUT);
    assert_eq!(api.aged(900, issue, write).await.status, 200);
    api.aged(901, issue, write).await.fails(401, SIGNED_OUT);
    // Using it does not prolong it.
    let used = async || {
        let who = issue().await;
        api.advance(600);
        assert!(signed_in(&api, &who).await);
        who
    };
    let late = async |who: Person| {
        api.advance(301);
        messages(&api, &who).await
    };
    late(used().await).await.fails(401, SIGNED_OUT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_refreshable_for_fifteen_days() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let issue = async || with_token(&who, &login(&api, PHONE, PASSWORD).await.data());
    let renew = async |who: Person| refresh(&api, &who).await;
    assert_eq!(api.aged(901, issue, renew).await.status, 200);
    let renewed = api.aged(1_296_000, issue, renew).await;
    // Both clocks begin again.
    let mut current = with_token(&who, &renewed.data());
    for _ in 0..3 {
        assert!(signed_in(&api, &current).await);
        api.advance(1_295_990);
        assert!(!signed_in(&api, &current).await);
        current = with_token(&who, &refresh(&api, &current).await.data());
    }
    api.aged(1_296_001, issue, renew).await.fails(401, SIGNED_OUT);
}

/// Every way of signing in starts a token's life and ends the one before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_live_token() {
    let api = Api::start().await;
    let mut current = api.verified(PHONE).await;
    assert_eq!(change_password(&api, PHONE, PASSWORD).await.status, 200);
    for way in ["password", "access_token", "refresh", "validate_sms"] {
        let data = match way {
            "password" => login(&api, PHONE, PASSWORD).await.data(),
            "access_token" => super::login_by_token(&api, PHONE, &current.token).await.data(),
            "refresh" => refresh(&api, &current).await.data(),
            _ => {
                assert_eq!(super::request_change(&api, PHONE).await.status, 200);
                let code = api.code(PHONE).await;
                super::validate(&api, PHONE, &code, "change_password").await.data()
            }
        };
        let new = with_token(&current, &data);
        assert!(signed_in(&api, &new).await, "{way}");
        assert!(!signed_in(&api, &current).await, "{way}");
        current = new;
    }
}

/// The length of a token matters to nobody but who has none (`docs/dialects/lightup.md#field-rules`); an empty body is
/// what a client with nothing stored sends (`docs/dialects/lightup.md#refresh_access_token`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_session() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let (id, token) = (("user_id", who.id.as_str()), ("access_token", who.token.as_str()));
    let forms: &[&[(&str, &str)]] = &[
        &[],
        &[id],
        &[token],
        &[id, ("access_token", "")],
        &[("user_id", ""), token],
        &[("user_id", &who.id[1..]), token],
        &[("user_id", "zzzzzzzzzzzzzzzzzzzzzzzz"), token],
        &[id, id, token],
        &[id, token, token],
    ];
    for form in forms {
        api.form(REFRESH, form).await.fails(400, INVALID);
    }
    let longer = format!("{}0", who.token);
    for wrong in ["0", &who.token[1..], &longer, &who.token.to_uppercase(), &"0".repeat(32), &"x".repeat(10_000)] {
        refresh(&api, &Person { token: wrong.to_owned(), ..who.clone() }).await.fails(401, SIGNED_OUT);
    }
    refresh(&api, &Person { id: NOBODY.into(), ..who.clone() }).await.fails(401, SIGNED_OUT);
    assert!(signed_in(&api, &who).await);
}
