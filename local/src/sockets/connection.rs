//! One socket, from its first frame to `$disconnect`.

use super::{
    lines::{Facts, FarEnd, Lines, Why},
    management::LARGEST_MESSAGE,
};
use crate::{
    events::{Connection, SocketEvent},
    requests::Call,
};
use futures_util::{
    SinkExt, StreamExt,
    future::{BoxFuture, FutureExt},
    stream::{SplitSink, SplitStream},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use kit::sockets::{Answer, Service};
use shared::values::ConnectionId;
use std::{
    collections::VecDeque,
    future::pending,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::ProtocolError,
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};

/// The largest frame, in bytes.
const LARGEST_FRAME: usize = 32 << 10;

/// Texts that a function has not been given yet. While there are so many, nothing more is read.
const WAITING: usize = 8;

/// How long a client may take to close its side, and to read what it was sent before.
const LINGER: Duration = Duration::from_secs(1);

/// An idle socket holds as much of a buffer: it is there from the start, and grows with what is sent.
const READ_BUFFER: usize = 1 << 10;

type Wire = WebSocketStream<TcpStream>;

/// A socket, its handshake aside.
pub(super) struct Socket {
    lines: Lines,
    function: &'static str,
    service: Service,
    name: ConnectionId,
    facts: Arc<Facts>,
    opened: Instant,
}

/// How a socket ended, and what is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    /// The close code, as the function is told.
    code: u16,
    reason: &'static str,
    /// Whether the client is still to be told.
    say: bool,
    /// Whether the function is.
    tell: bool,
}

impl End {
    /// By this server.
    const fn ours(code: u16, reason: &'static str) -> Self {
        Self { code, reason, say: true, tell: true }
    }

    /// By the client, or the network.
    const fn theirs(code: u16, reason: &'static str) -> Self {
        Self { say: false, ..Self::ours(code, reason) }
    }
}

const LOST: End = End::theirs(1006, "Connection closed abnormally");
const GOING_AWAY: End = End::ours(1001, "Going away");

impl From<Why> for End {
    fn from(why: Why) -> Self {
        match why {
            Why::Deleted => Self::ours(1000, "Connection closed normally"),
            Why::Shutdown => GOING_AWAY,
            Why::Dropped => Self { tell: false, ..LOST },
        }
    }
}

impl From<&Error> for End {
    fn from(error: &Error) -> Self {
        match error {
            Error::Capacity(_) => Self::ours(1009, "Message too big"),
            Error::Utf8(_) => Self::ours(1007, "Not UTF-8"),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => LOST,
            Error::Protocol(_) => Self::ours(1002, "Protocol error"),
            _ => LOST,
        }
    }
}

impl Socket {
    pub(super) fn new(
        lines: Lines,
        function: &'static str,
        service: Service,
        name: ConnectionId,
        facts: Arc<Facts>,
    ) -> Self {
        Self { lines, function, service, name, facts, opened: Instant::now() }
    }

    /// Until the socket has ended and the function has heard of it.
    pub(super) async fn live(self, mut far: FarEnd, upgrade: OnUpgrade) {
        let mut work = Work::default();
        let (wire, end) = match wire(upgrade).await {
            Some(wire) => {
                let (mut sink, mut frames) = wire.split();
                let end = self.frames(&mut far, &mut sink, &mut frames, &mut work).await;
                (frames.reunite(sink).ok(), end)
            }
            None => (None, LOST),
        };
        // Whoever posts to the socket from now on hears that it is gone.
        self.lines.forget(&self.name);
        // What the client had sent before its end is done, as it would be by a function that does not see the socket.
        let rest = async {
            while work.goes_on(|text| self.message(text)) {
                work.done().await;
            }
        };
        tokio::join!(closed(wire, end, &mut far.texts), rest);
        if !end.tell {
            return;
        }
        let event = |connection: &Connection<'_>, id: &str, now| {
            SocketEvent::disconnect(connection, id, now, end.code, end.reason)
        };
        self.told("$disconnect", event).await;
    }

    async fn frames(
        &self,
        far: &mut FarEnd,
        sink: &mut SplitSink<Wire, Message>,
        frames: &mut SplitStream<Wire>,
        work: &mut Work,
    ) -> End {
        let limits = self.lines.host().limits;
        let over = self.opened + limits.life;
        let (mut active, mut writing) = (self.opened, false);
        loop {
            work.goes_on(|text| self.message(text));
            let until = over.min(active + limits.idle);
            tokio::select! {
                why = &mut far.end => return why.map_or(LOST, End::from),
                Some(text) = far.texts.recv(), if !writing => {
                    if let Err(error) = sink.feed(Message::text(text)).await {
                        return End::from(&error);
                    }
                    writing = true;
                    active = self.is_active();
                }
                flushed = sink.flush(), if writing => match flushed {
                    Ok(()) => writing = false,
                    Err(error) => return End::from(&error),
                },
                () = work.done() => {}
                frame = frames.next(), if work.has_room() => {
                    match read(frame) {
                        Ok(text) => work.waiting.extend(text),
                        Err(end) => return end,
                    }
                    active = self.is_active();
                }
                () = sleep_until(until) => return GOING_AWAY,
            }
        }
    }

    fn is_active(&self) -> Instant {
        self.facts.active.store(self.lines.host().clock.millis(), Ordering::Relaxed);
        Instant::now()
    }

    /// The work of the function with a text.
    fn message(&self, text: String) -> BoxFuture<'static, Answer> {
        let event = |connection: &Connection<'_>, id: &str, now| SocketEvent::message(connection, id, now, text);
        self.told("$default", event)
    }

    fn told(
        &self,
        route: &'static str,
        event: impl FnOnce(&Connection<'_>, &str, i64) -> SocketEvent,
    ) -> BoxFuture<'static, Answer> {
        let facts = &self.facts;
        let connection = Connection {
            id: self.name.as_str(),
            host: &self.lines.host().domain,
            address: &facts.address,
            agent: facts.agent.as_deref(),
            opened: facts.opened,
        };
        let id = self.lines.request();
        let event = event(&connection, &id, self.lines.host().clock.millis());
        let answer = (self.service)(serde_json::to_value(event).unwrap_or_default());
        let requests = self.lines.host().requests.clone();
        let path = format!("{route} {}", self.name.as_str());
        let call = Call { method: "WS", path, function: self.function.to_owned(), id };
        async move { requests.answered(call, answer).await }.boxed()
    }
}

/// Closes the wire in a second at most. If it is this server that ends the socket, the client is first sent what had been posted, then why it
/// ends, and is read until it has closed its side: whoever is cut off while it sends would not see the reason. Otherwise its own
/// close frame is answered.
async fn closed(wire: Option<Wire>, end: End, texts: &mut mpsc::Receiver<String>) {
    let Some(mut wire) = wire.filter(|_| end.say || end.tell) else { return };
    let closing = async {
        if !end.say {
            wire.next().await;
            return Ok(());
        }
        while let Ok(text) = texts.try_recv() {
            wire.feed(Message::text(text)).await?;
        }
        let frame = CloseFrame { code: end.code.into(), reason: end.reason.into() };
        wire.send(Message::Close(Some(frame))).await?;
        let stream = wire.get_mut();
        stream.shutdown().await?;
        let mut unread = [0; 1024];
        while stream.read(&mut unread).await? > 0 {}
        Ok::<_, Error>(())
    };
    if let Ok(Err(error)) = timeout(LINGER, closing).await {
        tracing::debug!(%error, "a socket was not closed in order");
    }
}

/// What the function has to do: one text after the other.
#[derive(Default)]
struct Work {
    waiting: VecDeque<String>,
    running: Option<BoxFuture<'static, Answer>>,
}

impl Work {
    fn has_room(&self) -> bool {
        self.waiting.len() < WAITING
    }

    /// Begins with the next text if the one before is done. Whether there is anything to do.
    fn goes_on(&mut self, begin: impl FnOnce(String) -> BoxFuture<'static, Answer>) -> bool {
        if self.running.is_none() {
            self.running = self.waiting.pop_front().map(begin);
        }
        self.running.is_some()
    }

    /// Ready when the text under way is done; never, if there is none.
    async fn done(&mut self) {
        match &mut self.running {
            Some(running) => drop(running.await),
            None => pending().await,
        }
        self.running = None;
    }
}

/// The connection that the handshake was made on.
async fn wire(upgrade: OnUpgrade) -> Option<Wire> {
    let upgraded = upgrade.await.ok()?;
    let parts = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_FRAME));
    let (stream, read) = (parts.io.into_inner(), parts.read_buf.to_vec());
    Some(WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await)
}

/// A frame as a text, or as none that matters here: pings are answered by the protocol itself.
fn read(frame: Option<Result<Message, Error>>) -> Result<Option<String>, End> {
    match frame {
        None => Err(LOST),
        Some(Err(error)) => Err(End::from(&error)),
        Some(Ok(Message::Text(text))) => Ok(Some(text.to_string())),
        Some(Ok(Message::Binary(_))) => Err(End::ours(1003, "Binary is not supported")),
        Some(Ok(Message::Close(frame))) => {
            // 1005 stands for a close frame without a code.
            let code = frame.map_or(1005, |frame| frame.code.into());
            Err(End::theirs(code, "Closed by the client"))
        }
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(None),
    }
}
