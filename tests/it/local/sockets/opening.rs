//! The request that opens a socket.

use super::{ANN, Client, address, ask, echo, request, world};
use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_function_refuses_and_accepts() {
    let world = world().await;
    let status = async |request| ask(&world, request).await.map(drop).map_err(|refused| refused.status().as_u16());
    assert_eq!(status(request(&world, "/echo/")).await, Err(401));
    assert_eq!(status(request(&world, "/echo/").header("x-user", "nobody")).await, Err(401));
    assert_eq!(status(request(&world, "/echo/").header("x-fault", "1")).await, Err(500));
    assert_eq!(status(request(&world, "/echo/").header("x-bug", "1")).await, Err(500));
    for path in ["/echo/", "/echo", "/echo?ticket=x", "/echo/?ticket=x"] {
        let (mut client, response) = ask(&world, request(&world, path).header("x-user", ANN)).await.unwrap();
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
        // What the function asked for: whether it can post already.
        assert_eq!(response.headers()["x-cost-calls"], "1");
        client.say("hello").await;
        assert_eq!(client.hear().await, "hello", "{path}");
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_function_sees_headers_query_and_address() {
    let world = world().await;
    let asked = request(&world, "/echo/?ticket=one&ticket=a%20b%26c&other=").header("x-user", ANN);
    let asked = asked.header("cookie", "csrftoken=x; session=value").header("x-forwarded-for", "203.0.113.7");
    let (mut client, _) = ask(&world, asked).await.unwrap();
    let name = client.name().await;
    assert_eq!((name.as_str().len(), name.as_str().ends_with('=')), (16, true), "as API Gateway's are");
    let seen = echo::opened(&name).unwrap();
    assert_eq!(seen, ("127.0.0.1".to_owned(), Some("value".to_owned()), Some("a b&c".to_owned())));
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_handshake_is_refused_before_the_function_is_asked() {
    let world = world().await;
    let plain = reqwest::get(format!("{}/echo/", world.url)).await.unwrap();
    assert_eq!((plain.status().as_u16(), plain.headers()["upgrade"].to_str().unwrap()), (426, "websocket"));
    let good = "GET /echo/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-user: 5702a4a5589613964cafdc76\r\n\
                sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let answer = async |text: String| {
        let mut stream = TcpStream::connect(address(&world)).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        String::from_utf8(answer.to_vec()).unwrap()
    };
    assert_eq!(answer(good.to_owned()).await, "HTTP/1.1 101");
    for (right, wrong) in [
        ("GET ", "POST "),
        ("connection: upgrade", "connection: keep-alive"),
        ("upgrade: websocket", "upgrade: h2c"),
        ("version: 13", "version: 8"),
        ("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
        ("dGhlIHNhbXBsZSBub25jZQ==", "short"),
    ] {
        assert_eq!(answer(good.replace(right, wrong)).await, "HTTP/1.1 400", "{wrong}");
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_before_the_answer_has_come_and_gone() {
    let world = world().await;
    for _ in 0..20 {
        let mut stream = TcpStream::connect(address(&world)).await.unwrap();
        let text = "GET /echo/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nx-user: \
                    5702a4a5589613964cafdc76\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(text.as_bytes()).await.unwrap();
        drop(stream);
    }
    // Whoever comes after them is served, and nothing of them stays.
    let mut client = Client::open(&world).await;
    client.say("hello").await;
    assert_eq!(client.hear().await, "hello");
    super::until("one is left", async || {
        let open = reqwest::get(format!("{}/_local/sockets", world.url)).await.unwrap();
        open.text().await.unwrap() == r#"{"open":1}"#
    })
    .await;
    world.shutdown().await;
}

/// The sockets of Chat: at the path of the original server, for whoever has a session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_chat_opens_a_socket() {
    let world = world().await;
    let path = "/android/websocket/";
    let refused = ask(&world, request(&world, path)).await.map(drop).map_err(|refused| refused.status().as_u16());
    assert_eq!(refused, Err(401));
    let body = r#"{"phone":"13800000001","password":"secret12"}"#;
    let register = reqwest::Client::new().post(format!("{}/android/register/", world.url)).body(body);
    let registered = register.send().await.unwrap();
    let cookie = registered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let token = cookie.split_once('=').unwrap().1.to_owned();
    for asked in [
        request(&world, path).header("cookie", cookie.clone()),
        request(&world, path.trim_end_matches('/')).header("cookie", format!("csrftoken=x; {cookie}")),
        request(&world, &format!("{path}?sessionid={token}")),
    ] {
        assert!(ask(&world, asked).await.is_ok());
    }
    world.shutdown().await;
}
