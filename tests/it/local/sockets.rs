//! WebSockets on this machine: real sockets, a function of sockets that only the tests have, and `@connections` by the SDK's client.

mod crowd;
mod echo;
mod ending;
mod events;
mod frames;
mod management;
mod opening;

use echo::Echo;
use futures_util::{SinkExt, StreamExt};
use http::{Request, Response, request::Builder};
use kit::registry::Function;
use local::{Options, SocketLimits, World};
use shared::values::ConnectionId;
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, handshake::client::generate_key},
};

/// Whose the sockets are, unless a test says otherwise.
pub(crate) const ANN: &str = "5702a4a5589613964cafdc76";

/// Longer than anything here takes, and shorter than anybody waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// The function of the tests.
fn echo() -> Function {
    Function { paths: &["/echo/"], settings: vec!["PUSH_ENDPOINT"], ..Function::of_sockets::<Echo>("echo") }
}

pub(crate) async fn world() -> World {
    World::start(Options::ephemeral().without_questions().function(echo())).await.unwrap()
}

async fn world_with(limits: SocketLimits) -> World {
    World::start(Options::ephemeral().without_questions().function(echo()).sockets(limits)).await.unwrap()
}

/// A client's end of a socket.
pub(crate) struct Client {
    wire: WebSocketStream<TcpStream>,
}

fn address(world: &World) -> &str {
    world.url.strip_prefix("http://").unwrap()
}

/// A request for a socket, still without a header of the function.
fn request(world: &World, path: &str) -> Builder {
    let request = Request::get(format!("ws://{}{path}", address(world))).header("host", address(world));
    let request = request.header("connection", "Upgrade").header("upgrade", "websocket");
    request.header("sec-websocket-version", "13").header("sec-websocket-key", generate_key())
}

/// The answer to a request for a socket.
async fn ask(
    world: &World,
    request: Builder,
) -> Result<(Client, Response<Option<Vec<u8>>>), Box<Response<Option<Vec<u8>>>>> {
    let stream = TcpStream::connect(address(world)).await.unwrap();
    match client_async(request.body(()).unwrap(), stream).await {
        Ok((wire, response)) => Ok((Client { wire }, response)),
        Err(Error::Http(refused)) => Err(refused),
        Err(other) => panic!("{other}"),
    }
}

impl Client {
    /// Ann's socket.
    pub(crate) async fn open(world: &World) -> Self {
        Self::of(world, ANN).await
    }

    /// Somebody's.
    async fn of(world: &World, uid: &str) -> Self {
        ask(world, request(world, "/echo").header("x-user", uid)).await.map_err(|refused| refused.status()).unwrap().0
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    async fn send(&mut self, message: Message) {
        self.wire.send(message).await.unwrap();
    }

    /// The next frame.
    async fn next(&mut self) -> Option<Message> {
        let next = timeout(PATIENCE, self.wire.next()).await.expect("a frame or an end");
        next.transpose().ok().flatten()
    }

    /// The next text.
    pub(crate) async fn hear(&mut self) -> String {
        match self.next().await {
            Some(Message::Text(text)) => text.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// What the socket is called.
    async fn name(&mut self) -> ConnectionId {
        self.say("name").await;
        ConnectionId::try_from(self.hear().await).unwrap()
    }

    /// The close code and nothing else.
    async fn closed(&mut self) -> Option<u16> {
        match self.next().await {
            Some(Message::Close(frame)) => frame.map(|frame| frame.code.into()),
            None => None,
            other => panic!("no end: {other:?}"),
        }
    }
}

/// Looks until something is so.
async fn until(what: &str, is: impl AsyncFn() -> bool) {
    let looking = async {
        while !is().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("never: {what}"));
}
