//! Paths that belong to no function: one neutral answer, whoever asks and however.

use crate::world::Api;
use http::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_path_of_no_function_has_a_neutral_answer() {
    let api = Api::start().await;
    for path in ["/x", "/x/", "//x", "/v2/account/login", "//v1/account/login", "/users/login", "/v1", "/media"] {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS] {
            let request = api.http.request(method.clone(), api.url(path)).header("origin", "https://pages.example");
            let answer = request.body("{").send().await.unwrap();
            let headers = answer.headers().clone();
            assert_eq!(answer.status(), 404, "{method} {path}");
            assert_eq!(headers["content-type"], "application/json", "{method} {path}");
            assert_eq!(headers["cache-control"], "no-store", "{method} {path}");
            assert!(!headers.contains_key("access-control-allow-origin"), "{method} {path}");
            assert_eq!(answer.json::<Value>().await.unwrap(), json!({"error": "not found"}), "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slashes_too_many_lead_to_the_dialect_all_the_same() {
    let api = Api::start().await;
    for path in ["//user/regionlist", "/user//regionlist/", "//ping", "/ping/"] {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
    for path in ["//user/nothing/at/all", "/user", "//friendship/", "/group/"] {
        let answer = api.get(path).await;
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!(404)), "{path}");
    }
}
