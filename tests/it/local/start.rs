//! Starting, keeping, refusing to start, and ending.

use crate::{
    passed_over::{LooksAt, passed_over},
    world::{Answer, Api},
};
use aws_sdk_dynamodb::types::{AttributeValue, TimeToLiveStatus};
use local::{Options, StartError, World};
use shared::config::Table;
use std::{fs, path::Path, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.into())
}

async fn put(world: &World, pk: &str) {
    let put = world.clients.dynamodb.put_item().table_name("UsersTable");
    put.item("pk", text(pk)).item("sk", text("x")).send().await.unwrap();
}

async fn has(world: &World, pk: &str) -> bool {
    let get = world.clients.dynamodb.get_item().table_name("UsersTable");
    get.key("pk", text(pk)).key("sk", text("x")).send().await.unwrap().item.is_some()
}

fn project_template() -> String {
    fs::read_to_string(local::template::Template::default_path()).unwrap()
}

#[track_caller]
fn refuses(outcome: Result<World, StartError>, words: &str) {
    let error = outcome.expect_err("a refusal");
    let line = error.to_string();
    assert!(line.contains(words) && !line.contains('\n'), "{line}");
    assert_eq!(error.exit_code(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_are_those_of_the_template() {
    let world = World::start(Options::ephemeral()).await.unwrap();
    let dynamodb = &world.clients.dynamodb;
    let mut names = dynamodb.list_tables().send().await.unwrap().table_names.unwrap();
    names.sort();
    assert_eq!(
        names,
        ["ChatTable", "FriendsTable", "GroupsTable", "LightsTable", "SocialTable", "UsersTable", "WalletTable"]
    );
    for name in &names {
        let ttl = dynamodb.describe_time_to_live().table_name(name).send().await.unwrap();
        let ttl = ttl.time_to_live_description.unwrap();
        assert_eq!(ttl.time_to_live_status, Some(TimeToLiveStatus::Enabled));
        assert_eq!(ttl.attribute_name.as_deref(), Some("expires_at"));
    }
    let users = dynamodb.describe_table().table_name("UsersTable").send().await.unwrap().table.unwrap();
    let indexes: Vec<_> = users.global_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    assert_eq!(indexes, ["guests"]);
    let friends = dynamodb.describe_table().table_name("FriendsTable").send().await.unwrap().table.unwrap();
    let indexes: Vec<_> = friends.local_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    assert_eq!(indexes, ["changes"]);
    assert_eq!(world.clients.upload_url, format!("{}/media", world.endpoints.s3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_and_hash_key_stay() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new").join("data");
    let world = World::start(Options::persistent(&data)).await.unwrap();
    put(&world, "kept").await;
    let s3 = &world.clients.s3;
    s3.put_object().bucket("media").key("a//b/").body(b"bytes".to_vec().into()).send().await.unwrap();
    let key = world.app.config.hash_key.expose().to_vec();
    assert_eq!(key.len(), 64);
    world.shutdown().await;

    let world = World::start(Options::persistent(&data)).await.unwrap();
    assert!(has(&world, "kept").await);
    assert_eq!(world.app.config.hash_key.expose(), key);
    let listed = world.clients.s3.list_objects_v2().bucket("media").send().await.unwrap();
    assert_eq!(listed.contents()[0].key(), Some("a//b/"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data), mode(&data.join("hash-key"))), (0o700, 0o600));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_ephemeral_world_stays() {
    let world = World::start(Options::ephemeral()).await.unwrap();
    let (folder, url) = (world.folder().to_owned(), world.url.clone());
    assert!(folder.is_dir());
    let other = World::start(Options::ephemeral().without_questions()).await.unwrap();
    assert_ne!(world.app.config.hash_key.expose(), other.app.config.hash_key.expose());
    put(&world, "here").await;
    assert!(!has(&other, "here").await);
    world.shutdown().await;
    assert!(!folder.exists());
    assert!(reqwest::get(url).await.is_err());
    let folder = other.folder().to_owned();
    drop(other);
    assert!(!folder.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refuses_what_it_cannot_use() {
    if passed_over(LooksAt::StandIn) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let world = World::start(Options::persistent(&data)).await.unwrap();
    let port = world.url.rsplit(':').next().unwrap().parse().unwrap();
    refuses(World::start(Options::ephemeral().port(port)).await, "is in use");
    refuses(World::start(Options::persistent(&data)).await, "in use by another process");
    world.shutdown().await;

    fs::write(folder.path().join("file"), "").unwrap();
    refuses(World::start(Options::persistent(folder.path().join("file"))).await, "cannot use the data folder");
    refuses(World::start(Options::persistent(folder.path().join("file/below"))).await, "cannot use the data folder");

    let template = folder.path().join("template.yaml");
    let with = |text: String, data: &Path| {
        fs::write(&template, text).unwrap();
        World::start(Options::persistent(data).template(&template))
    };
    let elsewhere = folder.path().join("elsewhere");
    refuses(with("Resources: [\n  a: {".into(), &elsewhere).await, "line 2");
    refuses(with("Resources: {}".into(), &elsewhere).await, "UsersTable");
    refuses(with("a: b".into(), &elsewhere).await, "Resources");
    refuses(World::start(Options::ephemeral().template(folder.path().join("none"))).await, "No such file");
    let other = project_template().replace("ProjectionType: KEYS_ONLY", "ProjectionType: ALL");
    assert_ne!(other, project_template());
    refuses(with(other.clone(), &data).await, "remove that folder");
    with(other, &elsewhere).await.unwrap();

    let renamed = Options::ephemeral().config(|config| config.tables.rename(Table::Users, "People"));
    refuses(World::start(renamed).await, "People");
    fs::write(data.join("hash-key"), "short").unwrap();
    refuses(World::start(Options::persistent(&data)).await, "64 hexadecimal digits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_expiry_attribute_is_taken_over() {
    if passed_over(LooksAt::StandIn) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (data, template) = (folder.path().join("data"), folder.path().join("template.yaml"));
    World::start(Options::persistent(&data)).await.unwrap().shutdown().await;
    fs::write(&template, project_template().replace("AttributeName: expires_at", "AttributeName: gone_at")).unwrap();
    let world = World::start(Options::persistent(&data).template(&template)).await.unwrap();
    let ttl = world.clients.dynamodb.describe_time_to_live().table_name("LightsTable").send().await.unwrap();
    assert_eq!(ttl.time_to_live_description.unwrap().attribute_name.as_deref(), Some("gone_at"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admin_paths() {
    let api = Api::start().await;
    let health = api.get("/_local/health").await;
    let local::Endpoints { dynamodb, s3, sns } = &api.world.endpoints;
    assert_eq!(health.json(), serde_json::json!({ "status": "ok", "dynamodb": dynamodb, "s3": s3, "sns": sns }));
    assert_eq!(health.headers["x-cost-calls"], "0");
    assert_eq!(api.get("/_local/nothing").await.status, 404);
    assert_eq!(api.get("/_local").await.status, 404);
    assert_eq!(api.get("/_local/clock").await.status, 405);

    let before = api.world.clock.now();
    let advance = async |body: &str| api.bytes("/_local/clock", None, body.to_owned()).await;
    let now = advance(r#"{"advance_seconds":900}"#).await.json()["now"].as_str().unwrap().to_owned();
    assert!(now > (before + Duration::from_secs(900)).to_string());
    assert!(now < (before + Duration::from_secs(960)).to_string());
    for body in [
        "",
        "{}",
        "900",
        "[900]",
        r#"{"advance_seconds":-1}"#,
        r#"{"advance_seconds":1.5}"#,
        r#"{"advance_seconds":4294967295}"#,
    ] {
        assert_eq!(advance(body).await.status, 400, "{body}");
    }
    assert!(api.world.clock.now() < before + Duration::from_secs(960));

    let sns = &api.world.clients.sns;
    for (phone, message) in [("+8615172354423", "one"), ("+14155550100", "two"), ("+8615172354423", "three")] {
        sns.publish().phone_number(phone).message(message).send().await.unwrap();
    }
    assert_eq!(api.sms("15172354423").await, ["one", "three"]);
    assert_eq!(api.sms("%2B14155550100").await, ["two"]);
    assert_eq!(api.sms("").await, ["one", "two", "three"]);
    assert_eq!(api.sms("9").await, [""; 0]);
    let first = &api.get("/_local/sms").await.json()[0];
    assert_eq!(first["phone"], "+8615172354423");
    assert!(first["sent_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(api.get("/_local/sms?phone=1&phone=2").await.status, 400);
    for phone in ["15172354423", "+0151723", "+12345678901234567", "+8615172a54423", ""] {
        let refused = sns.publish().phone_number(phone).message("no").send().await.unwrap_err();
        assert!(refused.into_service_error().is_invalid_parameter_exception(), "{phone}");
    }
    assert_eq!(api.world.outbox.all().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_body_gets_its_answer() {
    let api = Api::start().await;
    let body = vec![b'a'; 12 << 20];
    for _ in 0..2 {
        let answer = api.bytes("/v1/account/login", Some("application/x-www-form-urlencoded"), body.clone()).await;
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ends_soon_whatever_the_clients_do() {
    let api = Api::start().await;
    let address = api.world.url.trim_start_matches("http://").to_owned();
    let open = async |bytes: &[u8]| {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    };
    // One keeps its connection, one never speaks, one stops in the middle of a request.
    assert_eq!(api.get("/_local/health").await.status, 200);
    let silent = open(b"").await;
    let half = open(b"POST /v1/account/login HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc").await;
    let started = Instant::now();
    api.world.shutdown().await;
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    drop((silent, half));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_request_finishes_at_the_end() {
    let api = Api::start().await;
    let address = api.world.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    api.world.faults.strike("UpdateItem", 1, &local::Fault::Delayed(Duration::from_millis(800)));
    let form = "phone_number=15172354423";
    let head = format!(
        "POST /v1/account/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    while api.world.faults.left("UpdateItem") > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let started = Instant::now();
    api.world.shutdown().await;
    assert!(started.elapsed() > Duration::from_millis(400), "the request had ended before");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_origin_may_upload() {
    let world = World::start(Options::ephemeral().without_questions()).await.unwrap();
    let client = reqwest::Client::new();
    let preflight = client.request(reqwest::Method::OPTIONS, format!("{}/media", world.endpoints.s3));
    let preflight = preflight.header("origin", "https://example.org").header("access-control-request-method", "POST");
    let answer = Answer::of(preflight.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.headers["access-control-allow-origin"].as_str()), (200, "*"));
    let anonymous = client.get(format!("{}/media/key", world.endpoints.s3)).send().await.unwrap();
    assert_eq!(anonymous.status(), 403);
}
