//! S3 as the product uses it, with keys that no file system would take.

use crate::world::Answer;
use aws_sdk_s3::{
    Client,
    error::ProvideErrorMetadata,
    presigning::PresigningConfig,
    types::{Delete, ObjectIdentifier},
};
use local::{Options, World};
use shared::{
    storage::{Upload, sign},
    time::Clock,
};
use std::time::Duration;

const BUCKET: &str = "media";

async fn world() -> World {
    World::start(Options::ephemeral().without_questions()).await.unwrap()
}

async fn put(s3: &Client, key: &str, body: &str) {
    let put = s3.put_object().bucket(BUCKET).key(key).content_type("text/plain");
    put.body(body.as_bytes().to_vec().into()).send().await.unwrap();
}

async fn get(s3: &Client, key: &str) -> String {
    let found = s3.get_object().bucket(BUCKET).key(key).send().await.unwrap();
    assert_eq!(found.content_type(), Some("text/plain"));
    String::from_utf8(found.body.collect().await.unwrap().to_vec()).unwrap()
}

async fn list(s3: &Client, prefix: &str) -> Vec<String> {
    let listed = s3.list_objects_v2().bucket(BUCKET).prefix(prefix).send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

fn odd_keys() -> Vec<String> {
    let long = format!("pending/{}/{}", "a".repeat(24), "x".repeat(254));
    let mut keys = vec![
        "a",
        "a/b",
        "a//b",
        "a/./b",
        "/a",
        "a/",
        "a/b/",
        "A",
        "ä/灯 +&<>\"'%2F?#",
        "~tilde*",
        "-",
        "...",
        ".hidden",
        "x=1;y",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    keys.push(long);
    keys.push("k".repeat(1024));
    keys.sort();
    keys
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_is_its_own_object() {
    let world = world().await;
    let s3 = &world.clients.s3;
    let keys = odd_keys();
    for key in &keys {
        put(s3, key, &format!("body of {key}")).await;
    }
    for key in &keys {
        assert_eq!(get(s3, key).await, format!("body of {key}"));
    }
    assert_eq!(list(s3, "").await, keys);
    assert_eq!(list(s3, "a/").await, ["a/", "a/./b", "a//b", "a/b", "a/b/"]);

    for key in &keys {
        let source: String = format!("{BUCKET}/{key}").bytes().map(|byte| format!("%{byte:02X}")).collect();
        let target = format!("copies/{}", &key[..key.len().min(1000)]);
        s3.copy_object().bucket(BUCKET).key(&target).copy_source(source).send().await.unwrap();
        assert_eq!(get(s3, &target).await, format!("body of {key}"));
    }
    let missing = s3.copy_object().bucket(BUCKET).key("to").copy_source(format!("{BUCKET}/nothing")).send().await;
    assert_eq!(missing.unwrap_err().code(), Some("NoSuchKey"));

    let all = list(s3, "").await.into_iter().chain(["never there".to_owned()]);
    let ids = all.map(|key| ObjectIdentifier::builder().key(key).build().unwrap()).collect();
    let delete = Delete::builder().set_objects(Some(ids)).build().unwrap();
    let deleted = s3.delete_objects().bucket(BUCKET).delete(delete).send().await.unwrap();
    assert_eq!((deleted.deleted().len(), deleted.errors().len()), (2 * keys.len() + 1, 0));
    assert!(list(s3, "").await.is_empty());
    // No byte of them is left in any file.
    let left: Vec<_> = files(&world.folder().join("s3"));
    assert!(left.is_empty(), "{left:?}");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listings_have_pages_and_groups() {
    let world = world().await;
    let s3 = &world.clients.s3;
    let keys: Vec<_> = (0..7).map(|n| format!("p/{}/{n}", n / 3)).collect();
    for key in &keys {
        put(s3, key, "x").await;
    }
    put(s3, "q", "x").await;
    let mut pages = s3.list_objects_v2().bucket(BUCKET).prefix("p/").max_keys(3).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.unwrap();
        assert!(page.contents().len() <= 3);
        found.extend(page.contents().iter().map(|object| object.key().unwrap().to_owned()));
    }
    assert_eq!(found, keys);

    let mut pages = s3.list_objects_v2().bucket(BUCKET).delimiter("/").prefix("p/").max_keys(2).into_paginator().send();
    let mut groups = Vec::new();
    while let Some(page) = pages.next().await {
        groups.extend(page.unwrap().common_prefixes().iter().map(|group| group.prefix().unwrap().to_owned()));
    }
    assert_eq!(groups, ["p/0/", "p/1/", "p/2/"]);
    let after = s3.list_objects_v2().bucket(BUCKET).start_after("p/1/4").send().await.unwrap();
    let after: Vec<_> = after.contents().iter().filter_map(|object| object.key()).collect();
    assert_eq!(after, ["p/1/5", "p/2/6", "q"]);
    assert!(list(s3, "r").await.is_empty());
    let elsewhere = s3.list_objects_v2().bucket("elsewhere").send().await;
    assert_eq!(elsewhere.unwrap_err().code(), Some("NoSuchBucket"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_urls_and_ranges() {
    let world = world().await;
    let s3 = &world.clients.s3;
    put(s3, "a b/灯.txt", "0123456789").await;
    let life = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let signed = s3.get_object().bucket(BUCKET).key("a b/灯.txt").presigned(life).await.unwrap();
    let client = reqwest::Client::new();
    let whole = Answer::of(client.get(signed.uri()).send().await.unwrap()).await;
    assert_eq!((whole.status, whole.text.as_str()), (200, "0123456789"));
    assert_eq!(whole.headers["content-type"], "text/plain");
    let part = Answer::of(client.get(signed.uri()).header("range", "bytes=2-4").send().await.unwrap()).await;
    assert_eq!((part.status, part.text.as_str()), (206, "234"));
    let beyond = client.get(signed.uri()).header("range", "bytes=20-").send().await.unwrap();
    assert_eq!(beyond.status(), 416);
    let forged = signed.uri().replace("X-Amz-Expires=60", "X-Amz-Expires=600");
    assert_ne!(forged, signed.uri());
    assert_eq!(client.get(forged).send().await.unwrap().status(), 403);
    let head = s3.head_object().bucket(BUCKET).key("nothing").send().await.unwrap_err();
    assert!(head.into_service_error().is_not_found());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_lives_for_a_day() {
    const HOUR: Duration = Duration::from_secs(3_600);
    let world = world().await;
    let credentials = aws_sdk_s3::config::Credentials::new("local", "local", None, None, "test");
    let upload = Upload { key: "pending/k", content_type: "image/png", max_bytes: 100, valid: 23 * HOUR };
    for (age, status) in [(22 * HOUR, 204), (24 * HOUR, 403)] {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in sign(&credentials, &world.clients.region, BUCKET, Clock::wall() - age, &upload) {
            form = form.text(name, value);
        }
        let form = form.part("file", reqwest::multipart::Part::bytes(b"face".to_vec()).file_name("f"));
        let sent = reqwest::Client::new().post(&world.clients.upload_url).multipart(form).send().await.unwrap();
        assert_eq!(sent.status().as_u16(), status);
    }
    assert_eq!(list(&world.clients.s3, "pending/").await, ["pending/k"]);
}

/// The tags of an object, as `name=value`.
async fn tags(s3: &Client, key: &str) -> Vec<String> {
    let found = s3.get_object_tagging().bucket(BUCKET).key(key).send().await.unwrap();
    found.tag_set().iter().map(|tag| format!("{}={}", tag.key(), tag.value())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_stay_with_their_object() {
    let folder = tempfile::tempdir().unwrap();
    let start = async || World::start(Options::persistent(folder.path()).without_questions()).await.unwrap();
    let world = start().await;
    let s3 = &world.clients.s3;
    let put = async |key: &str, tagging: &str| {
        let put = s3.put_object().bucket(BUCKET).key(key).tagging(tagging).body(b"x".to_vec().into());
        put.send().await.map(drop)
    };
    put("a/1", "kind=new%20one&x=").await.unwrap();
    put("a/2", "").await.unwrap();
    assert_eq!(tags(s3, "a/1").await, ["kind=new one", "x="]);
    assert!(tags(s3, "a/2").await.is_empty());
    assert!(put("a/3", "x=1&x=2").await.is_err());

    let copy = async |to: &str, replaced: Option<&str>| {
        let copy = s3.copy_object().bucket(BUCKET).key(to).copy_source(format!("{BUCKET}/a/1"));
        let directive = replaced.map(|_| aws_sdk_s3::types::TaggingDirective::Replace);
        copy.set_tagging_directive(directive).set_tagging(replaced.map(str::to_owned)).send().await.unwrap();
    };
    copy("b/1", None).await;
    copy("b/2", Some("kind=old")).await;
    copy("b/3", Some("")).await;
    assert_eq!(tags(s3, "b/1").await, ["kind=new one", "x="]);
    assert_eq!(tags(s3, "b/2").await, ["kind=old"]);
    assert!(tags(s3, "b/3").await.is_empty());

    world.shutdown().await;
    let world = start().await;
    let s3 = &world.clients.s3;
    assert_eq!(tags(s3, "a/1").await, ["kind=new one", "x="]);
    // What takes an object's place has its own tags, and what was deleted leaves none.
    s3.put_object().bucket(BUCKET).key("a/1").body(b"y".to_vec().into()).send().await.unwrap();
    assert!(tags(s3, "a/1").await.is_empty());
    s3.delete_object().bucket(BUCKET).key("b/1").send().await.unwrap();
    let gone = s3.get_object_tagging().bucket(BUCKET).key("b/1").send().await;
    assert_eq!(gone.unwrap_err().code(), Some("NoSuchKey"));
    let gone = s3.delete_object_tagging().bucket(BUCKET).key("b/1").send().await;
    assert_eq!(gone.unwrap_err().code(), Some("NoSuchKey"));
    s3.put_object().bucket(BUCKET).key("b/1").body(b"z".to_vec().into()).send().await.unwrap();
    assert!(tags(s3, "b/1").await.is_empty());
    world.shutdown().await;
}
