//! `template.yaml` against the code: routes, settings, tables, the bucket. What functions may do is in `policies`.

pub(crate) mod deployment;
mod sam_local;
mod settings;
mod sockets;

use kit::{
    Endpoint,
    registry::{DEFAULT_ROUTE, Function},
};
use local::dialects;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// A file of the workspace.
pub(crate) fn file(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The template. Tags are gone: `!Ref X` is "X", `!GetAtt X.Arn` is "X.Arn", `!If [..]` a list.
pub(crate) fn template() -> Value {
    // Read once: many tests ask for it with every request.
    static TEMPLATE: LazyLock<Value> = LazyLock::new(|| {
        let options = serde_saphyr::options! { strict_booleans: true };
        serde_saphyr::from_str_with_options(&file("template.yaml"), options).expect("template.yaml")
    });
    TEMPLATE.clone()
}

pub(crate) fn of_type<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let resources = template["Resources"].as_object().expect("Resources");
    resources.iter().filter(move |(_, resource)| resource["Type"] == kind).map(|(id, resource)| (id.as_str(), resource))
}

/// The binary that a function is built from.
pub(crate) fn binary(function: &Value) -> &str {
    function["Metadata"]["BuildProperties"]["Binary"].as_str().expect("a binary")
}

/// The function that a binary is, as its package declares it.
pub(crate) fn declared(binary: &str) -> Function {
    let function = dialects::functions().into_iter().find(|function| function.name == binary);
    function.unwrap_or_else(|| panic!("no binary is called {binary}"))
}

/// The paths of a function's events.
fn paths(function: &Value) -> Vec<&str> {
    let events = function["Properties"]["Events"].as_object();
    events
        .into_iter()
        .flat_map(serde_json::Map::values)
        .map(|event| event["Properties"]["Path"].as_str().expect("a path"))
        .collect()
}

/// Whether API Gateway hands this path to that route.
fn takes(route: &str, path: &str) -> bool {
    let prefix = route.strip_suffix("{proxy+}");
    prefix.map_or(route == path, |prefix| path.len() > prefix.len() && path.starts_with(prefix))
}

/// The binaries of the functions with such a route.
fn with_route(template: &Value, fits: impl Fn(&str) -> bool) -> Vec<&str> {
    let functions = of_type(template, "AWS::Serverless::Function");
    functions.filter(|(_, function)| paths(function).into_iter().any(&fits)).map(|(_, it)| binary(it)).collect()
}

/// The binary that API Gateway hands a path to, which is `$default`'s when no prefix takes it.
pub(crate) fn owner<'a>(template: &'a Value, path: &str) -> &'a str {
    let default = with_route(template, |route| route == "$default");
    assert_eq!(default.len(), 1, "$default belongs to one function");
    let functions = of_type(template, "AWS::Serverless::Function");
    let all =
        functions.flat_map(|(_, function)| paths(function).into_iter().map(move |route| (route, binary(function))));
    let taking = all.filter(|(route, _)| takes(route, path));
    taking.max_by_key(|(route, _)| route.len()).map_or(default[0], |(_, binary)| binary)
}

#[test]
fn every_endpoint_reaches_the_function_that_answers_it() {
    let template = template();
    let binaries: Vec<_> = of_type(&template, "AWS::Serverless::Function").map(|(_, it)| binary(it)).collect();
    assert_eq!(BTreeSet::from_iter(&binaries).len(), binaries.len(), "two functions of one binary: {binaries:?}");
    let mut reached = 0;
    for binary in binaries {
        let function = declared(binary);
        for Endpoint { path, .. } in (function.endpoints)() {
            assert_eq!(owner(&template, path), binary, "{path}");
            // With a slash too many API Gateway finds another route than with the tidy path, if any.
            if function.paths.contains(&DEFAULT_ROUTE) {
                for untidy in [format!("/{path}"), format!("{path}/"), path.replace('/', "//")] {
                    assert_eq!(owner(&template, &untidy), binary, "{untidy}");
                }
            }
            reached += 1;
        }
    }
    assert!(reached >= 28, "28 operations are documented, the functions {reached}");
}

#[test]
fn every_prefix_of_the_template_has_an_endpoint() {
    let template = template();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let endpoints = (declared(binary(function)).endpoints)();
        for route in paths(function).into_iter().filter(|route| *route != "$default") {
            assert!(endpoints.iter().any(|endpoint| takes(route, endpoint.path)), "{id}: nothing is under {route}");
        }
    }
}

#[test]
fn routes_are_events_of_the_one_api_with_every_method() {
    let template = template();
    let apis: Vec<_> = of_type(&template, "AWS::Serverless::HttpApi").map(|(id, _)| id).collect();
    assert_eq!(apis, ["HttpApi"]);
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let sockets = declared(binary(function)).handlers.is_some();
        let events = function["Properties"]["Events"].as_object();
        assert_eq!(events.is_none(), sockets, "{id} has sockets or routes");
        for (name, event) in events.into_iter().flatten() {
            assert_eq!(event["Type"], "HttpApi", "{id} {name}");
            assert_eq!(event["Properties"]["ApiId"], "HttpApi", "{id} {name}");
            // A method of its own would have API Gateway answer 404 to the others, outside of any envelope.
            assert_eq!(event["Properties"]["Method"], "ANY", "{id} {name}");
        }
    }
}

#[test]
fn preflight_is_the_dialects_and_the_access_log_says_nothing_personal() {
    let template = template();
    let api = &template["Resources"]["HttpApi"]["Properties"];
    assert_eq!(api["CorsConfiguration"], Value::Null);
    assert_eq!(template["Globals"]["HttpApi"], Value::Null);
    let format = api["AccessLogSettings"]["Format"].as_str().unwrap();
    serde_json::from_str::<Value>(format).expect("the access log is JSON");
    for personal in ["path", "query", "sourceIp", "userAgent", "body", "authorizer"] {
        assert!(!format.to_lowercase().contains(&personal.to_lowercase()), "{personal} is in the access log");
    }
    assert!(api["DefaultRouteSettings"]["ThrottlingRateLimit"].is_string());
}

#[test]
fn functions_and_routes_are_those_that_the_packages_declare() {
    let template = template();
    let built: BTreeSet<_> = of_type(&template, "AWS::Serverless::Function").map(|(_, it)| binary(it)).collect();
    assert_eq!(built, dialects::functions().iter().map(|function| function.name).collect());
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        if declared(binary(function)).handlers.is_some() {
            continue;
        }
        let routes: BTreeSet<_> = paths(function).into_iter().collect();
        assert_eq!(routes, declared(binary(function)).paths.iter().copied().collect(), "{id}");
    }
}

#[test]
fn a_stand_in_can_take_the_place_of_each_service() {
    let template = template();
    let declared = &template["Globals"]["Function"]["Environment"]["Variables"];
    for (service, parameter) in [("DYNAMODB", "DynamoDbEndpoint"), ("S3", "S3Endpoint"), ("SNS", "SnsEndpoint")] {
        let wanted = json!(["HasEndpoints", parameter, "AWS::NoValue"]);
        assert_eq!(declared[format!("AWS_ENDPOINT_URL_{service}")], wanted);
        assert_eq!(template["Parameters"][parameter]["Default"], "");
    }
}

#[test]
fn every_parameter_is_described_and_used() {
    let template = template();
    let text = file("template.yaml");
    for (name, parameter) in template["Parameters"].as_object().unwrap() {
        let description = parameter["Description"].as_str().unwrap_or_default();
        assert!(description.len() > 20, "{name} is not described");
        assert!(text.contains(&format!("!Ref {name}")), "{name} is used nowhere");
    }
}

#[test]
fn erasing_and_a_test_code_are_off_by_default_and_impossible_in_prod() {
    let template = template();
    assert_eq!(template["Parameters"]["AllowErase"]["Default"], "false");
    assert_eq!(template["Parameters"]["Stage"]["AllowedValues"], json!(["dev", "staging", "prod"]));
    assert_eq!(template["Parameters"]["TestCode"]["Default"], "");
    assert_eq!(template["Parameters"]["TestCode"]["NoEcho"], true);
    let rule = &template["Rules"]["Prod"];
    assert_eq!(rule["RuleCondition"], json!(["Stage", "prod"]));
    assert_eq!(rule["Assertions"][0]["Assert"], json!(["AllowErase", "false"]));
    assert_eq!(rule["Assertions"][1]["Assert"], json!(["TestCode", ""]));
    assert_eq!(template["Parameters"]["HashKey"]["NoEcho"], true);
    assert_eq!(template["Parameters"]["HashKey"]["MinLength"], 32);
    assert_eq!(template["Parameters"]["HashKey"]["Default"], Value::Null);
}

#[test]
fn tables_have_the_keys_that_the_store_uses_and_outlive_mistakes() {
    let template = template();
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let tables: BTreeMap<_, _> = of_type(&template, "AWS::DynamoDB::Table").collect();
    assert_eq!(
        tables.keys().collect::<Vec<_>>(),
        [&"ChatTable", &"FriendsTable", &"GroupsTable", &"LightsTable", &"SocialTable", &"UsersTable", &"WalletTable"]
    );
    for (id, table) in &tables {
        let properties = &table["Properties"];
        assert_eq!(properties["KeySchema"], key("pk", "sk"), "{id}");
        assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST", "{id}");
        assert_eq!(
            properties["TimeToLiveSpecification"],
            json!({"AttributeName": "expires_at", "Enabled": true}),
            "{id}"
        );
        assert_eq!(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true, "{id}");
        assert_eq!(properties["SSESpecification"]["SSEEnabled"], true, "{id}");
        assert_eq!(properties["DeletionProtectionEnabled"], json!(["IsProd", true, false]), "{id}");
        assert_eq!(table["DeletionPolicy"], "RetainExceptOnCreate", "{id}");
        assert_eq!(table["UpdateReplacePolicy"], "Retain", "{id}");
        for attribute in properties["AttributeDefinitions"].as_array().unwrap() {
            let is_number = ["version", "rank"].iter().any(|name| attribute["AttributeName"] == *name);
            let expected = if is_number { "N" } else { "S" };
            assert_eq!(attribute["AttributeType"], expected, "{id}: {attribute}");
        }
    }
    assert_eq!(template["Conditions"]["IsProd"], json!(["Stage", "prod"]));
    let indexes = &tables["UsersTable"]["Properties"]["GlobalSecondaryIndexes"];
    let guests = json!({
        "IndexName": "guests",
        "KeySchema": key("guest_pool", "guest_rank"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    });
    assert_eq!(*indexes, json!([guests]));
    let changes = json!({
        "IndexName": "changes",
        "KeySchema": key("pk", "version"),
        "Projection": {"ProjectionType": "ALL"},
    });
    let ranking = json!({
        "IndexName": "ranking",
        "KeySchema": key("pk", "rank"),
        "Projection": {"ProjectionType": "ALL"},
    });
    let feed = json!({
        "IndexName": "feed",
        "KeySchema": key("feed_day", "feed_at"),
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    });
    assert_eq!(tables["SocialTable"]["Properties"]["GlobalSecondaryIndexes"], json!([feed]));
    for (id, table) in &tables {
        let expected = match *id {
            "FriendsTable" | "GroupsTable" => json!([changes]),
            "SocialTable" => json!([ranking]),
            _ => Value::Null,
        };
        assert_eq!(table["Properties"]["LocalSecondaryIndexes"], expected, "{id}");
        let global = ["UsersTable", "SocialTable"].contains(id);
        assert_eq!(table["Properties"]["GlobalSecondaryIndexes"].is_null(), !global, "{id}");
    }
}

#[test]
fn the_bucket_is_private_takes_forms_and_forgets_what_was_never_confirmed() {
    let template = template();
    let bucket = &template["Resources"]["MediaBucket"];
    assert_eq!(bucket["DeletionPolicy"], "RetainExceptOnCreate");
    let properties = &bucket["Properties"];
    for block in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        assert_eq!(properties["PublicAccessBlockConfiguration"][block], true, "{block}");
    }
    assert_eq!(
        properties["CorsConfiguration"]["CorsRules"][0]["AllowedMethods"],
        json!(["POST", "PUT", "GET", "HEAD"])
    );
    let rules = properties["LifecycleConfiguration"]["Rules"].as_array().unwrap();
    let pending = rules.iter().find(|rule| rule["Prefix"] == "pending/").expect("a rule for pending/");
    assert_eq!((&pending["ExpirationInDays"], &pending["Status"]), (&json!(2), &json!("Enabled")));
    let expiring = rules.iter().filter(|rule| rule["ExpirationInDays"] != Value::Null).count();
    assert_eq!(expiring, 3, "only pending/, what nobody has claimed and archives expire");
    let exports = rules.iter().find(|rule| rule["Prefix"] == "exports/").expect("a rule for archives");
    assert_eq!((&exports["ExpirationInDays"], &exports["Status"]), (&json!(1), &json!("Enabled")));
    let unclaimed = rules.iter().find(|rule| rule["Id"] == "unclaimed").expect("a rule for what nobody has claimed");
    assert_eq!((&unclaimed["ExpirationInDays"], &unclaimed["Status"]), (&json!(7), &json!("Enabled")));
    assert_eq!(unclaimed["TagFilters"], json!([{"Key": "unclaimed", "Value": "true"}]));
    assert_eq!(unclaimed["Prefix"], shared::values::AvatarName::FOLDER);
    let uid = shared::values::UserId::try_from("5702a4a5589613964cafdc76".to_owned()).unwrap();
    assert!(shared::media::pending_prefix(&uid).starts_with("pending/"));
    let policy = &template["Resources"]["MediaBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][0];
    assert_eq!((&policy["Effect"], &policy["Action"]), (&json!("Deny"), &json!("s3:*")));
    assert_eq!(policy["Condition"], json!({"Bool": {"aws:SecureTransport": "false"}}));
}

#[test]
fn functions_are_built_and_sized_for_what_they_do() {
    let template = template();
    let globals = &template["Globals"]["Function"];
    assert_eq!(globals["Runtime"], "provided.al2023");
    assert_eq!(globals["Architectures"], json!(["Architecture"]));
    assert_eq!(template["Parameters"]["Architecture"]["Default"], "arm64");
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        assert_eq!(function["Metadata"]["BuildMethod"], "rust-cargolambda", "{id}");
        let code = function["Properties"]["CodeUri"].as_str().or(globals["CodeUri"].as_str()).unwrap();
        file(&format!("{code}/src/bin/{}.rs", binary(function)));
        let logs = function["Properties"]["LoggingConfig"]["LogGroup"].as_str().unwrap();
        assert_eq!(template["Resources"][logs]["Properties"]["RetentionInDays"], "LogRetentionDays", "{id}");
        // API Gateway gives up after 30 s.
        let timeout = function["Properties"]["Timeout"].as_u64().or(globals["Timeout"].as_u64()).unwrap();
        assert!(timeout < 30, "{id}");
    }
    // Below one full CPU a sign-in takes several times as long.
    assert!(template["Resources"]["AccountFunction"]["Properties"]["MemorySize"].as_u64().unwrap() >= 1769);
}
