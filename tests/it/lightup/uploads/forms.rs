//! What S3 takes with a signed form, and what it does not (`docs/dialects/lightup.md#upload-forms`).

use super::{PHONE, VALUE, confirm, fetch, media, objects, request, video};
use crate::world::{Api, Person};
use serde_json::{Value, json};

/// A form with one field changed, removed or added. S3 refuses it: 403 on AWS, 400 or 403 here.
async fn refused(api: &Api, who: &Person, form: &Value, field: &str, value: Option<&str>) {
    let mut changed = form.clone();
    let fields = changed["fields"].as_object_mut().unwrap();
    match value {
        Some(value) => fields.insert(field.to_owned(), value.into()),
        None => fields.remove(field),
    };
    let status = api.upload(&changed, b"bytes").await;
    assert!(matches!(status, 400 | 403), "{field}: {value:?} was answered {status}");
    assert!(objects(api, who, "pending").await.is_empty(), "{field}: {value:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_is_for_one_object_of_one_type() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = request(&api, &who, &video(VALUE, "/a.mp4")).await;
    let key = form["fields"]["key"].as_str().unwrap();
    let live = key.replace("pending/", "media/");
    for other in [&live, "pending/x", &format!("{key}2"), &key[..key.len() - 1], &key.to_uppercase()] {
        refused(&api, &who, &form, "key", Some(other)).await;
    }
    for other in ["text/html", "video/quicktime", "video/mp4; charset=utf-8", ""] {
        refused(&api, &who, &form, "Content-Type", Some(other)).await;
    }
    refused(&api, &who, &form, "Content-Type", None).await;
    refused(&api, &who, &form, "x-amz-meta-more", Some("x")).await;
    refused(&api, &who, &form, "acl", Some("public-read")).await;
    assert!(api.objects().await.is_empty());
    assert_eq!(api.upload(&form, b"bytes").await, 204);
    assert_eq!(objects(&api, &who, "pending").await, [key]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_cannot_be_forged() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = request(&api, &who, &video(VALUE, "/a.mp4")).await;
    let other = request(&api, &who, &video(VALUE, "/b.mp4")).await;
    let field = |form: &Value, name: &str| form["fields"][name].as_str().unwrap().to_owned();
    refused(&api, &who, &form, "x-amz-signature", Some(&"0".repeat(64))).await;
    refused(&api, &who, &form, "x-amz-signature", Some(&field(&other, "x-amz-signature"))).await;
    refused(&api, &who, &form, "policy", Some(&field(&other, "policy"))).await;
    for name in ["x-amz-signature", "policy", "x-amz-credential", "x-amz-date", "x-amz-algorithm"] {
        refused(&api, &who, &form, name, None).await;
    }
}

/// Not empty, and no larger than the kind allows: 10 MB for a portrait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sizes() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let fields = [("save_key", "/me.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&who, "account/upload_portrait_request", &fields).await.data();
    let largest = vec![7; 10 << 20];
    for wrong in [vec![], vec![7; (10 << 20) + 1]] {
        let status = api.upload(&form, &wrong).await;
        assert!(matches!(status, 400 | 403), "{status}");
        assert!(api.objects().await.is_empty());
    }
    assert_eq!(api.upload(&form, &largest).await, 204);
    assert_eq!(api.signed(&who, "account/upload_portrait_confirm", &[]).await.status, 200);
    let head = api.world.clients.s3.head_object().bucket("media").key(&objects(&api, &who, "media").await[0]);
    let head = head.send().await.unwrap();
    assert_eq!((head.content_length(), head.content_type()), (Some(10 << 20), Some("image/png")));
}

/// The type of a file is the one that the form was signed for, and comes back with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn types() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for (key, expected) in [
        ("/a.mp4", "video/mp4"),
        ("/a.MOV", "video/quicktime"),
        ("/a.webm", "video/webm"),
        ("/a.html", "video/mp4"),
        ("/a.svg", "video/mp4"),
        ("a", "video/mp4"),
    ] {
        let form = request(&api, &who, &video(VALUE, key)).await;
        assert_eq!(form["fields"]["Content-Type"], expected, "{key}");
        assert_eq!(api.upload(&form, b"<script>alert(1)</script>").await, 204);
        assert_eq!(confirm(&api, &who, "video", &form["video_buffer_id"]).await.status, 200);
        let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
        let played = api.http.get(url.as_str().unwrap()).send().await.unwrap();
        assert_eq!((played.status().as_u16(), &played.headers()["content-type"]), (200, &expected.parse().unwrap()));
    }
}

/// Pages upload too: the bucket answers a browser's preflight, and players may ask for a part.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browsers_and_players() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = request(&api, &who, &video(VALUE, "/a.mp4")).await;
    let url = form["url"].as_str().unwrap();
    let preflight = api.http.request("OPTIONS".parse().unwrap(), url).header("origin", "https://pages.example");
    let preflight = preflight.header("access-control-request-method", "POST").send().await.unwrap();
    assert_eq!(
        (preflight.status().as_u16(), &preflight.headers()["access-control-allow-origin"]),
        (200, &"*".parse().unwrap())
    );
    assert_eq!(api.upload(&form, b"0123456789").await, 204);
    assert_eq!(confirm(&api, &who, "video", &form["video_buffer_id"]).await.status, 200);
    let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
    let part = api.http.get(url.as_str().unwrap()).header("range", "bytes=2-4").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().as_ref()), (206, &b"234"[..]));
    // Without its signature, and with a changed one, it is nobody's.
    let bare: Value = url.as_str().unwrap().split('?').next().unwrap().into();
    assert_eq!(fetch(&api, &bare).await.0, 403);
    let (head, tail) = url.as_str().unwrap().split_at(url.as_str().unwrap().len() - 1);
    let forged = json!(format!("{head}{}", if tail == "0" { "1" } else { "0" }));
    assert_eq!(fetch(&api, &forged).await.0, 403);
}
