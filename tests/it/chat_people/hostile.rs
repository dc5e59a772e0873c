//! Requests that no client sends (`docs/dialects/chat.md#requests`).

use crate::{
    chat_people::client::{PASSWORD, Said},
    world::{Answer, Api},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn sent(api: &Api, path: &str, content_type: Option<&str>, body: Vec<u8>) -> Said {
    Said(api.bytes(path, content_type, body).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_in_the_envelope() {
    let api = Api::start().await;
    let deep = format!(r#"{{"phone":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let objects = format!(r#"{{"phone":{}1{}}}"#, r#"{"a":"#.repeat(1_000), "}".repeat(1_000));
    let unreadable: [&[u8]; 14] = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b"phone=13800000001&password=abc123",
        br#"{"phone":"13800000001","password":"abc123",}"#,
        br#"{"phone":"13800000001"} {}"#,
        br#"{"phone":1,"phone":2,"password":"abc123"}"#,
        br#"{"phone":{"a":1,"a":2},"password":"abc123"}"#,
        b"{\"phone\":\"\xff\"}",
        b"\x00",
        deep.as_bytes(),
        objects.as_bytes(),
    ];
    for body in unreadable {
        for path in ["/android/register/", "/android/login"] {
            let kind = Some("application/json");
            let (status, result, _) = {
                let said = sent(&api, path, kind, body.to_vec()).await;
                assert_eq!(
                    said.0.status,
                    400,
                    "{}: {}",
                    String::from_utf8_lossy(&body[..body.len().min(60)]),
                    said.0.text
                );
                said.body()
            };
            assert_eq!((status, &result["user"]["id"]), (json!(0), &json!("")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_type_is_wrong_and_nothing_else() {
    let api = Api::start().await;
    let odd = [json!([]), json!({}), json!({"$gt": ""}), json!(true), json!(["13800000001"])];
    for value in odd {
        api.stranger_posts("/register/", json!({"phone": value, "password": PASSWORD})).await.no_account(8_000);
        api.stranger_posts("/register/", json!({"phone": "13800000001", "password": value})).await.no_account(8_002);
        api.stranger_posts("/login/", json!({"phone": "13800000001", "password": value})).await.no_account(8_002);
    }
    // Python that the first server would have run.
    let code = "__import__('os').system('id')";
    sent(&api, "/android/register/", None, format!("{{'phone': {code}}}").into_bytes()).await.refused(400);
    api.stranger_posts("/register/", json!({"phone": code, "password": PASSWORD})).await.no_account(8_001);
    // Numbers that are none of these digits.
    for number in ["1.38e10", "13800000001.0"] {
        let body = format!(r#"{{"phone":{number},"password":"abc124"}}"#);
        let said = sent(&api, "/android/login/", None, body.into_bytes()).await;
        said.no_account(6_004);
    }
    for number in ["-13800000001", "13800000001.5"] {
        let body = format!(r#"{{"phone":{number},"password":"abc124"}}"#);
        sent(&api, "/android/login/", None, body.into_bytes()).await.no_account(8_000);
    }
    // Any type of body is read as JSON; a mark of the byte order before it does not matter.
    let body = "\u{feff}{\"phone\":\"13800000001\",\"password\":\"abc123\"}".as_bytes().to_vec();
    sent(&api, "/android/register/", Some("text/plain"), body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_and_paths_are_told_in_the_envelope() {
    let api = Api::start().await;
    let ask = async |method: Method, path: &str| {
        Said(Answer::of(api.http.request(method, api.url(path)).send().await.unwrap()).await)
    };
    for path in ["/android/register/", "/android/login", "/android/complete_account/", "/android/save_file/"] {
        ask(Method::GET, path).await.refused(405);
    }
    for path in ["/android/user_contacts/", "/android/ws_ticket/", "/android/push_id/x/", "/android/time_search"] {
        ask(Method::POST, path).await.refused(405);
    }
    ask(Method::DELETE, "/android/out/").await.refused(405);
    for path in
        ["/android/push_to_all/", "/android/x", "/android/register/x/y", "/android/add_friend/", "/android/push_id"]
    {
        ask(Method::GET, path).await.refused(404);
    }
    // A slash more or less does not matter, and nobody is sent elsewhere.
    let body = json!({"phone": "13800000001", "password": PASSWORD});
    for path in ["/register", "/register/", "//register//"] {
        let said = api.stranger_posts(path, body.clone()).await;
        assert_eq!(said.0.status, 200, "{path}: {}", said.0.text);
    }
    // What stands in the query is not read.
    let said = api.stranger_posts("/login/?phone=13800000001&password=abc123", json!({})).await;
    said.no_account(6_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_a_request_is_refused() {
    let api = Api::start().await;
    sent(&api, "/android/save_file/", Some("application/json"), vec![b'a'; (6 << 20) + 1]).await.refused(413);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_change_nothing() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member("13800000001").await, api.new_member("13800000002").await);
    let ask = async |path: String, name: &str, value: &str| {
        let request = api.http.get(api.url(&path)).header("cookie", ann.cookie()).header(name, value);
        Said(Answer::of(request.send().await.unwrap()).await)
    };
    let add = format!("/android/add_friend/{}/", bob.id);
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let said = ask(add.clone(), name, value).await;
        said.no_user(0);
        assert!(!said.0.headers.contains_key("access-control-allow-origin"));
        let said = ask("/android/out/".into(), name, value).await;
        said.refused(200);
        let (status, ..) = ask("/android/ws_ticket/".into(), name, value).await.body();
        assert_eq!(status, json!(0));
    }
    api.member_gets(&ann, "/user_contacts/").await.is_empty();
    // A page of the API's own changes what it likes.
    ask(add, "origin", &api.world.url.clone()).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_holds_nothing_of_another_request() {
    let api = Api::start().await;
    let ann = api.named_member("13800000001", "ann").await;
    let reads = (0..20).map(|turn| {
        let (api, ann) = (&api, &ann);
        async move {
            if turn % 2 == 0 {
                api.member_gets(ann, &format!("/search/{}", ann.id)).await.ok()["username"].clone()
            } else {
                api.stranger_posts("/login/", json!({"phone": "", "password": PASSWORD})).await.no_account(6_003);
                Value::Null
            }
        }
    });
    let names = futures_util::future::join_all(reads).await;
    assert!(
        names.iter().enumerate().all(|(turn, name)| *name == if turn % 2 == 0 { json!("ann") } else { Value::Null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_date_is_that_of_the_answer() {
    let api = Api::start().await;
    let date = async || {
        let said = api.stranger_posts("/login/", json!({})).await.0.json();
        (said["date"].as_str().unwrap().to_owned(), said["Date"].as_str().unwrap().to_owned())
    };
    let (first, first_day) = date().await;
    api.advance(86_400 * 40);
    let (later, later_day) = date().await;
    assert!(later > first && first_day != later_day);
    let now = api.world.clock.seconds();
    let shown: jiff::civil::DateTime = later.parse().unwrap();
    let shown = jiff::tz::offset(8).to_timestamp(shown).unwrap().as_second();
    assert!((now - shown).abs() <= 2, "{later} is not the time at UTC+8");
}

/// Old clients change things with GET. HEAD changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn head_changes_nothing() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member("13800000001").await, api.new_member("13800000002").await);
    for path in [format!("/android/add_friend/{}/", bob.id), "/android/out/".to_owned()] {
        let head = api.http.head(api.url(&path)).header("cookie", ann.cookie());
        assert_eq!(head.send().await.unwrap().status(), 405, "{path}");
    }
    api.member_gets(&ann, "/user_contacts/").await.is_empty();
}

/// A failure has its fields in the order of a success.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_written_like_a_success() {
    let api = Api::start().await;
    let said = api.stranger_posts("/login/", json!({"phone": "13800000001", "password": PASSWORD})).await;
    let user = r#"{"id":"","username":"","phone":"","avatar":"","desc":"","sex":0,"alias":"","friends":0,"isFriend":true,"modifyAt":""#;
    let begins = format!(r#"{{"status":6004,"result":{{"user":{user}"#);
    assert!(said.0.text.starts_with(&begins), "{}", said.0.text);
    assert!(said.0.text.contains(r#"},"account":"","isBind":false},"message":"#), "{}", said.0.text);
}
