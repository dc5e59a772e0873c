//! One person in Live and in the other APIs (`docs/dialects/live.md#one-person-in-all-apis`).

use crate::{
    sealtalk::client::{Friend, Style},
    world::Api,
};
use serde_json::{Value, json};

const ANN: &str = "13800000001";
const BOB: &str = "13800000002";
const PASSWORD: &str = "abc12345";

/// Somebody whose account was made in Live, and who has been in SealTalk.
struct Both {
    phone: &'static str,
    token: String,
    seal: Friend,
}

impl Api {
    /// Somebody with an account that was made in Live.
    pub async fn made_in_live(&self, phone: &str, nickname: &str) -> String {
        let handle = self.form("/register", &[("userId", phone)]).await.message();
        let message = self.sms(phone).await.pop().unwrap();
        let code: String = message.chars().filter(char::is_ascii_digit).collect();
        let checked = [("code_v", handle.as_str().unwrap()), ("code", &code)];
        assert_eq!(self.form("/register", &checked).await.code(), "0000");
        let account = [("register", "1"), ("userId", phone), ("password", PASSWORD), ("nickname", nickname)];
        assert_eq!(self.form("/register", &account).await.code(), "0000");
        self.live_token(phone).await
    }

    async fn in_both(&self, phone: &'static str, nickname: &str) -> Both {
        let token = self.made_in_live(phone, nickname).await;
        let body = json!({"region": "86", "phone": phone, "password": PASSWORD});
        let entered = self.anyone("/user/login", body).await;
        let id = entered.result()["id"].as_str().unwrap().to_owned();
        let cookie = Style::Plain.cookie(&entered.headers["set-cookie"]);
        Both { phone, token, seal: Friend { phone: phone.to_owned(), id, cookie } }
    }

    async fn live_friend(&self, who: &Both, operation: &str, other: &Both) -> String {
        let fields = [(operation, "1"), ("userId", other.phone), ("token", &who.token)];
        self.form("/friend", &fields).await.code()
    }

    async fn live_list(&self, who: &Both, list: &str) -> Value {
        self.form("/list", &[(list, "1"), ("token", &who.token)]).await.message()
    }

    async fn friends_in_live(&self, who: &Both) -> usize {
        self.live_list(who, "friendlist").await["friends"].as_array().unwrap().len()
    }

    async fn flags(&self, who: &Both) -> Vec<Value> {
        let messages = self.live_list(who, "messagelist").await;
        messages.as_array().unwrap().iter().map(|message| message["flag"].clone()).collect()
    }

    /// What the newest row of a sync says about the other, and the list of friends as well.
    async fn status_in_sealtalk(&self, who: &Both) -> (Value, Value) {
        let synced = self.asks(&who.seal, "/user/sync/0").await.result();
        let all = self.asks(&who.seal, "/friendship/all").await.result();
        (synced["friends"][0]["status"].clone(), all[0]["status"].clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_one() {
    let api = Api::start().await;
    api.made_in_live(ANN, "Ann").await;
    let fields = [("phone_number", ANN), ("login_type", "password"), ("password", PASSWORD)];
    let light = api.form("/v1/account/login", &fields).await.data();
    assert_eq!(light["nickname"], "Ann");
    let body = json!({"region": "86", "phone": ANN, "password": PASSWORD});
    let seal = api.anyone("/user/login", body).await.result();
    assert_eq!(seal["id"], light["user_id"]);
    // Also one that is longer than Light Up lets anybody set.
    let long = "a1".repeat(32);
    api.advance(61);
    let handle = api.form("/register", &[("userId", "13800000004")]).await.message();
    let message = api.sms("13800000004").await.pop().unwrap();
    let code: String = message.chars().filter(char::is_ascii_digit).collect();
    api.form("/register", &[("code_v", handle.as_str().unwrap()), ("code", &code)]).await.message();
    let account = [("register", "1"), ("userId", "13800000004"), ("password", &*long)];
    assert_eq!(api.form("/register", &account).await.code(), "0000");
    let fields = [("phone_number", "13800000004"), ("login_type", "password"), ("password", &long)];
    assert_eq!(api.form("/v1/account/login", &fields).await.status, 200);
    // And the other way round.
    api.friend(BOB, "Bob").await;
    let fields = [("userId", BOB), ("password", "secret12")];
    assert_eq!(api.form("/log", &fields).await.code(), "0000");
    let sent = api.form("/register", &[("userId", BOB)]).await;
    sent.is(200, r#"{"result":"0001","message":null}"#);
    // A new one ends what they were signed in to here.
    let token = api.form("/log", &fields).await.message();
    api.advance(61);
    let proven = api.proven(BOB).await;
    let reset = json!({"password": "secret13", "verification_token": proven});
    api.anyone("/user/reset_password", reset).await.ok();
    api.form("/list", &[("friendlist", "1"), ("token", token.as_str().unwrap())]).await.please_sign_up();
    assert_eq!(api.form("/log", &fields).await.code(), "0008");
    assert_eq!(api.form("/log", &[("userId", BOB), ("password", "secret13")]).await.code(), "0000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_friend_made_here_is_a_friend_there() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0000");
    assert_eq!(api.status_in_sealtalk(&ann).await, (json!(10), json!(10)));
    assert_eq!(api.status_in_sealtalk(&bob).await, (json!(11), json!(11)));
    // Agreed to there.
    api.says(&bob.seal, "/friendship/agree", json!({"friendId": ann.seal.id})).await.ok();
    assert_eq!((api.flags(&ann).await, api.flags(&bob).await), (vec![json!("3")], vec![json!("1")]));
    assert_eq!((api.friends_in_live(&ann).await, api.friends_in_live(&bob).await), (1, 1));
    assert_eq!(api.status_in_sealtalk(&ann).await, (json!(20), json!(20)));
    // Ended here, for both.
    assert_eq!(api.live_friend(&bob, "delete", &ann).await, "0000");
    for who in [&ann, &bob] {
        assert_eq!(api.status_in_sealtalk(who).await, (json!(30), json!(30)));
        let synced = api.asks(&who.seal, "/user/sync/0").await.result();
        assert_eq!(synced["blacklist"], json!([]), "no block is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_made_there_is_a_message_here() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    let invite = json!({"friendId": bob.seal.id, "message": "hi"});
    api.says(&ann.seal, "/friendship/invite", invite.clone()).await.result();
    // Whoever has asked without a number sees the message once it is agreed to.
    assert_eq!((api.flags(&ann).await, api.flags(&bob).await), (Vec::new(), vec![json!("0")]));
    // To ignore it there leaves the message, which can still be agreed to here.
    api.says(&bob.seal, "/friendship/ignore", json!({"friendId": ann.seal.id})).await.ok();
    let deal = [("dealMessage", "1"), ("userId", ANN), ("behaviour", "accept"), ("token", &bob.token)];
    assert_eq!(api.form("/friend", &deal).await.code(), "0000");
    assert_eq!(api.status_in_sealtalk(&ann).await, (json!(20), json!(20)));
    // Deleted there by one: friends no more here, and a new request is a new message.
    api.says(&bob.seal, "/friendship/delete", json!({"friendId": ann.seal.id})).await.ok();
    assert_eq!((api.friends_in_live(&ann).await, api.friends_in_live(&bob).await), (0, 0));
    api.advance(1);
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0000");
    assert_eq!(api.flags(&bob).await, ["0", "1"]);
    // Who takes everybody is a friend at once, and both are told.
    api.says(&bob.seal, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    api.advance(1);
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0000");
    assert_eq!(api.flags(&bob).await, ["1", "1"]);
    assert_eq!((api.friends_in_live(&ann).await, api.friends_in_live(&bob).await), (1, 1));
}

/// Who takes everybody and was never asked: two messages that say what has happened.
#[tokio::test(flavor = "multi_thread")]
async fn friends_at_once_are_told() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    api.says(&bob.seal, "/user/set_privacy", json!({"friVerify": 0})).await.ok();
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0000");
    assert_eq!((api.flags(&ann).await, api.flags(&bob).await), (vec![json!("3")], vec![json!("1")]));
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0010");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_made_there_holds_here() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    api.live_friend(&ann, "add", &bob).await;
    let receipt = api.http.post(api.url("/_local/receipts")).json(&json!({"amount": 10})).send().await.unwrap();
    let receipt: Value = receipt.json().await.unwrap();
    let refill =
        [("refill", "1"), ("money", "10"), ("receipt", receipt["receipt"].as_str().unwrap()), ("token", &ann.token)];
    assert_eq!(api.form("/golden", &refill).await.code(), "0000");
    for (one, other) in [(&bob, &ann), (&ann, &bob)] {
        api.says(&one.seal, "/user/add_to_blacklist", json!({"friendId": other.seal.id})).await.ok();
        for (who, whom) in [(&ann, &bob), (&bob, &ann)] {
            assert_eq!(api.live_friend(who, "search", whom).await, "0007");
            assert_eq!(api.live_friend(who, "add", whom).await, "0000");
            assert!(api.flags(who).await.is_empty());
        }
        let gift =
            [("send_gift", "1"), ("value", "1"), ("object", BOB), ("description", "rose"), ("token", &ann.token)];
        assert_eq!(api.form("/golden", &gift).await.code(), "0013");
        let deal = [("dealMessage", "1"), ("userId", ANN), ("behaviour", "accept"), ("token", &bob.token)];
        assert_eq!(api.form("/friend", &deal).await.code(), "0006");
        api.says(&one.seal, "/user/remove_from_blacklist", json!({"friendId": other.seal.id})).await.ok();
    }
    assert_eq!(api.flags(&bob).await, ["0"]);
    assert_eq!(api.live_friend(&ann, "search", &bob).await, "0000");
}

/// Who is not to be found by number is found by friends alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_not_to_be_found() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    api.says(&bob.seal, "/user/set_privacy", json!({"phoneVerify": 0})).await.ok();
    assert_eq!(api.live_friend(&ann, "search", &bob).await, "0007");
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0007");
    // Nor does a request made by id in SealTalk tell it.
    let invite = json!({"friendId": bob.seal.id, "message": "hi"});
    api.says(&ann.seal, "/friendship/invite", invite).await.result();
    assert_eq!((api.flags(&ann).await, api.flags(&bob).await), (vec![], vec![json!("0")]));
    // Nor does trying numbers out, by any door: what is not shown is not there.
    let throw = [("dealMessage", "1"), ("userId", BOB), ("behaviour", "delete"), ("token", &ann.token)];
    assert_eq!(api.form("/friend", &throw).await.code(), "0006");
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0007");
    api.says(&ann.seal, "/user/add_to_blacklist", json!({"friendId": bob.seal.id})).await.ok();
    assert_eq!(api.live_friend(&ann, "add", &bob).await, "0007");
    api.says(&ann.seal, "/user/remove_from_blacklist", json!({"friendId": bob.seal.id})).await.ok();
    assert_eq!(api.live_friend(&bob, "add", &ann).await, "0000");
    assert_eq!(api.flags(&ann).await, ["3"]);
    assert_eq!(api.live_friend(&ann, "search", &bob).await, "0000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nickname_and_a_gender_are_one() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    api.live_friend(&ann, "add", &bob).await;
    api.live_friend(&bob, "add", &ann).await;
    api.says(&ann.seal, "/user/set_nickname", json!({"nickname": "Anna"})).await.ok();
    api.says(&ann.seal, "/user/set_gender", json!({"gender": "female"})).await.ok();
    let url = "http://img.example.com/ann.png";
    api.says(&ann.seal, "/user/set_portrait_uri", json!({"portraitUri": url})).await.ok();
    let shown = api.live_list(&bob, "friendlist").await["friends"][0].clone();
    assert_eq!((&shown["nickname"], &shown["gender"]), (&json!("Anna"), &json!("0")));
    assert_eq!(shown["headImage"], format!("static/user_imgs/u-{}", ann.seal.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_takes_messages_rooms_and_friends_along() {
    let api = Api::start().await;
    let (ann, bob) = (api.in_both(ANN, "Ann").await, api.in_both(BOB, "Bob").await);
    api.live_friend(&ann, "add", &bob).await;
    api.live_friend(&bob, "add", &ann).await;
    assert_eq!(api.form("/room", &[("live", "1"), ("token", &ann.token)]).await.code(), "0000");
    assert_eq!(api.form("/v1/account/delete_user", &[("phone_number", ANN)]).await.status, 200);
    assert_eq!((api.friends_in_live(&bob).await, api.flags(&bob).await.len()), (0, 0));
    assert_eq!(api.live_friend(&bob, "search", &ann).await, "0007");
    api.form("/list", &[("friendlist", "1"), ("token", &ann.token)]).await.please_sign_up();
    let friends = api.world.app.config.tables.name(shared::config::Table::Friends);
    let messages = api.rows(friends).await.into_iter().filter(|row| row["sk"].as_s().unwrap().starts_with("MESSAGE#"));
    assert_eq!(messages.count(), 0);
}

/// A friend who has never been in SealTalk is a friend there all the same, in the lists as in the sync; strangers do not find
/// them.
#[tokio::test(flavor = "multi_thread")]
async fn a_friend_who_is_in_live_alone() {
    let api = Api::start().await;
    let ann = api.in_both(ANN, "Ann").await;
    let bob = api.made_in_live(BOB, "Bob").await;
    let find = "/user/find/86/13800000002";
    assert_eq!(api.asks(&ann.seal, find).await.status, 404);
    let add = [("add", "1"), ("userId", ANN), ("token", &bob)];
    assert_eq!(api.form("/friend", &add).await.code(), "0000");
    assert_eq!(api.status_in_sealtalk(&ann).await, (json!(11), json!(11)));
    let all = api.asks(&ann.seal, "/friendship/all").await.result();
    let id = all[0]["user"]["id"].clone();
    api.says(&ann.seal, "/friendship/agree", json!({ "friendId": id })).await.ok();
    assert_eq!(api.status_in_sealtalk(&ann).await, (json!(20), json!(20)));
    let shown = api.asks(&ann.seal, &format!("/friendship/{}/profile", id.as_str().unwrap())).await.result();
    assert_eq!(shown["user"]["nickname"], "Bob");
    assert_eq!(api.asks(&ann.seal, find).await.result()["id"], id);
    assert_eq!(api.friends_in_live(&ann).await, 1);
    // A block of them is listed as well, and lifted.
    api.says(&ann.seal, "/user/add_to_blacklist", json!({ "friendId": id })).await.ok();
    assert_eq!(api.asks(&ann.seal, "/user/blacklist").await.result()[0]["user"]["id"], id);
    let end = [("delete", "1"), ("userId", ANN), ("token", &bob)];
    assert_eq!(api.form("/friend", &end).await.code(), "0006", "no friend from both sides");
    api.says(&ann.seal, "/user/remove_from_blacklist", json!({ "friendId": id })).await.ok();
    // The other way round: a friend of SealTalk is listed in Live once they have been there.
    let cat = api.friend("13800000003", "Cat").await;
    api.befriend(&ann.seal, &cat).await;
    assert_eq!(api.friends_in_live(&ann).await, 1);
    let fields = [("userId", "13800000003"), ("password", "secret12")];
    assert_eq!(api.form("/log", &fields).await.code(), "0000");
    assert_eq!(api.friends_in_live(&ann).await, 2);
}
