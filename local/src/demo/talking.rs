//! What people write to each other, over a WebSocket as an app opens one (`docs/dialects/chat.md#push-protocol`).

use super::{Failure, Stage};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{fmt::Display, sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

/// Longer than a message takes to be accepted.
const PATIENCE: Duration = Duration::from_secs(20);

fn failed(error: impl Display) -> Failure {
    Failure::Socket(error.to_string())
}

/// Somebody who writes: who they are, and the push token of SealTalk that opens their socket.
pub(super) struct Writer {
    pub(super) id: String,
    pub(super) push_token: String,
}

/// An open socket, and the push id of whose it is.
struct Socket {
    wire: WebSocketStream<TcpStream>,
    push_id: String,
}

impl Socket {
    async fn open(stage: &Stage, who: &Writer) -> Result<Self, Failure> {
        let host = stage.url.trim_start_matches("http://");
        let stream = TcpStream::connect(host).await.map_err(failed)?;
        let url = format!("ws://{host}/android/websocket/?token={}", who.push_token);
        let (wire, _) = client_async(url, stream).await.map_err(failed)?;
        let mut socket = Self { wire, push_id: String::new() };
        socket.says(0, &json!("start")).await?;
        Ok(socket)
    }

    /// Sends a packet, and waits until it is accepted. What arrives meanwhile is acknowledged.
    async fn says(&mut self, status: u8, message: &Value) -> Result<(), Failure> {
        self.send(status, message).await?;
        loop {
            let packet = timeout(PATIENCE, self.wire.next()).await.map_err(failed)?;
            let packet = packet.ok_or_else(|| failed("it was closed"))?.map_err(failed)?;
            let Message::Text(text) = packet else { continue };
            let mut packet: Value = serde_json::from_str(&text).map_err(failed)?;
            if let Value::String(id) = packet["pushId"].take() {
                self.push_id = id;
            }
            if packet["message"] == "ok" {
                return Ok(());
            }
            self.send(1, &json!("ok")).await?;
        }
    }

    async fn send(&mut self, status: u8, message: &Value) -> Result<(), Failure> {
        let packet = json!({ "status": status, "pushId": self.push_id, "message": message });
        self.wire.send(Message::text(packet.to_string())).await.map_err(failed)
    }
}

/// One writes some lines to the other, who is away: they wait in the other's queue.
pub(super) async fn write(
    stage: Arc<Stage>,
    one: Writer,
    other: String,
    lines: Vec<&'static str>,
) -> Result<(), Failure> {
    let mut socket = Socket::open(&stage, &one).await?;
    for line in lines {
        let part = json!({ "category": 0, "content": line });
        let message = json!([{ "chatId": one.id, "fromId": one.id, "toId": other, "type": 1, "info": [part] }]);
        socket.says(1, &message).await?;
    }
    // Whoever has heard that is told no more: the other side closes too.
    let _ = socket.wire.close(None).await;
    Ok(())
}
