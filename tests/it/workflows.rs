//! `.github/workflows`: what runs there, with which rights.

use crate::template::file;
use serde_json::Value;

const WORKFLOWS: [&str; 2] = ["ci", "deploy"];

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
            assert!(tag.starts_with('v') && tag.matches('.').count() == 2, "{name}: {action}");
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
}

#[test]
fn advisories_are_checked() {
    let workflow = workflow("ci");
    let runs: Vec<_> = steps(&workflow["jobs"]["check"]).filter_map(|step| step["run"].as_str()).collect();
    assert!(runs.iter().any(|run| run.contains("check advisories")), "{runs:?}");
}
