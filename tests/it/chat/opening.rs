//! Who may open a socket, and when it ends (`docs/dialects/chat.md#connections`).

use super::socket::{Socket, Someone, ask, ask_from};
use crate::world::Api;
use local::Fault;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// Without anything that proves who it is, nobody gets a socket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_what_a_socket_is_opened() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    for query in ["", "?sessionid=", "?sessionid=abc", "?ticket=abc", "?token=abc", "?im_token=abc"] {
        assert_eq!(ask(&api, &ann, query, false).await.err(), Some(401), "{query}");
    }
    let stranger = Someone { session: "0".repeat(64), ..ann.clone() };
    assert_eq!(ask(&api, &stranger, "", true).await.err(), Some(401));
    for (query, cookie) in [("", true), (&*format!("?sessionid={}", ann.session), false)] {
        let mut socket = ask(&api, &ann, query, cookie).await.unwrap();
        socket.start().await;
        socket.close().await;
    }
    // A cookie that is over does not keep another proof from counting.
    let mut socket = ask(&api, &stranger, &format!("?sessionid={}", ann.session), true).await.unwrap();
    socket.start().await;
    socket.close().await;
    api.world.shutdown().await;
}

/// Browsers send the cookie for whatever page asks. A page of another host has to show something that it was given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_another_host_is_not_let_in_by_the_cookie() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    let own = api.world.url.clone();
    let other_port = own.rsplit_once(':').unwrap().0;
    for foreign in ["https://evil.example", "null", other_port, &format!("{own}.evil.example")] {
        assert_eq!(ask_from(&api, &ann, "", true, Some(foreign)).await.err(), Some(401), "{foreign}");
    }
    ask_from(&api, &ann, "", true, Some(&own)).await.unwrap().start().await;
    let query = format!("?sessionid={}", ann.session);
    ask_from(&api, &ann, &query, false, Some("https://web.example")).await.unwrap().start().await;
    api.world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_is_good_once() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    let asked = api.http.get(api.url("/android/ws_ticket/")).header("cookie", format!("sessionid={}", ann.session));
    let answer: Value = asked.send().await.unwrap().json().await.unwrap();
    let query = format!("?ticket={}", answer["result"]["ticket"].as_str().unwrap());
    let mut socket = ask(&api, &ann, &query, false).await.unwrap();
    socket.start().await;
    assert_eq!(ask(&api, &ann, &query, false).await.err(), Some(401));
    socket.packet(1, json!("")).await;
    socket.hears_ok().await;
    api.world.shutdown().await;
}

/// Signing out closes the sockets of the session, and no others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_closes_the_sockets_of_the_session() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    let body = json!({ "phone": "13800000001", "password": "secret12" });
    let answer = api.http.post(api.url("/android/login/")).json(&body).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let other = Someone { session: cookie.strip_prefix("sessionid=").unwrap().to_owned(), ..ann.clone() };
    let (mut first, mut unstarted) = (Socket::started(&api, &ann).await, Socket::open(&api, &ann).await);
    let mut second = Socket::started(&api, &other).await;
    let out = api.http.get(api.url("/android/out/")).header("cookie", format!("sessionid={}", ann.session));
    assert_eq!(out.send().await.unwrap().json::<Value>().await.unwrap()["result"], "ok");
    assert_eq!(first.is_closed().await, Some(1000));
    assert_eq!(unstarted.is_closed().await, Some(1000));
    second.packet(1, json!("")).await;
    second.hears_ok().await;
    api.world.shutdown().await;
}

/// A session that is over in another way takes its sockets along when they say something that is proven.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_has_expired_takes_its_sockets_along() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    // Two weeks, but for a minute: the session ends before the socket would by itself.
    api.advance(14 * 86_400 - 60);
    let mut told = ask(&api, &ann, "?v=2", true).await.unwrap();
    let mut socket = Socket::started(&api, &ann).await;
    told.start().await;
    api.advance(61);
    socket.packet(1, json!("")).await;
    socket.is_closed().await;
    told.packet(1, json!("ok")).await;
    told.is_closed().await;
    api.world.shutdown().await;
}

/// Nobody has to say anything: a schedule closes the sockets that were opened within two hours of the session's end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_expires_closes_its_sockets() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    let bob = Someone::register(&api, "13800000002").await;
    // The answer to the first schedule is lost, though it has been made.
    api.world.faults.strike("CreateSchedule", 1, &Fault::AnswerLost);
    let mut early = Socket::started(&api, &ann).await;
    assert_eq!(api.world.faults.left("CreateSchedule"), 1, "it ends by itself long before its session does");
    api.advance(14 * 86_400 - 3_600);
    let mut socket = Socket::started(&api, &ann).await;
    // One that cannot be made keeps nobody out.
    api.world.faults.strike("CreateSchedule", 3, &Fault::Throttled);
    let mut forgotten = Socket::open(&api, &ann).await;
    assert_eq!(api.world.faults.left("CreateSchedule"), 0);
    let mut unstarted = Socket::open(&api, &ann).await;
    let mut of_bob = Socket::started(&api, &bob).await;
    api.advance(3_590);
    socket.packet(1, json!("")).await;
    socket.hears_ok().await;
    api.advance(11);
    assert_eq!(socket.is_closed().await, Some(1000));
    assert_eq!(unstarted.is_closed().await, Some(1000));
    assert_eq!(of_bob.is_closed().await, Some(1000));
    forgotten.packet(1, json!("")).await;
    forgotten.is_closed().await;
    early.packet(1, json!("")).await;
    early.is_closed().await;
    // A socket is closed first, and taken out of the queue then.
    let taken_out = async {
        while api.sockets_of(&bob.id).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), taken_out).await.expect("a queue that knows no socket");
    api.world.shutdown().await;
}

/// The oldest of eleven goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_of_too_many_connections_goes() {
    let api = Api::start().await;
    let ann = Someone::register(&api, "13800000001").await;
    let mut sockets = Vec::new();
    for _ in 0..11 {
        sockets.push(Socket::started(&api, &ann).await);
    }
    assert_eq!(sockets[0].is_closed().await, Some(1000));
    for socket in &mut sockets[1..] {
        socket.packet(1, json!("")).await;
        socket.hears_ok().await;
    }
    api.world.shutdown().await;
}
