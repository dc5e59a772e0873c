//! Registering, with a token and with a code alone (`docs/dialects/sealtalk.md#register`,
//! `docs/dialects/sealtalk.md#verify_code_register`).

use super::client::Style;
use crate::world::Api;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

const PHONE: &str = "13900000001";
const TAKEN: &str = "Phone number has already existed.";
const UNKNOWN: &str = "Unknown verification_token.";

fn form(nickname: &str, password: &str, token: &str) -> Value {
    json!({"nickname": nickname, "password": password, "verification_token": token})
}

/// A token of the right form that nobody has.
const NO_TOKEN: &str = "0c6a5f1e-6d43-4c8e-9d7f-0a3c1b2d4e5f";

/// Proving a number and registering, in each style of cookie.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_registers_and_is_signed_in() {
    let api = Api::start().await;
    let regions = api.get("/user/regionlist").await.result();
    assert!(regions.as_array().unwrap().len() >= 200);
    for (phone, style) in ["13900000011", "13900000012", "13900000013"].iter().zip(Style::ALL) {
        let number = json!({"region": "86", "phone": phone});
        let free = api.anyone("/user/check_phone_available", number.clone()).await;
        free.is(200, r#"{"code":200,"result":true}"#);
        let code = api.sent(phone).await;
        let again = api.anyone("/user/send_code_yp", number.clone()).await;
        again.declined(5_000, "Throttle limit exceeded.");
        let wrong = json!({"region": "86", "phone": phone, "code": "1234"});
        api.anyone("/user/verify_code_yp", wrong).await.declined(1_000, "Invalid verification code.");
        let right = json!({"region": "86", "phone": phone, "code": code});
        let token = api.anyone("/user/verify_code_yp", right).await.result();
        // A name of their own: one that is taken in Light Up costs a round more.
        let body = form(&format!("Ann {phone}"), "secret12", token["verification_token"].as_str().unwrap());
        let registered = api.anyone("/user/register", body.clone()).await;
        let id = registered.result()["id"].as_str().unwrap().to_owned();
        assert_eq!(registered.text, format!(r#"{{"code":200,"result":{{"id":"{id}"}}}}"#));
        assert!(id.len() == 24 && registered.rounds() <= 3, "{}", registered.rounds());
        assert_eq!(registered.headers["cache-control"], "private");
        let set_cookie = &registered.headers["set-cookie"];
        assert!(set_cookie.starts_with("rong_auth_cookie=") && set_cookie.contains("; Expires="), "{set_cookie}");
        let cookie = style.cookie(set_cookie);
        let friend = super::client::Friend { phone: (*phone).to_owned(), id, cookie };
        assert_eq!(api.asks(&friend, "/user/get_token").await.result()["id"], friend.id.as_str());
        let second = api.anyone("/user/register", body).await;
        second.rejected(400, TAKEN);
        assert!(!second.headers.contains_key("set-cookie"));
        api.anyone("/user/check_phone_available", number).await.is(200, r#"{"code":200,"result":false}"#);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_told_in_the_documented_order() {
    let api = Api::start().await;
    let long = "x".repeat(33);
    let refused = async |body: Value, text: &str| api.anyone("/user/register", body).await.rejected(400, text);
    refused(form(&long, "a b", "x"), "Password must have no space.").await;
    refused(form(&long, " secret12", "x"), "Password must have no space.").await;
    refused(form(&long, "short", "x"), "Length of nickname invalid.").await;
    refused(form("Ann", "short", "x"), "Length of password invalid.").await;
    refused(form("Ann", &"x".repeat(21), "x"), "Length of password invalid.").await;
    refused(form("Ann", "secret12", "x"), "Invalid verification_token.").await;
    refused(json!({"nickname": "Ann", "password": "secret12"}), "Invalid verification_token.").await;
    refused(form("Ann", "secret12", &NO_TOKEN.replace('-', "")), "Invalid verification_token.").await;
    refused(form("", "secret12", "x"), "Empty nickname.").await;
    refused(form("Ann", "", "x"), "Empty password.").await;
    refused(json!({"password": "secret12"}), "Empty nickname.").await;
    refused(json!({"nickname": ["Ann"], "password": "secret12"}), "Invalid nickname.").await;
    api.anyone("/user/register", form("Ann", "secret12", NO_TOKEN)).await.rejected(404, UNKNOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_are_counted_in_characters() {
    let api = Api::start().await;
    for (i, (nickname, password)) in
        [("名".repeat(32), "秘".repeat(20)), ("😀".into(), "secret".into())].into_iter().enumerate()
    {
        let phone = format!("1390000002{i}");
        let token = api.proven(&phone).await;
        api.anyone("/user/register", form(&nickname, &password, &token)).await.result();
        let login = json!({"region": "86", "phone": phone, "password": password});
        api.anyone("/user/login", login).await.result();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_half_an_hour_in_either_case_of_letters() {
    let api = Api::start().await;
    // Another number for each try: one gets no two codes within a minute.
    let tries = AtomicU32::new(100);
    let proven = async || api.proven(&format!("13900000{}", tries.fetch_add(1, Ordering::Relaxed))).await;
    let register = async |token: String| api.anyone("/user/register", form("Ann", "secret12", &token)).await;
    let late = async |token: String| register(token.to_uppercase()).await;
    api.aged(1_800, proven, late).await.rejected(404, UNKNOWN);
    api.aged(1_799, proven, late).await.result();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_registrations_at_once_one_wins() {
    let api = Api::start().await;
    let first = api.proven(PHONE).await;
    api.advance(60);
    let second = api.proven(PHONE).await;
    let register = |i: usize| {
        let body = form(&format!("Ann {i}"), "secret12", if i.is_multiple_of(2) { &first } else { &second });
        api.anyone("/user/register", body)
    };
    let all = futures_util::future::join_all((0..6).map(register)).await;
    let (won, lost): (Vec<_>, Vec<_>) = all.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{all:?}");
    for answer in lost {
        answer.rejected(400, TAKEN);
    }
    let rows = api.rows("UsersTable").await;
    let of_kind = |sk: &str| rows.iter().filter(|row| row["sk"].as_s().unwrap().starts_with(sk)).count();
    assert_eq!((of_kind("PROFILE"), of_kind("CREDENTIAL"), of_kind("SESSION#")), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_is_male_and_claims_the_nickname() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.friend("13900000002", "Ann").await;
    let rows = api.rows("UsersTable").await;
    let claims = rows.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("NICKNAME#"));
    let claims: Vec<_> = claims.map(|row| row["uid"].as_s().unwrap().as_str()).collect();
    assert_eq!(claims, [ann.id.as_str()], "the first one's");
    let profile =
        rows.iter().find(|row| row["pk"].as_s().unwrap().ends_with(&ann.id) && row["sk"].as_s().unwrap() == "PROFILE");
    let profile = profile.unwrap();
    // Nothing is stored until they choose.
    assert!(!profile.contains_key("gender"));
    assert_eq!(api.asks(&ann, &format!("/user/{}", ann.id)).await.result()["gender"], "male");
    assert_eq!(profile["dialects"].as_ss().unwrap(), &["sealtalk"]);
    assert!(!profile.contains_key("sex") && !profile.contains_key("portrait"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_alone_registers_and_signs_in() {
    let api = Api::start().await;
    let enter = async || {
        let body = json!({"region": "86", "phone": PHONE, "code": api.sent(PHONE).await});
        api.advance(60);
        (api.anyone("/user/verify_code_register", body.clone()).await, body)
    };
    let (first, used) = enter().await;
    let result = first.result();
    assert_eq!(result["nickName"], "user0001");
    assert_eq!(result.as_object().unwrap().len(), 3);
    assert!(first.headers["set-cookie"].starts_with("rong_auth_cookie="));
    assert!(first.rounds() <= 3, "{}", first.rounds());
    let cookie = Style::Android.cookie(&first.headers["set-cookie"]);
    let friend = super::client::Friend { phone: PHONE.into(), id: result["id"].as_str().unwrap().into(), cookie };
    assert_eq!(api.asks(&friend, "/user/get_token").await.result()["userId"], friend.id.as_str());
    api.anyone("/user/verify_code_register", used).await.declined(2_000, "Verification code expired.");
    let number = json!({"region": "86", "phone": PHONE});
    api.anyone("/user/check_phone_available", number).await.is(200, r#"{"code":200,"result":false}"#);
    // There is no password yet: any is as wrong as for an unknown number.
    let login = json!({"region": "86", "phone": PHONE, "password": "secret12"});
    api.anyone("/user/login", login.clone()).await.declined(1_000, "Invalid phone or password.");
    let (second, _) = enter().await;
    assert_eq!(second.result()["id"], result["id"]);
    // Both sessions live.
    assert_eq!(api.asks(&friend, "/user/get_token").await.status, 200);
    // A password can be had by the usual way.
    api.advance(3_600);
    let body = json!({"password": "secret12", "verification_token": api.proven(PHONE).await});
    api.anyone("/user/reset_password", body).await.ok();
    assert_eq!(api.anyone("/user/login", login).await.result()["id"], result["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_enters_once_and_wrong_ones_are_limited() {
    let api = Api::start().await;
    let ann = api.friend(PHONE, "Ann").await;
    api.advance(60);
    let code = api.sent(PHONE).await;
    let body = |code: &str| json!({"region": "86", "phone": PHONE, "code": code});
    let enter = |code: &str| api.anyone("/user/verify_code_register", body(code));
    enter("1234").await.declined(1_000, "Invalid verification code.");
    let entered = futures_util::future::join_all((0..4).map(|_| enter(&code))).await;
    let won: Vec<_> = entered.iter().filter(|answer| answer.json()["code"] == 200).collect();
    assert_eq!(won.len(), 1, "{entered:?}");
    assert_eq!((&won[0].result()["id"], &won[0].result()["nickName"]), (&json!(ann.id), &json!("Ann")));
    // Limited like signing in: ten in a quarter of an hour from one address.
    api.next_window(3_600);
    for _ in 0..10 {
        enter("1234").await.declined(2_000, "Verification code expired.");
    }
    let code = api.sent(PHONE).await;
    enter(&code).await.declined(1_000, "Invalid verification code.");
    api.anyone_at(PHONE, "/user/verify_code_register", body(&code)).await.result();
}
