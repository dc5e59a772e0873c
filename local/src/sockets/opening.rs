//! The request that opens a socket: the handshake, then `$connect`, which may refuse it.

use super::{
    connection::Socket,
    lines::{Facts, Lines},
};
use crate::{
    cost,
    events::{Connection, Pairs, SocketEvent},
    gateway::ServedBy,
};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use hyper::upgrade::OnUpgrade;
use kit::sockets::Service;
use shared::values::ConnectionId;
use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicI64},
};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

/// Where a function's sockets are opened.
#[derive(Clone)]
pub(super) struct Door {
    lines: Lines,
    function: &'static str,
    service: Service,
}

impl Door {
    pub(super) fn new(lines: Lines, function: &'static str, service: Service) -> Self {
        Self { lines, function, service }
    }
}

/// A path at which sockets are opened, with and without a slash at its end.
pub(super) fn routes(path: &str, door: Door) -> Router {
    let bare = path.trim_end_matches('/');
    let router = Router::new().route(bare, any(open)).route(&format!("{bare}/"), any(open));
    router.with_state(door)
}

/// Whoever gives up is still told to the function as one who came and went.
async fn open(State(door): State<Door>, ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request) -> Response {
    let Ok(accepted) = create_response_with_body(&request, Body::empty) else {
        return not_a_handshake(&request);
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let Some(newcomer) = Newcomer::of(&door.lines, peer, &request) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (answer, answered) = oneshot::channel();
    let served_by = ServedBy(door.function.to_owned());
    cost::spawn(newcomer.received(door, accepted, upgrade, answer));
    let mut response = answered.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    response.extensions_mut().insert(served_by);
    response
}

/// Whoever does not speak the protocol is told of it, whoever speaks it wrongly is refused.
fn not_a_handshake(request: &Request) -> Response {
    if request.headers().contains_key(header::UPGRADE) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let mut response = StatusCode::UPGRADE_REQUIRED.into_response();
    response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    response
}

/// A client that asks for a socket.
struct Newcomer {
    name: ConnectionId,
    facts: Facts,
    event: SocketEvent,
}

impl Newcomer {
    fn of(lines: &Lines, peer: SocketAddr, request: &Request) -> Option<Self> {
        let (name, now) = (lines.name()?, lines.host().clock.millis());
        let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).map(str::to_owned);
        let facts = Facts { address: peer.ip().to_string(), agent, opened: now, active: AtomicI64::new(now) };
        let query: Pairs = serde_html_form::from_str(request.uri().query().unwrap_or_default()).unwrap_or_default();
        let event = {
            let connection = Connection {
                id: name.as_str(),
                host: &lines.host().domain,
                address: &facts.address,
                agent: facts.agent.as_deref(),
                opened: now,
            };
            SocketEvent::connect(&connection, &lines.request(), pairs(request.headers()), query)
        };
        Some(Self { name, facts, event })
    }

    /// Asks the function and answers; then the socket lives.
    async fn received(self, door: Door, mut accepted: Response, upgrade: OnUpgrade, answer: oneshot::Sender<Response>) {
        let Self { name, facts, event } = self;
        let Door { lines, function, service } = door;
        let event = serde_json::to_value(event).unwrap_or_default();
        let kit::sockets::Answer { status, whose, logged, .. } = service(event).await;
        if status != 200 {
            let refused = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut refused = refused.into_response();
            refused.extensions_mut().insert(logged);
            let _ = answer.send(refused);
            return;
        }
        let facts = Arc::new(facts);
        let Some(far) = lines.open(name.clone(), Arc::clone(&facts), whose) else {
            let _ = answer.send(StatusCode::SERVICE_UNAVAILABLE.into_response());
            return;
        };
        let socket = Socket::new(lines, function, service, name, facts);
        accepted.extensions_mut().insert(logged);
        let _ = answer.send(accepted);
        // Of its own, so that its calls are not the request's, whose count would be kept as long.
        tokio::spawn(socket.live(far, upgrade));
    }
}

/// What is no text is left out, as API Gateway does not take it either.
fn pairs(headers: &HeaderMap) -> Pairs {
    let text =
        |(name, value): (&http::HeaderName, &HeaderValue)| Some((name.to_string(), value.to_str().ok()?.to_owned()));
    headers.iter().filter_map(text).collect()
}
