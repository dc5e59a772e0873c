//! What each request of a function did: the newest [`KEPT`] of them, in memory only. The console shows them.
//!
//! Neither bodies nor queries nor headers are kept, which hold passwords and tokens. Keys are, and with them numbers and ids.

use crate::{
    cost::{self, Bill},
    gateway::ServedBy,
    news::{News, Wire},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use kit::{log::Logged, request_id::REQUEST_ID, sockets::Answer};
use shared::time::Clock;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Requests kept. The oldest go first.
pub(crate) const KEPT: usize = 500;

/// The operation that has answered, behind the name of its package, and how it went: on the answer of every request that reached one.
const ANSWERED: [HeaderName; 2] = [HeaderName::from_static("x-operation"), HeaderName::from_static("x-outcome")];

/// So much of a path is kept, in characters.
const LONGEST_PATH: usize = 300;

/// A request that was answered, or an event of a WebSocket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// Counted from 1.
    pub(crate) number: u64,
    /// When it was answered, by the machine's clock.
    pub(crate) at: Timestamp,
    /// The method, or `WS` for an event of a socket.
    pub(crate) method: String,
    /// The path without its query, or the route of an event.
    pub(crate) path: String,
    /// The function that answered; `None`: it did not answer in time.
    pub(crate) function: Option<String>,
    /// What the log says.
    pub(crate) logged: Option<Logged>,
    pub(crate) status: u16,
    pub(crate) took: Duration,
    pub(crate) bill: Bill,
    /// The id that the log has it by.
    pub(crate) id: String,
}

/// What a function is called for that is no request.
pub(crate) struct Call {
    /// `WS` or `CALL`.
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) function: String,
    pub(crate) id: String,
}

impl Entry {
    /// The operation, if one was reached.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.logged.as_ref().map(|logged| logged.operation.as_str()).filter(|operation| *operation != "none")
    }
}

/// The newest requests. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests {
    kept: Arc<Mutex<Kept>>,
    wire: Wire,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Entry>>,
    newest: u64,
}

impl Requests {
    /// Tells of every request.
    pub(crate) fn telling(wire: Wire) -> Self {
        Self { kept: Arc::default(), wire }
    }

    /// Keeps one more, whose number is given here.
    pub(crate) fn keep(&self, entry: Entry) {
        let number = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.newest += 1;
            let number = kept.newest;
            if kept.entries.len() == KEPT {
                kept.entries.pop_front();
            }
            kept.entries.push_back(Arc::new(Entry { number, ..entry }));
            number
        };
        self.wire.tell(News::Request(number));
    }

    /// Waits for the answer to a call, and keeps both with what they cost.
    pub(crate) async fn answered(&self, call: Call, answer: impl Future<Output = Answer>) -> Answer {
        let began = Instant::now();
        let (answer, bill) = cost::billed(answer).await;
        tracing::debug!(cost = %bill.cost, "{}", call.path);
        self.keep(Entry {
            at: Clock::wall(),
            method: call.method.to_owned(),
            path: call.path,
            function: Some(call.function),
            logged: Some(answer.logged.clone()),
            status: answer.status,
            took: began.elapsed(),
            bill,
            id: call.id,
            ..Entry::default()
        });
        answer
    }

    /// All that are kept, the newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Entry>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).entries.iter().rev().cloned().collect()
    }

    /// The one of this number, if it is still kept.
    pub(crate) fn of(&self, number: u64) -> Option<Arc<Entry>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = kept.entries.front()?.number;
        kept.entries.get(usize::try_from(number.checked_sub(oldest)?).ok()?).cloned()
    }
}

/// An axum middleware that keeps every request which a function has answered, or has not answered in time. It stands around
/// [`crate::cost::headers`], whose bill it keeps.
pub(crate) async fn keep(State(requests): State<Requests>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().chars().take(LONGEST_PATH).collect());
    let began = Instant::now();
    let mut response = next.run(request).await;
    if let Some(logged) = response.extensions().get::<Logged>().filter(|logged| logged.operation != "none") {
        let values = [format!("{} {}", logged.dialect, logged.operation), logged.outcome.clone()];
        let values = values.into_iter().filter_map(|value| HeaderValue::try_from(value).ok());
        response.headers_mut().extend(ANSWERED.into_iter().zip(values));
    }
    let of = response.extensions();
    let function = of.get::<ServedBy>().map(|ServedBy(name)| name.clone());
    let status = response.status();
    if function.is_some() || status == StatusCode::REQUEST_TIMEOUT {
        requests.keep(Entry {
            at: Clock::wall(),
            method,
            path,
            function,
            logged: of.get().cloned(),
            status: status.as_u16(),
            took: began.elapsed(),
            bill: of.get().cloned().unwrap_or_default(),
            id: response.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned(),
            ..Entry::default()
        });
    }
    response
}
