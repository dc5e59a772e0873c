//! Whoever ends a session closes its sockets within the call, and no others (`docs/dialects/chat.md#ended-sessions`).

use super::tap::{self, Socket};
use crate::{
    sealtalk::client::Friend,
    world::{Answer, Api},
};
use serde_json::json;
use shared::{
    inbox::{self, News},
    values::{Dialect, UserId},
};

impl Api {
    /// The session of somebody who signs in to SealTalk.
    async fn signs_in(&self, phone: &str, id: &str, password: &str) -> Friend {
        let body = json!({"region": "86", "phone": phone, "password": password});
        let answer = self.anyone("/user/login", body).await;
        assert_eq!(answer.result()["id"], id);
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        Friend { phone: phone.to_owned(), id: id.to_owned(), cookie }
    }

    /// Sends something to whoever reads as somebody.
    async fn something_for(&self, id: &str) {
        let uid = UserId::try_from(id.to_owned()).unwrap();
        let news = News { from: &uid, group: None, kind: 0, content: "still there", everybody: false };
        inbox::tell(&self.world.app, std::slice::from_ref(&uid), &news).await;
    }

    /// The sockets that a queue knows.
    async fn sockets_of(&self, id: &str) -> usize {
        let rows = self.rows("ChatTable").await;
        let connections = rows.iter().filter(|row| row["sk"].as_s().unwrap() == "CONN").count();
        let inbox = rows
            .iter()
            .find(|row| row["pk"].as_s().unwrap() == &format!("USER#{id}") && row["sk"].as_s().unwrap() == "INBOX");
        let known = inbox.unwrap().get("conns").map_or(0, |conns| conns.as_m().unwrap().len());
        assert_eq!(known, connections);
        known
    }
}

async fn socket(api: &Api, who: &Friend) -> Socket {
    let token = who.cookie.split_once('=').unwrap().1;
    Socket::open(api, Dialect::SealTalk, &who.id, token).await
}

/// The session of an answer of Chat.
fn chat_session(answer: &Answer) -> (String, String) {
    let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
    (answer.json()["result"]["user"]["id"].as_str().unwrap().to_owned(), cookie)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_of_sealtalk_closes_the_sockets_of_that_session() {
    let api = tap::start().await;
    let phone = api.friend("13900000001", "Ann").await;
    let tablet = api.signs_in(&phone.phone, &phone.id, "secret12").await;
    let (mut first, mut second) = (socket(&api, &phone).await, socket(&api, &phone).await);
    let mut other = socket(&api, &tablet).await;
    api.says(&phone, "/user/logout", json!({})).await.ok();
    assert_eq!(api.sockets_of(&phone.id).await, 1);
    first.is_closed().await;
    second.is_closed().await;
    api.something_for(&phone.id).await;
    assert_eq!(other.hears().await.content, "still there");
    // Where nothing is open, it is one round more than the session takes.
    other.leave().await;
    let out = api.says(&tablet, "/user/logout", json!({})).await;
    assert!(out.rounds() <= 2, "{} rounds", out.rounds());
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_closes_the_sockets_of_all_other_sessions() {
    let api = tap::start().await;
    let phone = api.friend("13900000001", "Ann").await;
    let tablet = api.signs_in(&phone.phone, &phone.id, "secret12").await;
    let (mut own, mut other) = (socket(&api, &phone).await, socket(&api, &tablet).await);
    let body = json!({"oldPassword": "secret12", "newPassword": "secret13"});
    api.says(&phone, "/user/change_password", body).await.ok();
    assert_eq!(api.sockets_of(&phone.id).await, 1);
    other.is_closed().await;
    api.something_for(&phone.id).await;
    assert_eq!(own.hears().await.content, "still there");
    // By a code it ends them all.
    let token = api.proven(&phone.phone).await;
    api.anyone("/user/reset_password", json!({"password": "secret14", "verification_token": token})).await.ok();
    assert_eq!(api.sockets_of(&phone.id).await, 0);
    own.is_closed().await;
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_light_up_sets_closes_all_sockets_and_so_does_the_end_of_the_person() {
    let api = tap::start().await;
    let ann = api.person("15172354423", "Ann", "female").await;
    let signed_in = api.signs_in(&ann.phone, &ann.id, "secret12").await;
    let mut at_ann = socket(&api, &signed_in).await;
    let phone = ("phone_number", &*ann.phone);
    assert_eq!(api.form("/v1/account/change_password_request", &[phone]).await.status, 200);
    api.validated(&ann.phone, "change_password").await;
    let changed = api.form("/v1/account/change_password", &[phone, ("password", "secret13")]).await;
    assert_eq!(changed.status, 200);
    assert_eq!(api.sockets_of(&ann.id).await, 0);
    at_ann.is_closed().await;

    let signed_in = api.signs_in(&ann.phone, &ann.id, "secret13").await;
    let mut at_ann = socket(&api, &signed_in).await;
    api.something_for(&ann.id).await;
    assert_eq!(at_ann.hears().await.content, "still there");
    assert_eq!(api.form("/v1/account/delete_user", &[phone]).await.status, 200);
    at_ann.is_closed().await;
    // What is left says that nothing is to be sent, for a day.
    let rows = api.rows("ChatTable").await;
    let left: Vec<_> = rows.iter().map(|row| (row["pk"].as_s().unwrap().clone(), row["sk"].as_s().unwrap())).collect();
    assert_eq!(left, [(format!("USER#{}", ann.id), &"INBOX".to_owned())]);
    let mut attributes: Vec<_> = rows[0].keys().map(String::as_str).collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["erased", "expires_at", "pk", "sk", "type"]);
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_of_chat_closes_the_sockets_of_that_session() {
    let api = tap::start().await;
    let body = json!({"phone": "13900000001", "password": "secret12"});
    let (id, first) = chat_session(&api.anyone("/android/register/", body.clone()).await);
    let (_, second) = chat_session(&api.anyone("/android/login/", body).await);
    let token = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
    let mut one = Socket::open(&api, Dialect::Chat, &id, &token(&first)).await;
    let mut other = Socket::open(&api, Dialect::Chat, &id, &token(&second)).await;
    let out = api.http.get(api.url("/android/out/")).header("cookie", &first).send().await.unwrap();
    assert_eq!(Answer::of(out).await.json()["result"], "ok");
    assert_eq!(api.sockets_of(&id).await, 1);
    one.is_closed().await;
    api.something_for(&id).await;
    assert_eq!(other.hears().await.content, "still there");
    other.leave().await;
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_of_live_closes_the_sockets_of_that_session() {
    let api = tap::start().await;
    api.account("13900000001", "Ann").await;
    let (first, second) = (api.live_token("13900000001").await, api.live_token("13900000001").await);
    let token = |token: &str| token.rsplit_once('.').unwrap().1.to_owned();
    let id = token(&first)[..24].to_owned();
    let mut one = Socket::open(&api, Dialect::Live, &id, &token(&first)).await;
    let mut other = Socket::open(&api, Dialect::Live, &id, &token(&second)).await;
    let out = api.http.delete(api.url("/log")).form(&[("token", &first)]).send().await.unwrap();
    Answer::of(out).await.message();
    assert_eq!(api.sockets_of(&id).await, 1);
    one.is_closed().await;
    api.something_for(&id).await;
    assert_eq!(other.hears().await.content, "still there");
    other.leave().await;
    api.world.shutdown().await;
}
