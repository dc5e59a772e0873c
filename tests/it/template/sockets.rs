//! The WebSocket API of `template.yaml`, and what functions may do that post to it.

use super::{binary, declared, of_type, template};
use local::dialects;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ENDPOINT: &str = "https://${PushApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/push";

#[test]
fn every_event_of_a_socket_reaches_the_function_of_sockets() {
    let template = template();
    let sockets = dialects::functions().into_iter().filter(|function| function.handlers.is_some());
    let sockets: Vec<_> = sockets.map(|function| function.name).collect();
    let apis: Vec<_> = of_type(&template, "AWS::ApiGatewayV2::Api").collect();
    assert_eq!(apis.len(), sockets.len(), "an API for each function of sockets");
    for (id, api) in apis {
        assert_eq!(api["Properties"]["ProtocolType"], "WEBSOCKET", "{id}");
        let routes = of_type(&template, "AWS::ApiGatewayV2::Route").filter(|(_, it)| it["Properties"]["ApiId"] == id);
        let routes: BTreeMap<_, _> =
            routes.map(|(name, it)| (it["Properties"]["RouteKey"].as_str().unwrap(), (name, it))).collect();
        assert_eq!(routes.keys().collect::<Vec<_>>(), [&"$connect", &"$default", &"$disconnect"], "{id}");
        for (key, (name, route)) in &routes {
            assert_eq!(route["Properties"]["AuthorizationType"], "NONE", "{key}: the function proves who it is");
            let target = route["Properties"]["Target"].as_str().unwrap();
            let integration = target.strip_prefix("integrations/${").unwrap().strip_suffix('}').unwrap();
            let integration = &template["Resources"][integration]["Properties"];
            assert_eq!((&integration["ApiId"], &integration["IntegrationType"]), (&json!(id), &json!("AWS_PROXY")));
            // The published version, not what was uploaded last.
            let uri = &integration["IntegrationUri"];
            assert!(uri[0].as_str().unwrap().ends_with("/functions/${Alias}/invocations"), "{key}: {uri}");
            let function = uri[1]["Alias"].as_str().unwrap().strip_suffix(".Alias").expect("an alias");
            assert!(sockets.contains(&binary(&template["Resources"][function])), "{key} leads to {function}");
            // Deployed by itself, and not before it has its routes.
            let (_, stage) = of_type(&template, "AWS::ApiGatewayV2::Stage").next().expect("a stage");
            assert_eq!((&stage["Properties"]["ApiId"], &stage["Properties"]["AutoDeploy"]), (&json!(id), &json!(true)));
            assert!(stage["DependsOn"].as_array().unwrap().contains(&json!(name)), "{name}");
        }
    }
}

#[test]
fn api_gateway_may_call_the_function_from_that_stage_alone() {
    let template = template();
    let permission = &template["Resources"]["PushPermission"]["Properties"];
    assert_eq!(
        (&permission["FunctionName"], &permission["Principal"]),
        (&json!("PushFunction.Alias"), &json!("apigateway.amazonaws.com"))
    );
    let source = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${PushApi}/push/*";
    assert_eq!(permission["SourceArn"], source);
    assert_eq!(template["Resources"]["PushStage"]["Properties"]["StageName"], "push");
}

#[test]
fn sockets_are_throttled_and_their_access_log_says_nothing_personal() {
    let template = template();
    let stage = &template["Resources"]["PushStage"]["Properties"];
    let limits = json!({ "ThrottlingRateLimit": "ThrottlingRate", "ThrottlingBurstLimit": "ThrottlingBurst" });
    assert_eq!(stage["DefaultRouteSettings"], limits);
    // Without a setting of the account, an access log keeps a stack from being made.
    assert_eq!(stage["AccessLogSettings"][0], "HasSocketAccessLog");
    assert_eq!(template["Parameters"]["SocketAccessLog"]["Default"], "false");
    let format = stage["AccessLogSettings"][1]["Format"].as_str().unwrap();
    serde_json::from_str::<Value>(format).expect("the access log is JSON");
    assert!(format.contains("$context.requestId"));
    for personal in ["sourceIp", "userAgent", "connectionId", "authorizer", "messageId", "domain"] {
        assert!(!format.to_lowercase().contains(&personal.to_lowercase()), "{personal} is in the access log");
    }
    let url = template["Outputs"]["PushUrl"]["Value"].as_str().unwrap();
    assert_eq!(url, ENDPOINT.replace("https:", "wss:"));
}

#[test]
fn who_pushes_may_post_and_close_and_nobody_else() {
    let template = template();
    let policy = &template["Resources"]["PushPolicy"]["Properties"]["PolicyDocument"];
    let api = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${PushApi}/push";
    assert_eq!(
        policy["Statement"],
        json!([{
            "Sid": "Sockets",
            "Effect": "Allow",
            "Action": "execute-api:ManageConnections",
            "Resource": [format!("{api}/POST/@connections/*"), format!("{api}/DELETE/@connections/*")],
        }])
    );
    let mut pushing = BTreeSet::new();
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let declares = declared(binary(function)).settings.contains(&"PUSH_ENDPOINT");
        let policies = function["Properties"]["Policies"].as_array().unwrap();
        assert_eq!(policies.contains(&json!("PushPolicy")), declares, "{id}");
        assert!(!policies.iter().any(|policy| policy.to_string().contains("execute-api")), "{id}");
        if declares {
            assert_eq!(function["Properties"]["Environment"]["Variables"]["PUSH_ENDPOINT"], ENDPOINT, "{id}");
            pushing.insert(binary(function));
        }
    }
    assert!(pushing.contains("push"), "{pushing:?}");
}

/// A schedule calls the version that answers clients, with a role that can do nothing else; who opens sockets makes such schedules.
#[test]
fn the_function_of_sockets_is_called_when_a_session_ends_and_by_nobody_else() {
    let template = template();
    let alias = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-push:live";
    let function = &template["Resources"]["PushFunction"]["Properties"];
    assert_eq!(function["FunctionName"], "${AWS::StackName}-push");
    assert_eq!(template["Globals"]["Function"]["AutoPublishAlias"], "live");
    let role = &template["Resources"]["PushScheduleRole"]["Properties"];
    assert_eq!(
        role["Policies"][0]["PolicyDocument"]["Statement"],
        json!([{ "Sid": "Sockets", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": alias }])
    );
    let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"], json!({ "Service": "scheduler.amazonaws.com" }));
    assert_eq!(trust["Condition"], json!({ "StringEquals": { "aws:SourceAccount": "AWS::AccountId" } }));
    let schedules = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${PushSchedules}/*";
    assert_eq!(
        template["Resources"]["PushSchedulesPolicy"]["Properties"]["PolicyDocument"]["Statement"],
        json!([
            { "Sid": "Schedules", "Effect": "Allow", "Action": "scheduler:CreateSchedule", "Resource": schedules },
            {
                "Sid": "HandOver",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "PushScheduleRole.Arn",
                "Condition": { "StringEquals": { "iam:PassedToService": "scheduler.amazonaws.com" } },
            },
        ])
    );
    for (id, function) in of_type(&template, "AWS::Serverless::Function") {
        let declares = declared(binary(function)).settings.contains(&"EXPIRY_SCHEDULES");
        let policies = function["Properties"]["Policies"].as_array().unwrap();
        assert_eq!(policies.contains(&json!("PushSchedulesPolicy")), declares, "{id}");
        if declares {
            let variables = &function["Properties"]["Environment"]["Variables"];
            assert_eq!(variables["EXPIRY_SCHEDULES"], "PushSchedules", "{id}");
            assert_eq!(
                (&variables["EXPIRY_FUNCTION"], &variables["EXPIRY_ROLE"]),
                (&json!(alias), &json!("PushScheduleRole.Arn"))
            );
        }
    }
}
