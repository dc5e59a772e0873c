//! Registering and signing in (`docs/dialects/chat.md#register`, `docs/dialects/chat.md#log-in`).

use crate::{
    chat_people::client::{PASSWORD, own_user, without_times},
    world::Api,
};
use local::Options;
use reqwest::Method;
use serde_json::{Value, json};

const PHONE: &str = "13800000001";

/// The fields of both operations, each wrong in one way or right, with the status that is told.
const REFUSED: [(&str, &str, u16); 9] = [
    (r#""""#, r#""""#, 6_000),
    (PHONE, "null", 6_000),
    ("\"x\"", r#""      ""#, 6_000),
    ("\"x\"", r#""abc""#, 8_003),
    (r#""""#, r#""abc123""#, 6_003),
    ("null", r#""abc123""#, 6_003),
    (r#""138""#, r#""abc123""#, 8_001),
    (r#""12345678901""#, r#""abc123""#, 8_000),
    (r#""138000000011""#, r#""abc123""#, 8_000),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_first_field_that_is_wrong_is_told() {
    let api = Api::start().await;
    for (phone, password, status) in REFUSED {
        let body: Value = serde_json::from_str(&format!(r#"{{"phone":{phone},"password":{password}}}"#)).unwrap();
        api.stranger_posts("/register/", body.clone()).await.no_account(status);
        api.stranger_posts("/login/", body).await.no_account(status);
    }
    let register = async |phone: &str, password: &str| {
        api.stranger_posts("/register/", json!({"phone": phone, "password": password})).await
    };
    // What only a password that is set may not be.
    register(PHONE, "abc1234567890abcd").await.no_account(8_003);
    register("", "abc\t123").await.no_account(8_002);
    register("", "abc 123").await.no_account(8_002);
    register(PHONE, "abc\u{0}123").await.no_account(8_002);
    // Longer and shorter numbers than there are, and those that no mobile has.
    for (phone, status) in
        [("12345", 8_001), ("12345678901234567", 8_001), ("12000000001", 8_000), ("+8613800000", 8_000)]
    {
        register(phone, PASSWORD).await.no_account(status);
    }
    assert!(api.rows("UsersTable").await.iter().all(|row| !row["pk"].as_s().unwrap().starts_with("CHATPHONE#")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_has_an_account_and_a_session() {
    let api = Api::start().await;
    let said = api.stranger_posts("/register/", json!({"phone": PHONE, "password": PASSWORD})).await;
    let account = said.ok();
    let id = account["user"]["id"].as_str().unwrap().to_owned();
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let expected = json!({"user": own_user(&id, PHONE), "account": PHONE, "isBind": false});
    assert_eq!(without_times(account), expected);
    let member = Api::member_of(PHONE, &said);
    assert!(member.token.len() == 64 && member.token.starts_with(&id), "{}", member.token);
    let cookie = said.0.headers["set-cookie"].clone();
    let mut parts: Vec<&str> = cookie.split("; ").skip(1).collect();
    parts.retain(|part| !part.starts_with("Expires="));
    parts.sort_unstable();
    assert_eq!(parts, ["HttpOnly", "Max-Age=1209600", "Path=/", "SameSite=Lax"]);
    // The document is raw UTF-8 in the order of the document.
    assert!(said.0.text.starts_with(r#"{"status":1,"result":{"user":{"id":""#), "{}", said.0.text);
    // Again it is taken, whoever asks; with a number as a number it is the same number.
    let again = json!({"phone": 13_800_000_001_u64, "password": "another1"});
    api.stranger_posts("/register/", again).await.no_account(7_001);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_tls_alone_where_the_deployment_says_so() {
    let api = Api::with(Options::ephemeral().config(|config| config.chat.cookie_secure = true)).await;
    let said = api.stranger_posts("/register/", json!({"phone": PHONE, "password": PASSWORD})).await;
    assert!(said.0.headers["set-cookie"].contains("; Secure"), "{:?}", said.0.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_keeps_the_sessions_before() {
    let api = Api::start().await;
    let first = api.new_member(PHONE).await;
    let said = api.stranger_posts("/login/", json!({"phone": 13_800_000_001_u64, "password": PASSWORD})).await;
    let expected = json!({"user": own_user(&first.id, PHONE), "account": PHONE, "isBind": false});
    assert_eq!(without_times(said.ok()), expected);
    let second = Api::member_of(PHONE, &said);
    assert_ne!(first.token, second.token);
    for session in [&first, &second] {
        api.member_gets(session, "/user_contacts/").await.is_empty();
    }
    api.stranger_posts("/login/", json!({"phone": PHONE, "password": "wrong-one"})).await.no_account(10_000);
    api.stranger_posts("/login/", json!({"phone": "13800000002", "password": PASSWORD})).await.no_account(6_004);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_client_sends_a_name_with_it() {
    let api = Api::start().await;
    let register = async |phone: &str, more: Value| {
        let mut body = json!({"phone": phone, "password": PASSWORD});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.stranger_posts("/register/", body).await
    };
    register(PHONE, json!({"username": " "})).await.no_account(6_001);
    register(PHONE, json!({"username": "sixteen_letters_"})).await.no_account(8_004);
    register(PHONE, json!({"username": "a b"})).await.no_account(9_000);
    register(PHONE, json!({"username": "ann", "avatar": ""})).await.no_account(6_002);
    let said = register(PHONE, json!({"username": "Ann", "avatar": "media/avatars/android/mine.jpg"})).await.ok();
    assert_eq!(
        (&said["user"]["username"], &said["user"]["avatar"]),
        (&json!("Ann"), &json!("media/avatars/default.jpg"))
    );
    register("13800000002", json!({"username": "aNN"})).await.no_account(7_000);
    // The number is told first.
    register(PHONE, json!({"username": "aNN"})).await.no_account(7_001);
    // The number of who was refused is still free, and so is a name that nobody got.
    register("13800000002", json!({"username": null, "avatar": null})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn common_passwords_are_refused_where_the_deployment_says_so() {
    let api = Api::with(Options::ephemeral().config(|config| *config.refuse_common_passwords = true)).await;
    api.stranger_posts("/register/", json!({"phone": PHONE, "password": "abc123"})).await.no_account(8_002);
    api.stranger_posts("/register/", json!({"phone": PHONE, "password": "quiet-otter"})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_can_take_longer_passwords() {
    let api = Api::with(Options::ephemeral().config(|config| config.chat.password_max = 20)).await;
    api.stranger_posts("/register/", json!({"phone": PHONE, "password": "a".repeat(21)})).await.no_account(8_003);
    api.stranger_posts("/register/", json!({"phone": PHONE, "password": "a".repeat(20)})).await.ok();
    api.stranger_posts("/login/", json!({"phone": PHONE, "password": "a".repeat(20)})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_can_allow_one_session_alone() {
    let api = Api::with(Options::ephemeral().config(|config| config.chat.strict_single_login = true)).await;
    let login = async || api.stranger_posts("/login/", json!({"phone": PHONE, "password": PASSWORD})).await;
    let first = api.new_member(PHONE).await;
    login().await.no_account(11_000);
    // A wrong password is told before.
    api.stranger_posts("/login/", json!({"phone": PHONE, "password": "wrong-one"})).await.no_account(10_000);
    api.member_gets(&first, "/out/").await.is(&json!("ok"));
    let second = Api::member_of(PHONE, &login().await);
    // Signing a session out that is not the one lets nobody in.
    api.member_gets(&first, "/out/").await.is(&json!("ok"));
    login().await.no_account(11_000);
    // One that has expired holds nobody up.
    api.advance(1_209_600);
    let third = Api::member_of(PHONE, &login().await);
    api.member_gets(&second, "/user_contacts/").await.fails(11_001, &json!([]));
    api.member_gets(&third, "/user_contacts/").await.is_empty();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_of_many_sign_ins_gets_the_one_session() {
    let api = Api::with(Options::ephemeral().config(|config| config.chat.strict_single_login = true)).await;
    let first = api.new_member(PHONE).await;
    api.member_gets(&first, "/out/").await.ok();
    let login = || api.stranger_posts("/login/", json!({"phone": PHONE, "password": PASSWORD}));
    let said = futures_util::future::join_all((0..6).map(|_| login())).await;
    let statuses: Vec<Value> = said.iter().map(|said| said.body().0).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 1).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 11_000).count(), 5, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_can_have_the_status_of_the_newest_app() {
    let api = Api::with(Options::ephemeral().config(|config| config.chat.empty_search_status = 6_005)).await;
    let ann = api.new_member(PHONE).await;
    let (status, result, message) = api.member_gets(&ann, "/user_contacts/").await.body();
    assert_eq!((status, result, message), (json!(6_005), json!([]), json!("ok")));
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_that_find_nothing_need_a_session_all_the_same() {
    let api = Api::start().await;
    let ann = api.new_member(PHONE).await;
    for path in ["/time_search/", "/task_search/", "/topic_search/", "/notice_search"] {
        api.member_gets(&ann, path).await.is_empty();
        api.chat_request("", Method::GET, path, &Value::Null).await.fails(11_001, &json!([]));
    }
}
