//! What was live before, and forms that are used again (`docs/dialects/lightup.md#confirm`,
//! `docs/dialects/lightup.md#media`).

use super::{
    EMOTION, KEY, OPERATED, PHONE, SET, VALUE, audio, confirm, fetch, media, objects, plays, request, send, uploaded,
    video,
};
use crate::world::Api;
use local::Fault;

/// A form can be used as often as one likes, but not to change what is live.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_used_again() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = uploaded(&api, &who, VALUE, b"one").await;
    // Before the confirmation the last upload counts.
    assert_eq!(api.upload(&form, b"two").await, 204);
    confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
    assert_eq!(plays(&api, &who, VALUE).await, b"two");
    assert_eq!(api.upload(&form, b"three").await, 204);
    assert_eq!(plays(&api, &who, VALUE).await, b"two");
    // Nor through the next request of the same name.
    let next = request(&api, &who, &video(VALUE, KEY)).await;
    assert_eq!(api.upload(&form, b"four").await, 204);
    confirm(&api, &who, "video", &next["video_buffer_id"]).await.is(200, OPERATED);
    let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
    assert_eq!(fetch(&api, &url).await.0, 404);
}

/// One live record for each class; what it replaces goes from the bucket, URLs given out before included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replaced_media_vanishes() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let other = uploaded(&api, &who, EMOTION, b"other").await;
    confirm(&api, &who, "video", &other["video_buffer_id"]).await.is(200, OPERATED);
    let mut before = None;
    for bytes in [b"one", b"two"] {
        let form = uploaded(&api, &who, VALUE, bytes).await;
        confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
        assert_eq!(plays(&api, &who, VALUE).await, bytes);
        assert_eq!(objects(&api, &who, "media").await.len(), 2);
        let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
        if let Some(before) = before.replace(url) {
            assert_eq!(fetch(&api, &before).await.0, 404);
        }
    }
    // `upload_media` replaces as well, also by nothing.
    send(&api, &who, "media/upload_media", &video(VALUE, "/never-uploaded.mp4")).await.is(200, SET);
    assert_eq!(objects(&api, &who, "media").await.len(), 1);
    assert_eq!(fetch(&api, &before.unwrap()).await.0, 404);
    assert_eq!(plays(&api, &who, EMOTION).await, b"other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_set_vanishes() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for round in ["a", "b"] {
        let forms = request(&api, &who, &audio()).await;
        for (form, number) in forms["audios"].as_array().unwrap().iter().zip(1..) {
            assert_eq!(api.upload(form, format!("{round}{number}").as_bytes()).await, 204);
        }
        confirm(&api, &who, "audio", &forms["audio_buffer_id"]).await.is(200, OPERATED);
        assert_eq!(objects(&api, &who, "media").await.len(), 3);
        let data = media(&api, &who, &who, "audio", "basic_info").await.data();
        for (question, number) in data["questions"].as_array().unwrap().iter().zip(1..) {
            assert_eq!(fetch(&api, &question["save_key"]).await, (200, format!("{round}{number}").into_bytes()));
        }
    }
}

/// A file that cannot be deleted is garbage; the new one is live all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_stays() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = uploaded(&api, &who, VALUE, b"one").await;
    confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
    let form = uploaded(&api, &who, VALUE, b"two").await;
    api.world.faults.strike("DeleteObjects", 30, &Fault::Internal);
    confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
    assert_eq!(plays(&api, &who, VALUE).await, b"two");
}
