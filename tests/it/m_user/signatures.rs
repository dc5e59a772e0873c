//! Where a deployment insists on signatures, everything of the API is signed (`docs/dialects/m_user.md#signatures`).

use super::client::{Body, Device, Said};
use crate::{
    signatures::{SECRET, sign},
    world::{Answer, Api},
};
use local::Options;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::config::{Secret, SignMode};

impl Api {
    /// A request of a device that is signed so many seconds away from now.
    async fn m_signed(&self, device: &Device, nonce: &str, away: i64, path: &str, body: &Value) -> Said {
        let timestamp = (self.world.clock.seconds() + away).to_string();
        let request = self.http.post(self.url(path)).header("x-device-id", &device.name);
        let request = request.header("x-api-sign", sign(nonce, &timestamp));
        self.m_send(device, request.header("x-api-nonce", nonce).header("x-api-timestamp", timestamp), body).await
    }

    async fn plainly(&self, request: RequestBuilder) -> Answer {
        Answer::of(request.send().await.unwrap()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_without_a_good_signature_is_refused_before_anything_else() {
    let api = Api::with(Options::ephemeral().without_questions().config(|config| {
        config.signing.mode = SignMode::Enforce;
        config.signing.secret = Some(Secret::new(SECRET));
    }))
    .await;
    for body in Body::BOTH {
        let device = Device::new(&format!("dev-{body:?}-0001"), body);
        let nonce = |name: &str| format!("{body:?}-{name}");
        let new = json!({"gender": "male", "age": 24});
        let refused = |said: &Said| said.fails(401, 603, "wrong signature or time");
        api.m_signed(&device, &nonce("a"), 0, "/m_user/users", &new).await.ok();
        refused(&api.m_signed(&device, &nonce("a"), 0, "/m_user/login", &Value::Null).await);
        refused(&api.m_signed(&device, &nonce("b"), 600, "/m_user/login", &Value::Null).await);
        refused(&api.m_signed(&device, &nonce("b"), -600, "/m_user/login", &Value::Null).await);
        let signed_in = api.m_signed(&device, &nonce("b"), 0, "/m_user/login", &Value::Null).await;
        signed_in.ok();
        assert_eq!(signed_in.answer.rounds(), 3, "the nonce takes one round");

        // Whatever else is wrong, the signature comes first.
        for path in ["/m_user/login", "/m_user/nothing", "/m_sns/posts", "/common/x"] {
            refused(&api.m_post(&device, path, json!("no object")).await);
        }
        let nameless = api.http.post(api.url("/m_user/login"));
        refused(&api.m_send(&device, nameless, &Value::Null).await);
    }
    // Pages of browsers ask first, without a signature, and may read the refusal.
    let page = |method| api.http.request(method, api.url("/m_user/login")).header("origin", "https://app.example.com");
    let asked = page(Method::OPTIONS).header("access-control-request-method", "POST");
    assert_eq!(api.plainly(asked).await.status, 200);
    assert_eq!(api.plainly(page(Method::POST)).await.headers["access-control-allow-origin"], "*");
    // Files have URLs that anybody opens, and other APIs have no signatures.
    assert_eq!(api.get("/media/nothing").await.status, 404);
    assert_eq!(api.form("/v1/account/login", &[]).await.status, 400);
}
