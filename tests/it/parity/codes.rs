//! Codes of one number in several APIs.

use super::PHONE;
use crate::world::Api;
use local::{Fault, Options};
use serde_json::json;
use shared::config::CodeText;

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
