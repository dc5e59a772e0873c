//! `delete_user` (`docs/dialects/lightup.md#delete_user`).

mod late;
mod storm;

use super::{CODE_SENT, DELETE, INVALID, NO_USER, PASSWORD, PHONE, SIGNED_OUT, login, refresh, register, text};
use crate::world::{Answer, Api, Person};
use local::{Fault, Options};
use serde_json::{Value, json};

const ERASED: &str = r#"{"status":"remove account successfully","data":{}}"#;
const NICKNAME: &str = "Ｔony the First";
const DEVICE: &str = "device-of-the-first";

async fn delete(api: &Api, phone: &str) -> Answer {
    api.form(DELETE, &[("phone_number", phone)]).await
}

async fn lights(api: &Api, from: &Person, on: &Person, orders: &[&str]) {
    for order in orders {
        let fields = [("target_id", &*on.id), ("order", order), ("light_status", "1")];
        assert_eq!(api.signed(from, "procedure/light_up", &fields).await.status, 200);
    }
}

/// Uploads with the forms of an answer, wherever they are in it.
async fn upload(api: &Api, data: &Value) {
    for form in data["audios"].as_array().unwrap_or(&vec![data.clone()]) {
        assert_eq!(api.upload(form, b"bytes").await, 204);
    }
}

/// Somebody with a trace of every kind: profile, password, portrait, live and pending media with files, devices,
/// questions, an open code, lights given and received, guests seen.
async fn somebody(api: &Api, ann: &Person, bob: &Person) -> Person {
    let tony = api.complete(PHONE, NICKNAME, "male").await;
    let info =
        json!({"location": "a place of his own", "wechat_ID": "his-wechat", "birthday": "694195200"}).to_string();
    assert_eq!(api.signed(&tony, "account/change_personal_info", &[("personal_info", &info)]).await.status, 200);
    let portrait = [("save_key", "/his-portrait.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let (arr, set) = (crate::world::question_arr(), crate::world::questions());
    let audio = [("sex", "male"), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
    let video = [
        ("sex", "male"),
        ("file_type", "video"),
        ("video_class", "value_concept"),
        ("save_key", "/his-video.mp4"),
        ("questions", &*set),
    ];
    upload(api, &api.signed(&tony, "account/upload_portrait_request", &portrait).await.data()).await;
    assert_eq!(api.signed(&tony, "account/upload_portrait_confirm", &[]).await.status, 200);
    let form = api.signed(&tony, "media/upload_request", &video).await.data();
    upload(api, &form).await;
    let id = form["video_buffer_id"].as_str().unwrap();
    let confirm = [("file_type", "video"), ("file_id", id)];
    assert_eq!(api.signed(&tony, "media/confirm", &confirm).await.status, 200);
    // These stay pending.
    upload(api, &api.signed(&tony, "media/upload_request", &audio).await.data()).await;
    upload(api, &api.signed(&tony, "media/upload_request", &video).await.data()).await;
    upload(api, &api.signed(&tony, "account/upload_portrait_request", &portrait).await.data()).await;

    assert_eq!(api.signed(&tony, "account/refresh_device_token", &[("device_token", DEVICE)]).await.status, 200);
    assert_eq!(api.signed(&tony, "account/get_questions", &[("class", "basic_info")]).await.status, 200);
    lights(api, &tony, ann, &["1", "2", "3"]).await;
    lights(api, &tony, bob, &["2"]).await;
    lights(api, ann, &tony, &["1", "3"]).await;
    lights(api, bob, ann, &["1", "3"]).await;
    lights(api, bob, &tony, &["3"]).await;
    assert_eq!(api.signed(&tony, "procedure/log_have_seen", &[("target_id", &ann.id)]).await.status, 200);
    assert_eq!(super::request_change(api, PHONE).await.status, 200);
    tony
}

/// Nothing of the person is left in any table or in the bucket.
async fn gone(api: &Api, tony: &Person) {
    let partition = format!("USER#{}", tony.id);
    let traces = [PHONE, "ony the first", DEVICE, "a place of his own", "his-wechat", "his-portrait", "his-video"];
    for table in ["UsersTable", "LightsTable"] {
        for row in api.rows(table).await {
            let shown = format!("{row:?}").to_lowercase();
            for trace in traces {
                assert!(!shown.contains(trace), "{trace} in {shown}");
            }
            // Lights that find nobody any more are kept away by this row for an hour.
            let tombstone = text(&row, "sk") == "RECEIVED" && !shown.contains("received1");
            assert!(text(&row, "pk") != partition || tombstone, "{shown}");
            assert!(table != "UsersTable" || !shown.contains(&tony.id), "{shown}");
        }
    }
    let objects = api.objects().await;
    assert!(objects.iter().all(|key| !key.contains(&tony.id)), "{objects:?}");
}

async fn received(api: &Api, who: &Person) -> Value {
    let own = api.signed(who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    json!(
        ["basic_info", "emotion_experience", "value_concept"].map(|class| own[format!("{class}_light_number")].clone())
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_goes() {
    let api = Api::start().await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    let bob = api.complete("15172354425", "Bob", "male").await;
    let tony = somebody(&api, &ann, &bob).await;
    let target = [("target_id", &*tony.id)];
    let portrait = api.signed(&ann, "account/get_user_info", &target).await.data()["portrait"].clone();
    let path = portrait.as_str().unwrap().strip_prefix(&api.world.url).unwrap().to_owned();
    assert_eq!(api.get(&path).await.status, 302);
    assert_eq!((received(&api, &ann).await, received(&api, &bob).await), (json!([2, 1, 2]), json!([0, 1, 0])));
    assert!(api.objects().await.iter().filter(|key| key.contains(&tony.id)).count() >= 7);

    delete(&api, PHONE).await.is(200, ERASED);
    gone(&api, &tony).await;

    // For himself, for others and as a guest he is nobody.
    api.signed(&tony, "procedure/get_message", &[]).await.fails(401, SIGNED_OUT);
    refresh(&api, &tony).await.fails(401, SIGNED_OUT);
    login(&api, PHONE, PASSWORD).await.fails(400, NO_USER);
    api.signed(&ann, "account/get_user_info", &target).await.fails(400, NO_USER);
    api.signed(&ann, "procedure/log_have_seen", &target).await.fails(400, NO_USER);
    let light = [target[0], ("order", "2"), ("light_status", "1")];
    api.signed(&ann, "procedure/light_up", &light).await.fails(400, NO_USER);
    let media = [target[0], ("class", "value_concept"), ("file_type", "video")];
    api.signed(&ann, "procedure/get_media", &media).await.fails(400, NO_USER);
    let guests = api.signed(&ann, "procedure/get_user_ids_by_love_sex", &[("love_sex", "male")]).await.data();
    assert_eq!(guests["user_ids"], json!([{"target_id": bob.id, "have_light_number": 0}]));
    api.get(&path).await.fails(404, "not found");
    // What he gave others is taken back, what others gave each other stays.
    assert_eq!((received(&api, &ann).await, received(&api, &bob).await), (json!([1, 0, 1]), json!([0, 0, 0])));
    let logs = api.signed(&ann, "procedure/get_message", &[]).await.data()["logs"].clone();
    assert_eq!((logs.as_array().unwrap().len(), &logs[0]["lighter"]["user_id"]), (1, &json!(bob.id)));

    delete(&api, PHONE).await.fails(400, "No such user");
}

/// The number, the nickname and the device are free for somebody new, who has a new id and nothing of the old.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_beginning() {
    let api = Api::start().await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    let bob = api.complete("15172354425", "Bob", "male").await;
    let tony = somebody(&api, &ann, &bob).await;
    let code = api.code(PHONE).await;
    delete(&api, PHONE).await.is(200, ERASED);
    super::validate(&api, PHONE, &code, "change_password").await.fails(400, "validate code not right");
    super::change_password(&api, PHONE, PASSWORD).await.fails(401, super::UNPROVEN);

    let info = [("personal_info", r#"{"nickname":"tony THE first"}"#)];
    assert_eq!(api.signed(&bob, "account/change_personal_info", &info).await.status, 200);
    api.form("/v1/account/refresh_device_token_lib", &[("device_token", DEVICE)]).await.data();
    let again = api.verified(PHONE).await;
    assert_ne!(again.id, tony.id);
    let own = api.signed(&again, "account/get_user_info", &[("target_id", &again.id)]).await.data();
    assert_eq!(
        json!([own["nickname"], own["location"], own["portrait"], own["basic_info_complete"], own["sex"]]),
        json!(["", "", "", false, ""])
    );
    login(&api, PHONE, PASSWORD).await.fails(400, NO_USER);
    assert_eq!(received(&api, &again).await, json!([0, 0, 0]));
    api.signed(&again, "procedure/get_message", &[]).await.is(200, r#"{"data":{"logs":[]}}"#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_only_proven_a_number() {
    let api = Api::start().await;
    let who = api.verified(PHONE).await;
    delete(&api, PHONE).await.is(200, ERASED);
    gone(&api, &who).await;
    refresh(&api, &who).await.fails(401, SIGNED_OUT);
}

/// A capability that is added later keeps its row in the person's partition, and the erasure finds it there
/// (`docs/data-model.md#what-a-dialect-may-add`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_any_kind_go() {
    let api = Api::start().await;
    let who = api.person(PHONE, NICKNAME, "male").await;
    let (uid, words) = (crate::crowd::text(&*who.id), crate::crowd::text("a place of his own"));
    api.amend(&format!("USER#{}", who.id), "FACET#later", &[("uid", Some(uid)), ("words", Some(words))]).await;
    assert!(api.rows("UsersTable").await.iter().any(|row| text(row, "sk") == "FACET#later"));
    delete(&api, PHONE).await.is(200, ERASED);
    gone(&api, &who).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cannot_be_erased() {
    let api = Api::start().await;
    let ann = api.person("15172354424", "Ann", "female").await;
    // A missing number once meant everybody.
    api.form(DELETE, &[]).await.fails(400, INVALID);
    for phone in ["", "1517235442", "151723544233", "1517235442a", "*"] {
        delete(&api, phone).await.fails(400, INVALID);
    }
    delete(&api, PHONE).await.fails(400, "No such user");
    register(&api, PHONE).await.is(200, CODE_SENT);
    delete(&api, PHONE).await.fails(400, "No such user");
    // A registration that was begun is nobody's yet: it goes on.
    api.validated(PHONE, "register").await;
    assert!(super::signed_in(&api, &ann).await);
}

/// Where the deployment does not allow it, there is no such operation, whatever is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_is_not_allowed() {
    let api = Api::with(Options::ephemeral().config(|config| *config.allow_erase = false)).await;
    let ann = api.person(PHONE, "Ann", "female").await;
    api.form(DELETE, &[]).await.fails(404, "not found");
    for phone in [PHONE, "15172354499", "x"] {
        delete(&api, phone).await.fails(404, "not found");
    }
    api.get(DELETE).await.fails(404, "not found");
    assert!(super::signed_in(&api, &ann).await);
}

/// An erasure that breaks off, at whatever step, hides the person all the same, and the next one goes on
/// (`docs/dialects/lightup.md#delete_user`).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_broke_off() {
    let api = Api::start().await;
    let ann = api.complete("15172354424", "Ann", "female").await;
    let bob = api.complete("15172354425", "Bob", "male").await;
    let tony = somebody(&api, &ann, &bob).await;
    for operation in ["Query", "TransactWriteItems", "ListObjectsV2", "DeleteObjects", "DeleteItem"] {
        api.world.faults.strike(operation, 100, &Fault::Refused { status: 400, code: "AccessDenied" });
        delete(&api, PHONE).await.fails(500, "server error");
        assert!(api.world.faults.left(operation) < 100);
        api.world.faults.clear();
        api.signed(&ann, "account/get_user_info", &[("target_id", &tony.id)]).await.fails(400, NO_USER);
        refresh(&api, &tony).await.fails(401, SIGNED_OUT);
        login(&api, PHONE, PASSWORD).await.fails(400, NO_USER);
        register(&api, PHONE).await.fails(409, "This user has already exist");
    }
    delete(&api, PHONE).await.is(200, ERASED);
    gone(&api, &tony).await;
    assert_eq!((received(&api, &ann).await, received(&api, &bob).await), (json!([1, 0, 1]), json!([0, 0, 0])));
}
