//! People of different apps write to each other (`docs/dialects/chat.md#connections`).

use super::socket::{Socket, Someone, ask, text_of};
use crate::{
    m_user::client::{Body, Device},
    sealtalk::client::Friend,
    world::Api,
};
use serde_json::{Value, json};
use shared::{
    sessions::{Claim, devices::DeviceHash},
    values::{Dialect, GroupId, UserId},
};

/// The push token of somebody in SealTalk.
async fn token(api: &Api, who: &Friend) -> String {
    api.asks(who, "/user/get_token").await.result()["token"].as_str().unwrap().to_owned()
}

/// The next messages that people have written, which are so many.
async fn written(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let messages = socket.messages().await;
        socket.packet(1, json!("ok")).await;
        texts.extend(messages.iter().filter(|message| message["type"] != 0).map(text_of));
    }
    texts
}

/// Sends something and hears that it was accepted, whatever else comes first.
async fn sends(socket: &mut Socket, message: Value) {
    socket.packet(1, json!([message])).await;
    while !socket.hear().await.contains(r#""message":"ok""#) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sealtalk_of_m_user_and_of_chat() {
    let api = Api::start().await;
    let (ann, bob) = (api.friend("13900000001", "Ann").await, api.friend("13900000002", "Bob").await);
    let mut mia = Device::new("device-of-mia-1", Body::Bare);
    let user = api.m_post(&mia, "/m_user/users", json!({ "gender": "female", "age": 24 })).await.ok();
    mia.id = user["id"].as_str().unwrap().to_owned();
    // Bob signs in to Chat as well; Ann and Mia never do.
    api.says(&ann, "/friendship/invite", json!({ "friendId": bob.id, "message": "hi" })).await.result();
    api.says(&bob, "/friendship/agree", json!({ "friendId": ann.id })).await.ok();
    let body = json!({ "phone": "13900000002", "password": "secret12" });
    let answer = api.http.post(api.url("/android/login/")).json(&body).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let in_chat = Someone::of(&bob.id, cookie.strip_prefix("sessionid=").unwrap());
    let (in_sealtalk, in_m_user) = (Someone::of(&ann.id, ""), Someone::of(&mia.id, ""));
    let query = format!("?token={}", token(&api, &ann).await);
    let mut of_ann = ask(&api, &in_sealtalk, &query, false).await.unwrap();
    of_ann.start().await;
    let query = format!("?im_token={}", user["im_token"].as_str().unwrap());
    let mut of_mia = ask(&api, &in_m_user, &query, false).await.unwrap();
    of_mia.start().await;
    let mut of_bob = Socket::started(&api, &in_chat).await;

    // Friends, and whoever is found in Chat.
    sends(&mut of_bob, in_chat.says(&ann.id, "c1", "from Chat to SealTalk")).await;
    assert_eq!(written(&mut of_ann, 1).await, ["from Chat to SealTalk"]);
    sends(&mut of_ann, in_sealtalk.says(&bob.id, "c1", "and back")).await;
    assert_eq!(written(&mut of_bob, 1).await, ["and back"]);
    sends(&mut of_mia, in_m_user.says(&bob.id, "c2", "from m_user")).await;
    assert_eq!(written(&mut of_bob, 1).await, ["from m_user"]);
    // Nobody knows Mia, who is not found here, before they are in a group together.
    of_bob.packet(1, json!([in_chat.says(&mia.id, "c2", "who is there?")])).await;
    of_mia.hears_nothing().await;

    let group = json!({ "name": "Across", "memberIds": [ann.id, bob.id] });
    let group = api.says(&ann, "/group/create", group).await.result()["id"].as_str().unwrap().to_owned();
    let device = Claim::of_device(Dialect::MUser, DeviceHash::of(&api.world.app, Dialect::MUser, "device-of-mia-1"));
    shared::groups::join(&api.world.app, &device, &GroupId::try_from(group.clone()).unwrap()).await.unwrap();
    let info = json!([{ "category": 0, "content": "to all" }]);
    let to_all = json!({ "chatId": group, "fromId": bob.id, "toId": group, "type": 7, "info": info, "createTime": "" });
    sends(&mut of_bob, to_all).await;
    assert_eq!(written(&mut of_ann, 1).await, ["to all"]);
    assert_eq!(written(&mut of_mia, 1).await, ["to all"]);
    sends(&mut of_bob, in_chat.says(&mia.id, "c2", "now I know you")).await;
    assert_eq!(written(&mut of_mia, 1).await, ["now I know you"]);
    api.world.shutdown().await;
}

/// A push token that was replaced opens nothing; the socket that it has opened hangs on the session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn push_tokens_that_are_over() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    let someone = Someone::of(&ann.id, "");
    let first = format!("?token={}", token(&api, &ann).await);
    let mut socket = ask(&api, &someone, &first, false).await.unwrap();
    socket.start().await;
    token(&api, &ann).await;
    assert_eq!(ask(&api, &someone, &first, false).await.err(), Some(401));
    socket.packet(1, json!("ok")).await;
    socket.packet(1, json!("")).await;
    socket.hears_ok().await;
    api.asks_to(&ann).await;
    assert_eq!(socket.is_closed().await, Some(1000));
    let uid = UserId::try_from(ann.id.clone()).unwrap();
    assert_eq!(shared::values::PushId::of(&uid).to_string(), someone.push_id);
    api.world.shutdown().await;
}

impl Api {
    /// Signs somebody out of SealTalk.
    async fn asks_to(&self, who: &Friend) {
        self.talk(Some(who), "POST", "/user/logout", None).await.ok();
    }
}
