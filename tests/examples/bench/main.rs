//! Measures what `docs/costs.md` claims: start time and size of the functions as they are deployed, and what each kind of
//! request costs. `just bench` builds the functions in release mode and runs this. With the argument `gifts` it measures only
//! how many gifts a second one person can be given, with `costs` only what requests cost, with `sockets` and a number what so many
//! idle WebSockets hold in memory, with `chat` how many messages sockets carry.

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use axum::{Router, routing::get};
use futures_util::{StreamExt, stream};
use local::{Options, World};
use reqwest::Method;
use serde_json::json;
use shared::config::Table;
use std::{
    collections::HashMap,
    error::Error,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tokio::{net::TcpListener, sync::mpsc, time::Instant};

mod chat;
mod chat_costs;
mod gifts;
mod live;
mod m_user;
mod sockets;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// So often each binary is started, in turn with the others.
const STARTS: usize = 40;

#[tokio::main]
async fn main() -> Outcome<()> {
    let release = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release");
    match std::env::args().nth(1).as_deref() {
        Some("gifts") => return gifts::gifts().await,
        Some("costs") => return costs().await,
        Some("chat") => return chat::chat(&release, argument(500)?).await,
        Some("sockets") => return sockets::sockets(&release, argument(2_000)?).await,
        _ => {}
    }
    starts(&release).await?;
    costs().await?;
    guests().await?;
    gifts::gifts().await
}

/// The number behind the name of a benchmark.
fn argument(usual: usize) -> Outcome<usize> {
    Ok(std::env::args().nth(2).map_or(Ok(usual), |number| number.parse())?)
}

/// From exec to the first poll of the Runtime API.
async fn starts(release: &Path) -> Outcome<()> {
    let functions = local::dialects::functions().into_iter().map(|function| function.name);
    let names: Vec<_> = ["examples/hello"].into_iter().chain(functions).collect();
    let binaries: Vec<PathBuf> = names.iter().map(|name| release.join(name)).collect();
    let (polled, mut polls) = mpsc::unbounded_channel();
    let next = get(move || {
        let _ = polled.send(Instant::now());
        std::future::pending::<()>()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let api = listener.local_addr()?.to_string();
    let server = tokio::spawn(async move {
        axum::serve(listener, Router::new().route("/2018-06-01/runtime/invocation/next", next)).await
    });
    let mut times = vec![Vec::new(); binaries.len()];
    for _ in 0..STARTS {
        for (binary, times) in binaries.iter().zip(&mut times) {
            let started = Instant::now();
            let mut child = function(binary, &api).spawn()?;
            let at = tokio::time::timeout(Duration::from_secs(5), polls.recv()).await?.ok_or("no poll")?;
            times.push(at - started);
            child.kill()?;
            child.wait()?;
        }
    }
    server.abort();
    println!("| binary | size | zip | exec to first poll, median of {STARTS} | compared |\n|---|---|---|---|---|");
    let mut hello = Duration::ZERO;
    for ((name, binary), times) in names.iter().zip(&binaries).zip(&mut times) {
        times.sort_unstable();
        let median = times[times.len() / 2];
        if hello.is_zero() {
            hello = median;
        }
        let (size, zip) = (std::fs::metadata(binary)?.len(), zipped(binary)?);
        println!(
            "| `{}` | {:.1} MB | {:.1} MB | {:.1} ms | {:.1}x |",
            name.trim_start_matches("examples/"),
            megabytes(size),
            megabytes(zip),
            median.as_secs_f64() * 1_000.0,
            median.as_secs_f64() / hello.as_secs_f64(),
        );
    }
    Ok(())
}

/// A function in the environment that Lambda gives it, with nothing behind its endpoints.
fn function(binary: &Path, api: &str) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().stdout(Stdio::null()).stderr(Stdio::null()).envs([
        ("AWS_LAMBDA_RUNTIME_API", api),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("STAGE", "dev"),
        ("MEDIA_BUCKET", "media"),
        ("HASH_KEY", "0123456789abcdef0123456789abcdef"),
        ("SMS_REGIONS", "86"),
        ("LIVE_PROVIDER", "ivs"),
    ]);
    command.envs(Table::ALL.map(|table| (table.setting(), table.logical_id())));
    command
}

/// The size that `zip -9` would give, but for some hundred bytes of its own.
fn zipped(binary: &Path) -> Outcome<u64> {
    let output = Command::new("gzip").arg("-9c").arg(binary).output()?;
    Ok(output.stdout.len().try_into()?)
}

#[expect(clippy::cast_precision_loss, reason = "a size of some megabytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// Sends a request and gives back its answer, its costs (rounds, calls, read and write units) and its cookie.
async fn sent(request: reqwest::RequestBuilder) -> Outcome<(serde_json::Value, [String; 4], String)> {
    let sent = request.send().await?;
    let text = |name: &str| sent.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let costs =
        ["rounds", "calls", "rru", "wru"].map(|cost| text(&format!("x-cost-{cost}")).unwrap_or_else(|| "?".to_owned()));
    let cookie = text("set-cookie").unwrap_or_default();
    Ok((serde_json::from_slice(&sent.bytes().await?)?, costs, cookie))
}

/// A world and somebody in it.
struct Caller {
    world: World,
    http: reqwest::Client,
    phone: String,
    session: Vec<(String, String)>,
}

impl Caller {
    async fn new() -> Outcome<Self> {
        let world = World::start(Options::ephemeral()).await?;
        Ok(Self { world, http: reqwest::Client::new(), phone: "15172354423".into(), session: Vec::new() })
    }

    /// Calls an operation and gives back its answer and its costs: rounds, calls, read and write units.
    async fn call(&self, name: &str, fields: &[(&str, &str)]) -> Outcome<(serde_json::Value, [String; 4])> {
        let mut form = self.session.clone();
        form.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (answer, costs, _) = sent(self.http.post(format!("{}/v1/{name}", self.world.url)).form(&form)).await?;
        Ok((answer, costs))
    }

    /// Calls an operation of SealTalk and gives back its answer and its cookie, if it sets one.
    async fn seal(
        &self,
        label: &str,
        method: Method,
        path: &str,
        cookie: &str,
        body: &serde_json::Value,
    ) -> Outcome<(serde_json::Value, String)> {
        let request = self.http.request(method, format!("{}{path}", self.world.url));
        let (answer, [rounds, calls, rru, wru], cookie) = sent(request.header("cookie", cookie).json(body)).await?;
        if answer["code"] != 200 {
            return Err(format!("{path}: {answer}").into());
        }
        println!("| {label} | {rounds} | {calls} | {rru} | {wru} |");
        Ok((answer, cookie))
    }

    async fn shown(&self, label: &str, name: &str, fields: &[(&str, &str)]) -> Outcome<serde_json::Value> {
        let (answer, [rounds, calls, rru, wru]) = self.call(name, fields).await?;
        if answer.get("error").is_some() {
            return Err(format!("{name}: {answer}").into());
        }
        println!("| {label} | {rounds} | {calls} | {rru} | {wru} |");
        Ok(answer)
    }

    async fn code(&self) -> Outcome<String> {
        let url = format!("{}/_local/sms?phone={}", self.world.url, self.phone);
        let messages: serde_json::Value = serde_json::from_slice(&self.http.get(url).send().await?.bytes().await?)?;
        let newest = messages.as_array().and_then(|all| all.last()).ok_or("no SMS")?;
        Ok(newest["message"].as_str().unwrap_or_default().chars().filter(char::is_ascii_digit).collect())
    }

    fn sign_in(&mut self, data: &serde_json::Value) {
        let text = |name: &str| data["data"][name].as_str().unwrap_or_default().to_owned();
        self.session = vec![("user_id".into(), text("user_id")), ("access_token".into(), text("access_token"))];
    }
}

async fn costs() -> Outcome<()> {
    println!("\n| request | rounds | calls | read units | write units |\n|---|---|---|---|---|");
    let mut caller = Caller::new().await?;
    let phone = caller.phone.clone();
    let number = ("phone_number", phone.as_str());
    caller.shown("register", "account/register", &[number]).await?;
    let code = caller.code().await?;
    let fields = [number, ("validate_code", &code), ("validate_type", "register")];
    let session = caller.shown("validate_sms", "account/validate_sms", &fields).await?;
    caller.sign_in(&session);
    let password = ("password", "secret12");
    caller.shown("change_password", "account/change_password", &[number, password]).await?;
    let info = ("personal_info", r#"{"nickname":"Tony","sex":"male"}"#);
    caller.shown("change_personal_info, first", "account/change_personal_info", &[info]).await?;
    let info = ("personal_info", r#"{"location":"Wuhan"}"#);
    caller.shown("change_personal_info", "account/change_personal_info", &[info]).await?;
    let session = caller.shown("login", "account/login", &[number, ("login_type", "password"), password]).await?;
    caller.sign_in(&session);
    let id = caller.session[0].1.clone();
    let token = caller.shown("refresh_access_token", "account/refresh_access_token", &[]).await?;
    caller.session[1].1 = token["data"]["access_token"].as_str().unwrap_or_default().to_owned();
    caller.shown("get_user_info of oneself", "account/get_user_info", &[("target_id", &id)]).await?;
    caller.shown("get_message, none", "procedure/get_message", &[]).await?;
    let target = candidates(&caller, 1).await?;
    caller.shown("get_user_info of somebody else", "account/get_user_info", &[("target_id", &target)]).await?;
    let light = [("target_id", target.as_str()), ("order", "3"), ("light_status", "1")];
    caller.shown("light_up, order 3", "procedure/light_up", &light).await?;
    caller.shown("light_up, again", "procedure/light_up", &light).await?;
    caller.shown("log_have_seen", "procedure/log_have_seen", &light[..1]).await?;
    sealtalk_costs(&mut caller).await?;
    live::costs(&caller).await?;
    m_user::costs(&caller).await?;
    chat_costs::costs(&caller).await
}

/// The same person in SealTalk, with a friend and a group.
async fn sealtalk_costs(caller: &mut Caller) -> Outcome<()> {
    let (get, post, nothing) = (|| Method::GET, || Method::POST, json!({}));
    let mut number = json!({"region": "86", "phone": caller.phone, "password": "secret12"});
    let (me, mine) = caller.seal("SealTalk login", post(), "/user/login", "", &number).await?;
    caller.phone = "15172354424".into();
    number["phone"] = caller.phone.as_str().into();
    caller.seal("send_code_yp, with its SMS", post(), "/user/send_code_yp", "", &number).await?;
    number["code"] = caller.code().await?.into();
    let (friend, theirs) =
        caller.seal("verify_code_register", post(), "/user/verify_code_register", "", &number).await?;
    let open = json!({"friVerify": 0});
    caller.seal("set_privacy", post(), "/user/set_privacy", &theirs, &open).await?;
    let to_friend = json!({"friendId": friend["result"]["id"], "message": "hi"});
    caller.seal("invite, of two who are friends by it", post(), "/friendship/invite", &mine, &to_friend).await?;
    caller.seal("friendship/all, of one friend", get(), "/friendship/all", &mine, &nothing).await?;
    caller.seal("SealTalk sync with news of a friend", get(), "/user/sync/0", &mine, &nothing).await?;
    let group = json!({"name": "Group", "memberIds": [me["result"]["id"], friend["result"]["id"]]});
    caller.seal("group/create, of two", post(), "/group/create", &mine, &group).await?;
    let news = "SealTalk sync with news of a friend and a group";
    let (synced, _) = caller.seal(news, get(), "/user/sync/0", &mine, &nothing).await?;
    let path = format!("/user/sync/{}", synced["result"]["version"]);
    caller.seal("SealTalk sync without news", get(), &path, &mine, &nothing).await?;
    Ok(())
}

async fn guests() -> Outcome<()> {
    println!("\n| find a guest among | rounds | calls | read units | write units |\n|---|---|---|---|---|");
    for count in [100, 100_000] {
        let mut caller = Caller::new().await?;
        let phone = caller.phone.clone();
        let number = ("phone_number", phone.as_str());
        caller.call("account/register", &[number]).await?;
        let code = caller.code().await?;
        let fields = [number, ("validate_code", code.as_str()), ("validate_type", "register")];
        let (session, _) = caller.call("account/validate_sms", &fields).await?;
        caller.sign_in(&session);
        candidates(&caller, count).await?;
        caller.shown(&format!("{count}"), "procedure/get_user_id_by_love_sex", &[("love_sex", "female")]).await?;
    }
    Ok(())
}

/// Puts candidates into the pool as the product would store them, and gives back the id of one.
async fn candidates(caller: &Caller, count: u32) -> Outcome<String> {
    let id = |number: u32| format!("5702a05c7b6ef053{number:08x}");
    let text = |value: String| AttributeValue::S(value);
    let row = |number: u32| {
        let rank = format!("{:08x}{number:08x}", number.wrapping_mul(0x9e37_79b9));
        let item: HashMap<String, AttributeValue> = HashMap::from([
            ("pk".into(), text(format!("USER#{}", id(number)))),
            ("sk".into(), text("PROFILE".into())),
            ("uid".into(), text(id(number))),
            ("phone".into(), text(format!("+86{:011}", 13_000_000_000_u64 + u64::from(number)))),
            ("created_at".into(), AttributeValue::N("1460000000".into())),
            ("epoch".into(), AttributeValue::N("0".into())),
            ("dialects".into(), AttributeValue::Ss(vec!["lightup".into()])),
            ("media".into(), AttributeValue::N("7".into())),
            ("nickname".into(), text(format!("guest {number}"))),
            ("nickname_claim".into(), text(format!("guest {number}"))),
            ("sex".into(), text("female".into())),
            ("guest_pool".into(), text("female#0".into())),
            ("guest_rank".into(), text(rank)),
        ]);
        let put = PutRequest::builder().set_item(Some(item)).build();
        put.map(|put| WriteRequest::builder().put_request(put).build())
    };
    let numbers: Vec<u32> = (0..count).collect();
    let batches =
        numbers.chunks(25).map(|some| {
            let rows = some.iter().map(|number| row(*number)).collect::<Result<Vec<_>, _>>();
            let client = &caller.world.clients.dynamodb;
            async move {
                Ok::<_, Box<dyn Error>>(client.batch_write_item().request_items("UsersTable", rows?).send().await?)
            }
        });
    let mut written = stream::iter(batches).buffer_unordered(8);
    while let Some(batch) = written.next().await {
        batch?;
    }
    Ok(id(0))
}
