//! What each function may do on AWS against what it does: a story is told through all functions whose AWS calls are
//! written down, and `template.yaml` has to allow every one of them and nothing that none of them makes.

mod chat;
mod live;
mod m_user;
mod own;
mod sealtalk;
mod telling;

use crate::{
    payloads::{Functions, PHONE, Person, events},
    template::{binary, declared, of_type, template},
};
use aws_sdk_dynamodb::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::BoxError,
};
use kit::registry::Function;
use local::{Options, World, dialects};
use serde_json::Value;
use shared::{
    App, Clients, Config, OnDemand,
    config::Table,
    random::Random,
    sessions::Claim,
    values::{Amount, Dialect, Note, RequestId, Yuan},
    wallet::{self, Gift, Receiver, Refill},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// The ways of reading a table.
const READS: [&str; 3] = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];

/// An IAM action and its resource, as the template writes it.
type Right = (String, String);

/// Writes down what the calls of SDK clients need.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<BTreeSet<Right>>>);

impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        let rights = match request.headers().get("x-amz-target") {
            Some(target) => table_rights(target.rsplit('.').next().unwrap(), &serde_json::from_str(&body)?),
            None => {
                let header = |name: &str| request.headers().get(name);
                let (source, tagged) = (header("x-amz-copy-source"), header("x-amz-tagging").is_some());
                object_rights(request.method(), request.uri().parse()?, source, tagged, &body)
            }
        };
        self.0.lock().unwrap().extend(rights);
        Ok(())
    }
}

fn right(action: &str, resource: String) -> Right {
    (action.to_owned(), resource)
}

fn table_rights(operation: &str, body: &Value) -> Vec<Right> {
    let table = |name: &Value| format!("{}.Arn", name.as_str().expect("a table"));
    match operation {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().unwrap().keys();
            tables.map(|name| right(&format!("dynamodb:{operation}"), format!("{name}.Arn"))).collect()
        }
        "TransactWriteItems" => {
            let parts = body["TransactItems"].as_array().unwrap().iter().flat_map(|part| part.as_object().unwrap());
            let action = |kind: &str| match kind {
                "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
                other => format!("dynamodb:{other}Item"),
            };
            parts.map(|(kind, part)| right(&action(kind), table(&part["TableName"]))).collect()
        }
        _ => {
            let resource = match body["IndexName"].as_str() {
                Some(index) => format!("${{{}}}/index/{index}", table(&body["TableName"])),
                None => table(&body["TableName"]),
            };
            vec![right(&format!("dynamodb:{operation}"), resource)]
        }
    }
}

/// The objects whose keys begin like this one, as a policy names them: with every folder of the key down to the first that
/// is somebody's id.
fn objects(key: &str) -> String {
    let id = |folder: &&str| [24, 32].contains(&folder.len()) && folder.bytes().all(|byte| byte.is_ascii_hexdigit());
    let folders = key.rsplit_once('/').expect("a key with a folder").0.split('/');
    let prefix: String = folders.take_while(|folder| !id(folder)).map(|folder| format!("/{folder}")).collect();
    format!("${{MediaBucket.Arn}}{prefix}/*")
}

/// `uri` names the bucket in its path.
fn object_rights(method: &str, uri: http::Uri, copied: Option<&str>, tagged: bool, body: &str) -> Vec<Right> {
    let key = |path: &str| path.trim_start_matches('/').split_once('/').map(|(_, key)| key.to_owned());
    let path_key = key(uri.path()).filter(|key| !key.is_empty());
    let tags = uri.query().is_some_and(|query| query.split('&').any(|part| part.starts_with("tagging")));
    match (method, path_key) {
        ("GET", Some(of)) if tags => vec![right("s3:GetObjectTagging", objects(&of))],
        ("PUT", Some(of)) if tags => vec![right("s3:PutObjectTagging", objects(&of))],
        ("DELETE", Some(of)) if tags => vec![right("s3:DeleteObjectTagging", objects(&of))],
        ("PUT", Some(to)) => {
            let from = copied.map(|source| right("s3:GetObject", objects(&key(source).unwrap())));
            let with_tags = tagged.then(|| right("s3:PutObjectTagging", objects(&to)));
            from.into_iter().chain(with_tags).chain([right("s3:PutObject", objects(&to))]).collect()
        }
        ("GET" | "HEAD", Some(of)) => vec![right("s3:GetObject", objects(&of))],
        ("DELETE", Some(of)) => vec![right("s3:DeleteObject", objects(&of))],
        ("GET", None) => vec![right("s3:ListBucket", "MediaBucket.Arn".into())],
        ("POST", Some(to)) => vec![right("s3:PutObject", objects(&to))],
        ("POST", None) => {
            let keys = body.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap());
            keys.map(|key| right("s3:DeleteObject", objects(key))).collect()
        }
        other => panic!("no right is known for {other:?}"),
    }
}

/// The settings of a world as variables.
/// By what the publishing server of the story is known.
const HOOK_SECRET: &str = "0123456789abcdef";

fn setting(name: &str) -> Option<String> {
    let table = Table::ALL.into_iter().find(|table| table.setting() == name);
    let value = match name {
        "STAGE" => "local",
        "MEDIA_BUCKET" => "media",
        "HASH_KEY" => "0123456789abcdef0123456789abcdef",
        "ALLOW_ERASE" => "true",
        "SMS_REGIONS" => "all",
        "LIVE_PROVIDER" => "fake",
        "RTMP_HOOK_SECRET" => HOOK_SECRET,
        _ => table?.logical_id(),
    };
    Some(value.to_owned())
}

/// A function's application: the settings that it declares, and clients that write down what they do.
fn watched(world: &World, recorder: &Recorder, function: &Function) -> App {
    let dynamodb = world.clients.dynamodb.config().to_builder().interceptor(recorder.clone());
    let s3 = world.clients.s3.config().to_builder().interceptor(recorder.clone());
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
        s3: OnDemand::new(|| aws_sdk_s3::Client::from_conf(s3.build())),
        ..world.clients.clone()
    };
    // A secret or a table that the function uses and does not declare ends the story.
    let config = Config::read(&function.variables(), &setting).expect("settings");
    App::new(config, clients, world.clock.clone(), Random::system())
}

/// Everything that needs a right of its own, from signing up to being erased.
async fn story(world: &World, functions: &Functions) {
    let mut ann = Person::sign_up(world, functions, "13900000002").await;
    ann.complete("Ann").await;
    let mut tony = Person::sign_up(world, functions, PHONE).await;
    tony.other = ann.uid.clone();
    tony.complete("Tim").await;
    ann.other = tony.uid.clone();
    tony.send("account/change_password", &[]).await;
    // Twice: the second takes the place of the first.
    for _ in 0..2 {
        tony.send("account/upload_portrait_request", &[]).await;
        tony.send("account/upload_portrait_confirm", &[]).await;
        tony.send("media/upload_request_video", &[]).await;
        tony.send("media/confirm", &[]).await;
    }
    for name in [
        "account/get_user_info",
        "account/refresh_device_token",
        "account/refresh_device_token_lib",
        "account/get_questions",
        "procedure/get_random_questions",
        "procedure/get_user_id_by_love_sex",
        "procedure/get_media_audio",
        "procedure/log_have_seen",
        "procedure/light_up",
        "procedure/get_message",
        "account/report_user",
        "account/block_user",
        "account/get_blocked_users",
        "account/unblock_user",
        "account/login",
        "account/change_password_request",
    ] {
        tony.send(name, &[]).await;
    }
    for status in ["light_status=1", "light_status=0", "light_status=1"] {
        ann.send("procedure/light_up", &[("order=1", "order=3"), ("light_status=1", status)]).await;
    }
    tony.send("procedure/get_message", &[]).await;
    // What was uploaded and not confirmed goes with its owner.
    let waiting =
        format!("{}0f1e2d3c4b5a6978/a.mp4", shared::media::pending_prefix(&tony.uid.clone().try_into().unwrap()));
    let uploaded = world.clients.s3.put_object().bucket("media").key(waiting).send().await;
    uploaded.expect("an upload");
    wealth(world, &tony, &ann).await;
    tony.send("account/delete_user", &[]).await;
    ann.send("media/delete_media", &[]).await;
    for name in ["files/file", "files/key"] {
        assert_eq!(functions.answer(&events()[name]).await.status(), 404, "{name}");
    }
}

/// Coins, a ledger and a request, which an erasure has to deal with. No function moves coins yet.
async fn wealth(world: &World, who: &Person<'_>, other: &Person<'_>) {
    let receipt = wallet::issue_receipt(&world.app, Yuan::Ten).await.expect("a receipt");
    let claim = Claim::new(Dialect::LightUp, who.uid.clone().try_into().unwrap(), &who.token);
    let request = || RequestId::try_from("request".to_owned()).ok();
    let refill = Refill { yuan: Yuan::Ten, receipt: Some(receipt.expose()), request: request() };
    wallet::refill(&world.app, &claim, &refill).await.expect("coins");
    let to = other.uid.clone().try_into().unwrap();
    let gift = Gift { to: Receiver::Id(&to), amount: Amount::new(1).unwrap(), note: Note::default(), request: None };
    wallet::give(&world.app, &claim, &gift).await.expect("a gift");
}

/// What a signature of a function lets its bearer do: rights that no call of the function itself shows.
fn signed(binary: &str) -> Vec<Right> {
    let form = right("s3:PutObject", "${MediaBucket.Arn}/pending/*".into());
    let url = right("s3:GetObject", "${MediaBucket.Arn}/media/*".into());
    let images = || "${MediaBucket.Arn}/images/*".to_owned();
    let avatars = |action: &str| right(action, "${MediaBucket.Arn}/static/user_imgs/*".into());
    let listing = || right("s3:ListBucket", "MediaBucket.Arn".into());
    match binary {
        // Portraits that were avatars, which the story has none of.
        "account" => vec![form, avatars("s3:DeleteObject")],
        "media" => vec![form, url],
        // S3 says that a file is missing only to who may list.
        "files" => vec![url, right("s3:GetObject", images()), avatars("s3:GetObject"), listing()],
        // What an account does with an avatar before it is made, and the portraits that lie elsewhere.
        "live" => {
            let claiming = ["s3:GetObjectTagging", "s3:DeleteObjectTagging"].map(avatars);
            claiming.into_iter().chain([url, listing()]).collect()
        }
        // Captchas; forms for pictures; and what the story does not show: a picture that came too late, and an avatar
        // that another portrait takes the place of, and the message of a request that is made anew.
        "sealtalk" => vec![
            right("dynamodb:DeleteItem", "FriendsTable.Arn".into()),
            right("s3:GetObject", "${MediaBucket.Arn}/pending/captcha/*".into()),
            right("s3:PutObject", images()),
            right("s3:DeleteObject", images()),
            avatars("s3:DeleteObject"),
        ],
        // Permissions to upload, and that S3 says whether a file is missing.
        "m_user" => vec![right("s3:PutObject", "${MediaBucket.Arn}/pending/files/*".into()), listing()],
        // What the story does not show: a new picture of somebody who is in a group, a socket that is closed, a file that came too late, an avatar that a
        // picture takes the place of.
        "chat" => vec![
            right("dynamodb:UpdateItem", "GroupsTable.Arn".into()),
            right("dynamodb:DeleteItem", "ChatTable.Arn".into()),
            right("s3:DeleteObject", "${MediaBucket.Arn}/media/attachments/*".into()),
            avatars("s3:DeleteObject"),
            listing(),
        ],
        "push" => Vec::new(),
        _ => vec![url],
    }
}

/// A value that may stand alone or in a list.
fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    list.iter().map(|text| text.as_str().expect("a string").to_owned()).collect()
}

fn statements(function: &Value) -> impl Iterator<Item = &Value> {
    let policies = function["Properties"]["Policies"].as_array().expect("policies");
    // The policy of those who push is a text here: `template::sockets` has it.
    let own = policies.iter().filter(|policy| policy.is_object());
    let statements = own.flat_map(|policy| policy["Statement"].as_array().expect("statements"));
    // One that is there under a condition only is a list: the condition, the statement, and nothing.
    statements.map(|statement| statement.as_array().map_or(statement, |one| &one[1]))
}

/// The rights that the template gives to a function, SMS and channels aside. What a channel needs is in the tests of live
/// rooms.
fn given<'a>(template: &'a Value, function: &'a Value) -> BTreeSet<Right> {
    let elsewhere = |statement: &&Value| statement["Action"] == "sns:Publish" || statement["Sid"] == "Channels";
    let statements = statements(function).filter(|statement| !elsewhere(statement));
    // What telling people needs is one policy for all, and so is what their own data need.
    let shared = ["InboxPolicy", own::POLICY].into_iter().filter(|policy| has_policy(function, policy));
    let shared = shared.flat_map(|policy| of_policy(template, policy));
    allowed(statements).into_iter().chain(shared).collect()
}

fn has_policy(function: &Value, policy: &str) -> bool {
    function["Properties"]["Policies"].as_array().unwrap().contains(&policy.into())
}

/// The rights of a policy of its own.
fn of_policy(template: &Value, policy: &str) -> BTreeSet<Right> {
    let statements = &template["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"];
    allowed(statements.as_array().expect("statements").iter())
}

fn allowed<'a>(statements: impl Iterator<Item = &'a Value>) -> BTreeSet<Right> {
    let rights = statements.flat_map(|statement| {
        assert_eq!(statement["Effect"], "Allow");
        let resources = texts(&statement["Resource"]);
        texts(&statement["Action"])
            .into_iter()
            .flat_map(move |action| resources.clone().into_iter().map(move |resource| (action.clone(), resource)))
    });
    rights.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_may_do_what_it_does_and_nothing_else() {
    let world = World::start(Options::ephemeral()).await.expect("a world");
    let names = dialects::functions().into_iter().map(|function| function.name);
    let recorders: BTreeMap<_, _> = names.map(|name| (name, Recorder::default())).collect();
    let functions = Functions::new(|binary| watched(&world, &recorders[binary], &declared(binary)));
    // In boxes: in debug mode they do not fit the stack of a test together.
    Box::pin(story(&world, &functions)).await;
    let phone = Box::pin(sealtalk::story(&world, functions.router("sealtalk"))).await;
    Box::pin(live::story(&world, functions.router("live"))).await;
    Box::pin(m_user::story(&world, functions.router("m_user"))).await;
    let pushing = watched(&world, &recorders["push"], &declared("push"));
    pushing.push.attach(telling::Anybody);
    let sockets = declared("push").sockets(&pushing);
    Box::pin(chat::story(&world, functions.router("chat"), sockets.expect("a function of sockets"))).await;
    let token = Box::pin(chat::session(functions.router("chat"))).await;
    let tells = |function: &&Function| function.settings.contains(&"PUSH_ENDPOINT") && function.name != "push";
    for function in dialects::functions().iter().filter(tells) {
        Box::pin(telling::story(&world, function, &recorders[function.name], &token)).await;
    }
    let groups = chat::groups(functions.router("chat"), phone, sealtalk::PASSWORD);
    let [renamed, ended] = Box::pin(groups).await;
    Box::pin(sealtalk::groups_of_chat(functions.router("sealtalk"), &renamed, &ended)).await;
    Box::pin(chat::wish(functions.router("chat"), &renamed)).await;
    // The end of somebody whom SealTalk knows is Light Up's to make.
    let mut gone = Person::sign_up(&world, &functions, "13900000009").await;
    gone.phone_is(phone).send("account/delete_user", &[]).await;

    let (template, own) = (template(), Box::pin(own::rights()).await);
    own::are_given(&template, &own);
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let mut needed = recorders[binary(function)].0.lock().unwrap().clone();
        needed.extend(signed(binary(function)));
        needed.extend(own.iter().filter(|_| has_policy(function, own::POLICY)).cloned());
        let used: BTreeSet<_> = Table::ALL
            .into_iter()
            .filter(|table| needed.iter().any(|(_, resource)| resource.contains(table.logical_id())))
            .collect();
        let tables = declared(binary(function)).tables.iter().copied().collect();
        assert_eq!(used, tables, "{id} uses these tables and declares those");
        let given = given(&template, function);
        let missing: Vec<_> = needed.difference(&given).collect();
        assert!(missing.is_empty(), "{id} needs more rights: {missing:#?}");
        // Who reads a table may read it in any way: what is rarely done need not be part of the story.
        let read = |it: &Right| {
            READS.contains(&it.0.as_str()) && READS.iter().any(|way| needed.contains(&right(way, it.1.clone())))
        };
        let unused: Vec<_> = given.difference(&needed).filter(|it| !read(it)).collect();
        assert!(unused.is_empty(), "{id} has rights that it does not need: {unused:#?}");
    }
    world.shutdown().await;
}

#[test]
fn only_accounts_send_sms_and_to_phone_numbers_only() {
    let template = template();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let publishing = || statements(function).filter(|it| it["Action"] == "sns:Publish");
        // Operators are told through their own topic, where there is one.
        let told: Vec<_> = publishing().filter(|it| it["Sid"] == "Operators").collect();
        assert_eq!(told.len(), usize::from(declared(binary(function)).settings.contains(&"OPERATOR_TOPIC")), "{id}");
        assert!(told.iter().all(|statement| statement["Resource"] == "OperatorTopic"), "{id}");
        let sms: Vec<_> = publishing().filter(|it| it["Sid"] != "Operators").collect();
        assert_eq!(sms.len(), usize::from(declared(binary(function)).settings.contains(&"SMS_REGIONS")), "{id}");
        for statement in sms {
            // A phone number has no ARN: what has one is a topic or an app.
            assert_eq!(statement["NotResource"], "arn:${AWS::Partition}:sns:*:*:*", "{id}");
            assert_eq!(statement["Resource"], Value::Null, "{id}");
        }
    }
}
