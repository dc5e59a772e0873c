//! Sending and checking codes (`docs/dialects/sealtalk.md`).

use crate::world::{Answer, Api};
use local::{Fault, Options};
use serde_json::{Value, json};
use shared::config::TestCode;
use std::sync::atomic::{AtomicU32, Ordering};

const PHONE: &str = "13900000001";

const REFUSED: Fault = Fault::Refused { status: 400, code: "InvalidParameter" };

fn number(phone: &str) -> Value {
    json!({"region": "86", "phone": phone})
}

fn with_code(phone: &str, code: &str) -> Value {
    json!({"region": "86", "phone": phone, "code": code})
}

/// A code of the right form that is not this one.
fn another(code: &str) -> String {
    let next = code.parse::<u32>().unwrap() + 1;
    if next > 999_999 { "100000".to_owned() } else { next.to_string() }
}

async fn verify(api: &Api, code: &str) -> Answer {
    api.anyone("/user/verify_code_yp", with_code(PHONE, code)).await
}

fn is_uuid_v4(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    let hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    parts == [8, 4, 4, 4, 12] && hex && text.as_bytes()[14] == b'4' && b"89ab".contains(&text.as_bytes()[19])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_sent_and_exchanged() {
    let api = Api::start().await;
    for (send, check, phone) in [
        ("send_code", "verify_code", "13900000011"),
        ("send_code_yp", "verify_code_yp", "13900000012"),
        ("send_code", "verify_code_yp", "13900000013"),
        ("send_code_yp", "verify_code", "13900000014"),
    ] {
        let sent = api.anyone(&format!("/user/{send}"), number(phone)).await;
        sent.ok();
        assert!(sent.rounds() <= 3, "{}", sent.rounds());
        let code = api.code(phone).await;
        assert!(code.len() == 6 && !code.starts_with('0'), "{code}");
        let path = format!("/user/{check}");
        api.anyone(&path, with_code(phone, &another(&code))).await.declined(1_000, "Invalid verification code.");
        let verified = api.anyone(&path, with_code(phone, &code)).await;
        assert!(verified.rounds() <= 2, "{}", verified.rounds());
        assert!(is_uuid_v4(verified.result()["verification_token"].as_str().unwrap()), "{}", verified.text);
        assert_eq!(verified.json()["result"].as_object().unwrap().len(), 1);
        assert!(!verified.headers.contains_key("set-cookie"));
        // Whoever has it may check it again, and nobody else (`docs/dialects/sealtalk.md#verification-codes`).
        api.anyone(&path, with_code(phone, &code)).await.is(200, &verified.text);
        let elsewhere = api.anyone_at(phone, &path, with_code(phone, &code)).await;
        elsewhere.declined(2_000, "Verification code expired.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_texts_forms_and_queries_are_understood() {
    let api = Api::start().await;
    for (i, body) in [
        json!({"region": 86, "phone": 13_900_000_021_u64}),
        json!({"region": "+86", "phone": "13900000022"}),
        json!({"region": "86", "phone": "13900000023", "unknown": [1]}),
    ]
    .into_iter()
    .enumerate()
    {
        api.anyone("/user/send_code_yp", body).await.ok();
        let phone = format!("1390000002{}", i + 1);
        let code: u32 = api.code(&phone).await.parse().unwrap();
        let body = json!({"region": 86, "phone": phone.parse::<u64>().unwrap(), "code": code});
        api.anyone("/user/verify_code_yp", body).await.result();
    }
    let fields = [("region", "86"), ("phone", "13900000024")];
    api.form("/user/send_code", &fields).await.ok();
    let code = api.code("13900000024").await;
    api.form("/user/verify_code", &[fields[0], fields[1], ("code", &code)]).await.result();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_is_refused() {
    let api = Api::start().await;
    for path in ["/user/send_code", "/user/send_code_yp", "/user/check_phone_available"] {
        for phone in ["20012341234", "130qwerasdf", "23412341234", "1391234567", "139123456789", "12912345678", " "] {
            api.anyone(path, number(phone)).await.rejected(400, "Invalid region and phone number.");
        }
        for region in ["0", "9999", "abc", "86x", "8 6", "++86", "-86"] {
            let body = json!({"region": region, "phone": PHONE});
            api.anyone(path, body).await.rejected(400, "Invalid region and phone number.");
        }
        api.anyone(path, json!({"region": "86", "phone": ""})).await.rejected(400, "Empty phone.");
        api.anyone(path, json!({"region": "86"})).await.rejected(400, "Empty phone.");
        api.anyone(path, json!({"region": "", "phone": PHONE})).await.rejected(400, "Empty region.");
        api.anyone(path, json!({"region": null, "phone": PHONE})).await.rejected(400, "Empty region.");
        api.anyone(path, json!({"region": "86", "phone": [PHONE]})).await.rejected(400, "Invalid phone.");
        api.anyone(path, json!({"region": "86", "phone": {"a": 1}})).await.rejected(400, "Invalid phone.");
    }
    for path in ["/user/verify_code", "/user/verify_code_yp", "/user/verify_code_register"] {
        api.anyone(path, number(PHONE)).await.rejected(400, "Empty code.");
        api.anyone(path, with_code(PHONE, "")).await.rejected(400, "Empty code.");
        api.anyone(path, with_code("", "123456")).await.rejected(400, "Empty phone.");
        api.anyone(path, json!({"region": "", "phone": PHONE, "code": "1"})).await.rejected(400, "Empty region.");
        api.anyone(path, with_code(PHONE, "123456")).await.rejected(404, "Unknown phone number.");
    }
    assert!(api.sms(PHONE).await.is_empty());
    // A body that is no JSON is the client's fault.
    api.bytes("/user/send_code_yp", Some("application/json"), "{").await.refused(400, 400);
    api.get("/user/send_code_yp").await.rejected(405, "Method not allowed.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_code_is_right_for_whatever_was_sent_where_there_is_one() {
    let plain = Api::start().await;
    plain.anyone("/user/send_code_yp", number(PHONE)).await.ok();
    verify(&plain, "9999").await.declined(1_000, "Invalid verification code.");

    let test_code = "9999".parse().unwrap();
    let api = Api::with(Options::ephemeral().config(move |config| config.sealtalk.test_code = Some(test_code))).await;
    verify(&api, "9999").await.rejected(404, "Unknown phone number.");
    api.anyone("/user/send_code", number(PHONE)).await.ok();
    for wrong in ["999", "99999", "0000"] {
        verify(&api, wrong).await.declined(1_000, "Invalid verification code.");
    }
    let verified = verify(&api, "9999").await;
    verified.result();
    verify(&api, "9999").await.is(200, &verified.text);
    api.advance(61);
    api.anyone("/user/send_code_yp", number(PHONE)).await.ok();
    let signed_in = api.anyone("/user/verify_code_register", with_code(PHONE, "9999")).await;
    assert_eq!(signed_in.result()["nickName"], "user0001");
    api.advance(61);
    api.anyone("/user/send_code_yp", number(PHONE)).await.ok();
    api.advance(121);
    verify(&api, "9999").await.declined(2_000, "Verification code expired.");
    for malformed in ["999", "123456789", "12a4", ""] {
        assert!(malformed.parse::<TestCode>().is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_expires_and_is_forgotten() {
    let api = Api::start().await;
    // Another number for each try: one gets no two codes within a minute.
    let tries = AtomicU32::new(100);
    let send_anew = async || {
        let phone = format!("13900000{}", tries.fetch_add(1, Ordering::Relaxed));
        with_code(&phone, &api.sent(&phone).await)
    };
    let check_there = async |body: Value| api.anyone("/user/verify_code_yp", body).await;
    api.aged(119, send_anew, check_there).await.result();
    api.aged(120, send_anew, check_there).await.declined(2_000, "Verification code expired.");
    let check = async |code: String| verify(&api, &code).await;
    let code = api.sent(PHONE).await;
    api.advance(120);
    check(code.clone()).await.declined(2_000, "Verification code expired.");
    check(another(&code)).await.declined(2_000, "Verification code expired.");
    check("9999".into()).await.declined(2_000, "Verification code expired.");
    api.advance(86_390);
    check(code.clone()).await.declined(2_000, "Verification code expired.");
    api.advance(20);
    check(code).await.rejected(404, "Unknown phone number.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_dies_after_five_wrong_tries() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    for wrong in [another(&code), "9999".into(), "abcdef".into(), "0".into(), format!("{code}0")] {
        verify(&api, &wrong).await.declined(1_000, "Invalid verification code.");
    }
    verify(&api, &code).await.declined(2_000, "Verification code expired.");
    api.advance(60);
    let code = api.sent(PHONE).await;
    for _ in 0..4 {
        verify(&api, &another(&code)).await.declined(1_000, "Invalid verification code.");
    }
    verify(&api, &code).await.result();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_tries_at_once_five_are_compared() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    let wrong = another(&code);
    let tries = futures_util::future::join_all((0..20).map(|_| verify(&api, &wrong))).await;
    let compared = tries.iter().filter(|answer| answer.json()["code"] == 1_000).count();
    assert_eq!(compared, 5);
    assert!(tries.iter().all(|answer| answer.json()["code"] == 1_000 || answer.json()["code"] == 2_000));
    // And many right ones are exchanged for one token.
    api.advance(60);
    let code = api.sent(PHONE).await;
    let tries = futures_util::future::join_all((0..12).map(|_| verify(&api, &code))).await;
    tries.iter().for_each(|answer| answer.is(200, &tries[0].text));
    tries[0].result();
    let tokens = api.rows("UsersTable").await.iter().filter(|row| row["sk"].as_s().unwrap() == "TOKEN").count();
    assert_eq!(tokens, 1);
}

/// A right check is no guess, however many there are at once; and who has been right has no more guesses than anybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_code_is_checked_again_any_number_of_times() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    let wrong = another(&code);
    let first = verify(&api, &code).await;
    first.result();
    for _ in 0..2 {
        let again = futures_util::future::join_all((0..12).map(|_| verify(&api, &code))).await;
        again.iter().for_each(|answer| answer.is(200, &first.text));
        assert!(again.iter().all(|answer| answer.rounds() <= 2));
    }
    for _ in 0..4 {
        verify(&api, &wrong).await.declined(1_000, "Invalid verification code.");
    }
    verify(&api, &code).await.is(200, &first.text);
    // The last guess is counted once, whoever comes with it.
    let last = futures_util::future::join_all((0..12).map(|_| verify(&api, &wrong))).await;
    assert_eq!(last.iter().filter(|answer| answer.json()["code"] == 1_000).count(), 1, "{last:?}");
    verify(&api, &code).await.declined(2_000, "Verification code expired.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_waits_a_minute_for_its_next_code() {
    let api = Api::start().await;
    let send = async |path: &str| api.anyone(path, number(PHONE)).await;
    // The limit's window begins a second after the code was sent: the second counts, not the window.
    api.next_window(60);
    api.advance(59);
    send("/user/send_code_yp").await.ok();
    let code = api.code(PHONE).await;
    for path in ["/user/send_code_yp", "/user/send_code"] {
        send(path).await.declined(5_000, "Throttle limit exceeded.");
    }
    api.advance(50);
    send("/user/send_code_yp").await.declined(5_000, "Throttle limit exceeded.");
    // What was refused is not counted, and leaves the code alone.
    assert_eq!(api.sms(PHONE).await.len(), 1);
    verify(&api, &code).await.result();
    api.advance(11);
    send("/user/send_code").await.ok();
    assert_ne!(api.code(PHONE).await, code);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_sends_at_once_one_goes_out() {
    let api = Api::start().await;
    api.next_window(60);
    let sends = (0..10).map(|_| api.anyone("/user/send_code_yp", number(PHONE)));
    let sends = futures_util::future::join_all(sends).await;
    assert_eq!(sends.iter().filter(|answer| answer.json()["code"] == 200).count(), 1, "{sends:?}");
    assert_eq!(api.sms(PHONE).await.len(), 1);
    verify(&api, &api.code(PHONE).await).await.result();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_gets_three_codes_an_hour_and_ten_a_day() {
    let api = Api::start().await;
    api.next_window(86_400);
    let send = async |path: &str| {
        let answer = api.anyone_at(PHONE, path, number(PHONE)).await;
        api.advance(60);
        answer
    };
    for hour in 0..3 {
        for _ in 0..3 {
            send("/user/send_code_yp").await.ok();
        }
        if hour == 0 {
            send("/user/send_code_yp").await.declined(3_122, "More than 3 codes per hour for this phone number.");
            send("/user/send_code").await.declined(5_000, "Throttle limit exceeded.");
        }
        api.next_window(3_600);
    }
    // Too soon and too often: too soon is told.
    api.anyone_at(PHONE, "/user/send_code_yp", number(PHONE)).await.ok();
    api.anyone_at(PHONE, "/user/send_code_yp", number(PHONE)).await.declined(5_000, "Throttle limit exceeded.");
    api.advance(60);
    let day = "More than 10 codes per day for this phone number.";
    send("/user/send_code_yp").await.declined(3_117, day);
    send("/user/send_code").await.declined(5_000, "Throttle limit exceeded.");
    assert_eq!(api.sms(PHONE).await.len(), 10);
    api.next_window(86_400);
    send("/user/send_code_yp").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_twenty_codes_an_hour() {
    let api = Api::start().await;
    api.next_window(3_600);
    for i in 0..20 {
        api.anyone("/user/send_code_yp", number(&format!("139000001{i:02}"))).await.ok();
    }
    let refused = api.anyone("/user/send_code_yp", number(PHONE)).await;
    refused.declined(3_004, "Too many codes for this IP address.");
    api.anyone("/user/send_code", number(PHONE)).await.declined(5_000, "Throttle limit exceeded.");
    // A header changes no address.
    let request = api.http.post(api.url("/user/send_code")).header("x-forwarded-for", "1.2.3.4").json(&number(PHONE));
    Answer::of(request.send().await.unwrap()).await.declined(5_000, "Throttle limit exceeded.");
    assert!(api.sms(PHONE).await.is_empty());
    api.anyone_at(PHONE, "/user/send_code_yp", number(PHONE)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_budget_holds_here_too() {
    let api = Api::with(Options::ephemeral().config(|config| *config.sms_daily_budget = 2)).await;
    api.sent("13900000031").await;
    api.sent("13900000032").await;
    let refused = api.anyone("/user/send_code_yp", number(PHONE)).await;
    refused.declined(3_103, "The SMS balance of the day is used up.");
    api.anyone("/user/send_code", number(PHONE)).await.declined(5_000, "Throttle limit exceeded.");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_served_regions_get_codes() {
    let only = |config: &mut shared::Config| *config.sms_regions = "86".parse().unwrap();
    let api = Api::with(Options::ephemeral().config(only)).await;
    let body = json!({"region": "1", "phone": "2025550123"});
    api.anyone("/user/send_code_yp", body.clone()).await.declined(3_120, "Unsupported country.");
    api.anyone("/user/send_code", body.clone()).await.rejected(400, "Invalid region and phone number.");
    api.anyone("/user/check_phone_available", body).await.is(200, r#"{"code":200,"result":true}"#);
    api.sent(PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_not_taken_is_not_counted() {
    let api = Api::start().await;
    let code = api.sent(PHONE).await;
    api.advance(60);
    for (path, status, code) in [("send_code_yp", 200, 3_000), ("send_code", 500, 500)] {
        api.world.faults.strike("Publish", 1, &REFUSED);
        api.anyone_at(PHONE, &format!("/user/{path}"), number(PHONE)).await.refused(status, code);
    }
    // The code before is as good as it was.
    verify(&api, &code).await.result();
    api.sent(PHONE).await;
    // A number that never got one is still unknown.
    api.world.faults.strike("Publish", 1, &REFUSED);
    api.anyone("/user/send_code_yp", number("13900000002")).await.refused(200, 3_000);
    let body = with_code("13900000002", "123456");
    api.anyone("/user/verify_code_yp", body).await.rejected(404, "Unknown phone number.");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_tries_a_hundred_codes() {
    let api = Api::start().await;
    api.next_window(900);
    for _ in 0..100 {
        verify(&api, "123456").await.rejected(404, "Unknown phone number.");
    }
    let code = api.sent(PHONE).await;
    verify(&api, &code).await.declined(1_000, "Invalid verification code.");
    api.anyone_at(PHONE, "/user/verify_code_yp", with_code(PHONE, &code)).await.result();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_available_until_somebody_has_it() {
    let api = Api::start().await;
    let ask = async || api.anyone("/user/check_phone_available", number(PHONE)).await;
    ask().await.is(200, r#"{"code":200,"result":true}"#);
    api.proven(PHONE).await;
    ask().await.is(200, r#"{"code":200,"result":true}"#);
    api.advance(60);
    api.friend(PHONE, "Ann").await;
    ask().await.is(200, r#"{"code":200,"result":false}"#);
    api.next_window(900);
    for _ in 0..100 {
        ask().await.is(200, r#"{"code":200,"result":false}"#);
    }
    ask().await.declined(5_000, "Throttle limit exceeded.");
}

/// Nothing in the tables tells whose number or code it is, but the number that a token stands for, for a short while.
#[tokio::test(flavor = "multi_thread")]
async fn codes_and_tokens_are_stored_hashed_and_erased() {
    let api = Api::start().await;
    let first = api.proven(PHONE).await;
    api.advance(60);
    let code = api.sent(PHONE).await;
    let rows = format!("{:?}", api.rows("UsersTable").await);
    assert!(!rows.contains(&code) && !rows.contains(&first));
    assert_eq!(rows.matches(PHONE).count(), 1, "the token's");
    let body = with_code(PHONE, &code);
    let second = api.anyone("/user/verify_code_yp", body).await.result()["verification_token"].clone();
    let body = json!({"nickname": "Ann", "password": "secret12", "verification_token": second});
    api.anyone("/user/register", body).await.result();
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", PHONE)]).await.status, 200);
    for row in api.rows("UsersTable").await {
        let pk = row["pk"].as_s().unwrap();
        assert!(!pk.starts_with("VERIFY"), "{pk}");
        assert!(!format!("{row:?}").contains(PHONE), "{pk}");
    }
    let body = json!({"nickname": "Ann", "password": "secret12", "verification_token": first});
    api.anyone("/user/register", body).await.rejected(404, "Unknown verification_token.");
}
