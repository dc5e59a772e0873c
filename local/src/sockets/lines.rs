//! The open sockets by their names.

use crate::{
    news::{News, Wire},
    requests::Requests,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE};
use shared::{
    random::Random,
    time::Clock,
    values::{ConnectionId, UserId},
};
use std::{
    collections::HashMap,
    convert::Infallible,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// Texts that wait to be written to a socket whose client reads slowly. For more, API Gateway says that its buffer is full.
const WAITING: usize = 32;

/// How long sockets may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// How long nothing may be said in either direction.
    pub idle: Duration,
    /// How long a socket may be open at all.
    pub life: Duration,
}

impl Default for SocketLimits {
    /// Those of API Gateway: 10 minutes, and 2 hours.
    fn default() -> Self {
        Self { idle: Duration::from_secs(600), life: Duration::from_secs(7_200) }
    }
}

/// Why a socket ends that its client has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// A function has closed it.
    Deleted,
    /// The server ends.
    Shutdown,
    /// It is to look as if the network had failed and nobody had told the function.
    Dropped,
}

/// What is known of a socket.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) address: String,
    pub(super) agent: Option<String>,
    /// Milliseconds of the application's clock.
    pub(super) opened: i64,
    /// The same of the last thing that was said in either direction.
    pub(super) active: AtomicI64,
}

/// The near end of a socket.
struct Line {
    facts: Arc<Facts>,
    whose: Option<UserId>,
    texts: mpsc::Sender<String>,
    end: oneshot::Sender<Why>,
}

/// An open socket, as the console shows it. Times are milliseconds of the application's clock.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) name: String,
    pub(crate) whose: Option<UserId>,
    pub(crate) address: String,
    pub(crate) agent: Option<String>,
    pub(crate) opened: i64,
    pub(crate) active: i64,
}

/// The far end of a line, which the socket has.
pub(super) struct FarEnd {
    pub(super) texts: mpsc::Receiver<String>,
    pub(super) end: oneshot::Receiver<Why>,
    /// Goes when the socket has ended and everybody has been told.
    _alive: mpsc::Sender<Infallible>,
}

/// What has become of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    Taken,
    Gone,
    Full,
}

/// Where the server is, as events say it.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) domain: String,
    pub(crate) limits: SocketLimits,
    pub(crate) clock: Clock,
    /// Where events of sockets are kept.
    pub(crate) requests: Requests,
    pub(crate) wire: Wire,
}

/// All open sockets. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Lines(Arc<Inner>);

struct Inner {
    host: Host,
    /// Not the application's randomness: where that is seeded, it is for what the application does.
    random: Random,
    state: Mutex<State>,
    over: tokio::sync::Mutex<mpsc::Receiver<Infallible>>,
}

struct State {
    open: HashMap<ConnectionId, Line>,
    /// Each socket has a copy until it has ended. There is none once no more are opened.
    alive: Option<mpsc::Sender<Infallible>>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("open", &self.count()).finish_non_exhaustive()
    }
}

impl Lines {
    pub(crate) fn new(host: Host) -> Self {
        let (alive, over) = mpsc::channel(1);
        let state = Mutex::new(State { open: HashMap::new(), alive: Some(alive) });
        Self(Arc::new(Inner { host, random: Random::system(), state, over: tokio::sync::Mutex::new(over) }))
    }

    pub(crate) fn host(&self) -> &Host {
        &self.0.host
    }

    /// A new name, of the form that API Gateway's have: 11 bytes in 16 characters.
    pub(super) fn name(&self) -> Option<ConnectionId> {
        ConnectionId::try_from(BASE64_URL_SAFE.encode(self.0.random.bytes::<11>())).ok()
    }

    /// The id of an event.
    pub(super) fn request(&self) -> String {
        BASE64_URL_SAFE.encode(self.0.random.bytes::<11>())
    }

    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.with(|state| state.open.len())
    }

    /// All that are open, in no order.
    pub(crate) fn all(&self) -> Vec<Open> {
        let shown = |(name, line): (&ConnectionId, &Line)| Open {
            name: name.as_str().to_owned(),
            whose: line.whose.clone(),
            address: line.facts.address.clone(),
            agent: line.facts.agent.clone(),
            opened: line.facts.opened,
            active: line.facts.active.load(Ordering::Relaxed),
        };
        self.with(|state| state.open.iter().map(shown).collect())
    }

    /// Opens a line; `None`: the server ends.
    pub(super) fn open(&self, name: ConnectionId, facts: Arc<Facts>, whose: Option<UserId>) -> Option<FarEnd> {
        let ((texts, for_texts), (end, for_end)) = (mpsc::channel(WAITING), oneshot::channel());
        let line = Line { facts, whose, texts, end };
        let alive = self.with(|state| {
            let alive = state.alive.clone()?;
            state.open.insert(name, line);
            Some(alive)
        })?;
        self.0.host.wire.tell(News::Sockets);
        Some(FarEnd { texts: for_texts, end: for_end, _alive: alive })
    }

    /// Forgets a socket that has ended by itself.
    pub(super) fn forget(&self, name: &ConnectionId) {
        self.with(|state| state.open.remove(name));
        self.0.host.wire.tell(News::Sockets);
    }

    pub(super) fn facts(&self, name: &ConnectionId) -> Option<Arc<Facts>> {
        self.with(|state| state.open.get(name).map(|line| Arc::clone(&line.facts)))
    }

    pub(super) fn post(&self, name: &ConnectionId, text: String) -> Posted {
        let Some(texts) = self.with(|state| state.open.get(name).map(|line| line.texts.clone())) else {
            return Posted::Gone;
        };
        match texts.try_send(text) {
            Ok(()) => Posted::Taken,
            Err(mpsc::error::TrySendError::Full(_)) => Posted::Full,
            Err(mpsc::error::TrySendError::Closed(_)) => Posted::Gone,
        }
    }

    /// Closes a socket after what has been posted to it; whether there was one.
    pub(super) fn close(&self, name: &ConnectionId) -> bool {
        self.with(|state| state.open.remove(name)).is_some_and(|line| line.end.send(Why::Deleted).is_ok())
    }

    /// Lets the network fail for somebody's sockets; how many there were. No function hears of it.
    pub(crate) fn drop_of(&self, whose: &UserId) -> usize {
        let theirs = |line: &Line| line.whose.as_ref() == Some(whose);
        let lines: Vec<_> =
            self.with(|state| state.open.extract_if(|_, line| theirs(line)).map(|(_, it)| it).collect());
        lines.into_iter().filter_map(|line| line.end.send(Why::Dropped).ok()).count()
    }

    /// Whether no more are opened.
    pub(super) fn is_over(&self) -> bool {
        self.with(|state| state.alive.is_none())
    }

    /// Closes all of them and opens no others.
    pub(crate) fn end(&self) {
        let lines = self.with(|state| {
            state.alive = None;
            std::mem::take(&mut state.open)
        });
        for line in lines.into_values() {
            let _ = line.end.send(Why::Shutdown);
        }
    }

    /// The same, and waits no longer than `patience` until functions have heard of it.
    pub(crate) async fn shutdown(&self, patience: Duration) {
        self.end();
        let mut over = self.0.over.lock().await;
        if tokio::time::timeout(patience, over.recv()).await.is_err() {
            tracing::debug!("sockets were still open at the end");
        }
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
