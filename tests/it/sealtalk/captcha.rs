//! Pictures that ask for a person (`docs/dialects/sealtalk.md#captchas`).

use crate::world::Api;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use local::Options;
use serde_json::{Value, json};
use shared::limits::keyed_hash;
use std::sync::atomic::{AtomicU32, Ordering};

const PHONE: &str = "13900000001";
const WRONG: &str = "Invalid verify_code.";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

async fn required() -> Api {
    Api::with(Options::ephemeral().config(|config| config.sealtalk.captcha_required = true)).await
}

/// Nobody here can read a picture: its answer becomes `ABCD`.
async fn solve(api: &Api, id: &str) {
    let hash = keyed_hash(&api.world.app.config.hash_key, "captcha", &format!("{id}\0ABCD"));
    let update = api.world.clients.dynamodb.update_item().table_name("UsersTable");
    let update = update
        .key("pk", AttributeValue::S(format!("CAPTCHA#{id}")))
        .key("sk", AttributeValue::S("CAPTCHA".into()))
        .condition_expression("attribute_exists(answer)")
        .update_expression("SET answer = :answer")
        .expression_attribute_values(":answer", AttributeValue::S(hash));
    update.send().await.unwrap();
}

fn send(id: &str, letters: &str) -> Value {
    json!({"region": "86", "phone": PHONE, "verify_id": id, "verify_code": letters})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_comes_in_the_answer() {
    let api = Api::start().await;
    let first = api.get("/user/pic_code").await;
    assert_eq!(first.rounds(), 2);
    let first = first.result();
    let second = api.get("/user/pic_code").await.result();
    assert_eq!(first.as_object().unwrap().len(), 2);
    assert_ne!(first["picCodeId"], second["picCodeId"]);
    assert_ne!(first["picCode"], second["picCode"]);
    let png = STANDARD.decode(first["picCode"].as_str().unwrap()).unwrap();
    assert!(png.starts_with(PNG));
    assert_eq!(&png[16..24], [0, 0, 0, 220, 0, 0, 0, 120], "width and height");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_lies_behind_a_url_for_a_while() {
    let api = Api::start().await;
    for method in ["GET", "POST"] {
        let answer = api.talk(None, method, "/user/get_sms_img_code", None).await;
        assert_eq!(answer.rounds(), 2);
        let result = answer.result();
        assert_eq!(result.as_object().unwrap().len(), 2);
        let (url, id) = (result["url"].as_str().unwrap(), result["verifyId"].as_str().unwrap());
        assert!(url.contains("X-Amz-Expires=300") && url.contains(&format!("/pending/captcha/{id}.png")), "{url}");
        let picture = api.http.get(url).send().await.unwrap();
        assert_eq!(picture.headers()["content-type"], "image/png");
        assert!(picture.bytes().await.unwrap().starts_with(PNG));
    }
    assert_eq!(api.objects().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_sent_to_whoever_read_the_picture() {
    let api = required().await;
    let picture = async || api.get("/user/pic_code").await.result()["picCodeId"].as_str().unwrap().to_owned();
    for path in ["/user/send_code", "/user/send_code_yp"] {
        let id = picture().await;
        solve(&api, &id).await;
        api.anyone(path, json!({"region": "86", "phone": PHONE})).await.rejected(400, "Empty verify_id.");
        api.anyone(path, send(&id, "")).await.rejected(400, "Empty verify_code.");
        for unknown in ["0", &"0".repeat(32), &"0".repeat(3_000), "é"] {
            api.anyone(path, send(unknown, "ABCD")).await.rejected(400, WRONG);
        }
        // The right one in any case of letters, once.
        api.anyone(path, send(&id, "abCd")).await.ok();
        api.anyone(path, send(&id, "ABCD")).await.rejected(400, WRONG);
        api.advance(60);
        // A wrong one ends the picture too.
        let id = picture().await;
        solve(&api, &id).await;
        api.anyone(path, send(&id, "ABCE")).await.rejected(400, WRONG);
        api.anyone(path, send(&id, "ABCD")).await.rejected(400, WRONG);
    }
    assert_eq!(api.sms(PHONE).await.len(), 2);
    // As newer apps name the fields.
    let id = picture().await;
    solve(&api, &id).await;
    let body = json!({"region": "86", "phone": PHONE, "picCodeId": id, "picCode": "ABCD"});
    api.anyone("/user/send_code_yp", body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_taken_for_five_minutes_and_once() {
    let api = required().await;
    let draw = async || {
        let id = api.get("/user/pic_code").await.result()["picCodeId"].as_str().unwrap().to_owned();
        solve(&api, &id).await;
        id
    };
    // Another number for each try: one gets no two codes within a minute.
    let tries = AtomicU32::new(100);
    let answer = async |id: String| {
        let phone = format!("13900000{}", tries.fetch_add(1, Ordering::Relaxed));
        let body = json!({"region": "86", "phone": phone, "verify_id": id, "verify_code": "ABCD"});
        api.anyone("/user/send_code_yp", body).await
    };
    api.aged(300, draw, answer).await.rejected(400, WRONG);
    api.aged(299, draw, answer).await.ok();
    let id = draw().await;
    let all = futures_util::future::join_all((0..5).map(|_| answer(id.clone()))).await;
    assert_eq!(all.iter().filter(|answer| answer.text == r#"{"code":200}"#).count(), 1, "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_the_answer_and_nobody_draws_for_ever() {
    let api = Api::start().await;
    api.next_window(900);
    api.get("/user/get_sms_img_code").await.result();
    let rows = api.rows("UsersTable").await;
    let row = rows.iter().find(|row| row["pk"].as_s().unwrap().starts_with("CAPTCHA#")).unwrap();
    let mut names: Vec<_> = row.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["answer", "expires_at", "pk", "sk", "type"]);
    assert_eq!(row["answer"].as_s().unwrap().len(), 32, "a hash");
    for _ in 0..59 {
        api.get("/user/pic_code").await.result();
    }
    api.get("/user/pic_code").await.declined(5_000, "Throttle limit exceeded.");
    api.get("/user/get_sms_img_code").await.declined(5_000, "Throttle limit exceeded.");
}
