//! `confirm` (`docs/dialects/lightup.md#confirm`). What happens to what was live before: `replace.rs`.

use super::{
    EMOTION, INVALID, KEY, NO_MEDIA, OPERATED, PHONE, SIGNED_OUT, VALUE, audio, complete, confirm, fetch, media,
    objects, plays, request, uploaded, video,
};
use crate::world::{Api, NOBODY, Person};
use local::Fault;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_becomes_live_once() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = uploaded(&api, &who, VALUE, b"bytes").await;
    let id = &form["video_buffer_id"];
    confirm(&api, &who, "video", id).await.is(200, OPERATED);
    assert_eq!(complete(&api, &who).await, [false, false, true]);
    assert_eq!(plays(&api, &who, VALUE).await, b"bytes");
    confirm(&api, &who, "video", id).await.fails(400, INVALID);
    assert_eq!(plays(&api, &who, VALUE).await, b"bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_confirmations_at_once() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let form = uploaded(&api, &who, VALUE, b"bytes").await;
    let id = &form["video_buffer_id"];
    let (one, two) = tokio::join!(confirm(&api, &who, "video", id), confirm(&api, &who, "video", id));
    let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
    won.is(200, OPERATED);
    lost.fails(400, INVALID);
    assert_eq!(plays(&api, &who, VALUE).await, b"bytes");
}

/// Ids are bound to their owner, their kind and their form (`docs/dialects/lightup.md#confirm`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_confirmed() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    let id = uploaded(&api, &who, VALUE, b"bytes").await["video_buffer_id"].clone();
    let set = request(&api, &who, &audio()).await["audio_buffer_id"].clone();
    let hers = uploaded(&api, &ann, VALUE, b"hers").await["video_buffer_id"].clone();
    confirm(&api, &ann, "video", &id).await.fails(400, INVALID);
    confirm(&api, &who, "video", &hers).await.fails(400, INVALID);
    confirm(&api, &who, "video", &json!(NOBODY)).await.fails(400, INVALID);
    confirm(&api, &who, "audio", &id).await.fails(400, INVALID);
    confirm(&api, &who, "video", &set).await.fails(400, INVALID);
    let text = id.as_str().unwrap();
    for wrong in ["", &text[1..], &format!("{text}0"), "5702a05c7b6ef053a330e8cg"] {
        confirm(&api, &who, "video", &json!(wrong)).await.fails(400, INVALID);
    }
    for wrong in ["", "image", "Video"] {
        confirm(&api, &who, wrong, &id).await.fails(400, INVALID);
    }
    api.signed(&who, "media/confirm", &[("file_type", "video")]).await.fails(400, INVALID);
    api.signed(&who, "media/confirm", &[("file_id", text)]).await.fails(400, INVALID);
    let as_ann = Person { id: ann.id.clone(), ..who.clone() };
    confirm(&api, &as_ann, "video", &hers).await.fails(401, SIGNED_OUT);
    assert_eq!((complete(&api, &who).await, complete(&api, &ann).await), ([false; 3], [false; 3]));
    assert!(objects(&api, &who, "media").await.is_empty() && objects(&api, &ann, "media").await.is_empty());
    // Ids are compared in lower case; everybody's own is still there.
    confirm(&api, &who, "video", &json!(text.to_uppercase())).await.is(200, OPERATED);
    confirm(&api, &ann, "video", &hers).await.is(200, OPERATED);
    confirm(&api, &who, "audio", &set).await.is(200, OPERATED);
}

/// What was never uploaded can be confirmed (`docs/dialects/lightup.md#confirm`): the record is live, its URL finds
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_file() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let id = request(&api, &who, &video(VALUE, KEY)).await["video_buffer_id"].clone();
    confirm(&api, &who, "video", &id).await.is(200, OPERATED);
    assert_eq!(complete(&api, &who).await, [false, false, true]);
    let url = media(&api, &who, &who, "video", VALUE).await.data()["save_key"].clone();
    assert_eq!(fetch(&api, &url).await.0, 404);
    // One file of three is there.
    let forms = request(&api, &who, &audio()).await;
    assert_eq!(api.upload(&forms["audios"][1], b"second").await, 204);
    confirm(&api, &who, "audio", &forms["audio_buffer_id"]).await.is(200, OPERATED);
    let data = media(&api, &who, &who, "audio", "basic_info").await.data();
    let mut found = Vec::new();
    for question in data["questions"].as_array().unwrap() {
        found.push(fetch(&api, &question["save_key"]).await.0);
    }
    assert_eq!(found, [404, 200, 404]);
}

/// The newest request of a class is what is confirmed, whichever answer the id is from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_request_counts() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let first = uploaded(&api, &who, VALUE, b"first").await;
    uploaded(&api, &who, VALUE, b"second").await;
    confirm(&api, &who, "video", &first["video_buffer_id"]).await.is(200, OPERATED);
    assert_eq!(plays(&api, &who, VALUE).await, b"second");
    assert_eq!(objects(&api, &who, "media").await.len(), 1);
}

/// Two days, then it is gone, whether its row is still there or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_waits_two_days() {
    let api = Api::start().await;
    let mut who = api.person(PHONE, "Tony", "male").await;
    let renew = async |who: &Person| {
        let data = api.signed(who, "account/refresh_access_token", &[]).await.data();
        Person { token: data["access_token"].as_str().unwrap().to_owned(), ..who.clone() }
    };
    let id = uploaded(&api, &who, VALUE, b"in time").await["video_buffer_id"].clone();
    api.advance(2 * 86_400 - 30);
    who = renew(&who).await;
    confirm(&api, &who, "video", &id).await.is(200, OPERATED);
    let id = uploaded(&api, &who, EMOTION, b"too late").await["video_buffer_id"].clone();
    api.advance(2 * 86_400 + 1);
    who = renew(&who).await;
    confirm(&api, &who, "video", &id).await.fails(400, INVALID);
    media(&api, &who, &who, "video", EMOTION).await.fails(400, NO_MEDIA);
    // The class is not spoilt by that.
    let id = uploaded(&api, &who, EMOTION, b"again").await["video_buffer_id"].clone();
    confirm(&api, &who, "video", &id).await.is(200, OPERATED);
    assert_eq!(plays(&api, &who, EMOTION).await, b"again");
}

/// While the bucket does not answer nothing becomes live, and the upload can still be confirmed later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_does_not_answer() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let id = uploaded(&api, &who, VALUE, b"bytes").await["video_buffer_id"].clone();
    for operation in ["CopyObject", "TransactWriteItems"] {
        api.world.faults.strike(operation, 30, &Fault::Internal);
        confirm(&api, &who, "video", &id).await.fails(500, "server error");
        api.world.faults.clear();
        assert_eq!(complete(&api, &who).await, [false; 3]);
        media(&api, &who, &who, "video", VALUE).await.fails(400, NO_MEDIA);
    }
    confirm(&api, &who, "video", &id).await.is(200, OPERATED);
    assert_eq!(plays(&api, &who, VALUE).await, b"bytes");
}
