//! `sam build`, `sam local invoke` and `sam local start-api` as they are typed: `samconfig.toml` and
//! `local/sam-variables.json` give functions in containers what they need to start and to reach `cargo run`.

use super::{binary, declared, file, of_type, template};
use local::{
    Endpoints,
    greeting::{DEFAULT_PORT, greeting},
};
use serde_json::{Value, json};
use shared::{
    Config,
    config::{Regions, Secret},
};
use std::{collections::BTreeMap, path::Path};

/// The parameters of a command in the environment that is used when none is named. Their values are JSON too.
fn parameters(command: &str) -> BTreeMap<String, Value> {
    let config = file("samconfig.toml");
    let (_, section) = config.split_once(&format!("[default.{command}.parameters]\n")).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let pairs = lines.filter_map(|line| line.split_once(" = "));
    pairs.map(|(name, value)| (name.to_owned(), serde_json::from_str(value).expect("a value"))).collect()
}

/// What SAM hands to every function that declares it.
fn handed_over() -> BTreeMap<String, String> {
    let variables: Value = serde_json::from_str(&file("local/sam-variables.json")).unwrap();
    serde_json::from_value(variables["Parameters"].clone()).unwrap()
}

#[test]
fn what_is_built_is_invoked_and_deployed_for_one_instruction_set() {
    for command in ["build", "local_invoke", "local_start_api", "local_start_lambda", "deploy"] {
        let overrides = parameters(command)["parameter_overrides"].clone();
        assert!(overrides.as_array().unwrap().contains(&json!("Architecture=x86_64")), "{command}: {overrides}");
    }
    // Given by hand, parameters take the place of those in samconfig.toml.
    for document in ["README.md", "docs/operations.md"] {
        let text = file(document);
        let first = text.lines().find(|line| line.contains("sam deploy --parameter-overrides")).expect("a command");
        assert!(first.contains("Stage=dev Architecture=x86_64 HashKey="), "{document}: {first}");
    }
    for command in ["local_invoke", "local_start_api", "local_start_lambda"] {
        let parameters = parameters(command);
        assert_eq!(parameters["env_vars"], "local/sam-variables.json", "{command}");
        assert_eq!(parameters["add_host"], json!(["host.docker.internal:host-gateway"]), "{command}");
    }
    assert_ne!(parameters("local_start_api")["port"], DEFAULT_PORT, "`cargo run` listens there");
}

#[test]
fn every_function_starts_with_the_variables_that_sam_local_hands_over() {
    let template = template();
    let handed_over = handed_over();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let own = function["Properties"]["Environment"]["Variables"].as_object().unwrap();
        let lookup = |name: &str| {
            let value = handed_over.get(name).cloned().or_else(|| {
                // A parameter is its default; a table's `!Ref` is its logical name; a condition is not looked into.
                let parameter = &template["Parameters"][own.get(name)?.as_str()?];
                match &parameter["Default"] {
                    Value::Null => own[name].as_str().map(str::to_owned),
                    Value::String(text) => Some(text.clone()),
                    other => Some(other.to_string()),
                }
            });
            value.filter(|value| !value.is_empty())
        };
        let variables = declared(binary(function)).variables();
        let config = Config::read(&variables, &lookup).unwrap_or_else(|error| panic!("{id}: {error}"));
        let here = Config::local(Secret::new("0123456789abcdef0123456789abcdef")).only(&variables);
        if variables.contains(&"MEDIA_BUCKET") {
            assert_eq!(config.media_bucket, here.media_bucket, "{id}");
        }
        if variables.contains(&"STAGE") {
            assert_eq!(config.stage, here.stage, "{id}");
        }
        for table in declared(binary(function)).tables {
            assert_eq!(config.tables.name(*table), here.tables.name(*table), "{id}");
        }
        if variables.contains(&"SMS_REGIONS") {
            assert_eq!(*config.sms_regions, Regions::all(), "{id}");
        }
    }
    let globals = template["Globals"]["Function"]["Environment"]["Variables"].as_object().unwrap();
    let functions = of_type(&template, "AWS::Serverless::Function");
    let declared: Vec<_> = functions.flat_map(|(_, it)| declared(binary(it)).variables()).collect();
    for name in handed_over.keys() {
        // SAM passes over what a function does not declare.
        assert!(globals.contains_key(name) || declared.contains(&name.as_str()), "nobody reads {name}");
    }
}

#[test]
fn the_stand_ins_are_where_sam_local_looks_for_them() {
    let handed_over = handed_over();
    for (distance, service) in (1..).zip(["DYNAMODB", "S3", "SNS"]) {
        let url = format!("http://host.docker.internal:{}", DEFAULT_PORT + distance);
        assert_eq!(handed_over[&format!("AWS_ENDPOINT_URL_{service}")], url);
    }
    assert_eq!(handed_over["PUSH_ENDPOINT"], format!("http://host.docker.internal:{DEFAULT_PORT}"));
    assert_eq!(handed_over["MEDIA_BASE"], format!("http://127.0.0.1:{DEFAULT_PORT}"));
}

#[test]
fn cargo_run_prints_the_line_to_type() {
    let at = |port: u16| Endpoints {
        dynamodb: format!("http://127.0.0.1:{}", port + 1),
        s3: format!("http://127.0.0.1:{}", port + 2),
        sns: format!("http://127.0.0.1:{}", port + 3),
    };
    let printed = |port, endpoints| greeting(&format!("http://127.0.0.1:{port}"), &endpoints, Path::new(".local"));
    let usual = printed(DEFAULT_PORT, at(DEFAULT_PORT));
    assert_eq!(usual.lines().next(), Some("listening on http://127.0.0.1:3000"));
    for part in ["sam build", " && ", "sam local invoke", "ProcedureFunction -e events/procedure/light_up.json"] {
        assert!(usual.contains(part), "{part} in {usual}");
    }
    // Anywhere else the variables have to be made first.
    for elsewhere in [printed(4000, at(4000)), printed(DEFAULT_PORT, at(4000))] {
        assert!(!elsewhere.contains("sam build") && elsewhere.contains("  scripts/sam-local.sh "), "{elsewhere}");
    }
    assert!(printed(4000, at(4000)).contains("scripts/sam-local.sh 4000\n"));
}
