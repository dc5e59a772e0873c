//! Portraits: the form, the confirmation, and the stable URL (`docs/dialects/lightup.md`).

mod form;
mod named;
mod url;

use crate::world::{Answer, Api, Person};
use serde_json::Value;

const PHONE: &str = "15172354423";
const KEY: &str = "/portrait/5702a4a5589613964cafdc76-1460000000.png";

const INVALID: &str = "invalid request";
const SIGNED_OUT: &str = "You haven't logined";
const NOT_ASKED: &str = "You haven't sent this request";
const UPDATED: &str = r#"{"status":"update portrait successfully","data":{}}"#;

async fn request(api: &Api, who: &Person, key: &str, expiration: &str) -> Answer {
    let fields = [("save_key", key), ("expiration", expiration), ("bucket", "portrait")];
    api.signed(who, "account/upload_portrait_request", &fields).await
}

async fn confirm(api: &Api, who: &Person) -> Answer {
    api.signed(who, "account/upload_portrait_confirm", &[]).await
}

/// Asks for a form and uploads these bytes with it.
async fn uploaded(api: &Api, who: &Person, key: &str, bytes: &[u8]) -> Value {
    let form = request(api, who, key, "2222222222").await.data();
    assert_eq!(api.upload(&form, bytes).await, 204);
    form
}

/// The portrait's URL, as somebody sees it.
async fn portrait(api: &Api, who: &Person, target: &Person) -> String {
    let seen = api.signed(who, "account/get_user_info", &[("target_id", &target.id)]).await.data();
    seen["portrait"].as_str().unwrap().to_owned()
}

/// What is behind a portrait's URL, through its redirect.
async fn picture(api: &Api, url: &str) -> (u16, Vec<u8>) {
    let redirect = api.http.get(url).send().await.unwrap();
    assert_eq!(redirect.status().as_u16(), 302, "{url}");
    let found = api.http.get(redirect.headers()["location"].to_str().unwrap()).send().await.unwrap();
    (found.status().as_u16(), found.bytes().await.unwrap().to_vec())
}

/// The objects of somebody that are live.
async fn live(api: &Api, who: &Person) -> Vec<String> {
    let prefix = format!("media/{}/", who.id);
    api.objects().await.into_iter().filter(|key| key.starts_with(&prefix)).collect()
}
