//! `upload_media` (`docs/dialects/lightup.md#upload_media`): live at once.

use super::{
    KEY, NO_MEDIA, OPERATED, PHONE, SET, VALUE, audio, complete, confirm, fetch, media, objects, plays, request, send,
    uploaded, video, with,
};
use crate::world::{Api, question_arr};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_alone() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    send(&api, &who, "media/upload_media", &video(VALUE, KEY)).await.is(200, SET);
    send(&api, &who, "media/upload_media", &audio()).await.is(200, SET);
    assert_eq!(complete(&api, &who).await, [true, false, true]);
    for looker in [&who, &ann] {
        let url = media(&api, looker, &who, "video", VALUE).await.data()["save_key"].clone();
        assert!(super::decoded_path(&url).ends_with(KEY), "{url}");
        assert_eq!(fetch(&api, &url).await.0, 404);
        let set = media(&api, looker, &who, "audio", "basic_info").await.data();
        assert_eq!(set["questions"].as_array().unwrap().len(), 3);
    }
    assert!(objects(&api, &who, "media").await.is_empty());
}

/// What waits under that name becomes live; a form that is used again after that changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_what_was_uploaded() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = uploaded(&api, &who, VALUE, b"bytes").await;
    // The leading slash makes no difference, another name does.
    send(&api, &who, "media/upload_media", &video(VALUE, &KEY[1..])).await.is(200, SET);
    assert_eq!(plays(&api, &who, VALUE).await, b"bytes");
    assert_eq!(api.upload(&form, b"later").await, 204);
    assert_eq!(plays(&api, &who, VALUE).await, b"bytes");
    send(&api, &who, "media/upload_media", &video(VALUE, "/1460000002.mp4")).await.is(200, SET);
    let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
    assert_eq!(fetch(&api, &url).await.0, 404);
}

/// The newest of several files of a name; S3 knows when to the second.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_file_counts() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let mut forms = Vec::new();
    for _ in 0..4 {
        forms.push(request(&api, &who, &video(VALUE, KEY)).await);
    }
    // Not in the order of the requests, and not in that of the random names.
    forms.sort_by_key(|form| form["fields"]["key"].as_str().unwrap().to_owned());
    for (form, bytes) in [(3, b"one"), (0, b"two"), (2, b"six"), (1, b"ten")] {
        assert_eq!(api.upload(&forms[form], bytes).await, 204);
        tokio::time::sleep(Duration::from_millis(1_010)).await;
    }
    send(&api, &who, "media/upload_media", &video(VALUE, KEY)).await.is(200, SET);
    assert_eq!(plays(&api, &who, VALUE).await, b"ten");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_file_of_a_set() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let forms = request(&api, &who, &audio()).await;
    for (form, bytes) in [(2, b"third"), (0, b"first")] {
        assert_eq!(api.upload(&forms["audios"][form], bytes).await, 204);
    }
    // The same set in another order: each name finds its own file.
    let mut arr: Vec<serde_json::Value> = serde_json::from_str(&question_arr()).unwrap();
    arr.reverse();
    let form = with(audio(), "question_arr", Some(&json!(arr).to_string()));
    send(&api, &who, "media/upload_media", &form).await.is(200, SET);
    let data = media(&api, &who, &who, "audio", "basic_info").await.data();
    let mut found = Vec::new();
    for question in data["questions"].as_array().unwrap() {
        found.push((question["question_order"].as_i64().unwrap(), fetch(&api, &question["save_key"]).await));
    }
    assert_eq!((found[0].0, &found[0].1), (3, &(200, b"third".to_vec())));
    assert_eq!((found[1].0, found[1].1.0), (2, 404));
    assert_eq!((found[2].0, &found[2].1), (1, &(200, b"first".to_vec())));
}

/// Nobody's file but one's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_somebody_elses() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    let theirs = uploaded(&api, &who, VALUE, b"his").await;
    let key = theirs["fields"]["key"].as_str().unwrap();
    for name in [KEY, key, &format!("/{key}")] {
        send(&api, &ann, "media/upload_media", &video(VALUE, name)).await.is(200, SET);
        let url = media(&api, &ann, &ann, "video", VALUE).await.data()["save_key"].clone();
        assert_eq!(fetch(&api, &url).await.0, 404, "{name}");
    }
    assert!(objects(&api, &ann, "media").await.is_empty());
    // His own upload is not touched.
    confirm(&api, &who, "video", &theirs["video_buffer_id"]).await.is(200, OPERATED);
    assert_eq!(plays(&api, &who, VALUE).await, b"his");
    media(&api, &who, &who, "video", super::EMOTION).await.fails(400, NO_MEDIA);
}
