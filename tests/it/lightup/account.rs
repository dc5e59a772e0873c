//! Accounts: registering, proving a number, signing in, passwords, sessions, limits and the end
//! (`docs/dialects/lightup.md`).

mod erasing;
mod flows;
mod limits;
mod login;
mod passwords;
mod proof;
mod register;
mod session;
mod takeover;
mod validate;

use crate::world::{Answer, Api, Person};
use std::collections::HashMap;

const PHONE: &str = "15172354423";
const PASSWORD: &str = "secret12";

const REGISTER: &str = "/v1/account/register";
const VALIDATE: &str = "/v1/account/validate_sms";
const LOGIN: &str = "/v1/account/login";
const REQUEST: &str = "/v1/account/change_password_request";
const CHANGE: &str = "/v1/account/change_password";
const DELETE: &str = "/v1/account/delete_user";

const INVALID: &str = "invalid request";
const SIGNED_OUT: &str = "You haven't logined";
const UNPROVEN: &str = "you haven't prove yourself";
const WRONG_CODE: &str = "validate code not right";
const MISMATCH: &str = "phone_number and password don't match";
const NO_USER: &str = "no such user";
const TOO_MANY: &str = "too many requests";

const CODE_SENT: &str = r#"{"status":"new a user, sms sent successfully","data":{}}"#;
const RESET_SENT: &str = r#"{"status":"sms sent successfully","data":{}}"#;
const CHANGED: &str = r#"{"status":"change password successfully","data":{}}"#;

async fn register(api: &Api, phone: &str) -> Answer {
    api.form(REGISTER, &[("phone_number", phone)]).await
}

async fn request_change(api: &Api, phone: &str) -> Answer {
    api.form(REQUEST, &[("phone_number", phone)]).await
}

async fn validate(api: &Api, phone: &str, code: &str, kind: &str) -> Answer {
    api.form(VALIDATE, &[("phone_number", phone), ("validate_code", code), ("validate_type", kind)]).await
}

async fn change_password(api: &Api, phone: &str, password: &str) -> Answer {
    api.form(CHANGE, &[("phone_number", phone), ("password", password)]).await
}

async fn login(api: &Api, phone: &str, password: &str) -> Answer {
    api.form(LOGIN, &[("phone_number", phone), ("login_type", "password"), ("password", password)]).await
}

async fn login_by_token(api: &Api, phone: &str, token: &str) -> Answer {
    api.form(LOGIN, &[("phone_number", phone), ("login_type", "access_token"), ("access_token", token)]).await
}

async fn refresh(api: &Api, who: &Person) -> Answer {
    api.signed(who, "account/refresh_access_token", &[]).await
}

/// Whether a session is live.
async fn signed_in(api: &Api, who: &Person) -> bool {
    let answer = api.signed(who, "procedure/get_message", &[]).await;
    if answer.status != 200 {
        answer.fails(401, SIGNED_OUT);
    }
    answer.status == 200
}

/// The person with another token.
fn with_token(who: &Person, data: &serde_json::Value) -> Person {
    Person { token: data["access_token"].as_str().unwrap().to_owned(), ..who.clone() }
}

/// A code that is not this one.
fn other_than(code: &str) -> &'static str {
    if code == "123456" { "654321" } else { "123456" }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// An attribute as text.
fn text<'a>(row: &'a HashMap<String, aws_sdk_dynamodb::types::AttributeValue>, name: &str) -> &'a str {
    row.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
