//! The OpenAPI documents as they are served, and the page that shows them.

use crate::{
    console::browser::Browser,
    sealtalk::client::Friend,
    world::{Answer, Api},
};
use local::dialects;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_document_is_served_as_it_is_checked_in() {
    let api = Api::start().await;
    for package in dialects::packages() {
        let path = format!("/openapi/{}.json", package.name);
        let answer = api.get(&path).await;
        assert_eq!((answer.status, &*answer.headers["content-type"]), (200, "application/json"), "{path}");
        let checked_in: Value =
            serde_json::from_str(&crate::template::file(&format!("docs/api/{}.json", package.name))).unwrap();
        assert!(answer.json() == checked_in, "{path}");
        // A viewer that lies elsewhere may read it.
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
    api.get("/openapi/nobody.json").await.fails(404, "not found");
    api.get("/openapi/sealtalk").await.fails(404, "not found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_packed_for_whoever_takes_that_and_sent_once() {
    let api = Api::start().await;
    let asked = async |name: &str, value: &str| {
        let request = api.http.get(api.url("/openapi/sealtalk.json")).header(name, value);
        request.send().await.unwrap()
    };
    for (accepted, packed) in [
        ("gzip", true),
        ("deflate, gzip;q=0.5, br", true),
        ("*", true),
        ("GZIP", true),
        ("br", false),
        ("gzip;q=0", false),
        ("gzip; q=0, *", false),
        ("identity", false),
    ] {
        let answer = asked("accept-encoding", accepted).await;
        let coding = answer.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned());
        assert_eq!(coding.as_deref(), packed.then_some("gzip"), "{accepted}");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), packed, "{accepted}");
    }
    let etag = api.get("/openapi/sealtalk.json").await.headers["etag"].clone();
    assert_ne!(etag, api.get("/openapi/live.json").await.headers["etag"]);
    for (known, status) in
        [(etag.as_str(), 304), (&format!("\"x\", {etag}"), 304), ("*", 304), ("\"x\"", 200), ("W/\"x\"", 200)]
    {
        let answer = Answer::of(asked("if-none-match", known).await).await;
        assert_eq!((answer.status, answer.text.is_empty()), (status, status == 304), "{known}");
        assert_eq!((&answer.headers["etag"], &*answer.headers["cache-control"]), (&etag, "public, no-cache"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_each_document_and_loads_nothing_from_elsewhere() {
    let api = Api::start().await;
    let first = api.get("/docs").await;
    assert_eq!(first.text, api.get("/docs/lightup").await.text);
    for package in dialects::packages() {
        let page = api.get(&format!("/docs/{}", package.name)).await;
        assert_eq!((page.status, &*page.headers["content-type"]), (200, "text/html; charset=utf-8"));
        let document = format!("data-document=\"/openapi/{}.json\"", package.name);
        assert!(page.text.contains(&document) && page.text.contains("href=\"/\">Console"), "{}", page.text);
        let elsewhere = page.text.split(['"', ' ']).find(|word| word.contains("//"));
        assert_eq!(elsewhere, None, "{}", package.name);
        let policy = &page.headers["content-security-policy"];
        assert!(policy.contains("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("http") && !policy.contains("unsafe"), "{policy}");
    }
    assert_eq!(api.get("/docs/nobody").await.status, 404);
    for file in ["docs.js", "docs.css", "viewer.js", "viewer.css"] {
        let answer = api.get(&format!("/docs/{file}")).await;
        assert_eq!((answer.status, &*answer.headers["x-content-type-options"]), (200, "nosniff"), "{file}");
        let kind = if file.ends_with("js") { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        assert_eq!(answer.headers["content-type"], kind);
    }
    assert!(api.get("/").await.text.contains("href=\"/docs\""), "the console leads to it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_others_do_not_see_it() {
    let api = Api::start().await;
    for path in ["/docs", "/docs/live", "/docs/docs.js", "/docs/viewer.js"] {
        let foreign = api.http.get(api.url(path)).header("origin", "https://pages.example");
        assert_eq!(foreign.send().await.unwrap().status(), 403, "{path}");
        let rebound = api.http.get(api.url(path)).header("host", "pages.example:3000");
        assert_eq!(rebound.send().await.unwrap().status(), 403, "{path}");
    }
}

/// What "Try it out" has sent last for an operation, and what it was answered: HTTP status and body.
async fn tried(browser: &Browser, tag: &str, operation: &str) -> (String, String) {
    let block = format!("#operations-{tag}-{operation}");
    browser.until(&format!("document.querySelector('{block}')")).await;
    browser.run(&format!("document.querySelector('{block}').scrollIntoView()")).await;
    browser.click(&format!("{block} .opblock-summary-control")).await;
    browser.until(&format!("document.querySelector('{block} button.execute')")).await;
    browser.click(&format!("{block} button.execute")).await;
    browser.until(&format!("document.querySelector('{block} .live-responses-table .response-col_status')")).await;
    let live = format!("{block} .live-responses-table");
    browser.until(&format!("document.querySelector('{live} .response .response-col_description .microlight, {live} .response .response-col_description pre')")).await;
    (
        browser.text(&format!("{live} .response .response-col_status")).await,
        browser.text(&format!("{live} .response .response-col_description")).await,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_tried_on_the_page() {
    let api = Api::start().await;
    let Friend { id, .. } = api.friend("15172354423", "Tony").await;
    Browser::used(async |browser| {
        browser.size(1280, 1200).await;
        // A form: a code for a number that has none yet.
        browser.goto(&api.url("/docs/lightup")).await;
        let (status, body) = tried(browser, "account", "account_register").await;
        assert!(status.starts_with("409") && body.contains("This user has already exist"), "{status} {body}");
        // JSON, and then the session in the cookie that the answer has set.
        browser.goto(&api.url("/docs/sealtalk")).await;
        let (status, body) = tried(browser, "user", "user_login").await;
        assert!(status.starts_with("200") && body.contains(&id), "{status} {body}");
        let (status, body) = tried(browser, "user", "get_user_get_token").await;
        assert!(status.starts_with("200") && body.contains(&id), "{status} {body}");
        // It tells of the refusal too, and of nothing that the policy of the page forbids.
        let errors = browser.errors().await;
        let others: Vec<_> = errors.lines().filter(|line| !line.contains("status of 409")).collect();
        assert!(others.is_empty(), "what the browser has logged: {others:?}");
        for package in dialects::packages() {
            browser.goto(&api.url(&format!("/docs/{}", package.name))).await;
            browser.until("document.querySelector('.opblock')").await;
            assert_eq!(browser.run("return document.querySelectorAll('.errors-wrapper').length").await, 0);
        }
    })
    .await;
}
