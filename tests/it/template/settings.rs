//! Which settings each function has: those that it reads, and no others.

use super::{binary, declared, file, of_type, template};
use local::dialects;
use serde_json::Value;
use shared::{
    Config,
    config::{Regions, Secret, Table},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The variables that `shared::config` reads, with the default in the code where there is one.
fn settings() -> BTreeMap<String, Option<String>> {
    let sections = [
        "chat",
        "codes",
        "gifts",
        "lightup",
        "live",
        "push",
        "qiniu",
        "review",
        "sealtalk",
        "signing",
        "streaming",
        "wallet",
    ]
    .map(|name| file(&format!("shared/src/config/{name}.rs")));
    let source = file("shared/src/config.rs") + &sections.concat();
    let calls = ["required(\"", "number(\"", "get(\"", "given(\"", "read(variables, \""];
    let mut found = BTreeMap::new();
    for call in calls {
        for rest in source.split(call).skip(1) {
            let (name, rest) = rest.split_once('"').unwrap();
            let default = rest.strip_prefix(", ").and_then(|rest| rest.split_once(')'));
            let default = default.map(|(default, _)| default.replace('_', ""));
            found.insert(name.to_owned(), default.filter(|default| default.parse::<u32>().is_ok()));
        }
    }
    found
}

/// The variables of a function in the template, those of the SDK aside.
fn variables(function: &Value) -> BTreeMap<String, Value> {
    let own = function["Properties"]["Environment"]["Variables"].as_object().expect("variables");
    own.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[test]
fn functions_are_given_exactly_the_settings_that_the_code_reads() {
    let template = template();
    let shared = template["Globals"]["Function"]["Environment"]["Variables"].as_object().unwrap();
    assert!(shared.keys().all(|name| name.starts_with("AWS_")), "every function has {shared:?}");
    let mut all = BTreeMap::new();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let given = variables(function);
        let declared = declared(binary(function)).variables();
        let reads: BTreeSet<_> = declared.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(declared.len(), reads.len(), "{id} declares a variable twice");
        assert_eq!(given.keys().cloned().collect::<BTreeSet<_>>(), reads, "{id}");
        all.extend(given);
    }
    let tables = Table::ALL.map(|table| table.setting().to_owned());
    let settings = settings();
    let known: BTreeSet<_> = settings.keys().cloned().chain(tables).collect();
    assert_eq!(all.keys().cloned().collect::<BTreeSet<_>>(), known);
    for table in Table::ALL {
        assert_eq!(all[table.setting()], table.logical_id());
    }
    for (name, default) in settings {
        let Some(default) = default else { continue };
        let parameter = all[&name].as_str().unwrap();
        assert_eq!(template["Parameters"][parameter]["Default"].to_string(), default, "{name} in code and {parameter}");
    }
}

/// A value for each variable that makes sense.
fn sensible(name: &str) -> String {
    let value = match name {
        "STAGE" => "dev",
        "HASH_KEY" | "FRONT_KEY" => "0123456789abcdef0123456789abcdef",
        "SMS_REGIONS" => "all",
        "COOKIE_SAME_SITE" => "Lax",
        "WRONG_PASSWORD_CODE" => "1000",
        "TEST_CODE" => "9999",
        "LIGHTUP_CODE_TEXT" | "SEALTALK_CODE_TEXT" | "LIVE_CODE_TEXT" => "{code}",
        "CLIENT_VERSIONS" => "{}",
        "REFILL_MODE" => "receipt",
        "GIFT_PRICES" => "rose=5",
        "LIVE_PROVIDER" => "rtmp",
        "EXPIRY_FUNCTION" | "EXPIRY_ROLE" => "arn:aws:iam::000000000000:role/a",
        "PUSH_ENDPOINT" => "https://a.example/push",
        "SIGN_MODE" => "log",
        "EMPTY_SEARCH_STATUS" => "0",
        "CHAT_PASSWORD_MAX" => "16",
        "RTMP_HOOK_SECRET" | "SIGN_SECRET" => "0123456789abcdef",
        _ => "1",
    };
    value.to_owned()
}

#[test]
fn a_function_reads_every_variable_that_it_declares_and_no_other() {
    for function in dialects::functions() {
        let looked_up = RefCell::new(BTreeSet::new());
        let lookup = |name: &str| {
            looked_up.borrow_mut().insert(name.to_owned());
            Some(sensible(name))
        };
        Config::read(&function.variables(), &lookup).unwrap();
        let declared = function.variables().into_iter().map(str::to_owned).collect();
        assert_eq!(looked_up.into_inner(), declared, "{}", function.name);
    }
}

/// Reads a setting.
type Use = fn(&Config);

#[test]
fn what_a_function_does_not_declare_it_cannot_use() {
    let uses: [(&str, Use); 16] = [
        ("MEDIA_BASE", |config| assert!(config.media_base.is_none())),
        ("HASH_KEY", |config| drop(config.hash_key.expose().to_owned())),
        ("ALLOW_ERASE", |config| assert!(*config.allow_erase)),
        ("SMS_REGIONS", |config| assert!(*config.sms_regions == Regions::all())),
        ("SMS_DAILY_BUDGET", |config| assert!(*config.sms_daily_budget > 0)),
        ("GUESTS_PER_SEGMENT", |config| assert!(*config.guests_per_segment > 0)),
        ("GUESTS_PER_DAY", |config| assert!(*config.guests_per_day > 0)),
        ("LIGHTS_PER_DAY", |config| assert!(*config.lights_per_day > 0)),
        ("GUEST_SHARDS", |config| assert!(*config.guest_shards > 0)),
        ("DEFAULT_PORTRAIT", |config| assert!(config.default_portrait.is_empty())),
        ("REFUSE_COMMON_PASSWORDS", |config| assert!(!*config.refuse_common_passwords)),
        ("COOKIE_NAME", |config| assert!(!config.sealtalk.cookie_name.is_empty())),
        ("OPERATOR_TOPIC", |config| assert!(config.operator_topic.is_some())),
        ("AUDIT_LOGIN", |config| assert!(!config.review.lets_in())),
        ("CHAT_PASSWORD_MAX", |config| assert!(config.chat.password_max == 16)),
        ("SIGN_MODE", |config| assert!(config.signing.secret.is_none())),
    ];
    for function in dialects::functions() {
        let (name, declared) = (function.name, function.variables());
        let config = Config::local(Secret::new("0123456789abcdef0123456789abcdef")).only(&declared);
        for (variable, using) in uses {
            let used = catch_unwind(AssertUnwindSafe(|| using(&config)));
            assert_eq!(used.is_ok(), declared.contains(&variable), "{name} uses {variable}");
        }
    }
}

#[test]
fn a_secret_stays_where_it_is_used() {
    let template = template();
    let parameters = template["Parameters"].as_object().unwrap().iter();
    let secrets = parameters.filter(|(_, parameter)| parameter["NoEcho"] == true);
    let mut holders = BTreeMap::new();
    for (secret, _) in secrets {
        let functions = of_type(&template, "AWS::Serverless::Function");
        let having = functions.filter(|(_, it)| variables(it).values().any(|value| value == secret.as_str()));
        holders.insert(secret.as_str(), having.map(|(_, it)| binary(it)).collect::<BTreeSet<_>>());
    }
    let every: Vec<_> = dialects::functions().into_iter().map(|function| function.name).collect();
    let expected = [
        ("FrontKey", &*every),
        ("HashKey", &["account", "chat", "files", "live", "m_user", "sealtalk"]),
        ("QiniuSecretKey", &["sealtalk"]),
        ("RtmpHookSecret", &["live"]),
        ("TestCode", &["sealtalk"]),
    ];
    let expected = expected.map(|(secret, functions)| (secret, functions.iter().copied().collect()));
    assert_eq!(holders, expected.into());
}
