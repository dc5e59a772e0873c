//! What clients send, and which of it ends a socket.

use super::{ANN, Client, address, request, world};
use bytes::Bytes;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

/// One frame of a text that goes on, or ends here.
fn part(text: &str, first: bool, last: bool) -> Message {
    let kind = if first { Data::Text } else { Data::Continue };
    Message::Frame(Frame::message(text.to_owned(), OpCode::Data(kind), last))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_are_answered_one_after_the_other() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let texts: Vec<String> = (0..20).map(|number| format!("{number} 你好")).collect();
    client.say("slow").await;
    for text in &texts {
        client.say(text).await;
    }
    assert_eq!(client.hear().await, "slow");
    for text in texts {
        assert_eq!(client.hear().await, text);
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_of_the_function_is_nothing_to_the_client() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    for text in ["fault", "bug", "after"] {
        client.say(text).await;
    }
    assert_eq!(client.hear().await, "after");
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_is_answered_while_the_function_works() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    client.say("slow").await;
    client.send(Message::Ping(Bytes::from_static(b"mark"))).await;
    assert_eq!(client.next().await, Some(Message::Pong(Bytes::from_static(b"mark"))));
    assert_eq!(client.hear().await, "slow");
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_in_several_frames_is_one() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    client.send(part("one ", true, false)).await;
    // A ping may stand between the frames of a text.
    client.send(Message::Ping(Bytes::new())).await;
    client.send(part("t", false, false)).await;
    client.send(part("ext", false, true)).await;
    assert_eq!(client.next().await, Some(Message::Pong(Bytes::new())));
    assert_eq!(client.hear().await, "one text");
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_of_32_kb_and_texts_of_128_kb_are_taken() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    let frame = "a".repeat(32 << 10);
    client.say(&frame).await;
    assert_eq!(client.hear().await, frame);
    for number in 0..4 {
        client.send(part(&frame, number == 0, number == 3)).await;
    }
    assert_eq!(client.hear().await, frame.repeat(4));
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_larger_ends_with_1009() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    client.say(&"a".repeat((32 << 10) + 1)).await;
    assert_eq!(client.closed().await, Some(1009));
    let mut client = Client::open(&world).await;
    for number in 0..4 {
        client.send(part(&"a".repeat(32 << 10), number == 0, false)).await;
    }
    client.send(part("a", false, true)).await;
    assert_eq!(client.closed().await, Some(1009));
    world.shutdown().await;
}

/// As API Gateway does, which has no binary frames from clients.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_binary_frame_ends_with_1003() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    client.send(Message::binary(&b"hello"[..])).await;
    assert_eq!(client.closed().await, Some(1003));
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_utf_8_ends_with_1007() {
    let world = world().await;
    let mut client = Client::open(&world).await;
    client.send(Message::Frame(Frame::message(&b"\xff\xfe"[..], OpCode::Data(Data::Text), true))).await;
    assert_eq!(client.closed().await, Some(1007));
    world.shutdown().await;
}

/// Bytes on the wire, behind a handshake: a frame without a mask, one with reserved bits, one that continues nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_the_protocol_ends_with_1002() {
    let world = world().await;
    for bytes in [
        &[0x81, 0x01, b'a'][..],
        &[0xc1, 0x81, 0, 0, 0, 0, b'a'],
        &[0x80, 0x81, 0, 0, 0, 0, b'a'],
        &[0x83, 0x80, 0, 0, 0, 0],
    ] {
        let mut stream = TcpStream::connect(address(&world)).await.unwrap();
        let asked = request(&world, "/echo").header("x-user", ANN).body(()).unwrap();
        let headers: String =
            asked.headers().iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap())).collect();
        // In one piece with the handshake: what was read with it belongs to the socket.
        let head = format!("GET /echo HTTP/1.1\r\n{headers}\r\n");
        stream.write_all(&[head.as_bytes(), bytes].concat()).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "it ends");
        let frame = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
        assert_eq!(answer[frame], 0x88, "a close frame");
        assert_eq!(answer[frame + 2..frame + 4], 1002_u16.to_be_bytes(), "{bytes:?}");
    }
    world.shutdown().await;
}
