//! What holds on the wire of every API: where fields of a write stand, how numbers may look, which headers answers have.

use crate::{
    payloads::{Functions, events},
    world::{Answer, Api},
};
use http::Method;
use kit::Endpoint;
use local::{Options, World, dialects};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const JSON: Option<&str> = Some("application/json");

fn endpoints() -> Vec<Endpoint> {
    dialects::functions().into_iter().flat_map(|function| (function.endpoints)()).collect()
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
    // Live's fields may stand in the query (`docs/dialects/live.md#requests`).
    let functions = dialects::functions().into_iter().filter(|function| function.name != "live");
    let requests = functions.flat_map(|function| function.example_requests());
    // Whoever signs out is signed out from then on.
    for request in requests.filter(|one| writes.contains(one.path.as_str()) && one.path != "/user/logout") {
        let (content_type, body) = request.body.unwrap();
        if content_type.starts_with("multipart/") {
            continue;
        }
        let bare = api.talk(Some(ann), request.method.as_str(), &request.path, None).await;
        let body = String::from_utf8(body).unwrap();
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

/// Some JSON libraries know no other numbers than floats, and some write a mark before what they send.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whole_numbers_may_look_like_floats() {
    let api = Api::start().await;
    let send = async |path: &str, body: &str| api.bytes(path, JSON, body.to_owned()).await;
    send("/user/send_code", r#"{"region":86.0,"phone":1.38E10}"#).await.ok();
    send("/user/send_code", r#"{"region":86.0,"phone":1.3900000001E10}"#).await.ok();
    let code = api.code("13900000001").await;
    let check = format!("{{\"region\":8.6e1,\"phone\":13900000001.0,\"code\":{code}.0}}");
    send("/user/verify_code", &check).await.result();
    for wrong in ["86.5", "8.6e-1", "8.6e300", "[86.0]", "\"86.5\""] {
        let body = format!(r#"{{"region":{wrong},"phone":13900000002}}"#);
        assert_eq!(send("/user/send_code", &body).await.status, 400, "{wrong}");
    }
    let ann = &api.friend("13900000003", "Ann").await;
    let poke = api.http.post(api.url("/user/set_poke")).header("cookie", &ann.cookie);
    let poke = poke.header("content-type", "application/json").body(r#"{"pokeStatus":0.0}"#);
    Answer::of(poke.send().await.unwrap()).await.ok();
    assert_eq!(api.asks(ann, "/user/get_poke").await.result()["pokeStatus"], 0);

    send("/v1/account/register", r#"{"phone_number":1.5172354423e10}"#).await.data();
    let tony = api.person("15172354424", "Tony", "male").await;
    let session = format!(r#""user_id":"{}","access_token":"{}""#, tony.id, tony.token);
    for limit in ["3.0", "3e0", "0.3e1"] {
        let body = format!(r#"{{{session},"class":"basic_info","limit":{limit}}}"#);
        let drawn = send("/v1/procedure/get_random_questions", &body).await.data();
        assert_eq!(drawn["questions"].as_array().map(Vec::len), Some(3), "{limit}");
    }
    // Text that looks like one is none.
    for limit in ["3.0", "3.5", "3e0", "3.", "1e99", "inf", "NaN"] {
        let form = [("class", "basic_info"), ("limit", limit)];
        api.signed(&tony, "procedure/get_random_questions", &form).await.fails(400, "invalid request");
    }
    let born = [("personal_info", r#"{"birthday":-8.64E4}"#)];
    assert_eq!(api.signed(&tony, "account/change_personal_info", &born).await.status, 200);
    let seen = api.signed(&tony, "account/get_user_info", &[("target_id", &tony.id)]).await.data();
    assert_eq!(seen["birthday"], "-86400");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_byte_order_mark_before_a_body_is_passed_over() {
    let api = Api::start().await;
    for (content_type, phone) in [(JSON, "13900000001"), (Some("text/plain"), "13900000002"), (None, "13900000003")] {
        let body = format!("\u{feff}{{\"region\":\"86\",\"phone\":\"{phone}\"}}");
        api.bytes("/user/send_code", content_type, body).await.ok();
        let body = format!("\u{feff}{{\"phone_number\":\"{phone}\"}}");
        api.bytes("/v1/account/register", content_type, body).await.data();
    }
    let form = "application/x-www-form-urlencoded";
    for (content_type, phone) in
        [(Some(form), "13900000004"), (Some("text/plain"), "13900000005"), (None, "13900000006")]
    {
        api.bytes("/user/send_code", content_type, format!("\u{feff}region=86&phone={phone}")).await.ok();
        api.bytes("/v1/account/register", content_type, format!("\u{feff}phone_number={phone}")).await.data();
        // One alone: what follows it is the field's name.
        let two = format!("\u{feff}\u{feff}phone_number={phone}");
        api.bytes("/v1/account/register", content_type, two).await.fails(400, "invalid request");
    }
    let tony = api.person("15172354424", "Tony", "male").await;
    let info = [("personal_info", "\u{feff}{\"location\":\"x\"}")];
    assert_eq!(api.signed(&tony, "account/change_personal_info", &info).await.status, 200);
    for body in ["\u{feff}", "\u{feff}\u{feff}{}", "{\u{feff}}"] {
        api.bytes("/v1/account/register", JSON, body).await.fails(400, "invalid request");
    }
}

/// Every kind of answer: a success, each refusal, a redirect, a preflight, a path of nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_sniffed_and_a_401_says_what_is_asked_for() {
    let api = Api::start().await;
    let mut seen = BTreeSet::new();
    let mut paths: BTreeSet<_> = endpoints().iter().map(|one| (one.method.clone().to_string(), one.path)).collect();
    for path in ["/x", "/v1/x", "/user", "/user/login", "/v1/account/login", "/ping", "/user/regionlist"] {
        paths.extend(["GET", "POST", "DELETE", "OPTIONS", "HEAD"].map(|method| (method.to_owned(), path)));
    }
    for (method, path) in paths {
        let request =
            api.http.request(method.parse().unwrap(), api.url(path)).header("origin", "https://pages.example");
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(
            answer.headers.get("x-content-type-options").map(String::as_str),
            Some("nosniff"),
            "{method} {path}"
        );
        assert!(!answer.headers.contains_key("strict-transport-security"), "{method} {path}");
        seen.insert(answer.status);
    }
    let file = reqwest::multipart::Part::bytes(vec![0]).file_name("f");
    let form = reqwest::multipart::Form::new().text("token", "a:b:c").part("file", file);
    let bad_token = Answer::of(api.http.post(api.url("/")).multipart(form).send().await.unwrap()).await;
    let tony = api.person("15172354424", "Tony", "male").await;
    let other = crate::world::Person { token: "0".repeat(32), ..tony };
    let signed_out = api.signed(&other, "procedure/get_message", &[]).await;
    for answer in [bad_token, signed_out] {
        assert_eq!(answer.status, 401);
        assert_eq!(answer.headers["www-authenticate"], r#"Bearer realm="api""#);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    assert!([200, 204, 400, 403, 404, 405].into_iter().all(|status| seen.contains(&status)), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_api_gateway_browsers_are_told_to_keep_to_https() {
    let world = World::start(Options::ephemeral()).await.unwrap();
    let functions = Functions::new(|_| world.app.clone());
    for (name, event) in events() {
        let answer = functions.answer(&event).await;
        let headers = answer.headers();
        assert_eq!(headers["strict-transport-security"], "max-age=31536000", "{name}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{name}");
        assert_eq!(headers.contains_key("www-authenticate"), answer.status() == 401, "{name}");
    }
    world.shutdown().await;
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
