//! What an idle WebSocket costs in memory: `scripts/bench.sh sockets 10000` starts the server of this machine as a process of its own,
//! opens so many of them (2,000 unless said), and compares what the process holds before and after.

use crate::Outcome;
use futures_util::{StreamExt, stream};
use local::tasks::Stack;
use serde_json::Value;
use shared::{
    App, Config, accounts,
    config::Secret,
    random::Random,
    time::Clock,
    values::{Address, Dialect, E164, Password},
};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Sockets of one person: as many as a person may have.
pub(crate) const EACH: usize = 10;
/// Sockets that are opened at once.
const AT_ONCE: usize = 64;
/// What comes and goes before anything is measured.
const WARM_UP: usize = 200;
/// Where clients open sockets.
const PATH: &str = "/android/websocket/";

/// The server, which ends with this value.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub async fn sockets(release: &Path, count: usize) -> Outcome<()> {
    let server = Server::start(release).await?;
    let people = (count.max(WARM_UP)).div_ceil(EACH);
    eprintln!("{people} people sign up");
    let tokens = signed_up(server.port, people).await?;
    drop(opened(server.port, &tokens, WARM_UP).await?);
    server.has(0).await?;
    let before = server.kilobytes()?;
    let open = opened(server.port, &tokens, count).await?;
    server.has(count).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = server.kilobytes()?;
    let each = after.saturating_sub(before) as f64 / count as f64;
    println!("| idle sockets | memory before | after | each |\n|---|---|---|---|");
    println!("| {count} | {:.1} MB | {:.1} MB | {each:.1} kB |", before as f64 / 1e3, after as f64 / 1e3);
    drop(open);
    Ok(())
}

impl Server {
    /// On ports of which those beside it are free too.
    pub(crate) async fn start(release: &Path) -> Outcome<Self> {
        let port = free_row().await?;
        let mut command = Command::new(release.join("local"));
        command.args(["--ephemeral", "--port", &port.to_string()]).env("RUST_LOG", "off").stdout(Stdio::null());
        let server = Self { process: command.spawn()?, port };
        for _ in 0..200 {
            if server.open().await.is_ok() {
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("the server does not answer".into())
    }

    async fn open(&self) -> Outcome<usize> {
        let answer = reqwest::get(format!("http://127.0.0.1:{}/_local/sockets", self.port)).await?;
        let open = answer.json::<Value>().await?["open"].as_u64();
        Ok(usize::try_from(open.ok_or("no number of sockets")?)?)
    }

    /// Waits until so many sockets are open.
    async fn has(&self, count: usize) -> Outcome<()> {
        for _ in 0..600 {
            if self.open().await? == count {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(format!("{} sockets are open, not {count}", self.open().await?).into())
    }

    /// What the process holds in memory, as Linux counts it.
    pub(crate) fn kilobytes(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

async fn free_row() -> Outcome<u16> {
    for port in (20_000..60_000).step_by(11) {
        let mut row = Vec::new();
        for beside in 0..4 {
            row.extend(TcpListener::bind(("127.0.0.1", port + beside)).await.ok());
        }
        if row.len() == 4 {
            return Ok(port);
        }
    }
    Err("no free ports".into())
}

/// The sessions of people who are made in the server's own tables: over HTTP, limits would keep so many away.
pub(crate) async fn signed_up(port: u16, people: usize) -> Outcome<Vec<String>> {
    let config = Config::local(Secret::new("0123456789abcdef0123456789abcdef"));
    let clients = Stack { port, deployed: false }.local_clients(&config).await?;
    let app = App::new(config, clients, Clock::default(), Random::system());
    stream::iter((0..people).map(|number| sign_up(&app, number)))
        .buffered(8)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect()
}

/// Makes an account of Chat, and gives back its session.
pub(crate) async fn sign_up(app: &App, number: usize) -> Outcome<String> {
    let phone = E164::new("86", &format!("139{number:08}")).map_err(|_| "no phone number")?;
    let password = Password::new("secret12", 6..=16).map_err(|_| "no password")?;
    let address = Address::new(format!("10.{}.{}.1", number / 250, number % 250));
    let made = accounts::create_unproven(app, &address, Dialect::Chat, &phone, &password, None).await;
    Ok(made?.0.token.expose().to_owned())
}

/// So many open sockets, `EACH` of a person.
async fn opened(port: u16, tokens: &[String], count: usize) -> Outcome<Vec<TcpStream>> {
    let open = |number: usize| async move {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: sessionid={}\r\n\
             User-Agent: okhttp/3.12.0\r\n\r\n",
            tokens[number / EACH]
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await?);
        }
        if answer.starts_with(b"HTTP/1.1 101 ") {
            Outcome::Ok(stream)
        } else {
            Err(String::from_utf8_lossy(&answer).into_owned().into())
        }
    };
    stream::iter((0..count).map(open)).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().collect()
}
