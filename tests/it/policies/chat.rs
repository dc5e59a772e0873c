//! Everything of Chat that needs a right of its own.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{Request, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Somebody without a network between them and the function.
struct Person {
    router: Router,
    cookie: String,
}

impl Person {
    /// One who has just registered.
    async fn registered(router: &Router, phone: &str) -> Self {
        let mut person = Self { router: router.clone(), cookie: String::new() };
        person.send("POST", "/android/register/", &json!({"phone": phone, "password": "secret12"})).await;
        person
    }

    /// Sends a request, which must succeed; the result.
    async fn send(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let answer = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        if let Some(cookie) = head.headers.get(header::SET_COOKIE) {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        let answer: Value = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        let done = answer["status"] == 1 || answer["message"] == "ok";
        assert!(done, "{path}: {answer}");
        answer["result"].clone()
    }
}

pub(super) async fn story(router: Router) {
    let mut ann = Person::registered(&router, "13700000001").await;
    ann.send("GET", "/android/time_search/", &Value::Null).await;
    ann.send("GET", "/android/out/", &Value::Null).await;
}
