//! What holds on the wire of every API: where fields of a write stand, how numbers may look, which headers answers have.

use crate::world::Api;
use http::Method;
use kit::Endpoint;
use local::dialects;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const JSON: Option<&str> = Some("application/json");

fn endpoints() -> Vec<Endpoint> {
    dialects::functions().into_iter().flat_map(|function| function.endpoints).collect()
}

/// The fields of an example's body as a query.
fn as_query(content_type: &str, body: &str) -> String {
    if content_type != "application/json" {
        return body.to_owned();
    }
    let body: Value = serde_json::from_str(body).unwrap();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs: Vec<_> = body.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect();
    reqwest::Url::parse_with_params("http://x", pairs).unwrap().query().unwrap_or_default().to_owned()
}

/// Queries end up in the logs of whatever stands in between; and a link could make a write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_takes_nothing_from_the_query() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let endpoints = endpoints();
    let reads: BTreeSet<_> = endpoints.iter().filter(|one| one.method == Method::GET).map(|one| one.path).collect();
    let writes: BTreeSet<_> = endpoints.iter().map(|one| one.path).filter(|path| !reads.contains(path)).collect();
    let mut tried = 0;
    let requests = dialects::functions().into_iter().flat_map(|function| function.example_requests());
    // Whoever signs out is signed out from then on.
    for request in requests.filter(|one| writes.contains(one.path.as_str()) && one.path != "/user/logout") {
        let (content_type, body) = request.body.unwrap();
        if content_type.starts_with("multipart/") {
            continue;
        }
        let bare = api.talk(Some(ann), request.method.as_str(), &request.path, None).await;
        for query in [as_query(&content_type, &body), "x=%zz".to_owned()] {
            let path = format!("{}?{query}", request.path);
            let answer = api.talk(Some(ann), request.method.as_str(), &path, None).await;
            assert_eq!((answer.status, &answer.text), (bare.status, &bare.text), "{path}");
        }
        tried += 1;
    }
    assert!(tried > 60, "{tried}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_in_the_query_signs_nobody_in() {
    let api = Api::start().await;
    let ann = api.friend("13900000001", "Ann").await;
    let query = format!("region=86&phone={}&password=secret12", ann.phone);
    for body in [None, Some(json!({}))] {
        let login = api.talk(None, "POST", &format!("/user/login?{query}"), body).await;
        login.rejected(400, "Empty region.");
        assert!(!login.headers.contains_key("set-cookie"));
    }
    let upload = api.form("/?token=a:b:c", &[]).await;
    upload.rejected(400, "Empty token.");
    // Reads take it, by POST as well.
    let mine = api.talk(Some(&ann), "POST", &format!("/user/batch?id={}", ann.id), None).await;
    assert_eq!(mine.result()[0]["id"], ann.id.as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_any_size_gets_its_answer() {
    let api = Api::start().await;
    let body = vec![b'x'; 40 << 20];
    for path in ["/v1/account/register", "/user/login", "/"] {
        assert_eq!(api.bytes(path, JSON, body.clone()).await.status, 413, "{path}");
    }
    assert_eq!(api.bytes("/nobody", JSON, body).await.status, 404);
}
