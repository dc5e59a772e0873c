//! Fields given twice: refused, whatever their values are (`docs/dialects/sealtalk.md#empty-fields`).

use super::client::Friend;
use crate::world::{Answer, Api};

async fn send(api: &Api, who: &Friend, path: &str, content_type: &str, body: &str) -> Answer {
    let request = api.http.post(api.url(path)).header("cookie", &who.cookie).header("content-type", content_type);
    Answer::of(request.body(body.to_owned()).send().await.unwrap()).await
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn a_field_given_twice_is_refused_whatever_its_values() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let (name, list) = ("/user/set_nickname", "/friendship/get_contacts_info");
    for (path, body) in [
        (name, r#"{"nickname":"Tim","nickname":"Tom"}"#),
        (name, r#"{"nickname":"Tim","nickname":""}"#),
        (name, r#"{"nickname":"","nickname":"Tim"}"#),
        (name, r#"{"nickname":null,"nickname":"Tim"}"#),
        (name, r#"{"nickname":"Tim","n\u0069ckname":null}"#),
        (name, r#"{"nickname":null,"nickname":null}"#),
        (list, r#"{"contactList":["13900000002"],"contactList":[]}"#),
        (list, r#"{"contactList":[],"contactList":["13900000002"]}"#),
        (list, r#"{"contactList":["13900000002"],"contactList":null}"#),
    ] {
        send(&api, ann, path, JSON, body).await.refused(400, 400);
    }
    for body in ["nickname=Tim&nickname=", "nickname=&nickname=Tim", "nickname=&nickname=", "nickname=Tim&nickn%61me="]
    {
        send(&api, ann, name, FORM, body).await.refused(400, 400);
    }
    let part = |value: &str| format!("--b\r\ncontent-disposition: form-data; name=\"nickname\"\r\n\r\n{value}\r\n");
    let parts = [part("Tim"), part(""), "--b--\r\n".to_owned()].concat();
    send(&api, ann, name, "multipart/form-data; boundary=b", &parts).await.refused(400, 400);
    // A read takes a field from the query or the body, not from both.
    for query in ["st_account=tim&st_account=", "st_account=&st_account=tim"] {
        api.asks(ann, &format!("/user/find_user?{query}")).await.refused(400, 400);
    }
    send(&api, ann, "/user/find_user?st_account=", JSON, r#"{"st_account":"tim"}"#).await.refused(400, 400);
    send(&api, ann, "/user/batch?id=", JSON, &format!(r#"{{"id":["{}"]}}"#, ann.id)).await.refused(400, 400);
    assert_eq!(api.asks(ann, &format!("/user/{}", ann.id)).await.result()["nickname"], "Ann");
    // What is not documented is not looked at.
    send(&api, ann, name, JSON, r#"{"nickname":"Tim","other":null,"other":1,"id":"","id":2}"#).await.ok();
    send(&api, ann, name, FORM, "nickname=Tom&other=&other=1").await.ok();
}

/// A file as well: the bytes of two are of no use to anybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_given_twice_is_refused() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let token = api.asks(ann, "/user/get_image_token").await.result()["token"].as_str().unwrap().to_owned();
    let picture = || reqwest::multipart::Part::bytes(super::images::PNG.to_vec()).file_name("me.png");
    let text = || reqwest::multipart::Part::text("me");
    for files in [[picture(), picture()], [picture(), text()], [text(), picture()]] {
        let form = reqwest::multipart::Form::new().text("token", token.clone());
        let form = files.into_iter().fold(form, |form, file| form.part("file", file));
        let answer = Answer::of(api.http.post(api.url("/")).multipart(form).send().await.unwrap()).await;
        answer.refused(400, 400);
        assert!(api.objects().await.is_empty());
    }
}
