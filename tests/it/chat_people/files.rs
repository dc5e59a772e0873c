//! Files (`docs/dialects/chat.md#files`).

use crate::{
    chat_people::client::{Member, Said, completion},
    world::{Answer, Api, NOBODY},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
const NO_PATH: &str = r#"{"path":""}"#;

async fn save(api: &Api, who: &Member, name: &str, bytes: &[u8]) -> Said {
    api.member_posts(who, "/save_file/", json!({"name": name, "content": STANDARD.encode(bytes)})).await
}

async fn saved(api: &Api, who: &Member, name: &str, bytes: &[u8]) -> String {
    save(api, who, name, bytes).await.ok()["path"].as_str().unwrap().to_owned()
}

fn no_path() -> Value {
    serde_json::from_str(NO_PATH).unwrap()
}

/// What a client gets that follows redirects and asks for a part.
async fn part(api: &Api, path: &str, range: &str) -> Response {
    let request = reqwest::Client::new().get(api.url(&format!("/{path}")));
    let request = if range.is_empty() { request } else { request.header(header::RANGE, range) };
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_served_as_what_its_bytes_are() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let files: [(&str, &[u8], &str); 12] = [
        ("a.png", PNG, "image/png"),
        ("a.JPG", PNG, "image/png"),
        ("C:\\pictures\\a.jpeg", b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"),
        ("../../../etc/passwd.gif", b"GIF89a gif", "image/gif"),
        ("a.jpg", b"who knows", "application/octet-stream"),
        ("a.amr", b"#!AMR\n voice", "audio/amr"),
        ("a.mp3", b"ID3\x03 music", "audio/mpeg"),
        ("a.pdf", b"%PDF-1.4 page", "application/pdf"),
        ("a.zip", b"PK\x03\x04 archive", "application/zip"),
        ("a.txt", "hällo".as_bytes(), "text/plain; charset=utf-8"),
        ("a.txt", b"a\0b", "application/octet-stream"),
        ("a.b.doc", b"PK\x03\x04 document", "application/msword"),
    ];
    for (name, bytes, kind) in files {
        let path = saved(&api, &ann, name, bytes).await;
        let ending = name.rsplit_once('.').unwrap().1.to_lowercase();
        assert!(path.ends_with(&format!(".{ending}")), "{name}: {path}");
        let found = part(&api, &path, "").await;
        assert_eq!(found.status(), 200, "{name}");
        assert_eq!(found.headers()["content-type"], kind, "{name}");
        assert_eq!(found.bytes().await.unwrap(), bytes, "{name}");
    }
    // A page or a script by another name is none of these.
    let others: [(&str, &[u8]); 6] = [
        ("a.jpg", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.txt", b"<html><body></body></html>"),
        ("a.png", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0 program, which needs some fifty bytes to be known for one"),
        ("a.mp4", b"%PDF-1.4 page"),
        ("a.pdf", PNG),
        ("a.docx", PNG),
    ];
    for (name, bytes) in others {
        save(&api, &ann, name, bytes).await.fails(8_005, &no_path());
    }
    assert_eq!(api.objects().await.len(), files.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_is_refused() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let send = async |body: Value| api.member_posts(&ann, "/save_file/", body).await;
    let content = STANDARD.encode(b"hello");
    for name in
        [json!("a.exe"), json!("a.html"), json!("a.svg"), json!("a"), json!("jpg"), json!(""), json!(null), json!([])]
    {
        send(json!({"name": name, "content": content})).await.fails(8_005, &no_path());
    }
    for content in [json!("***"), json!(""), json!("  \n"), json!(null), json!({}), json!("aGVsbG8"), json!("====")] {
        let said = send(json!({"name": "a.txt", "content": content})).await;
        // Whether it is filled up does not matter.
        if content == "aGVsbG8" { drop(said.ok()) } else { said.fails(8_005, &no_path()) }
    }
    let lines: Vec<String> = STANDARD
        .encode([b'x'; 200])
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    for end in ["\n", "\r\n", " \t"] {
        send(json!({"name": "a.txt", "content": lines.join(end) + end})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_three_mebibytes_at_most() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let mut bytes = vec![b'x'; 3 << 20];
    saved(&api, &ann, "a.txt", &bytes).await;
    bytes.push(b'x');
    save(&api, &ann, "a.txt", &bytes).await.fails(8_005, &no_path());
    assert_eq!(api.objects().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_in_parts() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let path = saved(&api, &ann, "a.txt", b"0123456789").await;
    for (path, length) in [(path.as_str(), 10), ("media/avatars/default.jpg", 1_650)] {
        let whole = part(&api, path, "").await;
        assert_eq!(whole.status(), 200);
        let bytes = whole.bytes().await.unwrap();
        assert_eq!(bytes.len(), length);
        for (range, from, to) in
            [("bytes=2-5", 2, 5), ("bytes=8-", 8, length - 1), ("bytes=-3", length - 3, length - 1)]
        {
            let found = part(&api, path, range).await;
            assert_eq!(found.status(), 206, "{path} {range}");
            assert_eq!(found.headers()["content-range"], format!("bytes {from}-{to}/{length}"));
            assert_eq!(found.bytes().await.unwrap(), bytes[from..=to]);
        }
        assert_eq!(part(&api, path, "bytes=99999-").await.status(), 416, "{path}");
        let described = reqwest::Client::new().head(api.url(&format!("/{path}"))).send().await.unwrap();
        assert_eq!(described.status(), 200);
        assert_eq!(described.headers()["content-length"], length.to_string());
        assert!(described.bytes().await.unwrap().is_empty());
    }
    assert_eq!(part(&api, "media/avatars/default.jpg", "bytes=2-").await.headers()["content-type"], "image/jpeg");
    // A range that cannot be read, and several, are answered with all of it.
    for range in ["apples", "bytes=a-b", "bytes=0-1,4-5"] {
        let found = part(&api, "media/avatars/default.jpg", range).await;
        assert_eq!((found.status().as_u16(), found.bytes().await.unwrap().len()), (200, 1_650), "{range}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_nobodys_lead_nowhere() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let path = saved(&api, &ann, "a.txt", b"hello").await;
    let other_ending = path.replace(".txt", ".jpg");
    for path in [
        "media/avatars/android/3f0c9a52-7d1b-4e69-8a40-5702a4a55896.jpg",
        "media/avatars/android/x.jpg",
        "media/avatars/android/../../../etc/passwd",
        "media/avatars/other.jpg",
        "media/avatars/u-x",
        &other_ending,
        &path.to_uppercase().replace("MEDIA/AVATARS/ANDROID", "media/avatars/android"),
        &format!("media/avatars/u-{NOBODY}"),
        &format!("media/avatars/u-{}", ann.id),
        &format!("media/attachments/{}/a.txt", ann.id),
    ] {
        assert_eq!(api.get(&format!("/{path}")).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_its_owners_to_be_shown_with() {
    let api = Api::start().await;
    let (ann, bob) = (api.new_member("13800000001").await, api.new_member("13800000002").await);
    let complete = async |who: &Member, avatar: &str| {
        let mut body = completion(who, &format!("u{}", &who.phone[9..]));
        body["avatar"] = json!(avatar);
        api.member_posts(who, "/complete_account/", body).await
    };
    let picture = saved(&api, &ann, "a.png", PNG).await;
    let text = saved(&api, &ann, "a.txt", b"hello").await;
    complete(&bob, &picture).await.no_account(8_006);
    complete(&ann, &text).await.no_account(8_006);
    let shown = complete(&ann, &picture).await.ok()["user"]["avatar"].clone();
    assert_eq!(shown, json!(picture));
    // A path that leads to whatever somebody is shown with is for themselves alone, and leads to the same.
    let leads = format!("media/avatars/u-{}", ann.id);
    complete(&bob, &leads).await.no_account(8_006);
    assert_eq!(complete(&ann, &leads).await.ok()["user"]["avatar"], json!(picture));
    let found = part(&api, &leads, "").await;
    assert_eq!((found.status().as_u16(), found.bytes().await.unwrap()), (200, PNG.into()));
    assert_eq!(complete(&ann, "media/avatars/default.jpg").await.ok()["user"]["avatar"], "media/avatars/default.jpg");
    assert_eq!(api.get(&format!("/{leads}")).await.status, 404);
    // The file is there all the same: it may stand in a message.
    assert_eq!(part(&api, &picture, "").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_larger_file_is_uploaded_with_a_ticket() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let ask = async |name: &str, size: Value| {
        api.member_posts(&ann, "/file_ticket/", json!({"name": name, "size": size})).await
    };
    let ticket = ask("me.PNG", json!(PNG.len())).await.ok();
    let path = ticket["path"].as_str().unwrap();
    assert!(path.starts_with("media/avatars/android/") && path.ends_with(".png"), "{path}");
    let put = async |bytes: &[u8], kind: &str| {
        let request = api.http.put(ticket["url"].as_str().unwrap()).header("content-type", kind);
        let request = request.header("if-none-match", "*");
        request.body(bytes.to_vec()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ticket["headers"]["content-type"], "image/png");
    // Neither of another length nor of another type.
    assert_ne!(put(&PNG[1..], "image/png").await, 200);
    assert_ne!(put(PNG, "text/html").await, 200);
    assert_eq!(part(&api, path, "").await.status(), 404);
    let complete = async || {
        let mut body = completion(&ann, "ann");
        body["avatar"] = json!(path);
        api.member_posts(&ann, "/complete_account/", body).await
    };
    complete().await.no_account(8_006);
    assert_eq!(put(PNG, "image/png").await, 200);
    let found = part(&api, path, "").await;
    assert_eq!(found.headers()["content-type"], "image/png");
    assert_eq!(found.bytes().await.unwrap(), PNG);
    complete().await.ok();
    let no_upload = json!({"path": "", "url": "", "headers": {}});
    ask("a.zip", json!(50 << 20)).await.ok();
    ask("a.zip", json!("1")).await.ok();
    for (name, size) in [
        ("a.zip", json!((50 << 20) + 1)),
        ("a.zip", json!(0)),
        ("a.zip", json!(-1)),
        ("a.zip", json!("x")),
        ("a.zip", json!(null)),
        ("a.exe", json!(1)),
    ] {
        ask(name, size).await.fails(8_005, &no_upload);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_ticket_uploads_is_looked_at_before_it_is_a_picture() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let ticket = api.member_posts(&ann, "/file_ticket/", json!({"name": "a.png", "size": html.len()})).await.ok();
    let request = api.http.put(ticket["url"].as_str().unwrap()).header("content-type", "image/png");
    let request = request.header("if-none-match", "*");
    assert_eq!(request.body(html.to_vec()).send().await.unwrap().status(), 200);
    let mut body = completion(&ann, "ann");
    body["avatar"] = ticket["path"].clone();
    api.member_posts(&ann, "/complete_account/", body).await.no_account(8_006);
    // It is served as what its name says, never as a page.
    let found = part(&api, ticket["path"].as_str().unwrap(), "").await;
    assert_eq!(found.headers()["content-type"], "image/png");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_counted() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    api.next_window(86_400);
    // As if the day's files but one had been stored.
    save(&api, &ann, "a.txt", b"hello").await.ok();
    let rows = api.rows("UsersTable").await;
    let counter = rows.iter().find(|row| row["pk"].as_s().unwrap().starts_with("LIMIT#attachments#")).unwrap();
    let update = api.world.clients.dynamodb.update_item().table_name("UsersTable");
    let update = update.key("pk", counter["pk"].clone()).key("sk", counter["sk"].clone());
    let most = aws_sdk_dynamodb::types::AttributeValue::N("499".into());
    let update = update.update_expression("SET #count = :most").expression_attribute_names("#count", "count");
    update.expression_attribute_values(":most", most).send().await.unwrap();
    save(&api, &ann, "a.txt", b"hello").await.ok();
    save(&api, &ann, "a.txt", b"hello").await.fails(0, &no_path());
    let ticket = api.member_posts(&ann, "/file_ticket/", json!({"name": "a.txt", "size": 1})).await;
    ticket.fails(0, &json!({"path": "", "url": "", "headers": {}}));
    // What was refused is not left behind.
    assert_eq!(api.objects().await.len(), 2);
    let request = api.http.request(Method::GET, api.url("/media/avatars/default.jpg"));
    assert_eq!(Answer::of(request.send().await.unwrap()).await.status, 200);
}

/// What only calls itself a picture is a file, and nobody's avatar.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_no_avatar() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let path = saved(&api, &ann, "a.jpg", b"hello").await;
    let mut completed = crate::chat_people::client::completion(&ann, "ann");
    completed["avatar"] = json!(path);
    api.member_posts(&ann, "/complete_account/", completed.clone()).await.no_account(8_006);
    completed["avatar"] = json!(saved(&api, &ann, "a.jpg", PNG).await);
    api.member_posts(&ann, "/complete_account/", completed).await.ok();
}

/// What was uploaded with a ticket stays what it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_for_one_upload() {
    let api = Api::start().await;
    let ann = api.new_member("13800000001").await;
    let ticket = api.member_posts(&ann, "/file_ticket/", json!({"name": "a.txt", "size": 5})).await.ok();
    let put = async |bytes: &'static str| {
        let mut put = api.http.put(ticket["url"].as_str().unwrap()).body(bytes);
        for (name, value) in ticket["headers"].as_object().unwrap() {
            put = put.header(name, value.as_str().unwrap());
        }
        put.send().await.unwrap().status().as_u16()
    };
    assert_eq!([put("hello").await, put("jello").await], [200, 412]);
    let path = ticket["path"].as_str().unwrap();
    assert_eq!(part(&api, path, "").await.bytes().await.unwrap(), "hello");
}
