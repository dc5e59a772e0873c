//! Uploading pictures (`docs/dialects/sealtalk.md#get_image_token`, `docs/dialects/sealtalk.md#call-flows`).

use super::client::Friend;
use crate::world::{Answer, Api, NOBODY};
use base64::{Engine as _, prelude::BASE64_URL_SAFE};
use local::Options;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use shared::config::{Qiniu, Secret};

/// The smallest PNG that says what it is.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

async fn token(api: &Api, who: &Friend) -> Value {
    api.asks(who, "/user/get_image_token").await.result()
}

/// A form as Qiniu's SDKs send it.
async fn send(api: &Api, token: &str, key: Option<&str>, bytes: &[u8]) -> Answer {
    let file = Part::bytes(bytes.to_vec()).file_name("file").mime_str("application/octet-stream").unwrap();
    let mut form = Form::new().text("token", token.to_owned());
    if let Some(key) = key {
        form = form.text("key", key.to_owned());
    }
    Answer::of(api.http.post(api.url("/")).multipart(form.part("file", file)).send().await.unwrap()).await
}

/// Follows the redirect of a picture's URL to its bytes and their type.
async fn seen(api: &Api, url: &str) -> (Vec<u8>, String) {
    let redirect = api.http.get(url).send().await.unwrap();
    assert_eq!(redirect.status(), 302, "{url}");
    let picture = api.http.get(redirect.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    let kind = picture.headers()["content-type"].to_str().unwrap().to_owned();
    (picture.bytes().await.unwrap().to_vec(), kind)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_qinius_shape_is_taken_with_and_without_a_key() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let ticket = token(&api, ann).await;
    assert_eq!(ticket["target"], "s3");
    let parts: Vec<_> = ticket["token"].as_str().unwrap().split(':').collect();
    assert_eq!(parts.len(), 3);
    let policy: Value = serde_json::from_slice(&BASE64_URL_SAFE.decode(parts[2]).unwrap()).unwrap();
    assert!(policy["scope"].is_string() && policy["deadline"].is_i64(), "{policy}");

    let ios = format!("{}1460000000000", ann.id);
    for key in [None, Some(ios.as_str())] {
        let sent = send(&api, ticket["token"].as_str().unwrap(), key, PNG).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        let (hash, key) = (sent.json()["hash"].clone(), sent.json()["key"].as_str().unwrap().to_owned());
        assert_eq!(hash.as_str().unwrap().len(), 40);
        assert!(key.starts_with(&format!("media/images/{}/", ann.id)), "{key}");
        // As clients put it together.
        let url = format!("http://{}/{key}", ticket["domain"].as_str().unwrap());
        assert_eq!(seen(&api, &url).await, (PNG.to_vec(), "image/png".to_owned()));
        api.says(ann, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_form_goes_straight_to_the_bucket() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let ticket = api.asks(ann, "/user/get_image_token?name=me.png").await.result();
    assert_eq!(ticket["upload"]["form_url"], api.url("/"));
    assert_eq!(api.upload(&ticket["upload"], PNG).await, 204);
    let url = format!("{}/{}", api.world.url, ticket["upload"]["key"].as_str().unwrap());
    assert_eq!(seen(&api, &url).await, (PNG.to_vec(), "image/png".to_owned()));
    let posted = api.says(ann, "/user/get_image_token", json!({})).await;
    assert_eq!(posted.rounds(), 1);
    assert!(posted.result()["upload"]["key"].as_str().unwrap().ends_with("/image.jpg"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_uploads_for_others_or_other_things() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let ticket = token(&api, ann).await;
    let token = ticket["token"].as_str().unwrap();
    let before = api.objects().await;
    let bad = r#"{"code":401,"message":"Bad token."}"#;
    send(&api, &token.replace(&ann.id, &bob.id), None, PNG).await.is(401, bad);
    send(&api, "a:b:c", None, PNG).await.is(401, bad);
    let mut parts: Vec<_> = token.split(':').map(str::to_owned).collect();
    parts[2] = BASE64_URL_SAFE.encode(json!({"scope": "media:", "deadline": 99_999_999_999_i64}).to_string());
    send(&api, &parts.join(":"), None, PNG).await.is(401, bad);
    send(&api, token, None, b"<html><script>").await.is(400, r#"{"code":400,"message":"Invalid image."}"#);
    send(&api, token, Some("../x"), PNG).await.is(400, r#"{"code":400,"message":"Invalid key."}"#);
    let form = Form::new().text("token", token.to_owned());
    let no_file = Answer::of(api.http.post(api.url("/")).multipart(form).send().await.unwrap()).await;
    no_file.is(400, r#"{"code":400,"message":"Empty file."}"#);
    api.advance(3_600);
    send(&api, token, None, PNG).await.is(401, bad);
    assert_eq!(api.objects().await, before);
    api.get("/user/get_image_token").await.signed_out();
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_go_with_their_owner() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let ticket = token(&api, ann).await;
    let token = ticket["token"].as_str().unwrap();
    assert_eq!(send(&api, token, None, PNG).await.status, 200);
    assert_eq!(api.objects().await.len(), 1);
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &ann.phone)]).await.status, 200);
    assert!(api.objects().await.is_empty());
    // The token outlives its owner and does nothing any more.
    send(&api, token, None, PNG).await.refused(401, 401);
    assert!(api.objects().await.is_empty());
}

/// Whatever a picture is called, the URL that clients put together of the answer leads to it, and needs no encoding.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_may_have_any_name() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let ticket = token(&api, ann).await;
    let (domain, token) = (ticket["domain"].as_str().unwrap(), ticket["token"].as_str().unwrap());
    let names = [
        "中文.png",
        "a b.png",
        "100%.jpg",
        "%2e%2F.png",
        "a//b/./c/",
        "/a?b=c#d.png",
        "é+&=;.png",
        "🙂",
        "x/%ff",
        "/ /",
    ];
    for name in names {
        let sent = send(&api, token, Some(name), PNG).await;
        assert_eq!(sent.status, 200, "{name}: {}", sent.text);
        let path = sent.json()["key"].as_str().unwrap().to_owned();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        assert!(path.bytes().all(plain) && !path.contains("//") && !path.ends_with('/'), "{name}: {path}");
        assert_eq!(seen(&api, &format!("http://{domain}/{path}")).await, (PNG.to_vec(), "image/png".to_owned()));

        let query = reqwest::Url::parse_with_params("http://x", [("name", name)]).unwrap();
        let ticket = api.asks(ann, &format!("/user/get_image_token?{}", query.query().unwrap())).await.result();
        assert_eq!(api.upload(&ticket["upload"], PNG).await, 204, "{name}");
        let path = ticket["upload"]["key"].as_str().unwrap();
        assert_eq!(seen(&api, &format!("http://{domain}/{path}")).await.0, PNG, "{name}");
    }
    let kept = send(&api, token, Some("me/a-b_c~1.png"), PNG).await.json()["key"].as_str().unwrap().to_owned();
    assert!(kept.ends_with("/me/a-b_c~1.png"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_picture_can_be_asked_for() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let sent = send(&api, token(&api, ann).await["token"].as_str().unwrap(), None, PNG).await;
    let redirect = api.http.head(api.url(&format!("/{}", sent.json()["key"].as_str().unwrap()))).send().await.unwrap();
    assert_eq!(redirect.status(), 302);
    let head = api.http.head(redirect.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()["content-type"]), (200, &"image/png".parse().unwrap()));
    assert_eq!(api.http.head(api.url("/user/regionlist")).send().await.unwrap().status(), 200);
}

/// A form that was signed before, and a picture that arrives with it after everything of its owner was deleted.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_somebody_erased_is_public() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    let path = |ticket: &Value| format!("/{}", ticket["upload"]["key"].as_str().unwrap());
    let (hers, his) = (token(&api, ann).await, token(&api, bob).await);
    assert_eq!(api.upload(&his["upload"], PNG).await, 204);
    let signed = api.get(&path(&hers)).await.headers["location"].clone();
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &ann.phone)]).await.status, 200);
    assert_eq!(api.upload(&hers["upload"], PNG).await, 204);
    api.get(&path(&hers)).await.fails(404, "not found");
    // What a URL that was signed before shows for the rest of its quarter of an hour.
    assert_eq!(api.http.get(signed).send().await.unwrap().bytes().await.unwrap(), PNG);
    let own = api.get(&path(&his)).await;
    assert_eq!((own.status, own.rounds()), (302, 1));
    for other in ["images", "images/", "images/x/y.png", &format!("images/{}", bob.id), &format!("images/{}/", NOBODY)]
    {
        api.get(&format!("/media/{other}")).await.fails(404, "not found");
    }
    // A form can be used for a quarter of an hour.
    let policy = crate::lightup::uploads::policy(&his["upload"]["fields"]);
    let until = crate::lightup::uploads::seconds(policy["expiration"].as_str().unwrap());
    assert!((890..=910).contains(&(until - shared::time::Clock::wall().as_second())), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_account_the_token_is_qinius_own() {
    let qiniu = Qiniu {
        access_key: "access".into(),
        secret_key: Secret::new("secret"),
        bucket: "pictures".into(),
        domain: "img.example.com".into(),
    };
    let api = Api::with(Options::ephemeral().config(|config| *config.qiniu = Some(qiniu))).await;
    let ann = &api.friend("13900000001", "Ann").await;
    let ticket = token(&api, ann).await;
    assert_eq!((&ticket["target"], &ticket["domain"]), (&json!("qiniu"), &json!("img.example.com")));
    assert!(ticket.get("upload").is_none());
    let parts: Vec<_> = ticket["token"].as_str().unwrap().split(':').collect();
    assert_eq!(parts[0], "access");
    assert_eq!(BASE64_URL_SAFE.decode(parts[1]).unwrap().len(), 20);
    let policy: Value = serde_json::from_slice(&BASE64_URL_SAFE.decode(parts[2]).unwrap()).unwrap();
    assert_eq!(policy["scope"], format!("pictures:{}", ann.id));
    assert_eq!(policy["isPrefixalScope"], 1);
}
