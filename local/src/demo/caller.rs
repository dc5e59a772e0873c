//! Calls as an app makes them: to the routers of the functions, without a port in between, and to the stand-in of S3 with the forms that
//! the APIs sign. Everybody calls from an address of their own, because much is limited by address.

use super::Failure;
use crate::{gateway, world::World};
use axum::{Router, body::Body, extract::ConnectInfo};
use http::{Method, Request, header};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tower::ServiceExt;

/// Larger than any answer.
const LARGEST: usize = 16 << 20;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What all calls go through.
#[derive(Clone)]
pub(super) struct Gateway {
    router: Router,
    host: String,
    http: reqwest::Client,
}

/// An answer: what the API says in it, and the cookie that it sets.
pub(super) struct Answer {
    pub(super) body: Value,
    pub(super) cookie: Option<String>,
}

/// Somebody's app, at an address of its own.
#[derive(Clone)]
pub(super) struct Caller {
    gateway: Gateway,
    address: SocketAddr,
}

impl Gateway {
    pub(super) fn new(world: &World) -> Result<Self, Failure> {
        let router = gateway::router(&world.app, &world.template.routes).map_err(|_| Failure::Routes)?;
        let host = world.url.trim_start_matches("http://").to_owned();
        Ok(Self { router, host, http: reqwest::Client::new() })
    }

    /// The app of the person with this number among all.
    pub(super) fn caller(&self, place: usize) -> Caller {
        let [.., high, low] = u32::try_from(place).unwrap_or_default().to_be_bytes();
        let address = IpAddr::from(Ipv4Addr::new(127, 77, high, low));
        Caller { gateway: self.clone(), address: SocketAddr::new(address, 1) }
    }
}

impl Caller {
    async fn send(&self, request: http::request::Builder, body: String) -> Result<Answer, Failure> {
        let request = request.header(header::HOST, &self.gateway.host).extension(ConnectInfo(self.address));
        let request = request.body(Body::from(body)).map_err(|_| Failure::Routes)?;
        let call = format!("{} {}", request.method(), request.uri().path());
        let answer = match self.gateway.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (head, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, LARGEST).await.unwrap_or_default();
        let refused = || Failure::Refused { call: call.clone(), answer: String::from_utf8_lossy(&bytes).into_owned() };
        let body = serde_json::from_slice(&bytes).map_err(|_| refused())?;
        if !head.status.is_success() || !says_yes(&body) {
            return Err(refused());
        }
        let cookie = head.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).map(str::to_owned);
        Ok(Answer { body, cookie })
    }

    /// POSTs a form.
    pub(super) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Value, Failure> {
        let body = serde_html_form::to_string(fields).unwrap_or_default();
        let request = Request::post(path).header(header::CONTENT_TYPE, FORM);
        Ok(self.send(request, body).await?.body)
    }

    /// POSTs JSON, with a session in the cookie.
    pub(super) async fn json(&self, path: &str, cookie: &str, body: &Value) -> Result<Answer, Failure> {
        let request = Request::post(path).header(header::CONTENT_TYPE, JSON).header(header::COOKIE, cookie);
        self.send(request, body.to_string()).await
    }

    /// Calls as a device.
    pub(super) async fn device(
        &self,
        method: Method,
        path: &str,
        device: &str,
        body: &Value,
    ) -> Result<Value, Failure> {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, JSON);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Ok(self.send(request.header("x-device-id", device), body).await?.body)
    }

    /// Sends a file with a signed form.
    pub(super) async fn upload(&self, form: &Value, file: Vec<u8>) -> Result<(), Failure> {
        let mut parts = reqwest::multipart::Form::new();
        for (name, value) in form["fields"].as_object().into_iter().flatten() {
            parts = parts.text(name.clone(), value.as_str().unwrap_or_default().to_owned());
        }
        let parts = parts.part("file", reqwest::multipart::Part::bytes(file).file_name("file"));
        let url = form["url"].as_str().unwrap_or_default();
        self.gateway.http.post(url).multipart(parts).send().await?.error_for_status()?;
        Ok(())
    }
}

/// Whether an answer with a status of success is one, in the APIs that say so in the body.
fn says_yes(body: &Value) -> bool {
    match body.get("code") {
        Some(code) => code == 200,
        None => body.get("result").is_none_or(|result| result == "0000"),
    }
}
