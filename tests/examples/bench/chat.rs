//! What the sockets of Chat carry: `scripts/bench.sh chat` starts the server of this machine as a process of its own, opens 2,000 sockets,
//! and has 500 messages a second sent over some of them, or as many as its argument says; then everybody writes to one person as fast as they
//! can. A sender waits until a message is accepted before the next one: what the server does not manage makes the rate lower.

use crate::{
    Outcome,
    sockets::{EACH, Server, signed_up},
};
use futures_util::{SinkExt, StreamExt, future::try_join_all, stream};
use http::Request;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, interval, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, handshake::client::generate_key},
};

/// People whose sockets are idle.
const IDLE: usize = 200;
/// So many others write, each to another one.
const TALKING: usize = 50;
/// So long they write.
const TIME: Duration = Duration::from_secs(20);
/// So many write to one person as fast as they can.
const CROWD: usize = 20;

/// A client's end of a socket.
pub(crate) struct Client {
    wire: WebSocketStream<TcpStream>,
    pub(crate) id: String,
    push_id: String,
}

impl Client {
    /// One that has not started.
    pub(crate) async fn opened(port: u16, token: &str) -> Outcome<Self> {
        let address = format!("127.0.0.1:{port}");
        let request = Request::get(format!("ws://{address}/android/websocket/")).header("host", &address);
        let request = request.header("connection", "Upgrade").header("upgrade", "websocket");
        let request = request.header("sec-websocket-version", "13").header("sec-websocket-key", generate_key());
        let request = request.header("cookie", format!("sessionid={token}")).body(())?;
        let (wire, _) = client_async(request, TcpStream::connect(&address).await?).await?;
        Ok(Self { wire, id: token[..24].to_owned(), push_id: String::new() })
    }

    pub(crate) async fn started(port: u16, token: &str) -> Outcome<Self> {
        let mut client = Self::opened(port, token).await?;
        client.say(json!({"status": 0, "pushId": "", "message": "start"})).await?;
        client.push_id = client.hear().await?["pushId"].as_str().unwrap_or_default().to_owned();
        Ok(client)
    }

    async fn say(&mut self, packet: Value) -> Outcome<()> {
        Ok(self.wire.send(Message::text(packet.to_string())).await?)
    }

    async fn hear(&mut self) -> Outcome<Value> {
        loop {
            let next = timeout(Duration::from_secs(30), self.wire.next()).await?;
            match next.ok_or("the socket has ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(_) => return Err("the socket was closed".into()),
                _ => {}
            }
        }
    }

    fn message(&self, to: &str, text: &str) -> Value {
        let info = json!([{"category": 0, "content": text}]);
        let message = json!({"chatId": "bench", "fromId": self.id, "toId": to, "type": 1, "info": info});
        json!({"status": 1, "pushId": self.push_id, "message": [message]})
    }

    /// Sends so many messages at a rate, and waits until all were accepted.
    async fn sends(mut self, to: &str, count: usize, pause: Duration, since: Instant) -> Outcome<()> {
        let mut ticks = interval(pause);
        for _ in 0..count {
            ticks.tick().await;
            let packet = self.message(to, &since.elapsed().as_micros().to_string());
            self.say(packet).await?;
            while self.hear().await?["message"] != "ok" {}
        }
        Ok(())
    }

    /// Reads so many messages and acknowledges them. Gives back how long each was on its way, in microseconds.
    async fn reads(mut self, count: usize, since: Instant) -> Outcome<Vec<u128>> {
        let mut times = Vec::with_capacity(count);
        while times.len() < count {
            let packet = self.hear().await?;
            let now = since.elapsed().as_micros();
            for message in packet["message"].as_array().ok_or("no messages")? {
                let sent: u128 = message["info"][0]["content"].as_str().ok_or("no text")?.parse()?;
                times.push(now.saturating_sub(sent));
            }
            let ok = json!({"status": 1, "pushId": self.push_id, "message": "ok"});
            self.say(ok).await?;
        }
        Ok(times)
    }
}

async fn started(port: u16, tokens: impl Iterator<Item = &String>) -> Outcome<Vec<Client>> {
    let clients = tokens.map(|token| Client::started(port, token));
    stream::iter(clients).buffered(16).collect::<Vec<_>>().await.into_iter().collect()
}

/// `rate`: messages a second, of all who write.
pub async fn chat(release: &Path, rate: usize) -> Outcome<()> {
    let server = Server::start(release).await?;
    let all = IDLE + 2 * TALKING + CROWD + 1;
    eprintln!("{all} people sign up");
    let tokens = signed_up(server.port, all).await?;
    let (idle, others) = tokens.split_at(IDLE);
    let (talking, crowd) = others.split_at(2 * TALKING);
    eprintln!("{} sockets are opened", IDLE * EACH + talking.len());
    let idle = started(server.port, idle.iter().flat_map(|token| std::iter::repeat_n(token, EACH))).await?;
    let talking = started(server.port, talking.iter()).await?;
    println!(
        "| sockets | memory | messages sent a second | arrived | lost | median | p99 |\n|---|---|---|---|---|---|---|"
    );
    let sockets = idle.len() + talking.len();
    let (arrived, mut times) = talk(talking, rate).await?;
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100] as f64 / 1_000.0;
    println!(
        "| {sockets} | {:.0} MB | {rate} | {arrived:.0} | {} | {:.0} ms | {:.0} ms |",
        server.kilobytes()? as f64 / 1e3,
        TALKING * per_sender(rate) - times.len(),
        at(50),
        at(99),
    );
    drop(idle);
    busy(server.port, crowd).await
}

fn per_sender(rate: usize) -> usize {
    rate * usize::try_from(TIME.as_secs()).unwrap_or_default() / TALKING
}

/// Half of them write to the other half.
async fn talk(mut people: Vec<Client>, rate: usize) -> Outcome<(f64, Vec<u128>)> {
    let readers = people.split_off(people.len() - TALKING);
    let since = Instant::now();
    let each = per_sender(rate);
    let pause = TIME / u32::try_from(each)?;
    let to: Vec<_> = readers.iter().map(|reader| reader.id.clone()).collect();
    let sent = people.into_iter().take(TALKING).zip(&to);
    let sent = try_join_all(sent.map(|(sender, to)| sender.sends(to, each, pause, since)));
    let read = try_join_all(readers.into_iter().map(|reader| reader.reads(each, since)));
    let (_, times) = futures_util::try_join!(sent, read)?;
    let times: Vec<_> = times.into_iter().flatten().collect();
    Ok((times.len() as f64 / since.elapsed().as_secs_f64(), times))
}

/// Many write to one person.
async fn busy(port: u16, crowd: &[String]) -> Outcome<()> {
    const EACH_SENDS: usize = 100;
    let mut clients = started(port, crowd.iter()).await?;
    let reader = clients.pop().ok_or("nobody reads")?;
    let (to, since) = (reader.id.clone(), Instant::now());
    let sent =
        try_join_all(clients.into_iter().map(|client| client.sends(&to, EACH_SENDS, Duration::from_micros(1), since)));
    let (_, times) = futures_util::try_join!(sent, reader.reads(CROWD * EACH_SENDS, since))?;
    let rate = times.len() as f64 / since.elapsed().as_secs_f64();
    println!("\n| write to one person at once | messages a second |\n|---|---|\n| {CROWD} | {rate:.0} |");
    Ok(())
}
