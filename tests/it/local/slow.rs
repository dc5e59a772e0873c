//! Clients that are slow on purpose: nobody holds a connection for ever.

use crate::world::Api;
use local::Options;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

const REQUEST_TIME: Duration = Duration::from_secs(1);
/// Long enough for a machine with other things to do, and much shorter than for ever.
const SOON: Duration = Duration::from_secs(20);

/// Everything that the server sends until it closes the connection.
async fn until_closed(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(SOON, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
    // A server that has not read everything may reset the connection after its answer.
    read.or_else(|error| if bytes.is_empty() { Err(error) } else { Ok(0) }).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_no_request_is_cut_off() {
    let api = Api::with(Options::ephemeral().without_questions().request_time(REQUEST_TIME)).await;
    let address = api.world.url.trim_start_matches("http://").to_owned();
    let open = async |bytes: &'static str| {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    };
    let head = "POST /v1/account/login HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n";
    let health = "GET /_local/health HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let started = Instant::now();
    let (silent, half, kept) = (open("").await, open(head).await, open(health).await);
    let body = TcpStream::connect(&address).await.unwrap();
    let (reader, mut writer) = body.into_split();
    writer.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    // It goes on byte by byte, so that no pause is long.
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let (silent, half, kept) = tokio::join!(until_closed(silent), until_closed(half), until_closed(kept));
    assert!(started.elapsed() >= REQUEST_TIME, "{:?}", started.elapsed());
    assert!(!silent.contains("200") && !half.contains("200"), "{silent}{half}");
    assert!(kept.starts_with("HTTP/1.1 200 OK"), "{kept}");
    let mut answer = vec![0; 12];
    let mut reader = reader;
    timeout(SOON, reader.read_exact(&mut answer)).await.expect("an answer").unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), "HTTP/1.1 408");
    drop(reader);
    timeout(SOON, dripping).await.expect("the connection is closed").unwrap();
    // Others are served meanwhile and afterwards.
    assert_eq!(api.get("/_local/health").await.status, 200);
    api.world.shutdown().await;
}
