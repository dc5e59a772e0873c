//! What `cargo run` prints once everything answers.

use crate::Endpoints;
use std::path::Path;

/// The port of the HTTP API unless another is chosen. `local/sam-variables.json` has the three after it, where the stand-ins
/// are then.
pub const DEFAULT_PORT: u16 = 3000;

/// The text. Its first line is what other programs wait for.
#[must_use]
pub fn greeting(url: &str, endpoints: &Endpoints, data: &Path) -> String {
    let Endpoints { dynamodb, s3, sns } = endpoints;
    let port = url.rsplit(':').next().unwrap_or_default();
    let functions = in_containers(port, endpoints);
    format!(
        "listening on {url}
console      {url}/
docs         {url}/docs
demo         {url}/demo
dynamodb     {dynamodb}
s3           {s3}
sns          {sns}
data         {data}
try it:
  curl {url}/v1/account/register -d phone_number=15172354423
  curl '{url}/_local/sms?phone=15172354423'
  curl {url}/v1/account/validate_sms -d phone_number=15172354423 -d validate_type=register -d validate_code=CODE
the same functions in containers (CONTRIBUTING.md):
  {functions}
",
        data = data.display(),
    )
}

/// The line to type for a function in a container. `samconfig.toml` knows the stand-ins on their usual ports only.
fn in_containers(port: &str, endpoints: &Endpoints) -> String {
    let usual = [DEFAULT_PORT, DEFAULT_PORT + 1, DEFAULT_PORT + 2, DEFAULT_PORT + 3].map(|port| port.to_string());
    let Endpoints { dynamodb, s3, sns } = endpoints;
    let ports = [port, dynamodb, s3, sns].map(|url| url.rsplit(':').next().unwrap_or_default());
    if ports != usual.each_ref().map(String::as_str) {
        return format!("scripts/sam-local.sh {port}");
    }
    let machine = if cfg!(target_arch = "aarch64") { " --parameter-overrides Architecture=arm64" } else { "" };
    format!(
        "sam build{machine} && AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local \
         sam local invoke{machine} ProcedureFunction -e events/procedure/light_up.json"
    )
}
