//! Every payload of `events/` is what API Gateway sends, is understood, and does what it is for.

use crate::{
    payloads::{CALLER, Functions, PHONE, Person, content_type, decoded, events, socket_events},
    template::{owner, template},
};
use http::{StatusCode, Uri, header};
use lambda_http::{RequestExt as _, request::RequestContext};
use local::{Options, World, dialects};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

async fn world() -> (World, Functions) {
    let world = World::start(Options::ephemeral()).await.expect("a world");
    let functions = Functions::new(|_| world.app.clone());
    (world, functions)
}

/// The payloads of the functions of these packages.
fn events_of(packages: &[&str]) -> BTreeMap<String, Value> {
    let packages = dialects::packages().into_iter().filter(|package| packages.contains(&package.name));
    let functions: BTreeSet<_> = packages.flat_map(|package| package.functions).map(|function| function.name).collect();
    let mut events = events();
    events.retain(|name, _| functions.contains(name.split('/').next().unwrap()));
    events
}

#[test]
fn the_checked_in_payloads_are_current() {
    let (written, mut checked_in) = (local::events::all().unwrap(), events());
    checked_in.extend(socket_events());
    let names = |all: BTreeSet<&String>| all.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(names(written.keys().collect()), names(checked_in.keys().collect()), "a file of `events/` per example");
    for (name, event) in written {
        let event = serde_json::to_value(event).unwrap();
        assert!(checked_in[&name] == event, "run `just events` and commit events/{name}.json");
        let path = event["rawPath"].as_str().unwrap_or_default();
        assert!(!path.contains('{'), "{name}: the example lacks a field of the path");
    }
}

#[test]
fn payloads_are_what_api_gateway_sends() {
    let template = template();
    for (name, event) in events() {
        let group = name.split('/').next().unwrap();
        let path = event["rawPath"].as_str().unwrap();
        assert_eq!(owner(&template, path), group, "{name} lies in the folder of its function");
        let http = &event["requestContext"]["http"];
        assert_eq!((&event["version"], &http["path"]), (&json!("2.0"), &json!(path)), "{name}");
        assert_eq!(event["routeKey"], event["requestContext"]["routeKey"], "{name}");
        let route = event["routeKey"].as_str().unwrap();
        match route.strip_prefix("ANY ").map(|route| (route, route.strip_suffix("{proxy+}"))) {
            Some((_, Some(prefix))) => {
                assert_eq!(event["pathParameters"]["proxy"], json!(path.strip_prefix(prefix).unwrap()), "{name}");
            }
            Some((route, None)) => assert_eq!((route, &event["pathParameters"]), (path, &Value::Null), "{name}"),
            None => assert_eq!((route, &event["pathParameters"]), ("$default", &Value::Null), "{name}"),
        }

        let request = decoded(&event);
        assert_eq!(request.method().as_str(), http["method"], "{name}");
        assert_eq!(request.uri().path(), path, "{name}");
        let RequestContext::ApiGatewayV2(context) = request.request_context() else { panic!("{name}: no context") };
        assert_eq!(context.http.source_ip.as_deref(), Some("203.0.113.7"), "{name}");
        // The HTTP API encodes whatever is not text, and forms are not.
        let encoded = event["body"].is_string() && content_type(request.headers()) != "application/json";
        assert_eq!(event["isBase64Encoded"], encoded, "{name}");
        if let Some(length) = request.headers().get(header::CONTENT_LENGTH) {
            assert_eq!(length.to_str().unwrap(), request.body().len().to_string(), "{name}");
        }
    }
}

#[test]
fn every_operation_has_a_payload() {
    let events = events();
    let paths: Vec<_> = events.values().map(|event| event["rawPath"].as_str().unwrap()).collect();
    for endpoint in dialects::functions().into_iter().flat_map(|function| (function.endpoints)()) {
        let fits = |path: &str| {
            let (mut wanted, mut given) = (endpoint.path.split('/'), path.split('/').filter(|part| !part.is_empty()));
            let mut wanted = wanted.by_ref().filter(|part| !part.is_empty());
            loop {
                match (wanted.next(), given.next()) {
                    (None, None) => return true,
                    (Some(part), Some(_)) if part.starts_with("{*") => return true,
                    (Some(part), Some(it)) if part.starts_with('{') || part == it => {}
                    _ => return false,
                }
            }
        };
        assert!(paths.iter().any(|path| fits(path)), "no event for {}", endpoint.path);
    }
}

/// What strangers are told: the form is right, so only the session, the code or the account is missing.
#[tokio::test(flavor = "multi_thread")]
async fn every_payload_is_understood() {
    let (world, functions) = world().await;
    let mut events = events_of(&["lightup", "files"]);
    // What API Gateway hands on as it is, because the client takes it packed.
    let document = functions.answer(&events.remove("files/openapi").expect("a payload")).await;
    assert_eq!(
        (document.status(), document.headers()[header::CONTENT_ENCODING].as_bytes()),
        (StatusCode::OK, &b"gzip"[..])
    );
    for (name, event) in events {
        let (status, body) = functions.json(&event).await;
        let expected = match name.as_str() {
            "account/register" | "account/refresh_device_token_lib" => StatusCode::OK,
            "account/validate_sms" | "account/login" | "account/login_multipart" | "account/delete_user" => {
                StatusCode::BAD_REQUEST
            }
            "files/file" | "files/key" => StatusCode::NOT_FOUND,
            _ => StatusCode::UNAUTHORIZED,
        };
        assert_eq!(status, expected, "{name}: {body}");
        assert_ne!(body, json!({"error": "invalid request"}), "{name}");
        assert_eq!(body["error"].is_string(), status != StatusCode::OK, "{name}: {body}");
    }
    world.shutdown().await;
}

/// The same for SealTalk, whose failures of the business are 200.
#[tokio::test(flavor = "multi_thread")]
async fn every_payload_of_sealtalk_is_understood() {
    let (world, functions) = world().await;
    for (name, event) in events_of(&["sealtalk"]) {
        let name = name.strip_prefix("sealtalk/").unwrap();
        let (status, body) = functions.json(&event).await;
        let expected = match name {
            "user_register" | "user_reset_password" => json!([404, 404]),
            "user_login" | "user_verify_code" | "user_verify_code_yp" | "user_verify_code_register" => {
                json!([200, 1000])
            }
            // The code of the payload before was sent a moment ago.
            "user_send_code_yp" => json!([200, 5000]),
            "upload" => json!([401, 401]),
            "misc_client_version" => json!([200, null]),
            _ if event["cookies"].is_array() => json!([403, 10000]),
            _ => json!([200, 200]),
        };
        assert_eq!(json!([status.as_u16(), body["code"]]), expected, "{name}: {body}");
    }
    world.shutdown().await;
}

/// The same for Live, whose failures are 200.
#[tokio::test(flavor = "multi_thread")]
async fn every_payload_of_live_is_understood() {
    let (world, functions) = world().await;
    for (name, event) in events_of(&["live"]) {
        let name = name.strip_prefix("live/").unwrap();
        let (status, body) = functions.json(&event).await;
        let expected = match name {
            "register_SendCode" => json!([200, "0000"]),
            "register_CheckCode" => json!([200, "0004"]),
            "register_CreateAccount" => json!([200, "0006"]),
            "log" => json!([200, "0007"]),
            "upload" => json!([200, "0000"]),
            "static_user_imgs" => json!([404, "0006"]),
            // The secret of the publishing server is in no payload.
            "hooks_publish" | "hooks_publish_done" => json!([403, "0006"]),
            _ => json!([200, "0011"]),
        };
        assert_eq!(json!([status.as_u16(), body["result"]]), expected, "{name}: {body}");
    }
    world.shutdown().await;
}

/// The life of a socket, of somebody who has not signed in: it is refused, and a text is answered with 200 whatever it says.
#[tokio::test(flavor = "multi_thread")]
async fn every_payload_of_a_socket_is_understood() {
    let (world, events) = (World::start(Options::ephemeral()).await.expect("a world"), socket_events());
    let mut told = BTreeSet::new();
    for function in dialects::functions() {
        let Some(service) = function.sockets(&world.app) else { continue };
        for (event, status) in [("connect", 401), ("default", 200), ("disconnect", 200)] {
            let name = format!("{}/{event}", function.name);
            let event = &events[&name];
            let context = &event["requestContext"];
            assert_eq!(context["routeKey"], format!("${}", name.rsplit('/').next().unwrap()), "{name}");
            assert_eq!(context["connectionId"], "L0SM9cOFvHcCIhw=", "{name}");
            let answer = service(event.clone()).await;
            assert_eq!((answer.status, answer.whose), (status, None), "{name}");
            told.insert(name);
        }
        // The schedule of a socket that is gone.
        let name = format!("{}/expired", function.name);
        let answer = service(events[&name].clone()).await;
        assert_eq!((answer.status, answer.again, answer.logged.operation.as_str()), (200, false, "expire"), "{name}");
        told.insert(name);
    }
    assert_eq!(told, events.into_keys().collect(), "a payload belongs to a function of sockets");
    world.shutdown().await;
}

/// The payloads in an order in which each of them has something to do.
const STORY: [&str; 38] = [
    "account/register",
    "account/validate_sms",
    "account/change_password",
    "account/change_personal_info",
    "account/change_personal_info_json",
    "account/get_user_info",
    "account/upload_portrait_request",
    "account/upload_portrait_confirm",
    "account/refresh_device_token",
    "account/refresh_device_token_lib",
    "account/get_questions",
    "account/get_account_questions",
    "procedure/get_random_questions",
    "procedure/get_questions",
    "procedure/get_problems",
    "procedure/get_user_id_by_love_sex",
    "procedure/get_user_ids_by_love_sex",
    "procedure/get_media_audio",
    "procedure/get_media_video",
    "procedure/light_up",
    "procedure/log_have_seen",
    "procedure/get_message",
    "account/report_user",
    "account/block_user",
    "account/get_blocked_users",
    "account/unblock_user",
    "media/upload_request_audio",
    "media/upload_request_video",
    "media/confirm",
    "media/upload_media_audio",
    "media/upload_media_video",
    "media/delete_media",
    "account/refresh_access_token",
    "account/login",
    "account/login_multipart",
    "account/change_password_request",
    "account/export_account",
    "account/delete_user",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_payload_works_for_somebody_signed_in() {
    let (world, functions) = world().await;
    let told: BTreeSet<_> = STORY
        .into_iter()
        .chain(["account/erase_account", "files/file", "files/key", "files/openapi"])
        .map(str::to_owned)
        .collect();
    assert_eq!(told, events_of(&["lightup", "files"]).into_keys().collect(), "every event has its place in the story");

    let mut ann = Person::sign_up(&world, &functions, "13900000002").await;
    ann.complete("Ann").await;
    // The first two of the story.
    let mut tony = Person::sign_up(&world, &functions, PHONE).await;
    tony.other = ann.uid.clone();
    for name in STORY.into_iter().skip(2) {
        let body = tony.send(name, &[]).await;
        match name {
            "account/upload_portrait_confirm" => portrait_is_found(&world, &functions, &mut tony).await,
            "procedure/get_user_id_by_love_sex" => assert_eq!(body["data"]["target_id"], json!(ann.uid)),
            _ => {}
        }
    }
    // He is gone, so it is she who goes by herself.
    ann.send("account/erase_account", &[]).await;
    world.shutdown().await;
}

/// The portrait's URL, as the API gives it, leads through the function `files` to S3.
async fn portrait_is_found(world: &World, functions: &Functions, person: &mut Person<'_>) {
    let (other, own) = (person.other.clone(), person.uid.clone());
    person.other = own;
    let info = person.send("account/get_user_info", &[]).await;
    person.other = other;
    let url: Uri = info["data"]["portrait"].as_str().unwrap().parse().expect("an absolute URL");
    let mut event: Value = events()["files/file"].clone();
    assert_eq!(url.host(), event["requestContext"]["domainName"].as_str(), "the API's own URL");
    event["rawPath"] = json!(url.path());
    event["requestContext"]["http"]["path"] = json!(url.path());
    let answer = functions.answer(&event).await;
    assert_eq!(answer.status(), StatusCode::FOUND);
    assert!(answer.headers()[header::LOCATION].to_str().unwrap().starts_with(&world.endpoints.s3));
}

/// API Gateway's access log and the answer have the same id, whichever function answers and whatever it says.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_the_id_that_api_gateway_gave() {
    let (world, functions) = world().await;
    let mut unknown = events()["sealtalk/ping"].clone();
    unknown["rawPath"] = json!("/nothing/here");
    unknown["requestContext"]["http"]["path"] = json!("/nothing/here");
    for event in events().into_values().chain([unknown]) {
        let answer = functions.answer(&event).await;
        let id = answer.headers()["x-request-id"].to_str().unwrap();
        assert_eq!(id, event["requestContext"]["requestId"], "{}", event["rawPath"]);
    }
    world.shutdown().await;
}

/// An HTTP API may hand over the path with its percent-encoding or without, so a name may look like anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_portraits_name_may_be_decoded() {
    let (world, functions) = world().await;
    let mut tony = Person::sign_up(&world, &functions, PHONE).await;
    tony.other = tony.uid.clone();
    for key in ["/a%2fb%zz%ff.png", "/50%.png", "/a?b=c#d.png", "/头像 1.png", "/a//b.png", "http://www.baidu.com"] {
        let replaced = format!("save_key={}", utf8_percent_encode(key, NON_ALPHANUMERIC));
        let form = format!("save_key=%2Fportrait%2F{}-1460000000.png", tony.uid);
        tony.send("account/upload_portrait_request", &[(CALLER, &tony.uid.clone()), (&form, &replaced)]).await;
        tony.send("account/upload_portrait_confirm", &[]).await;
        let info = tony.send("account/get_user_info", &[]).await;
        let url: Uri = info["data"]["portrait"].as_str().unwrap().parse().expect("an absolute URL");
        let decoded = percent_decode_str(url.path()).decode_utf8().unwrap();
        assert!(decoded.ends_with(key), "{decoded}");
        for path in [url.path(), &*decoded] {
            let mut event: Value = events()["files/file"].clone();
            event["rawPath"] = json!(path);
            event["requestContext"]["http"]["path"] = json!(path);
            event["pathParameters"]["proxy"] = json!(path.strip_prefix("/media/"));
            let answer = functions.answer(&event).await;
            assert_eq!(answer.status(), StatusCode::FOUND, "{path}");
            let location: Uri = answer.headers()[header::LOCATION].to_str().unwrap().parse().unwrap();
            assert!(percent_decode_str(location.path()).decode_utf8().unwrap().ends_with(&*decoded), "{location}");
        }
    }
    world.shutdown().await;
}
