//! Everything of m_user that needs a right of its own.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::Request;
use local::World;
use serde_json::{Value, json};
use shared::{
    values::{RequestId, UserId},
    wallet::{self, Grant},
};
use tower::ServiceExt as _;

/// A device without a network between it and the function.
struct Device {
    router: Router,
    name: &'static str,
    uid: UserId,
}

impl Device {
    /// One whose user has just registered.
    async fn registered(router: &Router, name: &'static str) -> Self {
        let mut device = Self { router: router.clone(), name, uid: UserId::nobody() };
        let user = device.send("POST", "/m_user/users", &json!({"gender": "female", "age": 24})).await;
        device.uid = user["id"].as_str().unwrap().to_owned().try_into().unwrap();
        device
    }

    /// Sends a request, which must succeed; the answer.
    async fn send(&self, method: &str, path: &str, fields: &Value) -> Value {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let body = if fields.is_null() { Body::empty() } else { Body::from(fields.to_string()) };
        let request = request.header("x-device-id", self.name).body(body).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let answer: Value = serde_json::from_slice(&to_bytes(body, usize::MAX).await.unwrap()).unwrap();
        assert_eq!(head.status.as_u16(), 200, "{path} {fields}: {answer}");
        answer
    }
}

/// Coins, which an operator has granted, and gifts, one of them asked for twice.
async fn gifts(world: &World, fan: &Device, star: &Device) {
    let id = RequestId::try_from("gifts".to_owned()).ok();
    let grant = Grant::new(Some(100), Some(1), "a story".into(), id).unwrap();
    wallet::grant(&world.app, &fan.uid, &grant).await.expect("coins");
    fan.send("GET", "/m_gift/price", &Value::Null).await;
    let gift = json!({"to_user_id": star.uid.as_str(), "gift": "rose", "request_id": "g-1"});
    for _ in 0..2 {
        fan.send("POST", "/m_gift/gifts", &gift).await;
    }
    let box_of_fan = fan.send("GET", "/m_coin/coin_box", &Value::Null).await;
    assert_eq!(box_of_fan, json!({"amount": 95}));
    fan.send("GET", &format!("/m_gift/gifts?user_id={}", star.uid), &Value::Null).await;
}

/// A key of somebody's, under which a picture waits.
async fn uploaded(world: &World, who: &Device) -> String {
    let asked = who.send("GET", "/common/upload_tokens?num=1&res_type=picture", &Value::Null).await;
    let key = asked["tokens"][0]["key"].as_str().unwrap().to_owned();
    let object = format!("pending/files/{}/picture/{key}", who.uid);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    world.app.storage.put(&object, png.to_vec(), "application/octet-stream").await.unwrap();
    key
}

/// A profile with pictures one after the other, and a block.
async fn profiles(world: &World, fan: &Device, star: &Device) {
    let own = format!("/m_user/users/{}", star.uid);
    for _ in 0..2 {
        let icon = uploaded(world, star).await;
        star.send("PATCH", &own, &json!({"icon": icon, "job": "student"})).await;
    }
    let other = json!({"user_id": star.uid.as_str()});
    fan.send("POST", "/m_user/blocks", &other).await;
    fan.send("GET", "/m_user/blocks", &Value::Null).await;
    fan.send("DELETE", "/m_user/blocks", &other).await;
    fan.send("GET", &own, &Value::Null).await;
}

/// Posts, one of which is bought, and what others do about them.
async fn posts(world: &World, fan: &Device, star: &Device) {
    let media = [uploaded(world, star).await];
    let post = star.send("POST", "/m_sns/posts", &json!({"post_type": "picture", "media": media, "price": 3})).await;
    let id = post["id"].as_str().unwrap();
    let target = json!({"target_id": id, "target_type": "post", "content": "nice"});
    fan.send("POST", "/m_user/likes", &target).await;
    fan.send("DELETE", "/m_user/likes", &target).await;
    fan.send("POST", "/m_user/comments", &target).await;
    fan.send("GET", &format!("/m_user/comments?target_type=post&target_id={id}"), &Value::Null).await;
    fan.send("POST", &format!("/m_sns/posts/{id}/purchases"), &Value::Null).await;
    fan.send("GET", "/m_sns/posts", &Value::Null).await;
    fan.send("GET", &format!("/m_sns/posts/{id}"), &Value::Null).await;
    fan.send("GET", &format!("/m_user/users/{}/homepage", star.uid), &Value::Null).await;
    fan.send("POST", "/m_user/reports", &json!({"target_type": "post", "target_id": id, "reason": "spam"})).await;
    star.send("DELETE", &format!("/m_sns/posts/{id}"), &Value::Null).await;
}

/// Registering, signing in, and all that comes after it.
pub(super) async fn story(world: &World, router: Router) {
    let (fan, star) =
        (Device::registered(&router, "dev-aaaa-0001").await, Device::registered(&router, "dev-bbbb-0002").await);
    fan.send("POST", "/m_user/login", &Value::Null).await;
    gifts(world, &fan, &star).await;
    profiles(world, &fan, &star).await;
    posts(world, &fan, &star).await;
    fan.send("POST", "/m_user/feedbacks", &json!({"content": "hi"})).await;
    fan.send("POST", "/m_user/user_tracks", &json!({"push_status": true})).await;
}
