//! The call flows of uploads, with the fields that the clients send (`docs/dialects/lightup.md#call-flows`).

use super::{NO_MEDIA, OPERATED, PHONE, SET, confirm, fetch, media, plays};
use crate::world::{Api, Person};
use serde_json::{Value, json};

async fn ask(api: &Api, who: &Person, class: &str) -> Vec<String> {
    let fields = [("class", class), ("limit", "3")];
    let data = api.signed(who, "procedure/get_random_questions", &fields).await.data();
    let ids = data["questions"].as_array().unwrap().iter().map(|question| &question["problem_id"]);
    ids.map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// 7.7: questions, three forms, three uploads, one confirmation, with a fresh token before each native call.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answering_by_audio() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let own = async |who: &Person| api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    let data = api.signed(&who, "account/refresh_access_token", &[]).await.data();
    let who = Person { token: data["access_token"].as_str().unwrap().to_owned(), ..who };
    let ids = ask(&api, &who, "basic_info").await;
    let question = |order: usize| {
        let key = format!("/basic_info/{}-146000000{order}.mp3", who.id);
        json!({"save_key": key, "question_id": ids[order - 1], "question_order": order})
    };
    let arr = json!([question(1), question(2), question(3)]).to_string();
    let fields = [("sex", "male"), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
    let forms = api.signed(&who, "media/upload_request", &fields).await.data();
    assert_eq!(forms["audios"].as_array().unwrap().len(), 3);
    for (form, bytes) in forms["audios"].as_array().unwrap().iter().zip([b"one", b"two", b"six"]) {
        assert_eq!(api.upload(form, bytes).await, 204);
    }
    assert_eq!(own(&who).await["basic_info_complete"], false);
    media(&api, &who, &who, "audio", "basic_info").await.fails(400, NO_MEDIA);
    confirm(&api, &who, "audio", &forms["audio_buffer_id"]).await.is(200, OPERATED);
    assert_eq!(own(&who).await["basic_info_complete"], true);
    let tape = media(&api, &who, &who, "audio", "basic_info").await.data();
    let tape = tape["questions"].as_array().unwrap();
    assert_eq!(tape.len(), 3);
    for (at, (item, bytes)) in tape.iter().zip([b"one", b"two", b"six"]).enumerate() {
        assert_eq!((&item["question_order"], &item["question_id"]), (&json!(at + 1), &json!(ids[at])));
        assert!(!item["question_content"].as_str().unwrap().is_empty());
        assert_eq!(fetch(&api, &item["save_key"]).await, (200, bytes.to_vec()));
    }
}

/// 7.8, confirmed, and the direct variant of a client that has uploaded before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answering_by_video() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    for (class, direct) in [("emotion_experience", false), ("value_concept", true)] {
        let ids = ask(&api, &who, class).await;
        let set: Vec<Value> =
            ids.iter().zip(1..).map(|(id, order)| json!({"question_id": id, "question_order": order})).collect();
        let (set, key) = (json!(set).to_string(), format!("/{class}/{}-1460000002.mp4", who.id));
        let fields = [
            ("sex", "male"),
            ("file_type", "video"),
            ("video_class", class),
            ("questions", &*set),
            ("save_key", &*key),
        ];
        let form = api.signed(&who, "media/upload_request", &fields).await.data();
        assert_eq!(api.upload(&form, class.as_bytes()).await, 204);
        media(&api, &who, &who, "video", class).await.fails(400, NO_MEDIA);
        if direct {
            api.signed(&who, "media/upload_media", &fields).await.is(200, SET);
        } else {
            confirm(&api, &who, "video", &form["video_buffer_id"]).await.is(200, OPERATED);
        }
        assert_eq!(plays(&api, &who, class).await, class.as_bytes());
        let own = api.signed(&who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
        assert_eq!(own[format!("{class}_complete")], true);
    }
}
