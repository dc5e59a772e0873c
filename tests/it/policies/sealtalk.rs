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

pub(super) async fn story(_: &World, router: Router) {
    let mut ann = Client { router, cookie: String::new() };
    let login = json!({"region": "86", "phone": "13900000002", "password": "secret12"});
    ann.send("POST", "/user/login", login).await;
    ann.send("GET", "/user/get_poke", Value::Null).await;
}
