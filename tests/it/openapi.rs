//! The checked-in OpenAPI documents are those that the routes give, and the routes are those of the contract.

use std::collections::BTreeSet;

#[test]
fn the_checked_in_documents_are_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api/lightup.json");
    let checked_in: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(checked_in == lightup::openapi(), "run `just openapi` and commit docs/api/lightup.json");
}

/// Rows 1 to 28 of section 2 of the contract.
#[test]
fn every_operation_of_light_up_is_there() {
    let account = [
        "register",
        "validate_sms",
        "login",
        "change_password_request",
        "change_password",
        "change_personal_info",
        "refresh_access_token",
        "get_user_info",
        "upload_portrait_request",
        "upload_portrait_confirm",
        "refresh_device_token",
        "refresh_device_token_lib",
        "get_questions",
        "delete_user",
        "get_account_questions",
    ];
    let procedure = [
        "get_random_questions",
        "get_user_id_by_love_sex",
        "get_user_ids_by_love_sex",
        "get_media",
        "light_up",
        "log_have_seen",
        "get_message",
        "get_questions",
        "get_problems",
    ];
    let media = ["upload_request", "confirm", "upload_media", "delete_media"];
    let under = |group: &str, names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!("POST /v1/{group}/{name}")).collect()
    };
    let mut expected: BTreeSet<_> = under("account", &account).into_iter().collect();
    expected.extend(under("procedure", &procedure));
    expected.extend(under("media", &media));
    assert_eq!(expected.len(), 28);
    expected.insert("GET /media/{*path}".to_owned());
    let endpoints = lightup::all().endpoints;
    let served: BTreeSet<_> = endpoints.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(served, expected);
    assert_eq!(endpoints.len(), expected.len());
    let document = lightup::openapi();
    assert_eq!(document["paths"].as_object().unwrap().len(), expected.len());
}
