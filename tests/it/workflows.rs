//! `.github/workflows`: what runs there, with which rights.

use crate::template::{deployment::watching, file, template};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const WORKFLOWS: [&str; 4] = ["ci", "deploy", "smoke", "stage"];

fn text(name: &str) -> String {
    file(&format!(".github/workflows/{name}.yml"))
}

fn workflow(name: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(&text(name), options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn steps(job: &Value) -> impl Iterator<Item = &Value> {
    job["steps"].as_array().into_iter().flatten()
}

#[test]
fn actions_are_pinned_by_commit_with_the_tag_beside_it() {
    for name in WORKFLOWS {
        let text = text(name);
        let used = text.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: "));
        for action in used.filter(|action| !action.starts_with("./")) {
            let (_, version) = action.split_once('@').unwrap_or_else(|| panic!("{name}: {action} has no version"));
            let (commit, tag) = version.split_once(" # ").unwrap_or_else(|| panic!("{name}: {action} has no tag"));
            let hexadecimal = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(commit.len() == 40 && hexadecimal, "{name}: {action} is not pinned by commit");
            let tagged =
                tag.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
            assert!(tagged, "{name}: {action}");
        }
    }
}

#[test]
fn a_job_with_a_token_runs_nothing_of_the_dependencies() {
    let mut trusted = 0;
    for name in WORKFLOWS {
        let workflow = workflow(name);
        assert_eq!(workflow["permissions"], serde_json::json!({"contents": "read"}), "{name}");
        for (id, job) in workflow["jobs"].as_object().unwrap() {
            if job["permissions"]["id-token"] != "write" {
                continue;
            }
            if job["uses"] == "./.github/workflows/stage.yml" {
                assert!(job["needs"].is_string() || job["needs"].is_array(), "{name}, job {id}: deploys unchecked");
                continue;
            }
            trusted += 1;
            for step in steps(job).filter_map(|step| step["run"].as_str()) {
                let harmless = ["tar --extract --file build.tar .aws-sam/build", "sam deploy --config-env"];
                let single = !step.trim_end().contains(['\n', ';', '&', '|']);
                let allowed = single && harmless.iter().any(|command| step.starts_with(command));
                assert!(allowed, "{name}, job {id}: `{step}` beside a token");
            }
        }
    }
    assert_eq!(trusted, 1, "one job deploys");
    let pinned = file(".ci/requirements.txt");
    let version = pinned.lines().find_map(|line| line.strip_prefix("aws-sam-cli==")).expect("a version of SAM");
    assert!(text("stage").contains(&format!("version: {version}\n")), "SAM of CI and of the deployment differ");
}

#[test]
fn no_checkout_keeps_a_token() {
    for name in WORKFLOWS {
        for job in workflow(name)["jobs"].as_object().unwrap().values() {
            for step in steps(job).filter(|step| step["uses"].as_str().is_some_and(|it| it.contains("/checkout@"))) {
                assert_eq!(step["with"]["persist-credentials"], false, "{name}");
            }
        }
    }
}

/// What anybody may write into an input would be read by the shell as a part of its command.
#[test]
fn no_command_is_made_of_expressions() {
    for name in WORKFLOWS {
        for job in workflow(name)["jobs"].as_object().unwrap().values() {
            for run in steps(job).filter_map(|step| step["run"].as_str()) {
                assert!(!run.contains("${{"), "{name}: {run}");
            }
        }
    }
}

#[test]
fn production_gets_what_staging_got_once_it_answers_there_and_somebody_agrees() {
    let workflow = workflow("deploy");
    let jobs = &workflow["jobs"];
    assert_eq!(jobs["staging"]["needs"], json!(["check", "build"]));
    assert_eq!((&jobs["smoke"]["needs"], &jobs["production"]["needs"]), (&json!("staging"), &json!("smoke")));
    assert_eq!(jobs["verify"]["needs"], "production");
    let stages = [("dev", "dev", "default"), ("staging", "staging", "staging"), ("production", "production", "prod")];
    for (job, environment, config) in stages {
        assert_eq!(jobs[job]["with"], json!({ "environment": environment, "config-env": config }), "{job}");
    }
    // The gate stands before every job of an environment.
    let stage = self::workflow("stage");
    assert_eq!(stage["jobs"]["deploy"]["environment"], "${{ inputs.environment }}");
    assert!(!text("smoke").contains("environment"), "the tests after a deployment wait for nobody");
    for (job, tests) in [("smoke", "deployed::"), ("verify", "deployed::every_operation_answers")] {
        assert_eq!(jobs[job]["uses"], "./.github/workflows/smoke.yml");
        assert_eq!(jobs[job]["with"]["tests"], tests);
    }
    for builds in ["check", "build"] {
        assert_eq!(jobs[builds]["if"], "inputs.target == 'dev' || github.ref == 'refs/heads/main'", "{builds}");
    }
}

/// The template of the roles that deploy.
fn roles() -> Value {
    watching("oidc")["Resources"].clone()
}

#[test]
fn github_deploys_one_stack_from_one_environment_and_can_do_no_more() {
    let roles = roles();
    let trust = &roles["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"];
    assert_eq!(trust.as_array().map(Vec::len), Some(1));
    let issuer = "token.actions.githubusercontent.com";
    assert_eq!(
        trust[0]["Condition"]["StringEquals"],
        json!({
            format!("{issuer}:aud"): "sts.amazonaws.com",
            format!("{issuer}:sub"): "repo:${Repository}:environment:${Environment}",
        })
    );
    let trust = &roles["StackRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"];
    assert_eq!(trust[0]["Principal"], json!({ "Service": "cloudformation.amazonaws.com" }));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let mut without_name = BTreeSet::new();
    for role in ["DeployRole", "StackRole"] {
        for statement in roles[role]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap() {
            let sid = statement["Sid"].as_str().unwrap();
            for action in list(&statement["Action"]) {
                assert!(action != "*" && action != "iam:*" && action != "sts:*", "{role} {sid}");
                assert!(role != "DeployRole" || !action.as_str().unwrap().ends_with('*'), "{role} {sid}: {action}");
            }
            if list(&statement["Action"]).contains(&json!("iam:PassRole")) {
                assert!(statement["Condition"]["StringEquals"]["iam:PassedToService"] != Value::Null, "{role} {sid}");
            }
            for resource in list(&statement["Resource"]) {
                let resource = resource.as_str().unwrap();
                if !["${StackName}", "StackRole.Arn", ":transform/", "aws-sam-cli-managed"]
                    .iter()
                    .any(|it| resource.contains(it))
                {
                    without_name.insert(format!("{role} {sid}"));
                }
            }
        }
    }
    // What AWS cannot limit to names.
    let wanted =
        ["DeployRole Summary", "StackRole Apis", "StackRole Deliveries", "StackRole Front", "StackRole Rollout"];
    assert_eq!(without_name, wanted.map(str::to_owned).into());
}

/// Of all services whose resources the templates have.
#[test]
fn cloudformation_may_change_what_the_templates_have() {
    let mut services = BTreeSet::new();
    let stacks = ["dashboard", "front", "function-alarms", "watching"].map(watching);
    for template in stacks.iter().chain([&template()]) {
        for resource in template["Resources"].as_object().unwrap().values() {
            let service = resource["Type"].as_str().unwrap().split("::").nth(1).unwrap();
            services.insert(match service {
                // What SAM makes of them.
                "Serverless" => "lambda".to_owned(),
                "ApiGatewayV2" => "apigateway".to_owned(),
                other => other.to_lowercase(),
            });
        }
    }
    services.extend(["codedeploy", "iam"].map(str::to_owned));
    let statements = roles()["StackRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].to_string();
    for service in &services {
        assert!(statements.contains(&format!("\"{service}:")), "{service} of {services:?}");
    }
}

#[test]
fn advisories_are_checked() {
    let workflow = workflow("ci");
    let runs: Vec<_> = steps(&workflow["jobs"]["check"]).filter_map(|step| step["run"].as_str()).collect();
    assert!(runs.iter().any(|run| run.contains("check advisories")), "{runs:?}");
}
