//! `upload_portrait_request` and `upload_portrait_confirm` (`docs/dialects/lightup.md#upload_portrait_request`,
//! `docs/dialects/lightup.md#upload_portrait_confirm`).

use super::{INVALID, KEY, NOT_ASKED, PHONE, SIGNED_OUT, UPDATED, confirm, live, picture, portrait, request, uploaded};
use crate::world::{Api, Person};
use local::Fault;
use serde_json::json;
use shared::time::Clock;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_form_looks_like() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let answer = request(&api, &who, KEY, "2222222222").await;
    let data = answer.data();
    let keys: Vec<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["fields", "policy", "signatrue", "signature", "url"]);
    assert_eq!(answer.json(), json!({ "data": data }));
    // Both spellings (`docs/dialects/lightup.md#upload_portrait_request`).
    assert_eq!(data["signatrue"], data["signature"]);
    crate::lightup::uploads::check_form(&api, &who, &data, KEY, "image/png", 10 << 20);
    for (key, expected) in
        [("/a.JPG", "image/jpeg"), ("/a.webp", "image/webp"), ("/a.svg", "image/jpeg"), ("a", "image/jpeg")]
    {
        let data = request(&api, &who, key, "2222222222").await.data();
        crate::lightup::uploads::check_form(&api, &who, &data, key, expected, 10 << 20);
    }
}

/// As long as the client wishes, but 15 minutes at most; what is past is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_long_a_form_lasts() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let now = Clock::wall().as_second();
    for (wish, least, most) in [
        ("2222222222".to_owned(), 899, 960),
        ("9999999999".to_owned(), 899, 960),
        ((now + 800).to_string(), 799, 801),
        ((now + 300).to_string(), 299, 301),
    ] {
        let data = request(&api, &who, KEY, &wish).await.data();
        let policy = crate::lightup::uploads::policy(&data);
        let until = crate::lightup::uploads::seconds(policy["expiration"].as_str().unwrap()) - now;
        assert!((least..=most).contains(&until), "{wish}: {until}");
    }
    for past in [now, now - 1, 1_460_000_000] {
        request(&api, &who, KEY, &past.to_string()).await.fails(400, INVALID);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_forms() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let good = [("save_key", KEY), ("expiration", "2222222222"), ("bucket", "portrait")];
    let send = async |fields: &[(&str, &str)]| api.signed(&who, "account/upload_portrait_request", fields).await;
    let with = |field: &str, value: &str| {
        good.map(|(name, old)| (name, if name == field { value.to_owned() } else { old.to_owned() }))
    };
    let (long, long_bucket) = ("x".repeat(255), "x".repeat(64));
    for (field, values) in [
        ("save_key", &["", "/", "..", "/../x", "a/..", "a\\b", "a\nb", &long][..]),
        (
            "expiration",
            &[
                "",
                "222222222",
                "22222222222",
                "2222222222.0",
                "-222222222",
                "222222222x",
                "0000000000",
                "２２２２２２２２２２",
            ],
        ),
        ("bucket", &["", &long_bucket]),
    ] {
        let missing: Vec<_> = good.into_iter().filter(|(name, _)| *name != field).collect();
        send(&missing).await.fails(400, INVALID);
        for value in values {
            let fields = with(field, value);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            send(&fields).await.fails(400, INVALID);
        }
    }
    confirm(&api, &who).await.fails(400, NOT_ASKED);
    // Any other bucket is taken; it makes no difference.
    let longest = "x".repeat(63);
    for bucket in ["x", "No Such Bucket", &longest] {
        let fields = with("bucket", bucket);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let data = send(&fields).await.data();
        crate::lightup::uploads::check_form(&api, &who, &data, KEY, "image/png", 10 << 20);
    }
    let ann = api.person("15172354424", "Ann", "female").await;
    let as_ann = Person { id: ann.id.clone(), ..who.clone() };
    request(&api, &as_ann, KEY, "2222222222").await.fails(401, SIGNED_OUT);
    request(&api, &as_ann, KEY, "x").await.fails(400, INVALID);
    confirm(&api, &as_ann).await.fails(401, SIGNED_OUT);
    confirm(&api, &ann).await.fails(400, NOT_ASKED);
}

/// 7.6, and a confirmation works once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portrait_becomes_live_once() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    confirm(&api, &who).await.fails(400, NOT_ASKED);
    let key = format!("/portrait/{}-1460000000.png", who.id);
    let form = uploaded(&api, &who, &key, b"face").await;
    assert_eq!(portrait(&api, &who, &who).await, "");
    confirm(&api, &who).await.is(200, UPDATED);
    let url = portrait(&api, &who, &who).await;
    assert!(url.starts_with(&format!("{}/media/{}/", api.world.url, who.id)) && url.ends_with(&key), "{url}");
    assert_eq!(picture(&api, &url).await, (200, b"face".to_vec()));
    confirm(&api, &who).await.fails(400, NOT_ASKED);
    // A form that is used again changes nothing that is live.
    assert_eq!(api.upload(&form, b"mask").await, 204);
    assert_eq!(picture(&api, &url).await, (200, b"face".to_vec()));
}

/// One pending portrait, the newest; what it replaces goes from the bucket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_request_counts() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    uploaded(&api, &who, "/one.png", b"one").await;
    uploaded(&api, &who, "/two.png", b"two").await;
    confirm(&api, &who).await.is(200, UPDATED);
    let first = portrait(&api, &who, &who).await;
    assert_eq!(picture(&api, &first).await, (200, b"two".to_vec()));
    confirm(&api, &who).await.fails(400, NOT_ASKED);
    assert_eq!(live(&api, &who).await.len(), 1);
    // The same name again is another picture at another URL.
    uploaded(&api, &who, "/two.png", b"three").await;
    confirm(&api, &who).await.is(200, UPDATED);
    let second = portrait(&api, &who, &who).await;
    assert_ne!(first, second);
    assert_eq!(picture(&api, &second).await, (200, b"three".to_vec()));
    assert_eq!(live(&api, &who).await.len(), 1);
    let path = first.strip_prefix(&api.world.url).unwrap();
    api.get(path).await.fails(404, "not found");
}

/// What was never uploaded can be confirmed (`docs/dialects/lightup.md#upload_portrait_confirm`), and what waits waits
/// two days.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_file_and_too_late() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    assert_eq!(request(&api, &who, KEY, "2222222222").await.status, 200);
    confirm(&api, &who).await.is(200, UPDATED);
    let url = portrait(&api, &who, &who).await;
    assert!(url.ends_with(KEY));
    assert_eq!(picture(&api, &url).await.0, 404);
    uploaded(&api, &who, "/late.png", b"late").await;
    api.advance(2 * 86_400 + 1);
    let data = api.signed(&who, "account/refresh_access_token", &[]).await.data();
    let who = Person { token: data["access_token"].as_str().unwrap().to_owned(), ..who };
    confirm(&api, &who).await.fails(400, NOT_ASKED);
    assert_eq!(portrait(&api, &who, &who).await, url);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_does_not_answer() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    uploaded(&api, &who, KEY, b"face").await;
    api.world.faults.strike("CopyObject", 30, &Fault::Internal);
    confirm(&api, &who).await.fails(500, "server error");
    api.world.faults.clear();
    assert_eq!(portrait(&api, &who, &who).await, "");
    confirm(&api, &who).await.is(200, UPDATED);
    assert_eq!(picture(&api, &portrait(&api, &who, &who).await).await, (200, b"face".to_vec()));
}
