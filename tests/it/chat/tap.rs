//! Sockets that are opened with a session of any dialect, by a function that only the tests have: it starts at once and hears what
//! its user is sent.

use crate::world::Api;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{SinkExt, StreamExt};
use http::{HeaderName, Request};
use kit::{
    registry::Function,
    sockets::{Ended, Example, Expired, Message, Opening, Sockets},
};
use local::Options;
use serde_json::{Value, json};
use shared::{
    App, Error,
    config::Table,
    inbox::{self, Key, Wishes},
    sessions::Claim,
    values::{Dialect, PushId, UserId},
};
use std::{collections::HashMap, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, handshake::client::generate_key},
};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The function of the tests: `x-dialect` and `x-session` say whose the socket is.
enum Tap {}

fn header(opening: &Opening, name: &'static str) -> Result<String, Error> {
    opening.header(HeaderName::from_static(name)).map(str::to_owned).ok_or(Error::SignedOut)
}

impl Sockets for Tap {
    const NAME: &'static str = "tap";
    const EXAMPLE: Example = Example { headers: &[], query: &[], message: "start" };

    async fn opening(app: &App, opening: &Opening) -> Result<UserId, Error> {
        let name = header(opening, "x-dialect")?;
        let dialect = [Dialect::SealTalk, Dialect::Live, Dialect::Chat].into_iter().find(|it| it.as_str() == name);
        let claim = Claim::of_token(dialect.ok_or(Error::SignedOut)?, &header(opening, "x-session")?)?;
        inbox::open(app, &opening.connection, &Key::Session(claim), Wishes::default()).await
    }

    async fn message(app: &App, message: &Message) -> Result<&'static str, Error> {
        let connection = inbox::connection(app, &message.connection).await?;
        inbox::start(app, &message.connection, &connection).await.map(|_| "start")
    }

    async fn ended(app: &App, ended: &Ended) -> Result<(), Error> {
        inbox::ended(app, &ended.connection).await
    }

    async fn expired(app: &App, expired: &Expired) -> Result<(), Error> {
        inbox::expired(app, &expired.connection).await
    }
}

fn tap() -> Function {
    Function {
        paths: &["/tap/"],
        settings: vec!["PUSH_ENDPOINT"],
        tables: &[Table::Users, Table::Chat],
        ..Function::of_sockets::<Tap>("tap")
    }
}

/// A world in which sockets can be opened.
pub(super) async fn start() -> Api {
    Api::with(Options::ephemeral().function(tap())).await
}

impl Api {
    /// How many sockets the queue of somebody knows.
    pub(super) async fn sockets_of(&self, id: &str) -> usize {
        let rows = self.rows("ChatTable").await;
        let text = |row: &HashMap<String, AttributeValue>, name: &str| row[name].as_s().unwrap().clone();
        let own = |row: &&HashMap<String, AttributeValue>| {
            text(row, "pk") == format!("USER#{id}") && text(row, "sk") == "INBOX"
        };
        let inbox = rows.iter().find(own).expect("a queue");
        inbox.get("conns").map_or(0, |conns| conns.as_m().unwrap().len())
    }
}

/// A client's end of a socket.
pub(super) struct Socket {
    wire: WebSocketStream<TcpStream>,
    whose: String,
}

/// A message as a client gets it.
#[derive(Debug)]
pub(super) struct Heard {
    /// All of it but what is another each time.
    pub(super) message: Value,
    pub(super) content: String,
    pub(super) chat: String,
}

impl Socket {
    /// Opens a socket with the session of a dialect, and starts.
    pub(super) async fn open(api: &Api, dialect: Dialect, id: &str, session: &str) -> Self {
        let address = api.world.url.strip_prefix("http://").unwrap();
        let request = Request::get(format!("ws://{address}/tap/")).header("host", address);
        let request = request.header("connection", "Upgrade").header("upgrade", "websocket");
        let request = request.header("sec-websocket-version", "13").header("sec-websocket-key", generate_key());
        let request = request.header("x-dialect", dialect.as_str()).header("x-session", session).body(()).unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        let (wire, _) = client_async(request, stream).await.unwrap();
        let mut socket = Self { wire, whose: id.to_owned() };
        socket.wire.send(tungstenite::Message::text("start")).await.unwrap();
        assert_eq!(socket.packet().await["message"], "ok");
        socket
    }

    async fn next(&mut self) -> Option<tungstenite::Message> {
        let next = timeout(PATIENCE, self.wire.next()).await.expect("a frame or an end");
        next.transpose().ok().flatten()
    }

    async fn packet(&mut self) -> Value {
        match self.next().await {
            Some(tungstenite::Message::Text(text)) => {
                let packet: Value = serde_json::from_str(&text).unwrap();
                let id = UserId::try_from(self.whose.clone()).unwrap();
                assert_eq!(packet["pushId"], PushId::of(&id).to_string());
                packet
            }
            other => panic!("no text: {other:?}"),
        }
    }

    /// The next frame, which has one message in a list.
    pub(super) async fn hears(&mut self) -> Heard {
        let packet = self.packet().await;
        let [message] = &packet["message"].as_array().unwrap()[..] else { panic!("{packet}") };
        heard(message.clone())
    }

    /// The next frames until there are so many messages.
    pub(super) async fn hears_all(&mut self, count: usize) -> Vec<Heard> {
        let mut all = Vec::new();
        while all.len() < count {
            let packet = self.packet().await;
            all.extend(packet["message"].as_array().unwrap().iter().cloned().map(heard));
        }
        assert_eq!(all.len(), count);
        all
    }

    /// The next thing is that it is closed.
    pub(super) async fn is_closed(&mut self) {
        match self.next().await {
            Some(tungstenite::Message::Close(_)) | None => {}
            other => panic!("no end: {other:?}"),
        }
    }

    /// Goes away, and does not wait until the server has heard of it.
    pub(super) async fn leave(mut self) {
        self.wire.close(None).await.unwrap();
        while self.next().await.is_some() {}
    }

    /// Goes away, and the queue of its user knows no socket any more.
    pub(super) async fn leaves(self, api: &Api) {
        let whose = self.whose.clone();
        self.leave().await;
        let gone = async { while api.sockets_of(&whose).await > 0 {} };
        timeout(PATIENCE, gone).await.expect("the end of the last socket");
    }
}

fn heard(mut message: Value) -> Heard {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = message.as_object_mut().unwrap();
    let (id, created) = (text(&fields.remove("msgId").unwrap()), text(&fields.remove("createTime").unwrap()));
    assert!(id.len() == 24 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    assert!(created.len() == 19 && created.as_bytes()[10] == b'T', "{created}");
    let chat = text(&fields.remove("chatId").unwrap());
    let content = text(&fields["info"][0]["content"]);
    assert_eq!(fields["info"], json!([{"category": 0, "content": content}]));
    fields.remove("info");
    Heard { message, content, chat }
}
