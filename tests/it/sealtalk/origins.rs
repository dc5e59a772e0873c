//! Web pages of other origins (`docs/dialects/sealtalk.md#web-origins`).

use crate::world::{Answer, Api};
use local::Options;
use reqwest::Method;
use shared::config::WebOrigins;

async fn from(api: &Api, method: Method, path: &str, origin: &str) -> Answer {
    let request = api.http.request(method, api.url(path)).header("origin", origin);
    Answer::of(request.header("access-control-request-headers", "content-type").send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_this_machine_may_call_in_local() {
    let api = Api::start().await;
    for origin in ["http://localhost:8080", "http://127.0.0.1", "https://localhost"] {
        let answer = from(&api, Method::GET, "/user/regionlist", origin).await;
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["access-control-allow-credentials"], "true");
        assert_eq!(answer.headers["vary"], "Origin");
        let preflight = from(&api, Method::OPTIONS, "/user/login", origin).await;
        preflight.is(204, "");
        assert_eq!(preflight.headers["cache-control"], "private");
        assert_eq!(preflight.headers["access-control-allow-methods"], "GET,HEAD,PUT,PATCH,POST,DELETE");
        assert_eq!(preflight.headers["access-control-allow-headers"], "content-type");
        from(&api, Method::POST, "/user/set_poke", origin).await.signed_out();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_pages_read_what_is_public_and_change_nothing() {
    let api = Api::start().await;
    for origin in ["https://evil.example", "http://localhost.evil.example", "null", "http://localhost:80x"] {
        let refused = from(&api, Method::POST, "/user/login", origin).await;
        refused.is(403, r#"{"code":403,"message":"Origin not allowed."}"#);
        assert_eq!(refused.headers["cache-control"], "private");
        let read = from(&api, Method::GET, "/user/regionlist", origin).await;
        assert_eq!(read.status, 200);
        for answer in [refused, read, from(&api, Method::OPTIONS, "/user/login", origin).await] {
            assert!(!answer.headers.contains_key("access-control-allow-origin"), "{answer:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_says_which_pages_may() {
    let allowed = "https://chat.example.com".to_owned();
    let origins = WebOrigins::Only(vec![allowed.clone()]);
    let api = Api::with(Options::ephemeral().config(|config| config.sealtalk.web_origins = origins)).await;
    let answer = from(&api, Method::GET, "/user/regionlist", &allowed).await;
    assert_eq!(answer.headers["access-control-allow-origin"], allowed);
    from(&api, Method::POST, "/user/login", "http://localhost:8080").await.refused(403, 403);
    // Apps send none.
    assert_eq!(api.anyone("/user/login", serde_json::json!({})).await.status, 400);
}
