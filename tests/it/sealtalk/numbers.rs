//! One number is one account, however it is written (`docs/dialects/sealtalk.md#phone-numbers`).

use super::client::Style;
use crate::world::Api;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_number_with_a_national_prefix_is_the_same_account() {
    let api = Api::start().await;
    let sent = json!({"region": "44", "phone": "07418084106"});
    api.anyone("/user/send_code", sent).await.ok();
    // What is dialled abroad has no prefix.
    let code = api.code("%2B447418084106").await;
    let verify = json!({"region": "44", "phone": "7418084106", "code": code});
    let token = api.anyone("/user/verify_code", verify).await.result()["verification_token"].clone();
    let body = json!({"nickname": "Ann", "password": "secret12", "verification_token": token});
    let registered = api.anyone("/user/register", body).await;
    let id = registered.result()["id"].clone();
    for (region, phone) in
        [("44", "07418084106"), ("+44", "7418084106"), ("44", "00447418084106"), ("４４", "０７４１８ 084106")]
    {
        let number = json!({"region": region, "phone": phone, "password": "secret12"});
        assert_eq!(api.anyone("/user/login", number).await.result()["id"], id, "{region} {phone}");
        let number = json!({"region": region, "phone": phone});
        api.anyone("/user/check_phone_available", number).await.is(200, r#"{"code":200,"result":false}"#);
    }
    let shown = crate::sealtalk::client::Friend {
        phone: String::new(),
        id: String::new(),
        cookie: Style::Plain.cookie(&registered.headers["set-cookie"]),
    };
    for path in [
        "/user/find/44/07418084106",
        "/user/find/+44/7418084106",
        // In a query a plus is a space.
        "/user/find_user?region=+44&phone=7418084106",
        "/user/find_user?region=%2B44&phone=%2B44%207418084106",
    ] {
        assert_eq!(api.asks(&shown, path).await.result()["id"], id, "{path}");
    }
    let book =
        json!({"contactList": ["0044 7418 084106", "+44 (0)7418 084106", "＋４４７４１８０８４１０６", "07418084106"]});
    let found = api.says(&shown, "/friendship/get_contacts_info", book).await.result();
    let registered: Vec<_> =
        found.as_array().unwrap().iter().map(|item| item["registered"].as_u64().unwrap()).collect();
    assert_eq!(registered, [1, 1, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_served_code_does_not_open_the_islands_that_begin_with_it() {
    let only = |config: &mut shared::Config| *config.sms_regions = "1".parse().unwrap();
    let api = Api::with(local::Options::ephemeral().config(only)).await;
    for (region, phone) in [("1876", "5551234"), ("1", "8765551234"), ("1809", "5551234"), ("1268", "4641234")] {
        let body = json!({"region": region, "phone": phone});
        api.anyone("/user/send_code_yp", body).await.declined(3_120, "Unsupported country.");
    }
    api.anyone("/user/send_code_yp", json!({"region": "1", "phone": "2025550123"})).await.ok();
}
