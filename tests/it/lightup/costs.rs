//! How often the operations of accounts and media wait for AWS: rounds, as `x-cost-rounds` counts them.

use crate::world::{Answer, Api, Person, question_arr, questions};
use serde_json::Value;

/// Judges an answer: it is a success, and it took at most so many rounds.
#[track_caller]
fn at_most(rounds: u32, what: &str, answer: &Answer) {
    assert!(matches!(answer.status, 200 | 302), "{what}: {answer:?}");
    assert!((1..=rounds).contains(&answer.rounds()), "{what}: {} rounds instead of {rounds}", answer.rounds());
}

fn person(phone: &str, data: &Value) -> Person {
    let text = |name: &str| data[name].as_str().unwrap().to_owned();
    Person { phone: phone.to_owned(), id: text("user_id"), token: text("access_token") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_up_and_in() {
    let api = Api::start().await;
    let phone = ("phone_number", "15172354423");
    let password = ("password", "secret12");
    at_most(2, "register", &api.form("/v1/account/register", &[phone]).await);
    let code = api.code(phone.1).await;
    let fields = [phone, ("validate_code", &*code), ("validate_type", "register")];
    let validated = api.form("/v1/account/validate_sms", &fields).await;
    at_most(2, "validate_sms", &validated);
    let who = person(phone.1, &validated.data());
    // The third sees whether sockets are open that are to be closed.
    at_most(3, "change_password", &api.form("/v1/account/change_password", &[phone, password]).await);
    at_most(2, "change_password_request", &api.form("/v1/account/change_password_request", &[phone]).await);
    let refreshed = api.signed(&who, "account/refresh_access_token", &[]).await;
    at_most(1, "refresh_access_token", &refreshed);
    let signed_in = api.form("/v1/account/login", &[phone, ("login_type", "password"), password]).await;
    at_most(3, "login by password", &signed_in);
    let who = person(phone.1, &signed_in.data());
    let by_token = [phone, ("login_type", "access_token"), ("access_token", &*who.token)];
    at_most(3, "login by token", &api.form("/v1/account/login", &by_token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let ann = api.person("15172354424", "Ann", "female").await;
    let class = [("class", "basic_info")];
    let device = [("device_token", "device")];
    for (rounds, name, fields) in [
        (1, "account/get_user_info", &[("target_id", &*ann.id)][..]),
        (1, "account/get_user_info", &[("target_id", &who.id)]),
        (2, "account/change_personal_info", &[("personal_info", r#"{"location":"x"}"#)]),
        (2, "account/change_personal_info", &[("personal_info", r#"{"nickname":"Anthony"}"#)]),
        (2, "account/refresh_device_token", &device),
        (2, "account/refresh_device_token_lib", &device),
        (3, "account/get_questions", &class),
        (1, "account/get_questions", &class),
        (1, "account/get_account_questions", &class),
        (1, "procedure/get_random_questions", &[class[0], ("limit", "3")]),
    ] {
        at_most(rounds, name, &api.signed(&who, name, fields).await);
    }
    at_most(2, "anonymous device", &api.form("/v1/account/refresh_device_token_lib", &device).await);
    // Who is refused costs a round and no more.
    let stranger = Person { token: "0".repeat(32), ..who };
    let refused = api.signed(&stranger, "account/change_personal_info", &[("personal_info", "{}")]).await;
    assert_eq!((refused.status, refused.rounds()), (401, 1));
    // What is refused for its form costs nothing.
    let refused = api.signed(&ann, "account/change_personal_info", &[]).await;
    assert_eq!((refused.status, refused.rounds()), (400, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads() {
    let api = Api::start().await;
    let who = api.person("15172354423", "Tony", "male").await;
    let (arr, set) = (question_arr(), questions());
    let audio = [("sex", "male"), ("file_type", "audio"), ("audio_class", "basic_info"), ("question_arr", &*arr)];
    let video = [
        ("sex", "male"),
        ("file_type", "video"),
        ("video_class", "value_concept"),
        ("save_key", "/v.mp4"),
        ("questions", &*set),
    ];
    for (fields, id) in [(&audio[..], "audio_buffer_id"), (&video, "video_buffer_id")] {
        let kind = fields[1];
        let forms = api.signed(&who, "media/upload_request", fields).await;
        at_most(2, "upload_request", &forms);
        let forms = forms.data();
        for form in forms["audios"].as_array().unwrap_or(&vec![forms.clone()]) {
            assert_eq!(api.upload(form, b"bytes").await, 204);
        }
        let id = [kind, ("file_id", forms[id].as_str().unwrap())];
        at_most(3, "confirm", &api.signed(&who, "media/confirm", &id).await);
        // It takes the place of the one before, whose files go.
        at_most(4, "upload_media", &api.signed(&who, "media/upload_media", fields).await);
    }
    let class = [("class", "value_concept"), ("file_type", "video")];
    at_most(
        1,
        "get_media",
        &api.signed(&who, "procedure/get_media", &[class[0], class[1], ("target_id", &who.id)]).await,
    );
    at_most(3, "delete_media", &api.signed(&who, "media/delete_media", &class).await);

    let fields = [("save_key", "/me.png"), ("expiration", "2222222222"), ("bucket", "portrait")];
    let form = api.signed(&who, "account/upload_portrait_request", &fields).await;
    at_most(2, "upload_portrait_request", &form);
    assert_eq!(api.upload(&form.data(), b"face").await, 204);
    at_most(3, "upload_portrait_confirm", &api.signed(&who, "account/upload_portrait_confirm", &[]).await);
    let own = api.signed(&who, "account/get_user_info", &[("target_id", &who.id)]).await.data();
    let path = own["portrait"].as_str().unwrap().strip_prefix(&api.world.url).unwrap().to_owned();
    at_most(1, "the portrait's URL", &api.get(&path).await);
}
