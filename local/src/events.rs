//! The payloads in `events/`: what API Gateway's HTTP API, version 2.0, hands to a function for each example of its rows, and what its
//! WebSocket API, and a schedule, hand to a function of sockets.

mod socket;

pub use socket::SocketEvent;
pub(crate) use socket::{Connection, Pairs};

use crate::{dialects, template::Route};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kit::{
    example::Request,
    registry::{DEFAULT_ROUTE, Function},
    sockets::Example,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, io, path::Path};

const API: &str = "a1b2c3d4e5";
const HOST: &str = "a1b2c3d4e5.execute-api.ap-east-1.amazonaws.com";
const AGENT: &str = "okhttp/3.2.0";
const ADDRESS: &str = "203.0.113.7";
const PROXY: &str = "{proxy+}";

/// The name of a connection.
const CONNECTION: &str = "L0SM9cOFvHcCIhw=";

/// The headers of every request for a WebSocket.
const HANDSHAKE: [(&str, &str); 8] = [
    ("Host", HOST),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
    ("User-Agent", AGENT),
    ("X-Amzn-Trace-Id", "Root=1-5733f9e0-3f5a1c0e2b7d4a6c8e9f0a1b"),
    ("X-Forwarded-For", ADDRESS),
    ("X-Forwarded-Port", "443"),
    ("X-Forwarded-Proto", "https"),
];

/// A payload.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// A request.
    Request(Box<RequestEvent>),
    /// What has happened to a WebSocket.
    Socket(SocketEvent),
    /// The session of a WebSocket has ended.
    Expired(ExpiredEvent),
}

/// What a schedule hands to a function of sockets.
#[derive(Debug, Serialize)]
pub struct ExpiredEvent {
    expired: &'static str,
    request: String,
}

/// A request of an HTTP API.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestEvent {
    version: &'static str,
    route_key: String,
    raw_path: String,
    raw_query_string: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookies: Option<[String; 1]>,
    headers: BTreeMap<&'static str, String>,
    request_context: Context,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_parameters: Option<Proxy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    account_id: &'static str,
    api_id: &'static str,
    domain_name: &'static str,
    domain_prefix: &'static str,
    http: Http,
    request_id: String,
    route_key: String,
    stage: &'static str,
    time: &'static str,
    time_epoch: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    path: String,
    protocol: &'static str,
    source_ip: &'static str,
    user_agent: &'static str,
}

#[derive(Debug, Serialize)]
struct Proxy {
    proxy: String,
}

/// The payloads of every function, by `<function>/<name>`.
///
/// # Errors
/// Two of a function with the same name: one of them has to be given another.
pub fn all() -> io::Result<BTreeMap<String, Event>> {
    let mut all = BTreeMap::new();
    for function in dialects::functions() {
        let requests = function.example_requests().into_iter();
        let requests = requests.map(|it| (it.name.clone(), Event::Request(Box::new(event(&function, it)))));
        let sockets = function.handlers.iter().flat_map(|handlers| of_socket(&handlers.example));
        for (name, event) in requests.chain(sockets) {
            let name = format!("{}/{name}", function.name);
            if all.insert(name.clone(), event).is_some() {
                return Err(io::Error::other(format!("two examples are called {name}")));
            }
        }
    }
    Ok(all)
}

/// Writes each payload to `<folder>/<function>/<name>.json`.
///
/// # Errors
/// Two payloads with the same name; what the file system says.
pub fn write(folder: &Path) -> io::Result<()> {
    for (name, event) in all()? {
        let path = folder.join(name + ".json");
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, serde_json::to_string_pretty(&event)? + "\n")?;
    }
    Ok(())
}

/// The life of a socket.
fn of_socket(example: &Example) -> [(String, Event); 4] {
    let connection =
        Connection { id: CONNECTION, host: HOST, address: ADDRESS, agent: Some(AGENT), opened: 1_463_024_128_000 };
    let owned = |pairs: &[(&str, &str)]| -> Pairs {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let headers = [owned(&HANDSHAKE), owned(example.headers)].concat();
    let request = |route: &str| BASE64_STANDARD.encode(&Sha256::digest(route)[..11]);
    let later = |seconds: i64| connection.opened + 1_000 * seconds;
    let connect = SocketEvent::connect(&connection, &request("$connect"), headers, owned(example.query));
    let message = SocketEvent::message(&connection, &request("$default"), later(1), example.message.to_owned());
    let end = SocketEvent::disconnect(&connection, &request("$disconnect"), later(600), 1001, "Going away");
    let expired = Event::Expired(ExpiredEvent { expired: CONNECTION, request: request("expired") });
    let [connect, message, end] = [connect, message, end].map(Event::Socket);
    [("connect", connect), ("default", message), ("disconnect", end), ("expired", expired)]
        .map(|(name, event)| (name.to_owned(), event))
}

fn event(function: &Function, request: Request) -> RequestEvent {
    let Request { method, path, query, session, body, .. } = request;
    let (route_key, proxy) = route(function, &path);
    let mut headers = BTreeMap::from([
        ("accept", "*/*".to_owned()),
        ("accept-encoding", "gzip".to_owned()),
        ("host", HOST.to_owned()),
        ("user-agent", AGENT.to_owned()),
        ("x-amzn-trace-id", "Root=1-5733f9e0-3f5a1c0e2b7d4a6c8e9f0a1b".to_owned()),
        ("x-forwarded-for", ADDRESS.to_owned()),
        ("x-forwarded-port", "443".to_owned()),
        ("x-forwarded-proto", "https".to_owned()),
    ]);
    // An HTTP API hands cookies over beside the headers.
    let (cookies, header) = match session {
        Some(("cookie", cookie)) => (Some([cookie]), None),
        other => (None, other),
    };
    headers.extend(header);
    // It encodes whatever is not text, and forms are not text to it.
    let encoded = body.as_ref().is_some_and(|(kind, _)| kind != "application/json");
    let body = body.map(|(kind, body)| {
        headers.extend([("content-length", body.len().to_string()), ("content-type", kind)]);
        if encoded { BASE64_STANDARD.encode(body) } else { String::from_utf8_lossy(&body).into_owned() }
    });
    let digest = Sha256::digest(format!("{method} {path}"));
    let context = Context {
        account_id: "123456789012",
        api_id: API,
        domain_name: HOST,
        domain_prefix: API,
        http: Http {
            method: method.to_string(),
            path: path.clone(),
            protocol: "HTTP/1.1",
            source_ip: ADDRESS,
            user_agent: AGENT,
        },
        request_id: BASE64_STANDARD.encode(&digest[..11]),
        route_key: route_key.clone(),
        stage: "$default",
        time: "12/May/2016:03:35:28 +0000",
        time_epoch: 1_463_024_128_000,
    };
    RequestEvent {
        version: "2.0",
        route_key,
        raw_path: path,
        raw_query_string: query,
        cookies,
        headers,
        request_context: context,
        path_parameters: proxy.map(|proxy| Proxy { proxy }),
        body,
        is_base64_encoded: encoded,
    }
}

/// The route of the function that takes the path, and what the path has in place of `{proxy+}`.
fn route(function: &Function, path: &str) -> (String, Option<String>) {
    let routes = function.paths.iter().map(|own| Route { path: (*own).to_owned(), binary: function.name.to_owned() });
    let taking = routes.filter(|route| route.takes(path)).max_by_key(|route| route.path.len());
    match taking {
        None => (DEFAULT_ROUTE.to_owned(), None),
        Some(route) => {
            let proxy = route.path.strip_suffix(PROXY).and_then(|prefix| path.strip_prefix(prefix));
            (format!("ANY {}", route.path), proxy.map(str::to_owned))
        }
    }
}
