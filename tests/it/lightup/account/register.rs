//! `register` (`docs/dialects/lightup.md#register`).

use super::{
    CODE_SENT, INVALID, PHONE, WRONG_CODE, change_password, other_than, register, request_change, signed_in, validate,
};
use crate::world::{Api, Person};
use local::{Fault, Options};
use std::collections::HashSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_sent() {
    let api = Api::start().await;
    register(&api, PHONE).await.is(200, CODE_SENT);
    let sent = api.get("/_local/sms").await.json();
    assert_eq!(sent.as_array().unwrap().len(), 1);
    assert_eq!(sent[0]["phone"], "+8615172354423");
    let code = api.code(PHONE).await;
    assert!((100_000..=999_999).contains(&code.parse::<u32>().unwrap()), "{code}");
    assert_eq!(sent[0]["message"], format!("验证码：{code}【亮灯】"));
    // What is stored cannot be read back as the code.
    let rows = api.rows("UsersTable").await;
    let stored = rows.iter().find(|row| super::text(row, "sk") == "CODE#lightup#register").unwrap();
    assert!(!format!("{stored:?}").contains(&code));
    // Nor does it say whose it is.
    assert!(!format!("{stored:?}").contains(PHONE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_random() {
    let api = Api::start().await;
    let mut codes = HashSet::new();
    for number in 0..20 {
        let phone = format!("151723544{number:02}");
        register(&api, &phone).await.is(200, CODE_SENT);
        codes.insert(api.code(&phone).await);
    }
    assert!(codes.len() > 15, "{codes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_eleven_digits_are_a_number() {
    let api = Api::start().await;
    api.form(super::REGISTER, &[]).await.fails(400, INVALID);
    for phone in [
        "",
        "1517235442",
        "151723544234",
        "1517235442x",
        "+1517235442",
        "-1517235442",
        " 15172354423",
        "15172354423 ",
        "１５１７２３５４４２３",
        "1517235.423",
        "151 7235442",
        "[15172354423]",
        // Eleven digits that are no mobile number in China.
        "00000000000",
        "02812345678",
        "01517235442",
        "00861391234",
        "12172354423",
        "25172354423",
    ] {
        register(&api, phone).await.fails(400, INVALID);
    }
    assert!(api.get("/_local/sms").await.json().as_array().unwrap().is_empty());
    // Also as a JSON string and as a JSON number.
    register(&api, "13000000000").await.is(200, CODE_SENT);
    register(&api, "19999999999").await.is(200, CODE_SENT);
    register(&api, "\"15172354423\"").await.is(200, CODE_SENT);
    let json = api.bytes(super::REGISTER, Some("application/json"), r#"{"phone_number":15172354423}"#).await;
    json.is(200, CODE_SENT);
    assert_eq!(api.sms(PHONE).await.len(), 2);
}

/// Whatever takes a number refuses one that cannot be a mobile number in China, in the same words.
#[tokio::test(flavor = "multi_thread")]
async fn no_operation_takes_what_is_no_mobile_number() {
    let api = Api::start().await;
    let code: [(&str, &str); 2] = [("validate_code", "123456"), ("validate_type", "register")];
    let login = [("login_type", "password"), ("password", "correct horse")];
    for (operation, more) in [
        ("register", &[][..]),
        ("validate_sms", &code),
        ("login", &login),
        ("change_password_request", &[]),
        ("change_password", &[("password", "correct horse")]),
        ("delete_user", &[]),
    ] {
        for phone in ["02812345678", "01517235442", "00000000000", "00861391234"] {
            let fields = [&[("phone_number", phone)], more].concat();
            api.form(&format!("/v1/account/{operation}"), &fields).await.fails(400, INVALID);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registered_again_before_it_is_proven() {
    let api = Api::start().await;
    register(&api, PHONE).await.is(200, CODE_SENT);
    let first = api.code(PHONE).await;
    register(&api, PHONE).await.is(200, CODE_SENT);
    let second = api.code(PHONE).await;
    if first != second {
        validate(&api, PHONE, &first, "register").await.fails(400, WRONG_CODE);
    }
    assert_eq!(validate(&api, PHONE, &second, "register").await.status, 200);
}

/// Nothing of a proven number changes before the new code is redeemed; then it is the same user with a new token and
/// new questions (`docs/dialects/lightup.md#when-a-number-is-taken`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registered_again_without_password_and_profile() {
    let api = Api::start().await;
    let first = api.verified(PHONE).await;
    let drawn = drawn_questions(&api, &first).await;
    register(&api, PHONE).await.is(200, CODE_SENT);
    validate(&api, PHONE, other_than(&api.code(PHONE).await), "register").await.fails(400, WRONG_CODE);
    assert!(signed_in(&api, &first).await);
    assert_eq!(drawn_questions(&api, &first).await, drawn);

    let mut draws = HashSet::from([drawn]);
    for _ in 0..3 {
        let again = api.validated(PHONE, "register").await;
        assert_eq!(again.id, first.id);
        assert!(!signed_in(&api, &first).await && signed_in(&api, &again).await);
        draws.insert(drawn_questions(&api, &again).await);
        register(&api, PHONE).await.is(200, CODE_SENT);
    }
    assert!(draws.len() > 1, "{draws:?}");
}

async fn drawn_questions(api: &Api, who: &Person) -> String {
    let class = [("class", "emotion_experience")];
    let questions = api.signed(who, "account/get_questions", &class).await;
    assert_eq!(questions.data()["questions"].as_array().unwrap().len(), 3);
    questions.text
}

/// A number is taken once there is a password or a profile, and not before
/// (`docs/dialects/lightup.md#when-a-number-is-taken`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_number_is_refused() {
    let api = Api::start().await;
    let [password, profile, both] = ["15172354401", "15172354402", "15172354403"];
    api.verified(password).await;
    assert_eq!(change_password(&api, password, "secret12").await.status, 200);
    let who = api.verified(profile).await;
    let info = [("personal_info", r#"{"nickname":"Tony"}"#)];
    assert_eq!(api.signed(&who, "account/change_personal_info", &info).await.status, 200);
    api.person(both, "Ann", "female").await;

    for phone in [password, profile, both] {
        // More often than a number may be sent to: what is refused sends nothing and is not counted as sent.
        for _ in 0..7 {
            register(&api, phone).await.fails(409, "This user has already exist");
        }
        assert_eq!(api.sms(phone).await.len(), 1);
        assert_eq!(request_change(&api, phone).await.status, 200);
    }
}

/// A profile without a nickname is no profile yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nickname_makes_the_profile() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    let info = [("personal_info", r#"{"location":"湖北 武汉"}"#)];
    assert_eq!(api.signed(&who, "account/change_personal_info", &info).await.status, 200);
    register(&api, PHONE).await.is(200, CODE_SENT);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_sent() {
    let api = Api::start().await;
    for fault in [
        (1, Fault::Refused { status: 400, code: "InvalidParameter" }),
        (3, Fault::Internal),
        (3, Fault::Throttled),
        (3, Fault::Unreachable),
    ] {
        api.world.faults.strike("Publish", fault.0, &fault.1);
        register(&api, PHONE).await.fails(500, "server error");
        assert_eq!(api.world.faults.left("Publish"), 0, "{fault:?}");
        assert!(api.sms(PHONE).await.is_empty());
    }
    // One failure is made good by the SDK.
    api.world.faults.strike("Publish", 1, &Fault::Internal);
    register(&api, PHONE).await.is(200, CODE_SENT);
    api.validated(PHONE, "register").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_does_not_answer() {
    let api = Api::start().await;
    for operation in ["GetItem", "UpdateItem"] {
        api.world.faults.strike(operation, 30, &Fault::Internal);
        register(&api, PHONE).await.fails(500, "server error");
        api.world.faults.clear();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_questions_there_are_fewer() {
    let api = Api::with(Options::ephemeral().without_questions()).await;
    let who = api.verified(PHONE).await;
    for class in ["basic_info", "emotion_experience", "value_concept"] {
        let drawn = api.signed(&who, "account/get_questions", &[("class", class)]).await;
        drawn.is(200, r#"{"data":{"questions":[]}}"#);
    }
}

/// Messages go to allowed countries only (`docs/dialects/lightup.md#limits`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_of_other_countries() {
    let options = Options::ephemeral().config(|config| *config.sms_regions = "1".parse().unwrap());
    let api = Api::with(options).await;
    register(&api, PHONE).await.fails(400, INVALID);
    request_change(&api, PHONE).await.fails(400, INVALID);
    assert!(api.sms(PHONE).await.is_empty());
}
