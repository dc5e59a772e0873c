//! Everything of Chat that needs a right of its own.

use crate::payloads::socket_events;
use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{Request, header};
use kit::sockets::Service;
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

/// Opens a socket with the person's session, says something and ends it.
async fn socket(sockets: &Service, cookie: &str) {
    for name in ["push/connect", "push/default", "push/disconnect"] {
        let mut event = socket_events()[name].clone();
        if name == "push/connect" {
            event["headers"]["Cookie"] = cookie.into();
            event["multiValueHeaders"]["Cookie"] = json!([cookie]);
        }
        assert_eq!(sockets(event).await.status, 200, "{name}");
    }
}

pub(super) async fn story(router: Router, sockets: Service) {
    let mut ann = Person::registered(&router, "13700000001").await;
    socket(&sockets, &ann.cookie).await;
    ann.send("GET", "/android/time_search/", &Value::Null).await;
    ann.send("GET", "/android/out/", &Value::Null).await;
}
