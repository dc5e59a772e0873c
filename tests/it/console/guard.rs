//! Who may use the console and `/_local/...`: whoever can connect, but no page of others in a browser.

use super::PAGES;
use crate::world::{Answer, Api};
use http::Method;

/// Headers of a request.
type Headers = &'static [(&'static str, &'static str)];

/// What a browser sends along for a page, and whether it may see the console, and use it.
const BROWSERS: [(Headers, bool, bool); 9] = [
    // A program, which sends none of this.
    (&[], true, true),
    // The console itself.
    (&[("origin", "OWN"), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")], true, true),
    // An address that was typed, and a link that was followed.
    (&[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], true, true),
    (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], true, false),
    // Pages of others, one of them on another port of this machine, one in a frame without an origin.
    (&[("origin", "https://pages.example")], false, false),
    (&[("origin", "http://127.0.0.1:1"), ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")], false, false),
    (&[("origin", "null")], false, false),
    (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")], false, false),
    // A page whose name leads to this machine.
    (
        &[("host", "pages.example:3000"), ("origin", "http://pages.example:3000"), ("sec-fetch-site", "same-origin")],
        false,
        false,
    ),
];

async fn ask(api: &Api, method: Method, path: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let mut request = api.http.request(method, api.url(path)).body(body);
    for (name, value) in headers {
        request = request.header(*name, if *value == "OWN" { &api.world.url } else { *value });
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_others_neither_see_nor_use_it() {
    let api = Api::start().await;
    for (headers, sees, uses) in BROWSERS {
        for path in PAGES.into_iter().chain(["/console/console.js", "/_local/sms", "/_local/health"]) {
            let answer = ask(&api, Method::GET, path, headers, "").await;
            assert_eq!(answer.status, if sees { 200 } else { 403 }, "{path} {headers:?}");
        }
        for (path, body) in [("/console/clock", "seconds=60"), ("/_local/clock", r#"{"advance_seconds":60}"#)] {
            let before = api.world.clock.seconds();
            let answer = ask(&api, Method::POST, path, headers, body).await;
            let moved = api.world.clock.seconds() - before >= 60;
            assert_eq!((answer.status, moved), (if uses { 200 } else { 403 }, uses), "{path} {headers:?}");
        }
        let sees_events = api.http.get(api.url("/_local/events"));
        let sees_events = headers.iter().fold(sees_events, |request, (name, value)| {
            request.header(*name, if *value == "OWN" { &api.world.url } else { *value })
        });
        assert_eq!(sees_events.send().await.unwrap().status(), if sees { 200 } else { 403 }, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hosts_that_nobody_else_can_have_are_taken() {
    let api = Api::start().await;
    for host in
        ["localhost:3000", "127.0.0.1", "[::1]:3000", "app.localhost", "host.docker.internal:3000", "LOCALHOST."]
    {
        assert_eq!(ask(&api, Method::GET, "/", &[("host", host)], "").await.status, 200, "{host}");
    }
    for host in ["localhost.pages.example", "pages.example", "1.2.3.4.example", "a@b:c", "127.0.0.1.nip.io:3000"] {
        assert_eq!(ask(&api, Method::GET, "/", &[("host", host)], "").await.status, 403, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_run_nothing_but_the_console_and_are_not_kept() {
    let api = Api::start().await;
    for path in PAGES.into_iter().chain(["/console/nothing", "/console/people/nobody"]) {
        let answer = api.get(path).await;
        let policy = &answer.headers["content-security-policy"];
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self';",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(
            (&*answer.headers["cache-control"], &*answer.headers["x-content-type-options"]),
            ("no-store", "nosniff")
        );
        // What the policy forbids is not there either.
        let text = answer.text.to_lowercase();
        assert!(!text.contains("style=") && !text.contains("javascript:") && !text.contains(" onclick="), "{path}");
        assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/console/").count(), "{path}");
    }
    assert_eq!(api.get("/console/nothing").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_function_at_the_same_path_keeps_its_methods() {
    let api = Api::start().await;
    let form = reqwest::multipart::Form::new().text("token", "wrong");
    let uploaded = Answer::of(api.http.post(api.url("/")).multipart(form).send().await.unwrap()).await;
    assert_eq!(uploaded.status, 400, "{uploaded:?}");
    assert!(uploaded.headers.contains_key("x-request-id"), "the function has answered");
    // Which web pages may upload is said by the function, as before: the console's rule is for the console.
    let foreign = [("origin", "https://pages.example"), ("sec-fetch-site", "cross-site")];
    assert!(ask(&api, Method::POST, "/", &foreign, "{").await.headers.contains_key("x-request-id"));
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = ask(&api, method.clone(), "/", &[], "").await;
        assert!(answer.headers.contains_key("x-request-id"), "{method}: {answer:?}");
    }
    let head = ask(&api, Method::HEAD, "/", &[], "").await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert!(!api.page("/").await.contains("No requests yet."), "the upload is listed");
}
