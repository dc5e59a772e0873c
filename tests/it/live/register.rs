//! Codes and new accounts (`docs/dialects/live.md#send-a-code`, `docs/dialects/live.md#check-a-code`,
//! `docs/dialects/live.md#create-an-account`).

use super::client::{PASSWORD, Way};
use crate::world::{Answer, Api};
use serde_json::{Value, json};

const PHONE: &str = "13800000001";
const OTHER: &str = "13800000002";

const DONE: &str = r#"{"result":"0000","message":null}"#;
const WRONG: &str = r#"{"result":"0004","message":null}"#;
const TOO_OFTEN: &str = r#"{"result":"0005","message":null}"#;
const NOT_SENT: &str = r#"{"result":"0002","message":null,"mes":null}"#;

impl Api {
    /// Asks for a code; what stands for it.
    async fn handle(&self, way: Way, phone: &str) -> String {
        let sent = self.live_by(way, "/register", &[("userId", phone)]).await;
        let handle = sent.message().as_str().unwrap().to_owned();
        assert!(handle.len() == 18 && handle.parse::<u64>().is_ok() && !handle.starts_with('0'), "{handle}");
        handle
    }

    /// The newest code that was sent to a number.
    async fn four_digits(&self, phone: &str) -> String {
        let message = self.sms(phone).await.pop().unwrap();
        let code: String = message.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(code.len(), 4, "{message}");
        code
    }

    async fn check(&self, way: Way, handle: &str, code: &str) -> Answer {
        self.live_by(way, "/register", &[("code_v", handle), ("code", code)]).await
    }

    async fn create(&self, way: Way, phone: &str, more: &[(&str, &str)]) -> Answer {
        let fields = [("register", "1"), ("userId", phone), ("password", PASSWORD)];
        self.live_by(way, "/register", &[&fields[..], more].concat()).await
    }

    /// Proves a number, with the ticket of that.
    async fn ticket(&self, phone: &str) -> String {
        let handle = self.handle(Way::Form, phone).await;
        let checked = self.check(Way::Form, &handle, &self.four_digits(phone).await).await;
        checked.json()["ticket"].as_str().unwrap().to_owned()
    }
}

/// A code of four digits that is not this one.
fn another(code: &str) -> &'static str {
    if code == "1234" { "4321" } else { "1234" }
}

#[track_caller]
fn refused(answer: &Answer, text: &str) {
    answer.is(200, &format!(r#"{{"result":"0006","message":"{text}"}}"#));
}

async fn registration_and_login(way: Way) {
    let api = Api::start().await;
    let handle = api.handle(way, PHONE).await;
    let code = api.four_digits(PHONE).await;
    api.check(way, &handle, another(&code)).await.is(200, WRONG);
    for _ in 0..2 {
        let checked = api.check(way, &handle, &code).await;
        checked.message();
        assert_eq!(checked.json()["ticket"].as_str().unwrap().len(), 64);
    }
    api.create(way, PHONE, &[("gender", "1"), ("nickname", "Ann")]).await.is(200, DONE);
    refused(&api.create(way, PHONE, &[]).await, "the phone number is registered");
    api.live_by(way, "/register", &[("userId", PHONE)]).await.is(200, r#"{"result":"0001","message":null}"#);
    let token = api.live_token(PHONE).await;
    let me = api.form("/friend", &[("search", "1"), ("userId", PHONE), ("token", &token)]).await;
    let shown = json!({"userId": PHONE, "nickname": "Ann", "gender": "1", "headImage": null, "liveStatus": "off"});
    assert_eq!((&me.json()["message"], &me.json()["flag"]), (&shown, &json!("-1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_and_login_by_form() {
    registration_and_login(Way::Form).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_and_login_by_query() {
    registration_and_login(Way::Query).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_and_login_by_multipart() {
    registration_and_login(Way::Multipart).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_and_login_by_json() {
    registration_and_login(Way::Json).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_sent_by_get_and_to_what_the_document_calls_token() {
    let api = Api::start().await;
    let sent = api.get(&format!("/register?userId={PHONE}")).await;
    assert_eq!(sent.message().as_str().unwrap().len(), 18);
    let sent = api.form("/register", &[("token", OTHER)]).await;
    assert_eq!(sent.message().as_str().unwrap().len(), 18);
    for fields in [&[][..], &[("userId", "1380000000")], &[("userId", "+8613800000001")], &[("token", "a.1.b")]] {
        api.form("/register", fields).await.is(200, NOT_SENT);
    }
}

/// Five tries, and no more with the right code.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_has_five_tries() {
    for way in Way::ALL {
        five_tries(way).await;
    }
}

async fn five_tries(way: Way) {
    let api = Api::start().await;
    let handle = api.handle(way, PHONE).await;
    let code = api.four_digits(PHONE).await;
    // What is no code is no try.
    for none in ["", "123", "12345", "12a4", "１２３４"] {
        api.check(way, &handle, none).await.is(200, WRONG);
    }
    for _ in 0..4 {
        api.check(way, &handle, another(&code)).await.is(200, WRONG);
    }
    for tried in [another(&code), &code, &code] {
        api.check(way, &handle, tried).await.is(200, TOO_OFTEN);
    }
    api.advance(300);
    api.check(way, &handle, &code).await.is(200, WRONG);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_tries_at_once_five_are_compared() {
    let api = Api::start().await;
    let handle = api.handle(Way::Form, PHONE).await;
    let code = api.four_digits(PHONE).await;
    let tries = (0..12).map(|_| api.check(Way::Form, &handle, another(&code)));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.code() == "0004").count(), 4);
    api.check(Way::Form, &handle, &code).await.is(200, TOO_OFTEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_is_no_code_and_the_newest_counts() {
    let api = Api::start().await;
    let first = api.handle(Way::Form, PHONE).await;
    let code = api.four_digits(PHONE).await;
    for handle in [&code, "100000000000000000", "0", "", "x"] {
        api.check(Way::Form, handle, &code).await.is(200, WRONG);
    }
    // A minute has to pass between two codes.
    api.form("/register", &[("userId", PHONE)]).await.is(200, NOT_SENT);
    api.advance(60);
    let second = api.handle(Way::Form, PHONE).await;
    api.check(Way::Form, &first, &code).await.is(200, WRONG);
    assert_eq!(api.check(Way::Form, &second, &api.four_digits(PHONE).await).await.code(), "0000");
    api.advance(300);
    api.check(Way::Form, &second, &api.four_digits(PHONE).await).await.is(200, WRONG);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_codes_an_hour() {
    let api = Api::start().await;
    api.next_window(3_600);
    for _ in 0..5 {
        api.handle(Way::Form, PHONE).await;
        api.advance(61);
    }
    api.form("/register", &[("userId", PHONE)]).await.is(200, NOT_SENT);
    // Those of another API have hours of their own.
    api.anyone("/user/send_code", json!({"region": "86", "phone": PHONE})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_make_an_account() {
    for way in Way::ALL {
        no_account(way).await;
    }
}

async fn no_account(way: Way) {
    let api = Api::start().await;
    refused(&api.create(way, PHONE, &[]).await, "the phone number is not verified");
    let ticket = api.ticket(PHONE).await;
    let long = "a1".repeat(65);
    for password in ["12345678", "abcdefgh", "a1b2c3", "", &long] {
        let fields = [("register", "1"), ("userId", PHONE), ("password", password)];
        let text = "the password needs 8 to 128 characters, among them a letter and a digit";
        refused(&api.live_by(way, "/register", &fields).await, text);
    }
    let long = "长".repeat(33);
    refused(&api.create(way, PHONE, &[("nickname", &long)]).await, "the nickname needs 1 to 32 characters");
    for wrong in ["x", &"0".repeat(64)] {
        let answer = api.create(way, PHONE, &[("ticket", wrong)]).await;
        assert_eq!(answer.code(), "0006", "{wrong}");
    }
    // The ticket of one number proves no other.
    refused(&api.create(way, OTHER, &[("ticket", &ticket)]).await, "the phone number is not verified");
    // All that has left the proof as it was.
    api.create(way, PHONE, &[("ticket", &ticket), ("gender", "2")]).await.is(200, DONE);
    refused(&api.create(way, PHONE, &[("ticket", &ticket)]).await, "the phone number is registered");
}

/// Where the code was shown is as good as the ticket; anywhere else the ticket is needed.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_of_an_address_or_has_a_ticket() {
    let api = Api::start().await;
    let ticket = api.ticket(PHONE).await;
    let fields = [("register", "1"), ("userId", PHONE), ("password", PASSWORD)];
    refused(&api.form_from(7, "/register", &fields).await, "the phone number is not verified");
    let with = [&fields[..], &[("ticket", &ticket)]].concat();
    api.form_from(7, "/register", &with).await.is(200, DONE);
    // It lasts half an hour.
    let ticket = api.ticket(OTHER).await;
    api.advance(1_800);
    for more in [&[][..], &[("ticket", &*ticket)]] {
        refused(&api.create(Way::Form, OTHER, more).await, "the phone number is not verified");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_of_many_at_once() {
    let api = Api::start().await;
    let ticket = api.ticket(PHONE).await;
    let with = [("ticket", &*ticket)];
    let creations = (0..8).map(|_| api.create(Way::Form, PHONE, &with));
    let answers = futures_util::future::join_all(creations).await;
    assert_eq!(answers.iter().filter(|answer| answer.code() == "0000").count(), 1);
}

/// Whoever was elsewhere by codes alone becomes the account, and keeps the rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_a_password_is_adopted() {
    let api = Api::start().await;
    let number = json!({"region": "86", "phone": PHONE});
    api.anyone("/user/send_code", number).await.ok();
    let body = json!({"region": "86", "phone": PHONE, "code": api.code(PHONE).await});
    let entered = api.anyone("/user/verify_code_register", body).await;
    let cookie = entered.headers["set-cookie"].split(';').next().unwrap().to_owned();
    let id = entered.result()["id"].clone();
    let friend = crate::sealtalk::client::Friend { phone: PHONE.into(), id: id.as_str().unwrap().into(), cookie };
    assert_eq!(api.asks(&friend, "/user/groups").await.status, 200);

    let ticket = api.ticket(PHONE).await;
    api.create(Way::Form, PHONE, &[("ticket", &ticket), ("gender", "0")]).await.is(200, DONE);
    // What they were signed in to has ended; the person is the same.
    api.asks(&friend, "/user/groups").await.signed_out();
    let login = json!({"region": "86", "phone": PHONE, "password": PASSWORD});
    assert_eq!(api.anyone("/user/login", login).await.result()["id"], id);
    let token = api.live_token(PHONE).await;
    let me = api.form("/friend", &[("search", "1"), ("userId", PHONE), ("token", &token)]).await.message();
    assert_eq!((&me["nickname"], &me["gender"]), (&Value::from("user0001"), &json!("0")));
}

/// A picture that was uploaded belongs to the account that names it, and to no other.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_a_picture() {
    let api = Api::start().await;
    let upload = async || {
        let file = reqwest::multipart::Part::bytes(b"\x89PNG\r\n\x1a\nAnn".to_vec()).file_name("me.png");
        let form = reqwest::multipart::Form::new().part("img", file);
        let answer = Answer::of(api.http.post(api.url("/upload")).multipart(form).send().await.unwrap()).await;
        answer.message().as_str().unwrap().to_owned()
    };
    let path = upload().await;
    let ticket = api.ticket(PHONE).await;
    for wrong in ["static/user_imgs/x.png", "https://example.com/x.png", "static/user_imgs/../x.png", "media/x"] {
        let answer = api.create(Way::Form, PHONE, &[("ticket", &ticket), ("headImage", wrong)]).await;
        refused(&answer, "unknown headImage");
    }
    // What is refused for another reason gives the upload back.
    let other = api.create(Way::Form, OTHER, &[("ticket", &ticket), ("headImage", &path)]).await;
    refused(&other, "the phone number is not verified");
    api.create(Way::Form, PHONE, &[("ticket", &ticket), ("headImage", &path), ("nickname", "Ann")]).await.is(200, DONE);
    let token = api.live_token(PHONE).await;
    let me = api.form("/friend", &[("search", "1"), ("userId", PHONE), ("token", &token)]).await.message();
    assert_eq!(me["headImage"], path);
    let shown = async |path: &str| {
        let redirect = api.get(path).await;
        assert_eq!(redirect.status, 302, "{redirect:?}");
        api.http.get(&redirect.headers["location"]).send().await.unwrap().bytes().await.unwrap()
    };
    let picture = shown(&format!("/{path}")).await;
    assert!(picture.ends_with(b"Ann"));

    let ticket = api.ticket(OTHER).await;
    let taken = api.create(Way::Form, OTHER, &[("ticket", &ticket), ("headImage", &path)]).await;
    refused(&taken, "unknown headImage");
    // Elsewhere it is the same portrait, as an absolute URL, and it goes with its owner.
    let login = json!({"region": "86", "phone": PHONE, "password": PASSWORD});
    let entered = api.anyone("/user/login", login).await;
    let cookie = entered.headers["set-cookie"].split(';').next().unwrap().to_owned();
    let id = entered.result()["id"].as_str().unwrap().to_owned();
    let friend = crate::sealtalk::client::Friend { phone: PHONE.into(), id: id.clone(), cookie };
    let portrait = api.asks(&friend, &format!("/user/{id}")).await.result()["portraitUri"].clone();
    assert_eq!(portrait, api.url(&format!("/{path}")));
    assert_eq!(shown(&format!("/static/user_imgs/u-{id}")).await, picture);
    // Clients send back what they were shown: it stays the same portrait, under either name.
    for url in [portrait.as_str().unwrap().to_owned(), api.url(&format!("/static/user_imgs/u-{id}"))] {
        api.says(&friend, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
        assert_eq!(shown(&format!("/{path}")).await, picture);
    }
    // The end of a session of another API is not theirs to make.
    let stolen = crate::sealtalk::client::Friend {
        cookie: format!("rong_auth_cookie={}", token.rsplit('.').next().unwrap()),
        ..friend.clone()
    };
    api.says(&stolen, "/user/logout", json!({})).await;
    assert_eq!(api.form("/golden", &[("balance", "1"), ("token", &token)]).await.code(), "0000");
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", PHONE)]).await.status, 200);
    assert_eq!(api.get(&format!("/{path}")).await.status, 404);
    assert!(api.objects().await.is_empty());
}
