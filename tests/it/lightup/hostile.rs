//! Bad input: the answer is the dialect's JSON error, never a 5xx, and nothing changes (`docs/dialects/lightup.md`).

use super::samples;
use crate::world::{Answer, Api, NOBODY, Person};
use aws_sdk_dynamodb::types::AttributeValue;
use kit::Endpoint;
use std::collections::{BTreeMap, BTreeSet};

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
const JSON: Option<&str> = Some("application/json");

fn operations() -> Vec<Endpoint> {
    lightup::package().endpoints().into_iter().filter(|endpoint| endpoint.method == "POST").collect()
}

/// A valid form of an operation, session included where one is needed.
fn valid(endpoint: &Endpoint, who: &Person) -> Vec<(&'static str, String, bool)> {
    let mut fields = samples::fields(endpoint);
    if endpoint.signed {
        fields.push(("user_id", who.id.clone(), true));
        fields.push(("access_token", who.token.clone(), true));
    }
    fields
}

fn encoded(fields: &[(&'static str, String, bool)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value, _)| (*name, value.as_str())).collect();
    reqwest::Url::parse_with_params("http://x", pairs).unwrap().query().unwrap_or_default().to_owned()
}

#[track_caller]
fn refused(endpoint: &Endpoint, what: &str, answer: &Answer) {
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (400, r#"{"error":"invalid request"}"#),
        "{} {what}",
        endpoint.path
    );
    assert_eq!(answer.headers["content-type"], "application/json");
}

/// An attribute in an order that does not change from one read to the next.
fn plain(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(map) => {
            let sorted: BTreeMap<_, _> = map.iter().map(|(name, value)| (name, plain(value))).collect();
            format!("{sorted:?}")
        }
        AttributeValue::L(list) => format!("{:?}", list.iter().map(plain).collect::<Vec<_>>()),
        AttributeValue::Ss(set) => format!("{:?}", set.iter().collect::<BTreeSet<_>>()),
        other => format!("{other:?}"),
    }
}

/// Every row of every table but counters, by key.
async fn state(api: &Api) -> BTreeMap<String, String> {
    let mut rows = BTreeMap::new();
    for table in ["UsersTable", "LightsTable"] {
        let scanned = api.world.clients.dynamodb.scan().table_name(table).send().await.unwrap();
        assert!(scanned.last_evaluated_key.is_none(), "a page holds all");
        for item in scanned.items() {
            let text = |name: &str| item[name].as_s().unwrap().clone();
            let attributes: BTreeMap<_, _> = item.iter().map(|(name, value)| (name, plain(value))).collect();
            if !text("pk").starts_with("LIMIT#") {
                rows.insert(format!("{table} {} {}", text("pk"), text("sk")), format!("{attributes:?}"));
            }
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_bodies_are_refused_and_change_nothing() {
    let api = Api::start().await;
    let who = api.complete("15172354423", "Tony", "male").await;
    let before = state(&api).await;
    for endpoint in operations() {
        let path = endpoint.path;
        let form = encoded(&valid(&endpoint, &who));
        let send = async |what: &str, content_type: Option<&str>, body: Vec<u8>| {
            refused(&endpoint, what, &api.bytes(path, content_type, body).await);
        };
        send("empty form", FORM, vec![]).await;
        send("empty, no type", None, vec![]).await;
        send("empty JSON", JSON, vec![]).await;
        send("broken percent", FORM, format!("{form}&x=%zz").into_bytes()).await;
        send("cut percent", FORM, format!("{form}&x=%4").into_bytes()).await;
        send("percent-encoded bad UTF-8", FORM, format!("{form}&x=%ff%fe").into_bytes()).await;
        send("raw bad UTF-8", FORM, [form.as_bytes(), b"&x=\xff"].concat()).await;
        send("bad UTF-8 in JSON", JSON, b"{\"phone_number\":\"\xff\"}".to_vec()).await;
        for json in ["{", "[]", "3", "null", "\"x\"", "{\"a\":1}}", "{\"a\"}", "{}"] {
            send(json, JSON, json.into()).await;
            send(json, Some("text/plain"), json.into()).await;
        }
        send("nested too deep", JSON, format!("{{\"phone_number\":{}", "[".repeat(100_000)).into_bytes()).await;
        send("multipart without boundary", Some("multipart/form-data"), form.clone().into_bytes()).await;
        send("broken multipart", Some("multipart/form-data; boundary=x"), form.clone().into_bytes()).await;
        send("unknown type", Some("application/octet-stream"), vec![0; 64]).await;
    }
    assert_eq!(state(&api).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_is_judged() {
    let api = Api::start().await;
    let who = api.complete("15172354423", "Tony", "male").await;
    let before = state(&api).await;
    for endpoint in operations() {
        let fields = valid(&endpoint, &who);
        for (at, (name, _, required)) in fields.iter().enumerate() {
            let with = |value: &str| {
                let mut fields = fields.clone();
                fields[at].1 = value.to_owned();
                encoded(&fields)
            };
            let send = async |what: &str, body: String| {
                refused(&endpoint, &format!("{name}: {what}"), &api.bytes(endpoint.path, FORM, body).await);
            };
            let form = encoded(&fields);
            send("given twice", format!("{form}&{name}=1")).await;
            send("given twice, once empty", format!("{form}&{name}=")).await;
            send("given twice, first empty", format!("{name}=&{form}")).await;
            if *required {
                let mut without = fields.clone();
                without.remove(at);
                send("missing", encoded(&without)).await;
                send("empty", with("")).await;
            }
            if !matches!(*name, "access_token" | "password" | "device_token" | "save_key" | "bucket" | "reason") {
                for wrong in
                    ["-1", "1.5", "99999999999999999999999", "zzzzzzzzzzzzzzzzzzzzzzzz", "[]", "{}", "\"", " 3", "٣"]
                {
                    // An object without known keys is a profile that changes nothing.
                    if *name == "personal_info" && wrong == "{}" {
                        continue;
                    }
                    send(wrong, with(wrong)).await;
                }
            }
            let mut object: serde_json::Map<_, _> =
                fields.iter().map(|(name, value, _)| ((*name).to_owned(), value.clone().into())).collect();
            for wrong in [serde_json::json!({"a": 1}), serde_json::json!([[1]])] {
                object.insert((*name).to_owned(), wrong.clone());
                let body = serde_json::Value::Object(object.clone()).to_string();
                let answer = api.bytes(endpoint.path, JSON, body).await;
                if *name != "personal_info" || wrong.is_array() {
                    refused(&endpoint, &format!("{name}: {wrong} in JSON"), &answer);
                }
            }
        }
    }
    let mut after = state(&api).await;
    let profile = format!("UsersTable USER#{} PROFILE", who.id);
    after.insert(profile.clone(), before[&profile].clone());
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_values_in_json_fields_are_refused() {
    let api = Api::start().await;
    let who = api.complete("15172354423", "Tony", "male").await;
    let before = state(&api).await;
    let question = |order: &str, id: &str| format!(r#"{{"question_order":{order},"question_id":"{id}"}}"#);
    let set = |orders: [&str; 3]| format!("[{}]", orders.map(|order| question(order, NOBODY)).join(","));
    let two = format!("[{},{}]", question("1", NOBODY), question("2", NOBODY));
    let four = format!("[{},{}]", set(["1", "2", "3"]).trim_matches(['[', ']']), question("3", NOBODY));
    let bad_id = format!("[{},{},{}]", question("1", "x"), question("2", NOBODY), question("3", NOBODY));
    let sets = [
        two.as_str(),
        &four,
        &bad_id,
        &set(["1", "2", "2"]),
        &set(["0", "1", "2"]),
        &set(["1", "2", "4"]),
        &set(["1", "2", "-3"]),
        &set(["1", "2", "2.5"]),
        &set(["1", "2", "[3]"]),
        "[]",
        "{}",
        "[1,2,3]",
        "[{",
        "\"[",
        "null",
    ];
    for path in ["/v1/media/upload_request", "/v1/media/upload_media"] {
        for questions in sets {
            let mut fields = samples::video_fields();
            fields.retain(|(name, ..)| *name != "questions");
            fields.extend([("user_id", who.id.clone(), true), ("access_token", who.token.clone(), true)]);
            fields.push(("questions", questions.to_owned(), true));
            api.bytes(path, FORM, encoded(&fields)).await.fails(400, "invalid request");
        }
    }
    let infos = [
        "[]",
        "3",
        "\"x\"",
        "{",
        "{\"nickname\":3.5e}",
        r#"{"nickname":[]}"#,
        r#"{"nickname":"\n"}"#,
        r#"{"nickname":" "}"#,
        r#"{"sex":"other"}"#,
        r#"{"love_sex":"none"}"#,
        r#"{"birthday":"tomorrow"}"#,
        r#"{"birthday":1.5}"#,
        r#"{"birthday":99999999999999999999}"#,
        r#"{"location":{}}"#,
        r#"{"wechat_ID":[1]}"#,
    ];
    let long = format!(r#"{{"nickname":"{}"}}"#, "亮".repeat(31));
    for info in infos.into_iter().chain([long.as_str()]) {
        let changed = api.signed(&who, "account/change_personal_info", &[("personal_info", info)]).await;
        assert_eq!((changed.status, changed.text.as_str()), (400, r#"{"error":"invalid request"}"#), "{info}");
    }
    let too_long = "x".repeat(255);
    for key in ["../x", "a/../b", "a\\b", "a\nb", "/", &too_long] {
        let fields = [("save_key", key), ("expiration", "2222222222"), ("bucket", "portrait")];
        api.signed(&who, "account/upload_portrait_request", &fields).await.fails(400, "invalid request");
    }
    assert_eq!(state(&api).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_bodies_get_an_answer() {
    let api = Api::start().await;
    let field = format!("phone_number={}", "1".repeat(10 << 20));
    api.bytes("/v1/account/register", FORM, field.clone()).await.fails(413, "invalid request");
    api.bytes("/v1/procedure/nothing", FORM, field).await.fails(404, "not found");
    let within = format!("phone_number=1&x={}", "y".repeat(5 << 20));
    api.bytes("/v1/account/register", FORM, within).await.fails(400, "invalid request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paths_and_methods() {
    let api = Api::start().await;
    // The root itself is SealTalk's.
    for path in
        ["/x", "/v1", "/v1/account", "/v1/account/debug", "/v1/account/register_without_problem", "/v2/account/login"]
    {
        api.form(path, &[]).await.fails(404, "not found");
    }
    for path in ["/v1/account/%ff", "/v1/account/%2e%2e/login", "/media/", "/media/x/y"] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        answer.json()["error"].as_str().unwrap();
    }
    for method in ["GET", "PUT", "DELETE", "PATCH", "HEAD"] {
        let request = api.http.request(method.parse().unwrap(), api.url("/v1/account/register"));
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 405, "{method}");
        if method != "HEAD" {
            answer.fails(405, "method not allowed");
        }
    }
    for path in ["/v1/account/register/", "/v1///account/register", "/v1/account//register/"] {
        api.form(path, &[]).await.fails(400, "invalid request");
    }
    let preflight = api.http.request("OPTIONS".parse().unwrap(), api.url("/v1/account/login"));
    let preflight = preflight.header("origin", "https://pages.example").header("access-control-request-method", "POST");
    let answer = Answer::of(preflight.send().await.unwrap()).await;
    assert_eq!((answer.status, &*answer.headers["access-control-allow-origin"]), (200, "*"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_call_in_every_encoding() {
    let api = Api::start().await;
    let who = api.complete("15172354423", "Tony", "male").await;
    let (id, token) = (&who.id, &who.token);
    let form = format!("user_id={id}&access_token={token}&class=basic_info&limit=3&unknown=1&unknown=2");
    let quoted = format!("user_id=%22{id}%22&access_token=%22{token}%22&class=%22basic_info%22&limit=3");
    let json = format!(r#"{{"user_id":"{id}","access_token":"{token}","class":"basic_info","limit":3,"other":[1]}}"#);
    let upper = form.replace(id.as_str(), &id.to_uppercase());
    let part =
        |name: &str, value: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let parts = [("user_id", id.as_str()), ("access_token", token), ("class", "basic_info"), ("limit", "3")];
    let multipart: String = parts.iter().map(|(name, value)| part(name, value)).chain(["--b--\r\n".into()]).collect();
    let bodies = [
        (FORM, &form),
        (Some("application/x-www-form-urlencoded; charset=UTF-8"), &form),
        (None, &form),
        (Some("text/plain"), &form),
        (FORM, &quoted),
        (FORM, &upper),
        (JSON, &json),
        (Some("application/json;charset=utf-8"), &json),
        (None, &json),
        (Some("multipart/form-data; boundary=b"), &multipart),
    ];
    for (content_type, body) in bodies {
        let answer = api.bytes("/v1/procedure/get_random_questions", content_type, body.clone()).await;
        let questions = answer.data()["questions"].as_array().map(Vec::len);
        assert_eq!(questions, Some(3), "{content_type:?} {body}");
    }
    let info = r#"{"location":"武汉"}"#;
    let native = format!(r#"{{"user_id":"{id}","access_token":"{token}","personal_info":{info}}}"#);
    let inner = serde_json::to_string(info).unwrap();
    let texts = [("personal_info", info), ("personal_info", inner.as_str())];
    assert_eq!(api.bytes("/v1/account/change_personal_info", JSON, native).await.status, 200);
    for field in texts {
        assert_eq!(api.signed(&who, "account/change_personal_info", &[field]).await.status, 200);
    }
}
