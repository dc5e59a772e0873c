//! WebSockets: a dialect's handlers, and how they answer what API Gateway hands over when a socket opens, says something and has
//! ended, and what a schedule does when the session of a socket is over.
//!
//! API Gateway keeps the socket; a function sees one event at a time and nothing of the socket but its name. It never answers a text
//! by its outcome: whatever is sent goes through `shared::push`, so that everything a client sees has one order. A socket cannot
//! be posted to before its opening has been accepted.

mod event;

pub use event::{Ended, Expired, Message, Opening};

use crate::{
    log::{Entry, Logged},
    operation::handlers::guarded,
};
use event::{Event, Happened};
use futures_util::{FutureExt, future::BoxFuture};
use serde_json::Value;
use shared::{App, Error, ErrorKind, values::UserId};
use std::sync::Arc;

/// What a dialect does with sockets.
pub trait Sockets: Send + Sync + 'static {
    /// The dialect's name in logs.
    const NAME: &'static str;

    /// What clients send, for the payloads in `events/`.
    const EXAMPLE: Example;

    /// A client asks for a socket. Whose it is is for the local server alone, which can drop somebody's sockets.
    ///
    /// # Errors
    /// The socket is refused: with 500 for a fault, else with 401.
    fn opening(app: &App, opening: &Opening) -> impl Future<Output = Result<UserId, Error>> + Send;

    /// A client has sent a text. Gives back what it was, in a word for the log. API Gateway may hand over the texts of one socket at
    /// the same time and in any order; the local server does so one after the other.
    ///
    /// # Errors
    /// For the log alone: a client hears of failures by what is posted to it.
    fn message(app: &App, message: &Message) -> impl Future<Output = Result<&'static str, Error>> + Send;

    /// A socket has ended. API Gateway tries to say so, but not always does.
    ///
    /// # Errors
    /// For the log alone.
    fn ended(app: &App, ended: &Ended) -> impl Future<Output = Result<(), Error>> + Send;

    /// The session with which a socket was opened has ended by itself, as a schedule says that was made when it opened. The schedule
    /// may say so twice, or after the socket has ended.
    ///
    /// # Errors
    /// The schedule says so again, some three times.
    fn expired(app: &App, expired: &Expired) -> impl Future<Output = Result<(), Error>> + Send;
}

/// What clients send.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Headers of the request that opens a socket, besides those that every such request has.
    pub headers: &'static [(&'static str, &'static str)],
    /// Its query.
    pub query: &'static [(&'static str, &'static str)],
    /// A text.
    pub message: &'static str,
}

/// How an event went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status that API Gateway is given.
    pub status: u16,
    /// Whose socket has been accepted. API Gateway does not hear of it.
    pub whose: Option<UserId>,
    /// Whether the event is to be handed over again: a schedule does so if the call fails.
    pub again: bool,
    /// What the log says of the event.
    pub logged: Logged,
}

/// Answers events of API Gateway.
pub type Service = Arc<dyn Fn(Value) -> BoxFuture<'static, Answer> + Send + Sync>;

/// The handlers of a dialect, as the registry has them.
#[derive(Clone)]
pub struct Handlers {
    /// What clients send.
    pub example: Example,
    serve: fn(App) -> Service,
}

impl Handlers {
    /// The handlers of a dialect.
    #[must_use]
    pub fn of<S: Sockets>() -> Self {
        Self { example: S::EXAMPLE, serve: |app| Arc::new(move |event| answer::<S>(app.clone(), event).boxed()) }
    }

    /// What answers events with an application.
    #[must_use]
    pub fn service(&self, app: App) -> Service {
        (self.serve)(app)
    }
}

/// One event: one entry of the log.
async fn answer<S: Sockets>(app: App, event: Value) -> Answer {
    let Event { route, request, happened } = Event::read(&app.config, event);
    let entry = Entry::of(S::NAME, request);
    let outcome = match &happened {
        Ok(Happened::Opening(opening)) => guarded(S::opening(&app, opening)).await.map(|whose| ("open", Some(whose))),
        Ok(Happened::Message(message)) => guarded(S::message(&app, message)).await.map(|kind| (kind, None)),
        Ok(Happened::Ended(ended)) => guarded(S::ended(&app, ended)).await.map(|()| ("close", None)),
        Ok(Happened::Expired(expired)) => guarded(S::expired(&app, expired)).await.map(|()| ("expire", None)),
        Err(reason) => Err(Error::internal(*reason)),
    };
    let status = outcome.as_ref().map_or_else(|error| status(error, &happened), |_| 200);
    let (operation, whose, error) = match outcome {
        Ok((operation, whose)) => (operation, whose, None),
        Err(error) => (route, None, Some(error)),
    };
    let logged = entry.finish(Some(operation), status, error.as_ref());
    let again = error.is_some() && matches!(happened, Ok(Happened::Expired(_)));
    Answer { status, whose, again, logged }
}

/// What API Gateway is told of a failure. After anything but a 200 for a text it may send the client an object of its own
/// with a `message` in it, which clients could take for one of ours; so the log alone has that failure.
fn status(error: &Error, happened: &Result<Happened, &'static str>) -> u16 {
    match (happened, error.kind()) {
        (Ok(Happened::Message(_)), _) => 200,
        (Err(_) | Ok(Happened::Expired(_)), _) | (_, ErrorKind::Internal | ErrorKind::Unavailable) => 500,
        _ => 401,
    }
}
