//! The call flows of accounts, with the fields that the clients send (`docs/dialects/lightup.md#call-flows`).

use super::{CHANGED, INVALID, MISMATCH, PHONE, REGISTER, SIGNED_OUT, VALIDATE, refresh, with_token};
use crate::world::{Api, Person};
use serde_json::json;

/// What the client sends for a form that nobody has touched, and for one that is filled in.
const UNTOUCHED: &str = concat!(
    r#"{"nickname":"nickname","sex":"both","love_sex":"both","#,
    r#""portrait":"http://ss.bdimg.com/static/superman/img/logo/bd_logo1_31bdc765.png"}"#
);
const FILLED_IN: &str = concat!(
    r#"{"nickname":"Tony","birthday":"694195200","location":"湖北 武汉","sex":"male","love_sex":"female","#,
    r#""portrait":"http://ss.bdimg.com/static/superman/img/logo/bd_logo1_31bdc765.png"}"#
);
const INFO_CHANGED: &str = r#"{"status":"change personal_info successfully"}"#;

/// Register, validate, password: what the client does before the profile, with the waiting in between.
async fn sign_up(api: &Api, phone: &str) -> Person {
    let sent = api.form(REGISTER, &[("phone_number", phone)]).await;
    assert!((200..300).contains(&sent.status));
    api.advance(60);
    let code = api.code(phone).await;
    let fields = [("phone_number", phone), ("validate_code", &*code), ("validate_type", "register")];
    let data = api.form(VALIDATE, &fields).await.data();
    let who = Person { phone: phone.into(), id: data["user_id"].as_str().unwrap().into(), token: String::new() };
    let who = with_token(&who, &data);
    api.advance(400);
    super::change_password(api, phone, "secret12").await.is(200, CHANGED);
    who
}

/// 7.1, everything with the token of the second step, within 900 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_up() {
    let api = Api::start().await;
    let tony = sign_up(&api, PHONE).await;
    api.advance(400);
    api.signed(&tony, "account/change_personal_info", &[("personal_info", FILLED_IN)]).await.is(200, INFO_CHANGED);
    let own = api.signed(&tony, "account/get_user_info", &[("target_id", &tony.id)]).await.data();
    assert_eq!(
        json!([own["nickname"], own["birthday"], own["location"], own["sex"], own["love_sex"], own["portrait"]]),
        json!(["Tony", "694195200", "湖北 武汉", "male", "female", ""])
    );

    let first = sign_up(&api, "15172354424").await;
    api.signed(&first, "account/change_personal_info", &[("personal_info", UNTOUCHED)]).await.is(200, INFO_CHANGED);
    let own = api.signed(&first, "account/get_user_info", &[("target_id", &first.id)]).await.data();
    assert_eq!(
        json!([own["nickname"], own["sex"], own["love_sex"], own["portrait"]]),
        json!(["nickname", "", "both", ""])
    );
    let second = sign_up(&api, "15172354425").await;
    let duplicate = api.signed(&second, "account/change_personal_info", &[("personal_info", UNTOUCHED)]).await;
    duplicate.fails(409, "This nickname has already been used");
    // The client has stored nothing and now sends nothing.
    api.form("/v1/account/refresh_access_token", &[]).await.fails(400, INVALID);
}

/// 7.2 and 7.3.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_password_and_a_login() {
    let api = Api::start().await;
    let tony = api.person(PHONE, "Tony", "male").await;
    super::request_change(&api, PHONE).await.is(200, super::RESET_SENT);
    api.validated(PHONE, "change_password").await;
    super::change_password(&api, PHONE, "remembered").await.is(200, CHANGED);
    super::login(&api, PHONE, "secret12").await.fails(400, MISMATCH);
    let data = super::login(&api, PHONE, "remembered").await.data();
    assert_eq!((&data["_id"], &data["nickname"]), (&json!(tony.id), &json!("Tony")));
    assert!(data.as_object().unwrap().values().all(serde_json::Value::is_string));
}

/// 7.4 and 7.5: a fresh token before each call, handed on to the page.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_before_every_call() {
    let api = Api::start().await;
    let mut tony = api.person(PHONE, "Tony", "male").await;
    for _ in 0..3 {
        api.advance(86_400);
        tony = with_token(&tony, &refresh(&api, &tony).await.data());
        let own = api.signed(&tony, "account/get_user_info", &[("target_id", &tony.id)]).await.data();
        assert_eq!(own["access_token"], tony.token);
    }
    api.advance(1_296_100);
    refresh(&api, &tony).await.fails(401, SIGNED_OUT);
}
