//! What is deployed answers. `BASE_URL` says where, without a slash at its end; `PUSH_URL` where WebSockets open, if that is another URL.
//! Without them a server of this process is asked, so that these tests are themselves tested.
//!
//! By curl, because the other tests' client speaks no TLS; on a machine without it they say so and ask nothing, unless `BASE_URL` is set. [`every_operation_answers`] changes nothing and is for production too;
//! [`somebody_registers_talks_and_goes`] leaves an account behind, whose number nobody has.

use local::{Options, World, dialects};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::Command,
};

/// Something that answers, here or elsewhere.
struct Deployment {
    base: String,
    sockets: String,
    here: Option<World>,
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Deployment {
    #[expect(clippy::disallowed_methods, reason = "settings of these tests, and none of the product's")]
    async fn find() -> Option<Self> {
        if let Ok(base) = env::var("BASE_URL") {
            let sockets = env::var("PUSH_URL").unwrap_or_else(|_| format!("{base}/android/websocket/"));
            // A handshake is a request.
            let sockets = sockets.strip_prefix("ws").map_or(sockets.clone(), |rest| format!("http{rest}"));
            return Some(Self { base, sockets, here: None });
        }
        if Command::new("curl").arg("--version").output().is_err() {
            eprintln!("nothing is asked: there is no curl on this machine");
            return None;
        }
        let world = World::start(Options::ephemeral()).await.expect("a server");
        let base = world.url.clone();
        Some(Self { sockets: format!("{base}/android/websocket/"), base, here: Some(world) })
    }

    fn ask(&self, method: &str, path: &str, more: &[&str]) -> Answer {
        curl(method, &format!("{}{path}", self.base), more)
    }

    /// Asks for a socket; the status of the answer. curl waits in vain for what comes over one that opens.
    fn open(&self, query: &str) -> u16 {
        let handshake = [
            ["-H", "connection: Upgrade"],
            ["-H", "upgrade: websocket"],
            ["-H", "sec-websocket-version: 13"],
            ["-H", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="],
            ["--max-time", "5"],
        ];
        curl("GET", &format!("{}{query}", self.sockets), &handshake.concat()).status
    }

    async fn end(self) {
        if let Some(world) = self.here {
            world.shutdown().await;
        }
    }
}

fn curl(method: &str, url: &str, more: &[&str]) -> Answer {
    let common = ["--silent", "--show-error", "--http1.1", "--include", "--max-time", "40", "--request", method];
    let output = Command::new("curl").args(common).args(more).arg(url).output().expect("curl");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| {
        panic!("{method} {url}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Answer { status, headers, body: body.to_owned() }
}

/// Empty requests of nobody: each reaches its function, and none ends in a fault.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_answers() {
    let Some(deployment) = Deployment::find().await else { return };
    let endpoints = dialects::functions().into_iter().flat_map(|function| (function.endpoints)());
    let asked: BTreeSet<_> = endpoints.map(|endpoint| (endpoint.method.to_string(), endpoint.path)).collect();
    assert!(asked.len() > 100, "{} operations", asked.len());
    for (method, path) in asked {
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "0" } else { segment });
        let path = segments.collect::<Vec<_>>().join("/");
        let answer = deployment.ask(&method, &path, &["--header", "content-length: 0"]);
        // The answers of API Gateway itself have no such header.
        assert_eq!(
            answer.headers.get("x-content-type-options").map(String::as_str),
            Some("nosniff"),
            "{method} {path}"
        );
        assert!(answer.headers.contains_key("x-request-id"), "{method} {path}");
        assert!(answer.status < 500, "{method} {path}: {} {}", answer.status, answer.body);
    }
    let nobody = deployment.ask("GET", "/nobody", &[]);
    assert_eq!((nobody.status, nobody.body.as_str()), (404, r#"{"error":"not found"}"#));
    let secure = deployment.base.starts_with("https:");
    assert_eq!(nobody.headers.contains_key("strict-transport-security"), secure, "whether the answer came over TLS");
    assert_eq!(deployment.open("?ticket=nobody"), 401, "a socket without a proof");
    deployment.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_registers_talks_and_goes() {
    let Some(deployment) = Deployment::find().await else { return };
    let random = shared::random::Random::system();
    // The account is good for one API alone, and a number that somebody proves is theirs again.
    let phone = format!("1380{}", random.within(1_000_000..=9_999_999));
    let who = json!({ "phone": phone, "password": random.hex::<8>() }).to_string();
    let mut headers = Vec::new();
    let said = |headers: &[String], method: &str, path: &str, body: Option<&str>| -> Value {
        let mut more: Vec<&str> = headers.iter().flat_map(|header| ["--header", header]).collect();
        more.extend(body.into_iter().flat_map(|body| ["--header", "content-type: application/json", "--data", body]));
        let answer = deployment.ask(method, path, &more);
        let envelope: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body));
        assert_eq!((answer.status, &envelope["status"]), (200, &json!(1)), "{path}: {}", answer.body);
        json!({ "result": envelope["result"], "cookie": answer.headers.get("set-cookie") })
    };
    let registered = said(&headers, "POST", "/android/register/", Some(&who));
    assert_eq!(registered["result"]["account"], json!(phone), "{registered}");
    let cookie = registered["cookie"].as_str().expect("a cookie").split(';').next().unwrap_or_default();
    headers.push(format!("cookie: {cookie}"));
    let ticket = said(&headers, "GET", "/android/ws_ticket/", None)["result"]["ticket"].clone();
    let ticket = format!("?ticket={}", ticket.as_str().expect("a ticket"));
    assert_eq!(deployment.open(&ticket), 101, "a socket with a ticket");
    assert_eq!(deployment.open(&ticket), 401, "a ticket is good once");
    assert_eq!(said(&headers, "GET", "/android/out/", None)["result"], "ok");
    let again = said(&[], "POST", "/android/login/", Some(&who));
    assert_eq!(again["result"]["user"]["id"], registered["result"]["user"]["id"], "{again}");
    deployment.end().await;
}
