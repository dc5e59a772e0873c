//! How new versions take over, and the stacks of `deploy/` that watch them.

use super::{binary, file, of_type, template};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A template of `deploy/` with every `Fn::ForEach` written out, as the transform does it.
pub(crate) fn watching(name: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    let text = file(&format!("deploy/{name}.yaml"));
    let mut template: Value =
        serde_saphyr::from_str_with_options(&text, options).unwrap_or_else(|error| panic!("{name}: {error}"));
    for section in ["Resources", "Outputs"] {
        let Some(entries) = template[section].as_object().cloned() else { continue };
        template[section] = Value::Object(entries.into_iter().flat_map(|(key, value)| loops(key, value)).collect());
    }
    template
}

/// An entry, or those that a loop stands for.
fn loops(key: String, value: Value) -> Map<String, Value> {
    if !key.starts_with("Fn::ForEach::") {
        return Map::from_iter([(key, value)]);
    }
    let (variable, elements) = (value[0].as_str().expect("a variable"), value[1].as_array().expect("a list"));
    let each = elements.iter().flat_map(|element| {
        let body = replaced(&value[2], variable, element.as_str().expect("a text"));
        body.as_object().expect("entries").clone()
    });
    each.collect()
}

fn replaced(value: &Value, variable: &str, element: &str) -> Value {
    let text = |text: &str| text.replace(&format!("${{{variable}}}"), element);
    match value {
        // Without its tag, a reference to the variable is its name.
        Value::String(name) if name == variable => json!(element),
        Value::String(string) => json!(text(string)),
        Value::Array(list) => list.iter().map(|value| replaced(value, variable, element)).collect(),
        Value::Object(entries) => {
            entries.iter().map(|(key, value)| (text(key), replaced(value, variable, element))).collect()
        }
        other => other.clone(),
    }
}

/// The stacks within the stack, by their logical ids and the names of their templates.
fn nested(template: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    of_type(template, "AWS::CloudFormation::Stack").map(|(id, stack)| {
        let url = stack["Properties"]["TemplateURL"].as_str().expect("a file");
        let name = url.strip_prefix("deploy/").and_then(|file| file.strip_suffix(".yaml"));
        (id, name.expect("a file of deploy/"), &stack["Properties"]["Parameters"])
    })
}

#[test]
fn clients_are_answered_by_published_versions_that_alarms_take_back() {
    let template = template();
    let globals = &template["Globals"]["Function"];
    assert_eq!(globals["AutoPublishAlias"], "live");
    assert_eq!(globals["DeploymentPreference"], json!({"Type": ["IsProd", "Rollout", "AllAtOnce"]}));
    assert_eq!(template["Parameters"]["Rollout"]["Default"], "Canary10Percent5Minutes");
    let outputs = watching("function-alarms")["Outputs"].clone();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let name = id.strip_suffix("Function").expect("a function's id ends so");
        let wanted = [format!("{name}Errors"), format!("{name}Faults")];
        assert!(wanted.iter().all(|output| outputs[output].is_object()), "{id}");
        let alarms = wanted.map(|output| format!("FunctionAlarms.Outputs.{output}"));
        assert_eq!(
            function["Properties"]["DeploymentPreference"],
            json!({ "Alarms": ["RollsBack", alarms, ["AWS::NoValue"]] }),
            "{id}"
        );
        // Without it a change of parameters alone would be in no published version.
        assert_eq!(function["Properties"]["AutoPublishCodeSha256"], "Release", "{id}");
    }
}

#[test]
fn what_runs_at_once_can_be_bounded_for_each_kind_of_function() {
    let template = template();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let hashes = function["Properties"]["MemorySize"].as_u64().is_some_and(|size| size >= 1769);
        let kind = if function["Properties"]["Events"].is_null() {
            "Socket"
        } else if hashes {
            "SignIn"
        } else {
            "Request"
        };
        let wanted = json!([format!("Has{kind}Concurrency"), format!("{kind}Concurrency"), "AWS::NoValue"]);
        assert_eq!(function["Properties"]["ReservedConcurrentExecutions"], wanted, "{id}: {}", binary(function));
        // A new account has too little to reserve any of it.
        assert_eq!(template["Parameters"][format!("{kind}Concurrency")]["Default"], 0);
        assert_eq!(template["Conditions"][format!("Has{kind}Concurrency")], json!([[format!("{kind}Concurrency"), 0]]));
    }
}

#[test]
fn stacks_that_watch_are_given_what_they_ask_for() {
    let template = template();
    let mut names = BTreeSet::new();
    for (id, name, given) in nested(&template) {
        let declared = watching(name);
        let keys = |value: &Value| value.as_object().expect("parameters").keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(given), keys(&declared["Parameters"]), "{id}");
        names.insert(name.to_owned());
        // What the transform of loops is given, it may write into the template.
        let loops = declared["Transform"] == "AWS::LanguageExtensions";
        for (parameter, value) in given.as_object().expect("parameters") {
            let source = &template["Parameters"][value.as_str().unwrap_or_default()];
            assert_eq!(source["NoEcho"], declared["Parameters"][parameter]["NoEcho"], "{id}: {parameter}");
            assert!(!loops || source["NoEcho"] != true, "{id}: {parameter} is a secret");
        }
        for (alarm, resource) in of_type(&declared, "AWS::CloudWatch::Alarm") {
            let properties = &resource["Properties"];
            assert_eq!(properties["AlarmActions"], json!(["HasAlarmTopic", ["AlarmTopic"], "AWS::NoValue"]), "{alarm}");
            assert_eq!(properties["TreatMissingData"], "notBreaching", "{alarm}");
            assert!(properties["AlarmDescription"].as_str().is_some_and(|text| text.ends_with('.')), "{alarm}");
        }
    }
    assert_eq!(names, BTreeSet::from(["dashboard", "front", "function-alarms", "watching"].map(str::to_owned)));
    assert_eq!(of_type(&template, "AWS::CloudWatch::Alarm").count(), 0, "alarms stand in deploy/");
}

#[test]
fn every_function_and_every_table_has_its_alarms() {
    let template = template();
    let functions = watching("function-alarms");
    for (id, _) in of_type(&template, "AWS::Serverless::Function") {
        let name = id.strip_suffix("Function").expect("a function's id ends so");
        for kind in ["Errors", "Faults", "Throttles"] {
            let alarm = &functions["Resources"][format!("{name}{kind}Alarm")]["Properties"];
            assert_eq!(alarm["MetricName"], kind, "{id}");
            assert_eq!(alarm["Dimensions"], json!([{"Name": "FunctionName", "Value": {"Ref": id}}]), "{id}");
            let own = if kind == "Faults" { "Namespace" } else { "AWS/Lambda" };
            assert_eq!(alarm["Namespace"], own, "{id}");
        }
    }
    let others = watching("watching");
    for (id, table) in of_type(&template, "AWS::DynamoDB::Table") {
        let name = id.strip_suffix("Table").expect("a table's id ends so");
        let alarm = &others["Resources"][format!("{name}ThrottlesAlarm")]["Properties"];
        let metrics = alarm["Metrics"].as_array().unwrap_or_else(|| panic!("{id} has no alarm"));
        assert_eq!(metrics.len(), 4, "{id}");
        for metric in &metrics[1..] {
            assert_eq!(metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"], json!({"Ref": id}), "{id}");
        }
        let index = &table["Properties"]["GlobalSecondaryIndexes"][0]["IndexName"];
        let watched = &others["Mappings"]["Tables"][name]["Index"];
        assert_eq!(watched, if index.is_null() { &Value::Null } else { index }.as_str().unwrap_or("none"), "{id}");
    }
}

#[test]
fn sam_reads_loops_in_every_environment() {
    let config = file("samconfig.toml");
    for environment in ["default", "staging", "prod"] {
        let (_, global) = config.split_once(&format!("[{environment}.global.parameters]\n")).expect("an environment");
        let global = global.split("\n[").next().unwrap_or_default();
        assert!(global.contains("language_extensions = true"), "{environment}");
        let (_, deploy) = config.split_once(&format!("[{environment}.deploy.parameters]\n")).expect("an environment");
        assert!(deploy.starts_with("capabilities = \"CAPABILITY_IAM CAPABILITY_AUTO_EXPAND\""), "{environment}");
    }
    for script in [".ci/run", "justfile"] {
        assert!(file(script).contains("deploy/*.yaml"), "{script} lints the templates of deploy/");
    }
}
