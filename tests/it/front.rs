//! Who called, where CloudFront stands in front of the APIs (`docs/operations.md#one-host-in-front`).

use crate::{
    payloads::{Functions, event_of},
    world::Api,
};
use local::{Options, World};
use serde_json::{Value, json};
use shared::{
    Config,
    config::{Secret, WebOrigins},
};

pub(crate) const KEY: &str = "a-key-that-only-cloudfront-has-0";

/// A deployment with CloudFront in front of it.
pub(crate) fn fronted() -> Options {
    Options::ephemeral().config(|config| *config.front_key = Some(Secret::new(KEY)))
}

/// What CloudFront adds.
pub(crate) fn headers(key: &str, address: &str) -> Value {
    json!({ "x-front-key": key, "x-front-address": address, "x-front-host": "chat.example.com" })
}

/// Looks a number up so often that the address of API Gateway's event has no more tries, and says how often that went well.
async fn tries(functions: &Functions, more: impl Fn(usize) -> Value) -> usize {
    for nth in 0..=100 {
        let mut event = event_of("sealtalk/user_check_phone_available").clone();
        event["headers"].as_object_mut().unwrap().extend(more(nth).as_object().unwrap().clone());
        let (_, body) = functions.json(&event).await;
        if body["code"] == 5_000 {
            return nth;
        }
    }
    usize::MAX
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_count_the_address_that_called_cloudfront() {
    let api = Api::with(fronted()).await;
    let functions = Functions::new(|_| api.world.app.clone());
    api.next_window(900);
    assert_eq!(tries(&functions, |nth| headers(KEY, &format!("198.51.100.{nth}"))).await, usize::MAX);
    assert_eq!(tries(&functions, |_| headers(KEY, "192.0.2.1")).await, 100, "one address is one");
    // Whoever does not know the key is where API Gateway sees them.
    assert_eq!(tries(&functions, |nth| headers("another", &format!("198.51.100.{nth}"))).await, 100);
    api.world.shutdown().await;
    // Nor does any key count where nothing stands in front.
    let api = Api::start().await;
    let functions = Functions::new(|_| api.world.app.clone());
    assert_eq!(tries(&functions, |nth| headers(KEY, &format!("198.51.100.{nth}"))).await, 100);
    api.world.shutdown().await;
}

/// So its pages are no foreign ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_apis_own_host_is_the_one_that_was_called() {
    let none = |config: &mut Config| config.sealtalk.web_origins = WebOrigins::Only(Vec::new());
    let with_key = move |config: &mut Config| {
        *config.front_key = Some(Secret::new(KEY));
        none(config);
    };
    let world = World::start(Options::ephemeral().config(with_key)).await.unwrap();
    let functions = Functions::new(|_| world.app.clone());
    for (key, origin, status) in [
        (KEY, "https://chat.example.com", 200),
        (KEY, "https://a1b2c3d4e5.execute-api.ap-east-1.amazonaws.com", 403),
        ("another", "https://chat.example.com", 403),
        ("another", "https://a1b2c3d4e5.execute-api.ap-east-1.amazonaws.com", 200),
    ] {
        let mut event = event_of("sealtalk/user_login").clone();
        event["headers"].as_object_mut().unwrap().extend(headers(key, "192.0.2.1").as_object().unwrap().clone());
        event["headers"]["origin"] = json!(origin);
        assert_eq!(functions.answer(&event).await.status(), status, "{key} {origin}");
    }
    world.shutdown().await;
}
