//! Avatars: uploading, reading, and what becomes of them (`docs/dialects/live.md#avatars`).

use crate::world::{Answer, Api};
use aws_sdk_dynamodb::types::AttributeValue;
use local::Fault;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use shared::{
    Error,
    error::Unusable,
    images,
    storage::{Access, Tag},
    values::{AvatarName, E164},
};
use std::{collections::BTreeSet, time::Duration};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0;";
const WEBP: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0";

const FAILED: &str = r#"{"result":"0006","message":null}"#;
const PHONE: &str = "13800000001";

/// Uploads bytes under a name, as a part called `img`.
async fn upload(api: &Api, name: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let form = Form::new().part("img", Part::bytes(bytes.into()).file_name(name.to_owned()));
    Answer::of(api.http.post(api.url("/upload")).multipart(form).send().await.unwrap()).await
}

/// The path of an upload that is taken.
async fn uploaded(api: &Api, bytes: &[u8]) -> String {
    upload(api, "me", bytes).await.message().as_str().unwrap().to_owned()
}

/// Follows the redirect of a path to the bytes and their type.
async fn seen(api: &Api, path: &str) -> (Vec<u8>, String) {
    let redirect = api.get(&format!("/{path}")).await;
    assert_eq!((redirect.status, redirect.text.as_str()), (302, ""), "{path}");
    assert_eq!(redirect.headers["cache-control"], "private, max-age=300");
    let picture = api.http.get(&redirect.headers["location"]).send().await.unwrap();
    assert_eq!(picture.status(), 200, "{path}");
    let kind = picture.headers()["content-type"].to_str().unwrap().to_owned();
    (picture.bytes().await.unwrap().to_vec(), kind)
}

async fn unclaimed(api: &Api, path: &str) -> bool {
    api.world.app.storage.is_tagged(path, Tag::Unclaimed).await.unwrap()
}

/// Gives somebody this portrait, as the making of an account does.
async fn has_portrait(api: &Api, uid: &str, portrait: &str) {
    let key = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
    let update = api.world.clients.dynamodb.update_item().table_name("UsersTable");
    let update = update.set_key(Some([key("pk", &format!("USER#{uid}")), key("sk", "PROFILE")].into()));
    let update = update.update_expression("SET portrait = :p").condition_expression("attribute_exists(pk)");
    update.expression_attribute_values(":p", AttributeValue::S(portrait.to_owned())).send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_known_by_its_bytes_and_read_as_it_was_sent() {
    let api = Api::start().await;
    let pictures = [
        ("x.jpg", PNG, "png", "image/png"),
        ("../../x.py", JPEG, "jpg", "image/jpeg"),
        ("", GIF, "gif", "image/gif"),
        ("头像.png", WEBP, "webp", "image/webp"),
    ];
    for (name, bytes, ending, kind) in pictures {
        let answer = upload(&api, name, bytes).await;
        assert_eq!(answer.headers["content-type"], "application/json; charset=UTF-8");
        assert_eq!(answer.rounds(), 2);
        let path = answer.message().as_str().unwrap().to_owned();
        answer.is(200, &format!(r#"{{"result":"0000","message":"{path}"}}"#));
        assert!(AvatarName::in_path(&path).is_ok() && path.ends_with(&format!(".{ending}")), "{path}");
        assert_eq!(seen(&api, &path).await, (bytes.to_vec(), kind.to_owned()));
        assert!(unclaimed(&api, &path).await);
    }
    let objects: BTreeSet<_> = api.objects().await.into_iter().collect();
    assert!(objects.len() == 4 && objects.iter().all(|key| AvatarName::in_path(key).is_ok()), "{objects:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_or_too_large_is_not_taken() {
    let api = Api::start().await;
    upload(&api, "../../x.py", "import os").await.is(200, FAILED);
    upload(&api, "x.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").await.is(200, FAILED);
    upload(&api, "x.bmp", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec()).await.is(200, FAILED);
    upload(&api, "x.png", "").await.is(200, FAILED);
    let sized = |size: usize| [PNG, &vec![0; size - PNG.len()]].concat();
    upload(&api, "x.png", sized((2 << 20) + 1)).await.is(200, FAILED);
    let large = upload(&api, "x.png", sized(6 << 20)).await;
    large.is(413, r#"{"result":"0006","message":"too large"}"#);
    let other = Form::new().part("file", Part::bytes(PNG.to_vec()).file_name("x.png"));
    Answer::of(api.http.post(api.url("/upload")).multipart(other).send().await.unwrap()).await.is(200, FAILED);
    api.form("/upload", &[("img", "x")]).await.is(200, FAILED);
    api.form("/upload", &[]).await.is(200, FAILED);
    let broken = api.bytes("/upload", Some("multipart/form-data; boundary=x"), "--x\r\nbroken").await;
    broken.is(400, r#"{"result":"0006","message":"the request cannot be read"}"#);
    api.get("/upload").await.is(405, r#"{"result":"0006","message":"method not allowed"}"#);
    assert!(api.objects().await.is_empty());

    let path = upload(&api, "x.png", sized(2 << 20)).await.message().as_str().unwrap().to_owned();
    assert_eq!(seen(&api, &path).await.0.len(), 2 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_uploads_an_hour_and_address() {
    let api = Api::start().await;
    api.next_window(3_600);
    // Neither what is no picture nor what could not be stored counts.
    upload(&api, "x.png", "text").await.is(200, FAILED);
    api.world.faults.strike("PutObject", 3, &Fault::Internal);
    upload(&api, "x.png", PNG).await.is(200, FAILED);
    assert_eq!(api.world.faults.left("PutObject"), 0);
    for _ in 0..20 {
        uploaded(&api, PNG).await;
    }
    upload(&api, "x.png", PNG).await.is(200, FAILED);
    assert_eq!(api.objects().await.len(), 20);
    api.next_window(3_600);
    uploaded(&api, PNG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_leads_to_its_picture_and_nothing_else_to_any() {
    let api = Api::start().await;
    let path = uploaded(&api, PNG).await;
    let head = api.http.head(api.url(&format!("/{path}"))).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["cache-control"].to_str().unwrap()), (302, "no-store"));
    let described = api.http.head(head.headers()["location"].to_str().unwrap()).send().await.unwrap();
    assert_eq!(described.status(), 200);
    assert_eq!(described.headers()["content-length"].to_str().unwrap(), PNG.len().to_string());

    let name = path.strip_prefix(AvatarName::FOLDER).unwrap();
    let (id, _) = name.split_once('.').unwrap();
    api.world.app.storage.put("static/user_imgs/x.png", PNG.to_vec(), "image/png").await.unwrap();
    let wrong = [
        "x.png".to_owned(),
        format!("{id}.gif"),
        format!("{id}.jpeg"),
        format!("{id}.PNG"),
        id.to_owned(),
        format!("{name}.png"),
        format!("{name}%2f"),
        format!("{}.png", id.to_uppercase()),
        format!("{}.png", id.replace('-', "")),
        format!("%7B{id}%7D.png"),
        "00000000-0000-1000-8000-000000000000.png".to_owned(),
        "00000000-0000-4000-c000-000000000000.png".to_owned(),
        "00000000-0000-4000-8000-000000000000.png".to_owned(),
        "..%2f..%2fmedia".to_owned(),
        "%ff".to_owned(),
        "u-".to_owned(),
        "u-5702a4a5589613964cafdc76".to_owned(),
        "u-5702A4A5589613964CAFDC76".to_owned(),
    ];
    for name in wrong {
        let missing = api.get(&format!("/static/user_imgs/{name}")).await;
        missing.is(404, FAILED);
        assert_eq!(missing.headers["content-type"], "application/json; charset=UTF-8", "{name}");
        let head = api.http.head(api.url(&format!("/static/user_imgs/{name}"))).send().await.unwrap();
        assert_eq!(head.status(), 404, "{name}");
    }
    for path in ["/static/user_imgs", "/static/user_imgs/a/b.png"] {
        assert_eq!(api.get(path).await.status, 404, "{path}");
    }
    // A fault is no success either.
    api.world.faults.strike("HeadObject", 3, &Fault::Internal);
    api.get(&format!("/{path}")).await.is(404, FAILED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_of_another_api_is_found_wherever_it_is() {
    let api = Api::start().await;
    let ann = api.friend("13800000001", "Ann").await;
    let path = format!("static/user_imgs/u-{}", ann.id);
    api.get(&format!("/{path}")).await.is(404, FAILED);

    let url = "https://img.example.com/ann.png";
    api.says(&ann, "/user/set_portrait_uri", json!({ "portraitUri": url })).await.ok();
    let found = api.get(&format!("/{path}")).await;
    assert_eq!((found.status, found.headers["location"].as_str(), found.rounds()), (302, url, 1));

    let tom = api.person("13800000003", "Tom", "male").await;
    let fields = [("save_key", "/p.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&tom, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(api.upload(&form, PNG).await, 204);
    assert_eq!(api.signed(&tom, "account/upload_portrait_confirm", &[]).await.status, 200);
    assert_eq!(seen(&api, &format!("static/user_imgs/u-{}", tom.id)).await, (PNG.to_vec(), "image/png".to_owned()));

    // One that was set here is everybody's, and leads there by either name.
    let own = uploaded(&api, GIF).await;
    has_portrait(&api, &ann.id, &own).await;
    assert_eq!(seen(&api, &path).await.0, GIF);
    let me = api.asks(&ann, &format!("/user/{}", ann.id)).await.result();
    assert_eq!(me["portraitUri"], api.url(&format!("/{own}")));

    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &ann.phone)]).await.status, 200);
    api.get(&format!("/{path}")).await.is(404, FAILED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_claimed_once_and_can_be_given_back() {
    let api = Api::start().await;
    let app = &api.world.app;
    let phone = E164::new("86", PHONE).unwrap();
    let path = uploaded(&api, PNG).await;
    let refused = async |path: &str| matches!(images::claim(app, path).await, Err(Error::Unusable(Unusable::Upload)));
    let claimed = images::claim(app, &path).await.unwrap();
    assert_eq!(claimed.path(), path);
    assert!(!unclaimed(&api, &path).await && refused(&path).await);
    assert_eq!(seen(&api, &path).await.0, PNG);
    claimed.give_back(app, &phone).await;
    assert!(unclaimed(&api, &path).await);
    // Twice the same request: what made the account keeps the picture.
    let uid = api.friend(PHONE, "Ann").await.id;
    let claimed = images::claim(app, &path).await.unwrap();
    has_portrait(&api, &uid, &path).await;
    claimed.give_back(app, &phone).await;
    assert!(!unclaimed(&api, &path).await);

    for wrong in [
        "static/user_imgs/00000000-0000-4000-8000-000000000000.png".to_owned(),
        path.trim_start_matches("static/").to_owned(),
        format!("/{path}"),
        format!("static/user_imgs/u-{uid}"),
        String::new(),
    ] {
        assert!(refused(&wrong).await, "{wrong}");
    }
    let path = uploaded(&api, PNG).await;
    api.world.faults.strike("GetObjectTagging", 3, &Fault::Internal);
    assert!(matches!(images::claim(app, &path).await, Err(Error::Unavailable)));
    assert!(unclaimed(&api, &path).await);
    // A failure to give back is nobody's failure.
    let claimed = images::claim(app, &path).await.unwrap();
    api.world.faults.strike("PutObjectTagging", 3, &Fault::Internal);
    claimed.give_back(app, &E164::new("86", "13800000009").unwrap()).await;
    assert!(!unclaimed(&api, &path).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avatar_goes_with_its_owner_or_its_successor() {
    let api = Api::start().await;
    let (ann, bob) = (api.friend(PHONE, "Ann").await, api.friend("13800000002", "Bob").await);
    let (hers, his) = (uploaded(&api, PNG).await, uploaded(&api, GIF).await);
    has_portrait(&api, &ann.id, &hers).await;
    has_portrait(&api, &bob.id, &his).await;
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", &ann.phone)]).await.status, 200);
    assert_eq!(api.objects().await, std::slice::from_ref(&his));
    api.says(&bob, "/user/set_portrait_uri", json!({ "portraitUri": "https://img.example.com/b.png" })).await.ok();
    assert!(api.objects().await.is_empty());

    let tom = api.person("13800000003", "Tom", "male").await;
    let his = uploaded(&api, GIF).await;
    has_portrait(&api, &tom.id, &his).await;
    let shown = api.signed(&tom, "account/get_user_info", &[("target_id", &tom.id)]).await.data()["portrait"].clone();
    assert_eq!(shown, api.url(&format!("/{his}")));
    let fields = [("save_key", "/p.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&tom, "account/upload_portrait_request", &fields).await.data();
    assert_eq!(api.upload(&form, PNG).await, 204);
    assert_eq!(api.signed(&tom, "account/upload_portrait_confirm", &[]).await.status, 200);
    assert!(!api.objects().await.contains(&his));
    assert!(images::avatar_url(&api.world.app, &format!("u-{}", tom.id), Access::Read).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_url_lives_longer_than_its_redirect_is_kept() {
    let api = Api::start().await;
    let path = uploaded(&api, PNG).await;
    let redirect = api.get(&format!("/{path}")).await;
    let location = reqwest::Url::parse(&redirect.headers["location"]).unwrap();
    let life = location.query_pairs().find(|(name, _)| name == "X-Amz-Expires").unwrap().1.parse().unwrap();
    assert!(Duration::from_secs(life) > Duration::from_secs(300));
}
