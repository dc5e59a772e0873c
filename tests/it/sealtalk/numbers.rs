//! One number is one account, however it is written (`docs/dialects/sealtalk.md#phone-numbers`).

use super::client::{Friend, Style};
use crate::world::Api;
use serde_json::json;

/// Somebody who registers with a number that the code is asked for in one way and verified in another.
async fn registered(api: &Api, region: &str, phones: [&str; 2], whole: &str) -> Friend {
    api.anyone("/user/send_code", json!({"region": region, "phone": phones[0]})).await.ok();
    let code = api.code(&format!("%2B{whole}")).await;
    let verify = json!({"region": region, "phone": phones[1], "code": code});
    let token = api.anyone("/user/verify_code", verify).await.result()["verification_token"].clone();
    let body = json!({"nickname": "Ann", "password": "secret12", "verification_token": token});
    let registered = api.anyone("/user/register", body).await;
    Friend {
        phone: String::new(),
        id: registered.result()["id"].as_str().unwrap().to_owned(),
        cookie: Style::Plain.cookie(&registered.headers["set-cookie"]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_with_a_national_prefix_is_the_same_account() {
    let api = Api::start().await;
    // What is dialled abroad has no prefix.
    let shown = registered(&api, "44", ["07418084106", "7418084106"], "447418084106").await;
    let id = shown.id.as_str();
    for (region, phone) in [
        ("44", "07418084106"),
        ("+44", "7418084106"),
        ("44", "00447418084106"),
        ("４４", "０７４１８ 084106"),
        ("44 ", "\u{202a}07418\u{2011}084106\u{202c}"),
    ] {
        let number = json!({"region": region, "phone": phone, "password": "secret12"});
        assert_eq!(api.anyone("/user/login", number).await.result()["id"], id, "{region} {phone}");
        let number = json!({"region": region, "phone": phone});
        api.anyone("/user/check_phone_available", number).await.is(200, r#"{"code":200,"result":false}"#);
    }
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
async fn habits_of_a_country_lead_to_the_same_account() {
    let api = Api::start().await;
    for (region, whole, phones) in [
        ("49", "4915123456780", ["15123456780", "4915123456780", "49-15123456780", "0 15123456780"]),
        ("52", "525541234567", ["5541234567", "15541234567", "0445541234567", "015541234567"]),
        ("54", "5491123456789", ["11 15 2345-6789", "9 11 2345-6789", "11 2345-6789", "54 11 2345-6789"]),
    ] {
        let own = registered(&api, region, [phones[0], phones[1]], whole).await;
        for phone in phones {
            let number = json!({"region": region, "phone": phone, "password": "secret12"});
            assert_eq!(api.anyone("/user/login", number).await.result()["id"], own.id.as_str(), "{region} {phone}");
            let number = json!({"region": region, "phone": phone});
            api.anyone("/user/check_phone_available", number).await.is(200, r#"{"code":200,"result":false}"#);
            for path in ["/user/find/REGION/PHONE", "/user/find_user?region=REGION&phone=PHONE"] {
                let path = path.replace("REGION", region).replace("PHONE", &phone.replace(' ', "%20"));
                assert_eq!(api.asks(&own, &path).await.result()["id"], own.id.as_str(), "{path}");
            }
        }
        let book = phones.iter().filter(|phone| !phone.starts_with(region)).map(|phone| format!("+{region} {phone}"));
        let book: Vec<String> = book.collect();
        let found = api.says(&own, "/friendship/get_contacts_info", json!({"contactList": book})).await.result();
        assert_eq!(found.as_array().unwrap().len(), book.len());
        assert!(found.as_array().unwrap().iter().all(|item| item["id"] == own.id.as_str()), "{found}");
    }
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
