//! S3 as the domain uses it: forms, URLs, copies, listings and deletion, against the running stand-in.

mod forms;
mod judged;

use futures_util::{StreamExt, stream};
use local::{Fault, Options, World};
use reqwest::{StatusCode, header, multipart};
use shared::{
    error::Error,
    storage::{Form, Storage, Tag, Upload},
};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// Names that real clients and hostile ones send, all of them allowed.
const NAMES: [&str; 14] = [
    "portrait/5702a05c7b6ef053a330e8c3-1460000000.png",
    "Coordinate35.jpg",
    "http://www.baidu.com",
    "a b  c+d & e=f.mp4",
    "50% %2e%2E%00.mp4",
    "she said \"hi\" 'there'.mp4",
    "<b>&amp;</b>.mp4",
    "录音 一.mp4",
    "\u{1f3a4}e\u{301}.mp4",
    ".dot/s.mp4.",
    "double//slash.mp4",
    "slash/",
    "#?;,~*()!$@[]{}.mp4",
    "...",
];

async fn world() -> World {
    World::start(Options::ephemeral().without_questions()).await.unwrap()
}

fn upload(key: &str) -> Upload<'_> {
    Upload { key, content_type: "video/mp4", max_bytes: 1000, valid: HOUR }
}

/// Sends a form as a browser does, the file last.
async fn post(form: &Form, file: &[u8]) -> StatusCode {
    let mut body = multipart::Form::new();
    for (name, value) in &form.fields {
        body = body.text(name.clone(), value.clone());
    }
    let file = multipart::Part::bytes(file.to_vec()).file_name("any.bin");
    let request = reqwest::Client::new().post(&form.url).multipart(body.part("file", file));
    request.send().await.unwrap().status()
}

async fn put(storage: &Storage, key: &str, file: &[u8]) {
    let form = storage.form(&upload(key)).await.unwrap();
    assert_eq!(post(&form, file).await, StatusCode::NO_CONTENT, "{key:?}");
}

async fn get(storage: &Storage, key: &str) -> Option<Vec<u8>> {
    let answer = reqwest::get(storage.url(key, HOUR).await.unwrap()).await.unwrap();
    match answer.status() {
        StatusCode::NOT_FOUND => None,
        status => {
            assert_eq!(status, StatusCode::OK, "{key:?}");
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "video/mp4", "{key:?}");
            Some(answer.bytes().await.unwrap().to_vec())
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_uploads_its_object_and_nothing_else() {
    let world = world().await;
    let storage = &world.app.storage;
    let good = storage.form(&upload("pending/u/1/a.mp4")).await.unwrap();
    let with = |name: &str, value: &str| {
        let mut changed = good.clone();
        changed.fields.insert(name.to_owned(), value.to_owned());
        changed
    };
    let without = |name: &str| {
        let mut changed = good.clone();
        changed.fields.remove(name);
        changed
    };
    let other_policy = storage.form(&upload("pending/v/1/a.mp4")).await.unwrap();
    let refused = [
        ("another key", with("key", "pending/v/1/a.mp4"), 10),
        ("another key by a variable", with("key", "pending/u/1/${filename}"), 10),
        ("another type", with("Content-Type", "text/html"), 10),
        ("no type", without("Content-Type"), 10),
        ("another policy", with("policy", other_policy.policy()), 10),
        ("a policy that is none", with("policy", "e30="), 10),
        ("another signature", with("x-amz-signature", &"0".repeat(64)), 10),
        ("no signature", without("x-amz-signature"), 10),
        ("a field that nobody signed", with("acl", "public-read"), 10),
        ("too large", good.clone(), 1001),
        ("empty", good.clone(), 0),
    ];
    for (what, form, size) in refused {
        let status = post(&form, &vec![7; size]).await;
        assert!(status.is_client_error(), "{what}: {status}");
    }
    for key in ["pending/u/1/a.mp4", "pending/v/1/a.mp4", "pending/u/1/any.bin"] {
        assert_eq!(get(storage, key).await, None, "{key}");
    }
    assert_eq!(post(&good, &[7; 1000]).await, StatusCode::NO_CONTENT);
    assert_eq!(get(storage, "pending/u/1/a.mp4").await, Some(vec![7; 1000]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_and_a_url_expire() {
    let world = world().await;
    let storage = &world.app.storage;
    put(storage, "pending/u/1/a.mp4", b"here").await;
    let second = Duration::from_secs(1);
    let form = storage.form(&Upload { valid: second, ..upload("pending/u/2/a.mp4") }).await.unwrap();
    let url = storage.url("pending/u/1/a.mp4", second).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2100)).await;
    assert_eq!(post(&form, b"late").await, StatusCode::FORBIDDEN);
    assert_eq!(get(storage, "pending/u/2/a.mp4").await, None);
    assert_eq!(reqwest::get(url).await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_reads_parts_and_only_its_object() {
    let world = world().await;
    let storage = &world.app.storage;
    put(storage, "media/u/1/a.mp4", b"0123456789").await;
    put(storage, "media/u/2/b.mp4", b"other").await;
    let url = storage.url("media/u/1/a.mp4", HOUR).await.unwrap();
    let client = reqwest::Client::new();
    let part = client.get(&url).header(header::RANGE, "bytes=3-5").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()[header::CONTENT_RANGE], "bytes 3-5/10");
    assert_eq!(part.bytes().await.unwrap(), "345");
    let beyond = client.get(&url).header(header::RANGE, "bytes=10-").send().await.unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    let moved = client.get(url.replace("/1/a.mp4", "/2/b.mp4")).send().await.unwrap();
    assert_eq!(moved.status(), StatusCode::FORBIDDEN);
    let unsigned = client.get(url.split('?').next().unwrap()).send().await.unwrap();
    assert_eq!(unsigned.status(), StatusCode::FORBIDDEN);
    let deleting = client.delete(&url).send().await.unwrap();
    assert_eq!(deleting.status(), StatusCode::FORBIDDEN);
    assert_eq!(get(storage, "media/u/1/a.mp4").await.as_deref(), Some(&b"0123456789"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_allowed_name_goes_the_whole_way() {
    let world = world().await;
    let storage = &world.app.storage;
    let longest = "长".repeat(84) + "ab";
    let names = NAMES.iter().copied().chain([longest.as_str()]);
    for (number, name) in names.enumerate() {
        let pending = format!("pending/5702a05c7b6ef053a330e8c3/{number:016x}/{name}");
        let live = format!("media/5702a05c7b6ef053a330e8c3/{number:016x}/{name}");
        put(storage, &pending, name.as_bytes()).await;
        let newest = storage.newest("pending/5702a05c7b6ef053a330e8c3/", &[name]).await.unwrap();
        assert_eq!(newest, [Some(pending.clone())], "{name:?}");
        assert!(storage.copy(&pending, &live).await.unwrap(), "{name:?}");
        assert_eq!(get(storage, &live).await.as_deref(), Some(name.as_bytes()), "{name:?}");
    }
    storage.delete_prefix("pending/5702a05c7b6ef053a330e8c3/").await.unwrap();
    assert_eq!(storage.newest("pending/5702a05c7b6ef053a330e8c3/", &NAMES).await.unwrap(), vec![None; NAMES.len()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_says_when_there_is_nothing() {
    let world = world().await;
    let storage = &world.app.storage;
    put(storage, "pending/u/1/a.mp4", b"first").await;
    assert!(!storage.copy("pending/u/2/a.mp4", "media/u/2/a.mp4").await.unwrap());
    assert_eq!(get(storage, "media/u/2/a.mp4").await, None);
    assert!(storage.copy("pending/u/1/a.mp4", "media/u/1/a.mp4").await.unwrap());
    put(storage, "pending/u/1/a.mp4", b"second").await;
    assert_eq!(get(storage, "media/u/1/a.mp4").await.as_deref(), Some(&b"first"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_upload_of_a_name_wins() {
    let world = world().await;
    let storage = &world.app.storage;
    for key in ["pending/u/f/a.mp4", "pending/u/1/b.mp4", "pending/u/3/b/a.mp4", "pending/uu/1/a.mp4"] {
        put(storage, key, b"old").await;
    }
    tokio::time::sleep(Duration::from_millis(1100)).await;
    put(storage, "pending/u/0/a.mp4", b"new").await;
    put(storage, "pending/uu/0/b.mp4", b"new").await;
    let newest = storage.newest("pending/u/", &["a.mp4", "b.mp4", "b/a.mp4", "c.mp4", "mp4"]).await.unwrap();
    let found: Vec<_> = newest.iter().map(Option::as_deref).collect();
    let expected = [Some("pending/u/0/a.mp4"), Some("pending/u/1/b.mp4"), Some("pending/u/3/b/a.mp4"), None, None];
    assert_eq!(found, expected);
    assert_eq!(storage.newest("pending/nobody/", &["a.mp4"]).await.unwrap(), [None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prefix_is_deleted_whole_and_alone() {
    let world = world().await;
    let storage = &world.app.storage;
    let kept = ["media/uu/1/a.mp4", "media/u.mp4", "pending/u/1/a.mp4"];
    for key in kept {
        put(storage, key, b"kept").await;
    }
    let count = 1003;
    let keys: Vec<String> = (0..count).map(|number| format!("media/u/{number:04}/录 音.mp4")).collect();
    stream::iter(&keys).for_each_concurrent(32, |key| put(storage, key, b"gone")).await;
    assert!(storage.delete_prefix("").await.is_err());
    assert!(storage.delete_prefix("media/u").await.is_err());
    assert!(get(storage, &keys[0]).await.is_some());
    storage.delete_prefix("media/u/").await.unwrap();
    let left: Vec<String> = stream::iter(&keys)
        .map(|key| async move { get(storage, key).await.map(|_| key.clone()) })
        .buffer_unordered(32)
        .filter_map(|left| async { left })
        .collect()
        .await;
    assert_eq!(left, Vec::<String>::new());
    for key in kept {
        assert!(get(storage, key).await.is_some(), "{key}");
    }
    storage.delete_prefix("media/u/").await.unwrap();
    storage.delete(&[kept[0].to_owned(), "never/there".to_owned()]).await.unwrap();
    assert_eq!(get(storage, kept[0]).await, None);
    assert!(get(storage, kept[1]).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_and_storage_keep_their_secrets_in_debug() {
    let world = world().await;
    let form = world.app.storage.form(&upload("pending/u/1/a.mp4")).await.unwrap();
    let shown = format!("{form:?} {:?}", world.app.storage);
    for secret in [form.signature(), form.policy(), "x-amz", "pending/u", "access_key", "secret"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_told_apart_from_what_will_not() {
    let world = world().await;
    let storage = &world.app.storage;
    put(storage, "pending/u/1/a.mp4", b"here").await;
    let copy = async || storage.copy("pending/u/1/a.mp4", "media/u/1/a.mp4").await;
    for (fault, times) in [(Fault::Throttled, 2), (Fault::Internal, 2), (Fault::AnswerLost, 1)] {
        world.faults.strike("CopyObject", times, &fault);
        assert!(copy().await.unwrap(), "{fault:?}");
        assert_eq!(world.faults.left("CopyObject"), 0, "{fault:?}");
    }
    for fault in [Fault::Throttled, Fault::Internal, Fault::Unreachable] {
        world.faults.strike("CopyObject", 3, &fault);
        assert!(matches!(copy().await, Err(Error::Unavailable)), "{fault:?}");
        assert_eq!(world.faults.left("CopyObject"), 0, "{fault:?}");
    }
    for (status, code) in [(403, "AccessDenied"), (404, "NoSuchBucket")] {
        world.faults.strike("CopyObject", 1, &Fault::Refused { status, code });
        assert!(matches!(copy().await, Err(Error::Internal(_))), "{code}");
    }
    // An erasure that fails half-way is resumed by calling it again.
    world.faults.strike("DeleteObjects", 3, &Fault::Throttled);
    assert!(matches!(storage.delete_prefix("media/u/").await, Err(Error::Unavailable)));
    assert!(get(storage, "media/u/1/a.mp4").await.is_some());
    storage.delete_prefix("media/u/").await.unwrap();
    assert_eq!(get(storage, "media/u/1/a.mp4").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_there_until_it_is_taken_away() {
    let world = world().await;
    let storage = &world.app.storage;
    storage.put_tagged("static/a.png", b"one".to_vec(), "video/mp4", Tag::Unclaimed).await.unwrap();
    storage.put("static/b.png", b"two".to_vec(), "video/mp4").await.unwrap();
    let tagged = async |key: &str| storage.is_tagged(key, Tag::Unclaimed).await.unwrap();
    assert!(tagged("static/a.png").await);
    assert!(!tagged("static/b.png").await && !tagged("static/nothing.png").await);
    assert_eq!(get(storage, "static/a.png").await.as_deref(), Some(&b"one"[..]));
    assert!(storage.untag("static/a.png").await.unwrap() && storage.untag("static/b.png").await.unwrap());
    assert!(!storage.untag("static/nothing.png").await.unwrap());
    assert!(!tagged("static/a.png").await);
    storage.tag("static/a.png", Tag::Unclaimed).await.unwrap();
    assert!(tagged("static/a.png").await);
    storage.tag("static/nothing.png", Tag::Unclaimed).await.unwrap_err();
    assert!(storage.exists("static/a.png").await.unwrap() && !storage.exists("static/nothing.png").await.unwrap());
    world.faults.strike("GetObjectTagging", 3, &Fault::Internal);
    assert!(matches!(storage.is_tagged("static/a.png", Tag::Unclaimed).await, Err(Error::Unavailable)));
    world.shutdown().await;
}
