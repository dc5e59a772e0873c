//! Everything of SealTalk that needs a right of its own.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::Request;
use local::World;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A client without a network between it and the function.
struct Client {
    router: Router,
    cookie: String,
}

impl Client {
    /// Sends a request, which must succeed; its `result`. Keeps the cookie that it is given.
    async fn send(&mut self, method: &str, path: &str, body: Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("cookie", &self.cookie).body(Body::from(body)).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let answer: Value = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        assert_eq!((head.status.as_u16(), &answer["code"]), (200, &json!(200)), "{path}: {answer}");
        if let Some(cookie) = head.headers.get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        answer["result"].clone()
    }
}

/// A number that the rest of the story does not know.
const PHONE: &str = "13900000003";

impl Client {
    /// The number's newest code, sent a minute after the one before.
    async fn code(&mut self, world: &World) -> Value {
        world.clock.advance(60);
        self.send("POST", "/user/send_code_yp", json!({"region": "86", "phone": PHONE})).await;
        let message = world.outbox.to(PHONE).pop().expect("an SMS").message;
        let code: String = message.chars().filter(char::is_ascii_digit).collect();
        json!({"region": "86", "phone": PHONE, "code": code})
    }

    async fn token(&mut self, world: &World) -> Value {
        let code = self.code(world).await;
        self.send("POST", "/user/verify_code_yp", code).await["verification_token"].clone()
    }
}

pub(super) async fn story(world: &World, router: Router) {
    let mut ann = Client { router, cookie: String::new() };
    ann.send("GET", "/user/get_sms_img_code", Value::Null).await;
    let token = ann.token(world).await;
    let register = json!({"nickname": "Ann", "password": "secret12", "verification_token": token});
    ann.send("POST", "/user/register", register).await;
    let change = json!({"oldPassword": "secret12", "newPassword": "secret13"});
    ann.send("POST", "/user/change_password", change).await;
    ann.send("GET", "/user/get_poke", Value::Null).await;
    ann.send("GET", "/user/get_token", Value::Null).await;
    ann.send("POST", "/user/logout", Value::Null).await;
    let code = ann.code(world).await;
    ann.send("POST", "/user/verify_code_register", code).await;
    let token = ann.token(world).await;
    let reset = json!({"password": "secret14", "verification_token": token});
    ann.send("POST", "/user/reset_password", reset).await;
    let login = json!({"region": "86", "phone": PHONE, "password": "secret14"});
    ann.send("POST", "/user/login", login).await;
}
