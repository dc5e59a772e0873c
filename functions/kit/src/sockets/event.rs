//! An event of a WebSocket API or of a schedule, decoded.

use crate::{cookie, front};
use axum::http::{HeaderMap, HeaderName, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use lambda_http::aws_lambda_events::apigw::{ApiGatewayWebsocketProxyRequest, ApiGatewayWebsocketProxyRequestContext};
use serde::Deserialize;
use serde_json::Value;
use shared::{
    Config,
    values::{Address, ConnectionId},
};
use std::{collections::BTreeMap, fmt};

/// A client asks for a socket. `Debug` shows neither headers nor query.
#[derive(Clone)]
pub struct Opening {
    /// What the socket will be called.
    pub connection: ConnectionId,
    /// The address of the network connection, never of a header of the client's.
    pub address: Address,
    /// The headers, cookies among them.
    pub headers: HeaderMap,
    /// The query: a name that is given several times has its last value.
    pub query: BTreeMap<String, String>,
}

/// A client has sent a text. `Debug` does not show it.
#[derive(Clone)]
pub struct Message {
    /// What the socket is called.
    pub connection: ConnectionId,
    /// The address of the network connection, which is CloudFront's where that stands in front.
    pub address: Address,
    /// The text, of 128 KB at most.
    pub text: String,
    /// What API Gateway calls the text: if it hands it over twice, by the same name.
    pub name: String,
    /// When API Gateway has received it, in milliseconds since 1970.
    pub at: i64,
}

/// A socket has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What the socket was called.
    pub connection: ConnectionId,
    /// The close code, as far as API Gateway knows it.
    pub code: Option<u16>,
}

/// The session with which a socket was opened has ended by itself: what a schedule hands over (`shared::push::Schedules`).
#[derive(Clone, Debug, Deserialize)]
pub struct Expired {
    /// What the socket is called.
    #[serde(rename = "expired")]
    pub connection: ConnectionId,
    /// What Scheduler calls its call.
    #[serde(default)]
    request: String,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl Opening {
    /// The value of a header, if it is there once and is text.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        let mut given = self.headers.get_all(name).iter();
        given.next().filter(|_| given.next().is_none())?.to_str().ok()
    }

    /// Whether a page of another host asks, as browsers say in `Origin`; apps send none. Browsers let any page open a socket, and send
    /// their cookies along.
    #[must_use]
    pub fn is_of_another_host(&self) -> bool {
        let host = self.header(header::HOST).unwrap_or_default();
        let mut origins = self.headers.get_all(header::ORIGIN).iter();
        origins.any(|origin| {
            origin.to_str().ok().and_then(|origin| origin.split_once("://")).is_none_or(|it| it.1 != host)
        })
    }

    /// The values of cookies of this name: see [`cookie::read`].
    pub fn cookies(&self, name: &str) -> impl Iterator<Item = &str> {
        cookie::read(&self.headers, name)
    }
}

/// What has happened to a socket.
pub(super) enum Happened {
    Opening(Opening),
    Message(Message),
    Ended(Ended),
    Expired(Expired),
}

/// An event, as far as it could be read.
pub(super) struct Event {
    /// The route that it is of, for the log.
    pub(super) route: &'static str,
    /// The id of the request, which is in API Gateway's access log as well.
    pub(super) request: String,
    /// What has happened, or why that is not known.
    pub(super) happened: Result<Happened, &'static str>,
}

impl Event {
    pub(super) fn read(config: &Config, event: Value) -> Self {
        let unread = |reason| Self { route: "none", request: String::new(), happened: Err(reason) };
        if let Ok(expired) = Expired::deserialize(&event) {
            return Self {
                route: "expired",
                request: expired.request.clone(),
                happened: Ok(Happened::Expired(expired)),
            };
        }
        let Ok(event) = ApiGatewayWebsocketProxyRequest::deserialize(event) else {
            return unread("this is no event of a WebSocket API");
        };
        let ApiGatewayWebsocketProxyRequestContext {
            event_type,
            connection_id,
            identity,
            request_id,
            disconnect_status_code,
            message_id,
            request_time_epoch: at,
            ..
        } = event.request_context;
        let request = request_id.unwrap_or_default();
        let Some(Ok(connection)) = connection_id.map(ConnectionId::try_from) else {
            return Self { request, ..unread("the event names no connection") };
        };
        let address = Address::new(identity.source_ip.unwrap_or_default());
        // The kind of the event, not its route: a client could choose a route by what it sends.
        let (route, happened) = match event_type.as_deref() {
            Some("CONNECT") => {
                let mut headers = headers(&event.headers, event.multi_value_headers);
                let called = front::take(config, &mut headers);
                let address = called.map_or(address, |called| {
                    called.write_host(&mut headers);
                    Address::new(called.address)
                });
                let query = event.query_string_parameters.iter();
                let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                ("$connect", Ok(Happened::Opening(Opening { connection, address, headers, query })))
            }
            Some("MESSAGE") => {
                let text = text(event.body.unwrap_or_default(), event.is_base64_encoded);
                let name = message_id.unwrap_or_else(|| request.clone());
                let message = |text| Happened::Message(Message { connection, address, text, name, at });
                ("$default", text.map(message))
            }
            Some("DISCONNECT") => {
                let code = disconnect_status_code.and_then(|code| u16::try_from(code).ok());
                ("$disconnect", Ok(Happened::Ended(Ended { connection, code })))
            }
            _ => ("none", Err("the event is of no kind that is known")),
        };
        Self { route, request, happened }
    }
}

/// Those that may be there several times, and whatever else is there.
fn headers(single: &HeaderMap, multiple: HeaderMap) -> HeaderMap {
    let mut all = multiple;
    for (name, value) in single {
        if !all.contains_key(name) {
            all.insert(name.clone(), value.clone());
        }
    }
    all
}

fn text(body: String, encoded: bool) -> Result<String, &'static str> {
    if !encoded {
        return Ok(body);
    }
    let bytes = BASE64_STANDARD.decode(body).map_err(|_| "the text is not of its encoding")?;
    String::from_utf8(bytes).map_err(|_| "the text is not UTF-8")
}
