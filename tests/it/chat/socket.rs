//! People of Chat with real sockets, as clients have them.

use crate::world::{Answer, Api};
use futures_util::{SinkExt, StreamExt};
use http::Request;
use serde_json::{Value, json};
use shared::values::{PushId, UserId};
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, handshake::client::generate_key},
};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// So long a client listens that is to hear nothing.
const SILENCE: Duration = Duration::from_millis(400);

/// Somebody signed in to Chat.
#[derive(Clone, Debug)]
pub struct Someone {
    pub id: String,
    /// The session, as it is in the cookie.
    pub session: String,
    pub push_id: String,
}

impl Someone {
    /// Of an id alone.
    pub fn of(id: &str, session: &str) -> Self {
        let uid = UserId::try_from(id.to_owned()).unwrap();
        Self { id: id.to_owned(), session: session.to_owned(), push_id: PushId::of(&uid).to_string() }
    }

    /// Somebody new, with this number.
    pub async fn register(api: &Api, phone: &str) -> Self {
        let body = json!({ "phone": phone, "password": "secret12" });
        let answer = api.http.post(api.url("/android/register/")).json(&body).send().await.unwrap();
        let answer = Answer::of(answer).await;
        assert_eq!(answer.json()["status"], 1, "{}", answer.text);
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap();
        let session = cookie.strip_prefix("sessionid=").unwrap();
        Self::of(answer.json()["result"]["user"]["id"].as_str().unwrap(), session)
    }

    /// A message of this person's.
    pub fn says(&self, to: &str, chat: &str, text: &str) -> Value {
        let info = json!([{ "category": "0", "content": text }]);
        json!({ "chatId": chat, "fromId": self.id, "toId": to, "type": "1", "info": info, "createTime": "" })
    }
}

/// A client's end of a socket.
pub struct Socket {
    wire: WebSocketStream<TcpStream>,
    who: Someone,
}

/// Asks for a socket: with a query, and with a session in the cookie.
pub async fn ask(api: &Api, who: &Someone, query: &str, cookie: bool) -> Result<Socket, u16> {
    ask_from(api, who, query, cookie, None).await
}

/// The same, by a page of this origin.
pub async fn ask_from(
    api: &Api,
    who: &Someone,
    query: &str,
    cookie: bool,
    origin: Option<&str>,
) -> Result<Socket, u16> {
    let address = api.world.url.strip_prefix("http://").unwrap();
    let request = Request::get(format!("ws://{address}/android/websocket/{query}")).header("host", address);
    let request = request.header("connection", "Upgrade").header("upgrade", "websocket");
    let request = request.header("sec-websocket-version", "13").header("sec-websocket-key", generate_key());
    let request = match cookie {
        true => request.header("cookie", format!("csrftoken=x; sessionid={}", who.session)),
        false => request,
    };
    let request = match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    };
    let stream = TcpStream::connect(address).await.unwrap();
    match client_async(request.body(()).unwrap(), stream).await {
        Ok((wire, _)) => Ok(Socket { wire, who: who.clone() }),
        Err(Error::Http(refused)) => Err(refused.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

impl Socket {
    /// Somebody's socket, opened with the cookie.
    pub async fn open(api: &Api, who: &Someone) -> Self {
        ask(api, who, "", true).await.unwrap()
    }

    /// The same, started.
    pub async fn started(api: &Api, who: &Someone) -> Self {
        let mut socket = Self::open(api, who).await;
        socket.start().await;
        socket
    }

    pub async fn say(&mut self, text: &str) {
        self.wire.send(Message::text(text)).await.unwrap();
    }

    /// A packet in the person's own name.
    pub async fn packet(&mut self, status: u8, message: Value) {
        let packet = json!({ "status": status, "pushId": self.who.push_id, "message": message });
        self.say(&packet.to_string()).await;
    }

    /// Starts, and hears so before anything else.
    pub async fn start(&mut self) {
        self.say(r#"{"status":0,"pushId":"","message":"start"}"#).await;
        self.hears_ok().await;
    }

    /// Starts again.
    pub async fn restart(&mut self) {
        self.packet(0, json!("restart")).await;
        self.hears_ok().await;
    }

    /// Sends messages, which are accepted.
    pub async fn sends(&mut self, messages: &[Value]) {
        self.packet(1, json!(messages)).await;
        self.hears_ok().await;
    }

    /// The next text.
    pub async fn hear(&mut self) -> String {
        loop {
            match timeout(PATIENCE, self.wire.next()).await.expect("a text").unwrap().unwrap() {
                Message::Text(text) => return text.to_string(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("no text: {other:?}"),
            }
        }
    }

    /// The return packet, to the letter.
    pub async fn hears_ok(&mut self) {
        let ok = format!(r#"{{"status":1,"pushId":"{}","message":"ok"}}"#, self.who.push_id);
        assert_eq!(self.hear().await, ok);
    }

    /// The messages of the next packet.
    pub async fn messages(&mut self) -> Vec<Value> {
        let packet: Value = serde_json::from_str(&self.hear().await).unwrap();
        assert_eq!((&packet["status"], &packet["pushId"]), (&json!(1), &json!(self.who.push_id)));
        packet["message"].as_array().expect("messages").clone()
    }

    /// The texts of so many messages, however many packets they come in; each packet is acknowledged if that is wanted.
    pub async fn texts(&mut self, count: usize, acknowledges: bool) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            texts.extend(self.messages().await.iter().map(text_of));
            if acknowledges {
                self.packet(1, json!("ok")).await;
            }
        }
        texts
    }

    /// The same where others may be heard before.
    pub async fn is_heard_among(&mut self) {
        self.packet(1, json!("")).await;
        while !self.hear().await.contains(r#""message":"ok""#) {}
    }

    /// Waits until everything that it has said is done: here one text of a socket is done after the other.
    pub async fn is_heard(&mut self) {
        self.packet(1, json!("")).await;
        self.hears_ok().await;
    }

    /// Nothing comes.
    pub async fn hears_nothing(&mut self) {
        let heard = timeout(SILENCE, self.wire.next()).await;
        assert!(heard.is_err(), "{heard:?}");
    }

    /// The close code.
    pub async fn is_closed(&mut self) -> Option<u16> {
        loop {
            match timeout(PATIENCE, self.wire.next()).await.expect("an end") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(Message::Text(text))) => panic!("{text}"),
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return None,
            }
        }
    }

    /// Ends in order.
    pub async fn close(mut self) {
        let _ = self.wire.close(None).await;
        while let Ok(Some(Ok(_))) = timeout(PATIENCE, self.wire.next()).await {}
    }
}

/// What a message of one part says.
pub fn text_of(message: &Value) -> String {
    message["info"][0]["content"].as_str().or(message["info"]["content"].as_str()).unwrap().to_owned()
}
