//! A dialect that is only a test's. It needs from the kit what no shipped dialect does: operations that share a path, an
//! envelope that a header chooses, a date in the body, and clients that are known by their device alone.
//! `docs/adding-a-dialect.md` goes through it.

mod logged;
mod pocket;
mod refused;
mod rounds;
mod served;

use crate::world::{Api, Person};
use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt;
use pocket::{DEVICE, GENERATION};
use serde_json::Value;
use shared::{
    sessions::{self, Claim, devices},
    values::{Dialect, UserId},
};
use tower::ServiceExt;

/// The form of most requests here.
const FORM: &str = "application/x-www-form-urlencoded";

/// The dialect in a world of its own.
struct Client {
    api: Api,
    router: Router,
}

impl Client {
    async fn start() -> Self {
        let api = Api::start().await;
        let router = pocket::routes().router(api.world.app.clone());
        Self { api, router }
    }

    async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// POSTs a form to the shared path.
    async fn post(&self, form: &'static str) -> (u16, Value) {
        self.send(Request::post("/pocket").header("content-type", FORM).body(Body::from(form)).unwrap()).await
    }

    /// The same as a client of the second generation.
    async fn post_newer(&self, form: &'static str) -> (u16, Value) {
        let request = Request::post("/pocket").header("content-type", FORM).header(GENERATION, "2");
        self.send(request.body(Body::from(form)).unwrap()).await
    }

    /// GETs a path as a device.
    async fn get_as(&self, device: &str, path: &str) -> (u16, Value) {
        self.send(Request::get(path).header(DEVICE, device).body(Body::empty()).unwrap()).await
    }

    /// Lets a device speak for somebody.
    async fn bind(&self, who: &Person, device: &str) {
        let app = &self.api.world.app;
        let claim = Claim::new(Dialect::LightUp, UserId::try_from(who.id.clone()).unwrap(), &who.token);
        let actor = sessions::verify(app, &claim).await.unwrap();
        devices::bind(app, &actor, Dialect::LightUp, &pocket::device(app, device)).await.unwrap();
    }
}
