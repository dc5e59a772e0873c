//! `upload_request` (`docs/dialects/lightup.md#upload_request`).

use super::{
    EMOTION, Form, INVALID, KEY, NO_MEDIA, PHONE, SIGNED_OUT, VALUE, audio, check_form, complete, confirm, media,
    objects, policy, request, seconds, send, video, with,
};
use crate::world::{Api, NOBODY, Person};
use serde_json::{Value, json};

fn is_id(id: &Value) -> bool {
    let id = id.as_str().unwrap();
    id.len() == 24 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_for_a_video() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let before = api.world.clock.seconds();
    let answer = send(&api, &who, "media/upload_request", &video(VALUE, KEY)).await;
    assert_eq!(keys(&answer.json()), ["data"]);
    let data = answer.data();
    assert_eq!(keys(&data), ["bucket", "expiration", "fields", "policy", "signature", "url", "video_buffer_id"]);
    assert!(is_id(&data["video_buffer_id"]));
    assert_eq!(data["bucket"], "video");
    let expiration = data["expiration"].as_i64().unwrap();
    assert!((before + 900..=before + 905).contains(&expiration));
    check_form(&api, &who, &data, KEY, "video/mp4", 200 << 20);
    // S3 judges the form by its own clock, to the same end.
    let until = seconds(policy(&data)["expiration"].as_str().unwrap());
    assert!((before + 900..=before + 905).contains(&until), "{until}");
}

/// A form for each question, in the order of the questions, whatever their places are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_for_an_audio_set() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let before = api.world.clock.seconds();
    let question = |order: Value, key: &str| json!({"save_key": key, "question_id": NOBODY, "question_order": order});
    // Numbers may come as text (`docs/dialects/lightup.md#field-rules`), suffixes in capitals.
    let arr = json!([question(json!(2), "/b.mp3"), question(json!("3"), "c.M4A"), question(json!(1), "/a/x")]);
    let form = with(audio(), "question_arr", Some(&arr.to_string()));
    let data = request(&api, &who, &form).await;
    assert_eq!(keys(&data), ["audio_buffer_id", "audios", "bucket", "expiration"]);
    assert!(is_id(&data["audio_buffer_id"]));
    assert_eq!(data["bucket"], "audio");
    assert!((before + 900..=before + 905).contains(&data["expiration"].as_i64().unwrap()));
    let expected = [(2, "/b.mp3", "audio/mpeg"), (3, "c.M4A", "audio/mp4"), (1, "/a/x", "audio/mpeg")];
    let audios = data["audios"].as_array().unwrap();
    assert_eq!(audios.len(), 3);
    let mut objects = Vec::new();
    for (audio, (order, key, content_type)) in audios.iter().zip(expected) {
        assert_eq!(keys(audio), ["fields", "policy", "question_order", "signature", "url"]);
        assert_eq!(audio["question_order"], order);
        objects.push(check_form(&api, &who, audio, key, content_type, 20 << 20));
    }
    objects.dedup();
    assert_eq!(objects.len(), 3);
}

/// The id of a class stays the same until it is confirmed; every form is for an object of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_stays_until_it_is_confirmed() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let first = request(&api, &who, &video(VALUE, KEY)).await;
    let again = request(&api, &who, &video(VALUE, "/other.mp4")).await;
    let other = request(&api, &who, &video(EMOTION, KEY)).await;
    let set = request(&api, &who, &audio()).await;
    let id = &first["video_buffer_id"];
    assert_eq!(id, &again["video_buffer_id"]);
    assert_ne!(first["fields"]["key"], again["fields"]["key"]);
    assert!(id != &other["video_buffer_id"] && id != &set["audio_buffer_id"]);
    let ann = api.person("15172354424", "Ann", "female").await;
    assert_ne!(id, &request(&api, &ann, &video(VALUE, KEY)).await["video_buffer_id"]);
    assert_eq!(confirm(&api, &who, "video", id).await.status, 200);
    let next = request(&api, &who, &video(VALUE, KEY)).await;
    assert_ne!(id, &next["video_buffer_id"]);
    // The others' are untouched by that.
    assert_eq!(request(&api, &who, &video(EMOTION, KEY)).await["video_buffer_id"], other["video_buffer_id"]);
    assert_eq!(request(&api, &who, &audio()).await["audio_buffer_id"], set["audio_buffer_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_shows_before_the_confirmation() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    let forms = request(&api, &who, &audio()).await;
    for form in forms["audios"].as_array().unwrap() {
        assert_eq!(api.upload(form, b"sound").await, 204);
    }
    super::uploaded(&api, &who, VALUE, b"picture").await;
    assert_eq!(complete(&api, &who).await, [false; 3]);
    for looker in [&who, &ann] {
        media(&api, looker, &who, "audio", "basic_info").await.fails(400, NO_MEDIA);
        media(&api, looker, &who, "video", VALUE).await.fails(400, NO_MEDIA);
    }
    assert_eq!((objects(&api, &who, "pending").await.len(), objects(&api, &who, "media").await.len()), (4, 0));
    // Nobody can fetch what waits: neither from the bucket nor from the API.
    let key = &objects(&api, &who, "pending").await[0];
    let direct = api.http.get(format!("{}/media/{key}", api.world.endpoints.s3)).send().await.unwrap();
    assert_eq!(direct.status().as_u16(), 403);
    api.get(&format!("/media/{key}")).await.fails(404, "not found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_forms() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let (long, longest) = (format!("/{}", "x".repeat(254)), "x".repeat(254));
    let question =
        |order: i64, id: &str, key: &str| json!({"question_order": order, "question_id": id, "save_key": key});
    let set = |third: Value| json!([question(1, NOBODY, "/1"), question(2, NOBODY, "/2"), third]).to_string();
    let sets = [
        json!([question(1, NOBODY, "/1"), question(2, NOBODY, "/2")]).to_string(),
        json!([1, 2, 3, 4].map(|order| question(order, NOBODY, "/x"))).to_string(),
        set(question(2, NOBODY, "/3")),
        set(question(0, NOBODY, "/3")),
        set(question(4, NOBODY, "/3")),
        set(question(3, &NOBODY[1..], "/3")),
        set(question(3, "5702a05c7b6ef053a330e8cg", "/3")),
        set(json!({"question_order": 3, "save_key": "/3"})),
        set(json!({"question_id": NOBODY, "save_key": "/3"})),
        set(json!(null)),
        "[]".into(),
        "{}".into(),
        "[{".into(),
        "null".into(),
        "7".into(),
    ];
    for name in ["media/upload_request", "media/upload_media"] {
        let refused = async |form: Form| send(&api, &who, name, &form).await.fails(400, INVALID);
        for (form, fields) in [
            (audio(), &["sex", "file_type", "audio_class", "question_arr"][..]),
            (video(VALUE, KEY), &["sex", "file_type", "video_class", "save_key", "questions"]),
        ] {
            for field in fields {
                refused(with(form.clone(), field, None)).await;
                refused(with(form.clone(), field, Some(""))).await;
            }
            for (field, wrong) in [("sex", "both"), ("sex", "Male"), ("file_type", "image"), ("file_type", "Audio")] {
                refused(with(form.clone(), field, Some(wrong))).await;
            }
        }
        for class in [VALUE, EMOTION, "other"] {
            refused(with(audio(), "audio_class", Some(class))).await;
        }
        for class in ["basic_info", "other"] {
            refused(with(video(VALUE, KEY), "video_class", Some(class))).await;
        }
        for key in ["..", "/../x", "a/../b", "a..b", "a\\b", "a\nb", "a\u{0}b", "a\u{7f}b", &long] {
            refused(with(video(VALUE, KEY), "save_key", Some(key))).await;
            refused(with(audio(), "question_arr", Some(&set(question(3, NOBODY, key))))).await;
        }
        refused(with(audio(), "question_arr", Some(&set(question(3, NOBODY, ""))))).await;
        for set in &sets {
            refused(with(audio(), "question_arr", Some(set))).await;
            refused(with(video(VALUE, KEY), "questions", Some(set))).await;
        }
    }
    assert_eq!((complete(&api, &who).await, objects(&api, &who, "pending").await), ([false; 3], vec![]));
    let rows = api.rows("UsersTable").await;
    assert!(!rows.iter().any(|row| row["sk"].as_s().unwrap().starts_with("UPLOAD#")));
    check_form(&api, &who, &request(&api, &who, &video(VALUE, &longest)).await, &longest, "video/mp4", 200 << 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_for_oneself() {
    let api = Api::start().await;
    let who = api.person(PHONE, "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    let as_ann = Person { id: ann.id.clone(), ..who.clone() };
    for name in ["media/upload_request", "media/upload_media"] {
        for form in [audio(), video(VALUE, KEY)] {
            send(&api, &as_ann, name, &form).await.fails(401, SIGNED_OUT);
        }
    }
    assert_eq!(complete(&api, &ann).await, [false; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_for_an_upload_at_the_same_time_have_one_id() {
    let api = Api::start().await;
    let who = &api.crowd(1, "female").await[0];
    let answers = futures_util::future::join_all((0..20).map(|_| api.request_video(who, "value_concept"))).await;
    let ids: std::collections::HashSet<_> =
        answers.iter().map(|answer| answer.data()["video_buffer_id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    api.confirm(who, &answers[0].data()).await.is(200, r#"{"status":"operate successfully","data":{}}"#);
}

/// A request that comes in between takes the place of what waits, and then that one is confirmed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_beside_new_requests_finds_what_waits() {
    let api = Api::start().await;
    let who = &api.crowd(1, "female").await[0];
    let portrait = [("save_key", "/p.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    for _ in 0..5 {
        let form = api.request_video(who, "value_concept").await.data();
        let again = futures_util::future::join_all((0..2).map(|_| api.request_video(who, "value_concept")));
        let (confirmed, _) = tokio::join!(api.confirm(who, &form), again);
        confirmed.is(200, r#"{"status":"operate successfully","data":{}}"#);

        let request = async || api.signed(who, "account/upload_portrait_request", &portrait).await.data();
        request().await;
        let again = futures_util::future::join_all((0..2).map(|_| request()));
        let (confirmed, _) = tokio::join!(api.signed(who, "account/upload_portrait_confirm", &[]), again);
        assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_of_slashes_and_dots_is_none() {
    let api = Api::start().await;
    let who = &api.crowd(1, "female").await[0];
    for name in ["/", "//", "///", "/./", "./", ".//.", "."] {
        let fields = [("save_key", name), ("expiration", "2222222222"), ("bucket", "portrait")];
        api.signed(who, "account/upload_portrait_request", &fields).await.fails(400, "invalid request");
    }
}
