//! What API Gateway hands to a function when a WebSocket opens, says something and has ended.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The stage of the WebSocket API, in the template as on this machine.
pub(crate) const STAGE: &str = "push";

/// A connection, as every event of it describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Connection<'a> {
    pub(crate) id: &'a str,
    pub(crate) host: &'a str,
    /// The client's address and what it calls itself.
    pub(crate) address: &'a str,
    pub(crate) agent: Option<&'a str>,
    /// When it was opened, in milliseconds.
    pub(crate) opened: i64,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SocketEvent {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    multi_value_query_string_parameters: BTreeMap<String, Vec<String>>,
    request_context: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

/// Names and values, in the order in which a client sent them.
pub(crate) type Pairs = Vec<(String, String)>;

impl SocketEvent {
    fn of(connection: &Connection<'_>, request: &str, now: i64, kind: (&str, &str), more: Value) -> Self {
        let Connection { id, host, address, agent, opened } = *connection;
        let (route, kind) = kind;
        let mut context = json!({
            "routeKey": route,
            "eventType": kind,
            "extendedRequestId": request,
            "requestTime": clock_time(now),
            "messageDirection": "IN",
            "stage": STAGE,
            "connectedAt": opened,
            "requestTimeEpoch": now,
            "identity": { "sourceIp": address },
            "requestId": request,
            "domainName": host,
            "connectionId": id,
            "apiId": host.split('.').next(),
        });
        if let Some(agent) = agent {
            context["identity"]["userAgent"] = agent.into();
        }
        if let (Value::Object(context), Value::Object(more)) = (&mut context, more) {
            context.extend(more);
        }
        Self {
            headers: BTreeMap::new(),
            multi_value_headers: BTreeMap::new(),
            query_string_parameters: BTreeMap::new(),
            multi_value_query_string_parameters: BTreeMap::new(),
            request_context: context,
            body: None,
            is_base64_encoded: false,
        }
    }

    /// A client asks for a socket.
    pub(crate) fn connect(connection: &Connection<'_>, request: &str, headers: Pairs, query: Pairs) -> Self {
        let (multi_value_headers, headers) = grouped(headers);
        let (multi_value_query_string_parameters, query_string_parameters) = grouped(query);
        Self {
            headers,
            multi_value_headers,
            query_string_parameters,
            multi_value_query_string_parameters,
            ..Self::of(connection, request, connection.opened, ("$connect", "CONNECT"), Value::Null)
        }
    }

    /// A client has sent a text.
    pub(crate) fn message(connection: &Connection<'_>, request: &str, now: i64, text: String) -> Self {
        let event = Self::of(connection, request, now, ("$default", "MESSAGE"), json!({ "messageId": request }));
        Self { body: Some(text), ..event }
    }

    /// A socket has ended, with this close code.
    pub(crate) fn disconnect(connection: &Connection<'_>, request: &str, now: i64, code: u16, reason: &str) -> Self {
        let why = json!({ "disconnectStatusCode": code, "disconnectReason": reason });
        Self::of(connection, request, now, ("$disconnect", "DISCONNECT"), why)
    }
}

/// As access logs have it: `12/May/2016:03:35:28 +0000`.
fn clock_time(millis: i64) -> String {
    let at = Timestamp::from_millisecond(millis).unwrap_or_default();
    at.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// All values of each name, and the last of them.
fn grouped(pairs: Pairs) -> (BTreeMap<String, Vec<String>>, BTreeMap<String, String>) {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        all.entry(name).or_default().push(value);
    }
    let last = all.iter().filter_map(|(name, values)| Some((name.clone(), values.last()?.clone())));
    let last = last.collect();
    (all, last)
}
