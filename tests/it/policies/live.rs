//! Everything of Live that needs a right of its own.

use crate::payloads::{decoded, events};
use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::Request;
use local::World;
use serde_json::{Value, json};
use shared::{values::Yuan, wallet};
use tower::ServiceExt as _;

/// A client without a network between it and the function.
struct Client<'a> {
    world: &'a World,
    router: Router,
    phone: &'static str,
    token: String,
}

impl Client<'_> {
    /// Sends fields, which must succeed; the answer.
    async fn send(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Value {
        let mut body: Value = json!({"token": self.token});
        for (name, text) in fields {
            body[*name] = (*text).into();
        }
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let answer: Value = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        assert_eq!((head.status.as_u16(), &answer["result"]), (200, &json!("0000")), "{path} {fields:?}: {answer}");
        answer
    }

    /// Somebody who has just made an account, and is signed in.
    async fn enter(&mut self, nickname: &str) {
        let sent = self.send("POST", "/register", &[("userId", self.phone)]).await;
        let message = self.world.outbox.to(self.phone).pop().expect("an SMS").message;
        let code: String = message.chars().filter(char::is_ascii_digit).collect();
        let handle = sent["message"].as_str().unwrap();
        self.send("POST", "/register", &[("code_v", handle), ("code", &code)]).await;
        let account = [("register", "1"), ("userId", self.phone), ("password", "abc12345"), ("nickname", nickname)];
        self.send("POST", "/register", &account).await;
        let session = self.send("POST", "/log", &[("userId", self.phone), ("password", "abc12345")]).await;
        self.token = session["message"].as_str().unwrap().to_owned();
    }
}

/// Uploads the picture of the payload, and looks at it.
async fn avatar(router: &Router) {
    let sent = router.clone().oneshot(decoded(&events()["live/upload"])).await.unwrap();
    let answer: Value = serde_json::from_slice(&to_bytes(sent.into_body(), usize::MAX).await.unwrap()).unwrap();
    assert_eq!(answer["result"], "0000", "{answer}");
    let path = format!("/{}", answer["message"].as_str().unwrap());
    let found = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(found.status(), 302);
}

/// Avatars, accounts, friends, messages, rooms, coins.
pub(super) async fn story(world: &World, router: Router) {
    avatar(&router).await;
    let client = |phone| Client { world, router: router.clone(), phone, token: String::new() };
    let (mut ann, mut bob) = (client("13900000006"), client("13900000007"));
    ann.enter("Anna").await;
    bob.enter("Bobby").await;
    ann.send("POST", "/friend", &[("search", "1"), ("userId", bob.phone)]).await;
    for what in ["report", "block", "unblock"] {
        ann.send("POST", "/friend", &[(what, "1"), ("userId", bob.phone), ("reason", "spam")]).await;
    }
    ann.send("POST", "/list", &[("blocklist", "1")]).await;
    ann.send("POST", "/friend", &[("add", "1"), ("userId", bob.phone)]).await;
    let deal = |behaviour| [("dealMessage", "1"), ("userId", ann.phone), ("behaviour", behaviour)];
    bob.send("POST", "/friend", &deal("accept")).await;
    bob.send("POST", "/friend", &deal("delete")).await;
    ann.send("POST", "/list", &[("messagelist", "1")]).await;
    let stream = ann.send("POST", "/room", &[("live", "1"), ("title", "hi")]).await["stream"].clone();
    bob.send("POST", "/list", &[("friendlist", "1")]).await;
    for hook in ["publish", "publish_done"] {
        let path = format!("/live/hooks/{hook}?secret={}", super::HOOK_SECRET);
        let form = format!("name={}&key={}", stream["title"].as_str().unwrap(), stream["publishKey"].as_str().unwrap());
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let answer = router.clone().oneshot(request.body(Body::from(form)).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 204);
    }
    ann.send("POST", "/room", &[("leave", "1")]).await;
    let receipt = wallet::issue_receipt(&world.app, Yuan::Ten).await.expect("a receipt");
    let refill = [("refill", "1"), ("money", "10"), ("receipt", receipt.expose()), ("requestId", "r-1")];
    for _ in 0..2 {
        bob.send("POST", "/golden", &refill).await;
    }
    let gift = [("send_gift", "1"), ("value", "4"), ("object", ann.phone), ("description", "rose")];
    bob.send("POST", "/golden", &gift).await;
    ann.send("POST", "/golden", &[("balance", "1")]).await;
    bob.send("POST", "/friend", &[("delete", "1"), ("userId", ann.phone)]).await;
    ann.send("DELETE", "/log", &[]).await;
}
