//! Web pages of other origins (`docs/dialects/sealtalk.md#web-origins`).

use super::costs::address;
use crate::{
    payloads::{Functions, events},
    world::{Answer, Api},
};
use local::{Options, World};
use reqwest::Method;
use shared::config::WebOrigins;

async fn from(api: &Api, method: Method, path: &str, origin: &str) -> Answer {
    let request = api.http.request(method, api.url(path)).header("origin", origin);
    Answer::of(request.header("access-control-request-headers", "content-type").send().await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_this_machine_may_call_in_local() {
    let api = Api::start().await;
    for origin in
        ["http://localhost:8080", "http://127.0.0.1", "https://localhost", "http://[::1]:8080", "http://[::1]"]
    {
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
    for origin in [
        "https://evil.example",
        "http://localhost.evil.example",
        "null",
        "http://localhost:80x",
        "http://[::1]x",
        "http://[::2]",
    ] {
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

/// What a GET changes, pages of other origins may not change with it: neither by a call that names its origin, nor by a link
/// or a picture, which does not. All other reads write nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_pages_change_nothing_by_reading() {
    let api = Api::start().await;
    let (ann, bob) = (&api.friend("13900000001", "Ann").await, &api.friend("13900000002", "Bob").await);
    api.befriend(ann, bob).await;
    let group = &api.group(ann, "Group", &[ann, bob]).await;
    api.says(ann, "/group/set_bulletin", serde_json::json!({"groupId": group, "content": "news"})).await.ok();
    let get = async |method: &Method, path: &str, headers: &[(&str, &str)]| {
        let mut request = api.http.request(method.clone(), api.url(path)).header("cookie", &ann.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await
    };
    let mut changing = Vec::new();
    for endpoint in sealtalk::package().endpoints().iter().filter(|endpoint| endpoint.method == Method::GET) {
        let address = address(endpoint.path, bob, group);
        let foreign: [&[_]; 4] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ];
        for headers in foreign {
            for method in [Method::GET, Method::HEAD] {
                let answer = get(&method, &address, headers).await;
                assert_eq!(answer.status, if endpoint.changes { 403 } else { 200 }, "{method} {address} {headers:?}");
                assert!(!answer.headers.contains_key("access-control-allow-origin"));
                assert_eq!(answer.headers["x-cost-wru"], "0", "{method} {address} {headers:?}");
            }
        }
        let own: [&[_]; 4] = [
            &[],
            &[("origin", "http://localhost:8080"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
        ];
        for headers in own {
            let answer = get(&Method::GET, &address, headers).await;
            assert_eq!(answer.status, 200, "{address} {headers:?}");
            assert_eq!(answer.headers["x-cost-wru"] != "0", endpoint.changes, "{address}: what it writes");
        }
        changing.extend(endpoint.changes.then_some(endpoint.path));
    }
    changing.sort_unstable();
    let expected = [
        "/user/find/{region}/{phone}",
        "/user/find_user",
        "/user/get_sms_img_code",
        "/user/get_token",
        "/user/pic_code",
    ];
    assert_eq!(changing, expected);
    // A POST is as it was.
    let foreign = api.http.post(api.url("/user/get_token")).header("cookie", &ann.cookie).header("origin", "null");
    Answer::of(foreign.send().await.unwrap()).await.rejected(403, "Origin not allowed.");
}

/// A write that names no origin is foreign where the browser says that another site made it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_change_nothing_without_an_origin() {
    let api = Api::start().await;
    let ann = &api.friend("13900000001", "Ann").await;
    let write = async |site: &str, origin: Option<&str>| {
        let request = api.http.post(api.url("/user/set_nickname")).header("cookie", &ann.cookie);
        let request = request.header("sec-fetch-site", site).json(&serde_json::json!({"nickname": "Tim"}));
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        Answer::of(request.send().await.unwrap()).await
    };
    for site in ["cross-site", "same-site"] {
        let refused = write(site, None).await;
        refused.is(403, r#"{"code":403,"message":"Origin not allowed."}"#);
        assert_eq!(refused.headers["x-cost-wru"], "0");
        // The list of origins has the word where one is named.
        write(site, Some("http://localhost:8080")).await.ok();
        write(site, Some("https://evil.example")).await.rejected(403, "Origin not allowed.");
    }
    for site in ["same-origin", "none"] {
        write(site, None).await.ok();
    }
    let request = api.http.post(api.url("/user/regionlist")).header("sec-fetch-site", "cross-site");
    Answer::of(request.send().await.unwrap()).await.rejected(403, "Origin not allowed.");
}

/// Documentation with a form to try, for example.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_apis_own_origin_is_never_foreign() {
    let nobody = || Options::ephemeral().config(|config| config.sealtalk.web_origins = WebOrigins::Only(Vec::new()));
    let api = Api::with(nobody()).await;
    let own = api.world.url.clone();
    let answer = from(&api, Method::POST, "/user/set_poke", &own).await;
    answer.signed_out();
    assert_eq!(answer.headers["access-control-allow-origin"], own);
    for other in [own.replace("http", "https"), format!("{own}0"), own.rsplit_once(':').unwrap().0.to_owned()] {
        from(&api, Method::POST, "/user/set_poke", &other).await.rejected(403, "Origin not allowed.");
    }

    let world = World::start(nobody()).await.unwrap();
    let functions = Functions::new(|_| world.app.clone());
    let mut event = events()["sealtalk/user_login"].clone();
    let host = event["requestContext"]["domainName"].as_str().unwrap().to_owned();
    for (origin, status) in [(format!("https://{host}"), 200), (format!("http://{host}"), 403)] {
        event["headers"]["origin"] = origin.into();
        assert_eq!(functions.answer(&event).await.status(), status);
    }
    world.shutdown().await;
}

/// Apps that are made of web pages.
#[tokio::test(flavor = "multi_thread")]
async fn an_origin_may_have_any_scheme() {
    let app = "capacitor://localhost";
    let origins = WebOrigins::Only(vec![app.to_owned()]);
    let listed = Api::with(Options::ephemeral().config(|config| config.sealtalk.web_origins = origins)).await;
    for api in [listed, Api::start().await] {
        let answer = from(&api, Method::POST, "/user/set_poke", app).await;
        answer.signed_out();
        assert_eq!(answer.headers["access-control-allow-origin"], app);
        from(&api, Method::POST, "/user/set_poke", "capacitor://elsewhere").await.refused(403, 403);
    }
    let template = crate::template::file("template.yaml");
    let pattern = template.split("\n  WebOrigins:\n").nth(1).unwrap().split("AllowedPattern: ").nth(1).unwrap();
    assert!(pattern.starts_with("^([A-Za-z][A-Za-z0-9+.-]*://"), "{}", pattern.lines().next().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_says_which_pages_may() {
    let allowed = "https://chat.example.com".to_owned();
    let origins = WebOrigins::Only(vec![allowed.clone()]);
    let api = Api::with(Options::ephemeral().config(|config| config.sealtalk.web_origins = origins)).await;
    let answer = from(&api, Method::GET, "/user/regionlist", &allowed).await;
    assert_eq!(answer.headers["access-control-allow-origin"], allowed);
    from(&api, Method::POST, "/user/login", "http://localhost:8080").await.refused(403, 403);
    // An origin is the whole text, not a beginning or an end of it.
    for other in
        ["https://chat.example.com.evil.example", "https://chat.example.com:8443", "https://evil-chat.example.com"]
            .into_iter()
            .chain(["http://chat.example.com", "https://chat.example", "https://a.chat.example.com", "null", ""])
    {
        from(&api, Method::POST, "/user/login", other).await.rejected(403, "Origin not allowed.");
    }
    // Apps send none.
    assert_eq!(api.anyone("/user/login", serde_json::json!({})).await.status, 400);
}
