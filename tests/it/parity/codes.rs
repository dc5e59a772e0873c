//! Codes of one number in several APIs.

use super::PHONE;
use crate::world::Api;
use local::{Fault, Options};
use serde_json::json;
use shared::config::CodeText;
use std::time::Duration;

async fn light_up(api: &Api, name: &str, more: &[(&str, &str)]) -> crate::world::Answer {
    let fields: Vec<_> = [("phone_number", PHONE)].into_iter().chain(more.iter().copied()).collect();
    api.form(&format!("/v1/account/{name}"), &fields).await
}

fn sealtalk_code(code: &str) -> serde_json::Value {
    json!({"region": "86", "phone": PHONE, "code": code})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_counts_in_the_api_that_sent_it() {
    let api = Api::start().await;
    assert_eq!(light_up(&api, "register", &[]).await.status, 200);
    let one = api.code(PHONE).await;
    // The other API has sent none.
    api.anyone("/user/verify_code", sealtalk_code(&one)).await.rejected(404, "Unknown phone number.");
    api.anyone("/user/send_code", json!({"region": "86", "phone": PHONE})).await.ok();
    let other = api.code(PHONE).await;
    if one != other {
        api.anyone("/user/verify_code", sealtalk_code(&one)).await.declined(1_000, "Invalid verification code.");
        let wrong = [("validate_code", other.as_str()), ("validate_type", "register")];
        light_up(&api, "validate_sms", &wrong).await.fails(400, "validate code not right");
    }
    // Neither took the place of the other.
    api.anyone("/user/verify_code", sealtalk_code(&other)).await.result();
    let right = [("validate_code", one.as_str()), ("validate_type", "register")];
    assert_eq!(light_up(&api, "validate_sms", &right).await.status, 200);
}

const WRONG: &str = "validate code not right";

/// Somebody with an account that was made in SealTalk with a number that was proven before.
async fn register(api: &Api, token: &str) {
    let body = json!({"nickname": "Ann", "password": "secret12", "verification_token": token});
    api.anyone("/user/register", body).await.result();
}

/// A code to register with Light Up is not right any more once the number is taken, wherever and however.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_to_register_dies_with_the_number_being_taken() {
    for case in 0..5 {
        let api = Api::start().await;
        let proven = if case % 2 == 1 { Some(api.verified(PHONE).await) } else { None };
        assert_eq!(light_up(&api, "register", &[]).await.status, 200);
        let code = api.code(PHONE).await;
        match case {
            0 | 1 => register(&api, &api.proven(PHONE).await).await,
            2 | 3 => {
                let body = sealtalk_code(&api.sent(PHONE).await);
                api.anyone("/user/verify_code_register", body).await.result();
            }
            _ => {
                // In Light Up itself, where the newer of two codes counts.
                api.validated(PHONE, "register").await;
                assert_eq!(light_up(&api, "register", &[]).await.status, 200);
                assert_eq!(light_up(&api, "change_password", &[("password", "secret12")]).await.status, 200);
            }
        }
        let code = if case == 4 { api.code(PHONE).await } else { code };
        let right = [("validate_code", code.as_str()), ("validate_type", "register")];
        for _ in 0..2 {
            light_up(&api, "validate_sms", &right).await.fails(400, WRONG);
        }
        let set = light_up(&api, "change_password", &[("password", "secret13")]).await;
        set.fails(401, "you haven't prove yourself");
        if let Some(proven) = proven {
            // The session that was there is what it was: over if a password was set.
            let own = [("target_id", &*proven.id)];
            let seen = api.signed(&proven, "account/get_user_info", &own).await.status;
            assert_eq!(seen, if case == 1 { 401 } else { 200 }, "{case}");
        }
    }
}

/// Signing in by a code in SealTalk takes the number and sets no password: what was proven for a new password stays, from
/// its address alone; a password that is set ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_being_taken_leaves_a_forgotten_password_to_be_set() {
    for (by_password, purpose) in [(false, "change_password"), (true, "change_password"), (false, "register")] {
        let api = Api::start().await;
        let proven = api.verified(PHONE).await;
        assert_eq!(
            light_up(&api, if purpose == "register" { purpose } else { "change_password_request" }, &[]).await.status,
            200
        );
        let proven = crate::world::Person { token: api.validated(PHONE, purpose).await.token, ..proven };
        if by_password {
            register(&api, &api.proven(PHONE).await).await;
        } else {
            let body = sealtalk_code(&api.sent(PHONE).await);
            let elsewhere =
                reqwest::Client::builder().local_address(std::net::IpAddr::from([127, 0, 0, 9])).build().unwrap();
            let request = elsewhere.post(api.url("/user/verify_code_register")).json(&body);
            crate::world::Answer::of(request.send().await.unwrap()).await.result();
        }
        let fields = [("phone_number", PHONE), ("password", "secret13")];
        let change = "/v1/account/change_password";
        api.form_from(9, change, &fields).await.fails(401, "you haven't prove yourself");
        let set = api.form(change, &fields).await;
        if by_password || purpose == "register" {
            set.fails(401, "you haven't prove yourself");
        } else {
            assert_eq!(set.status, 200, "{set:?}");
            let own = [("target_id", &*proven.id)];
            assert_eq!(api.signed(&proven, "account/get_user_info", &own).await.status, 200);
            api.form(change, &fields).await.fails(401, "you haven't prove yourself");
        }
    }
}

/// The number is taken while the code is being redeemed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_to_register_meets_the_number_being_taken() {
    for known in [false, true] {
        let api = Api::start().await;
        let token = api.proven(PHONE).await;
        if known {
            api.verified(PHONE).await;
        }
        assert_eq!(light_up(&api, "register", &[]).await.status, 200);
        let code = api.code(PHONE).await;
        let right = [("validate_code", code.as_str()), ("validate_type", "register")];
        api.world.faults.strike("TransactWriteItems", 1, &Fault::Delayed(Duration::from_millis(1_500)));
        let taken = async {
            while api.world.faults.left("TransactWriteItems") > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            register(&api, &token).await;
        };
        let (redeemed, ()) = tokio::join!(light_up(&api, "validate_sms", &right), taken);
        redeemed.fails(400, WRONG);
        let set = light_up(&api, "change_password", &[("password", "secret13")]).await;
        set.fails(401, "you haven't prove yourself");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_api_has_the_text_of_its_deployment() {
    let options = Options::ephemeral().config(|config| {
        config.lightup.code_text = CodeText::new("{code} opens the first").unwrap();
        config.sealtalk.code_text = CodeText::new("The second: {code}.").unwrap();
    });
    let api = Api::with(options).await;
    assert_eq!(light_up(&api, "register", &[]).await.status, 200);
    let first = api.sms(PHONE).await.remove(0);
    assert_eq!(first, format!("{} opens the first", &first[..6]));
    assert!(first[..6].bytes().all(|byte| byte.is_ascii_digit()), "{first}");
    api.anyone("/user/send_code", json!({"region": "86", "phone": PHONE})).await.ok();
    let second = api.sms(PHONE).await.remove(1);
    assert_eq!(second, format!("The second: {}.", &second[12..18]));
    for bad in ["", "no place", "{code} and {code}"] {
        assert!(CodeText::new(bad).is_none(), "{bad}");
    }
}

/// A message that was not sent is none of the number's five in ten minutes, in any API.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_was_not_sent_is_not_counted_for_the_number() {
    let api = Api::start().await;
    api.until(13, 0, 0);
    for _ in 0..6 {
        api.world.faults.strike("Publish", 1, &Fault::Refused { status: 400, code: "InvalidParameter" });
        light_up(&api, "register", &[]).await.fails(500, "server error");
    }
    for _ in 0..5 {
        assert_eq!(light_up(&api, "register", &[]).await.status, 200);
    }
    light_up(&api, "register", &[]).await.fails(429, "too many requests");
}
