//! The clients of `docs/clients.md`: those in bash, Python and TypeScript are run, and the types of TypeScript are checked; those in Kotlin
//! and Swift are held against the OpenAPI documents.

mod named;

use super::{PATIENCE, blocks, lacking, page, says, skipped};
use local::{Options, World};
use std::{path::Path, process::Stdio};
use tokio::{process::Command, time::timeout};

/// What runs TypeScript where node does not, from npm.
const TSX: &str = "tsx@4.23.15";

/// What checks types, and the types of node, from npm.
const TYPES: [&str; 2] = ["typescript@7.0.2", "@types/node@26.6.7"];

/// The block of a language in the page of clients.
fn client(language: &str) -> String {
    let found = blocks(&page("docs/clients.md")).into_iter().find(|block| block.language == language);
    found.expect("a client of this language").text
}

/// A command in a folder; what it prints, or what it fails with.
async fn runs(folder: &Path, api: &str, command: &[&str]) -> Result<String, String> {
    let mut run = Command::new(command[0]);
    run.args(&command[1..]).current_dir(folder).env("API", api);
    let run = run.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, run).await.expect("a client that ends").expect("what runs it");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    Err(format!("{command:?}: {}\n{printed}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// Runs a client against a world of its own; what it prints.
async fn client_prints(file: &str, language: &str, command: &[&str]) -> String {
    let world = World::start(Options::ephemeral()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(file), client(language)).unwrap();
    let printed = runs(folder.path(), &world.url, &[command, &[file]].concat()).await;
    world.shutdown().await;
    printed.unwrap_or_else(|failure| panic!("{failure}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_curl_works() {
    if let Some(reason) = lacking(&["bash", "curl", "python3"]).await {
        return skipped(&reason);
    }
    let printed = client_prints("client.sh", "bash", &["bash", "-euo", "pipefail"]).await;
    assert!(printed.ends_with("{\"status\":\"update portrait successfully\",\"data\":{}}"), "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_python_works() {
    if let Some(reason) = lacking(&["python3"]).await {
        return skipped(&reason);
    }
    assert_eq!(client_prints("client.py", "python", &["python3"]).await, "hello from Python\n");
}

/// How a file of TypeScript is run here.
async fn typescript() -> Result<Vec<&'static str>, &'static str> {
    let version = says(&["node", "--version"]).await.ok_or("there is no node")?;
    let mut numbers =
        version.trim_start_matches('v').split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    let version = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    if version >= (22, 18) && version.0 != 23 {
        return Ok(vec!["node"]);
    }
    let tsx = ["npx", "--yes", TSX];
    says(&[&tsx[..], &["--version"]].concat()).await.ok_or("node is older than 22.18, and npm gives no tsx")?;
    Ok([&tsx[..], &["--experimental-websocket"]].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_typescript_works() {
    match typescript().await {
        Ok(command) => {
            assert_eq!(client_prints("client.ts", "typescript", &command).await, "hello from TypeScript\n");
        }
        Err(reason) => skipped(reason),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_types_of_typescript_hold() {
    if let Some(reason) = lacking(&["node", "npm", "npx"]).await {
        return skipped(&reason);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("package.json"), "{}").unwrap();
    let install = ["npm", "install", "--no-save", "--no-audit", "--no-fund", TYPES[0], TYPES[1]];
    if let Err(failure) = runs(folder.path(), "", &install).await {
        return skipped(&format!("npm gives no compiler of TypeScript: {failure}"));
    }
    let check = "--strict --noEmit --target es2022 --module nodenext --types node client.ts";
    let check: Vec<_> = ["npx", "--no-install", "tsc"].into_iter().chain(check.split(' ')).collect();
    let wrong = client("typescript").replace("socket.onopen = ", "socket.onopened = ");
    for (text, holds) in [(client("typescript"), true), (wrong, false)] {
        std::fs::write(folder.path().join("client.ts"), text).unwrap();
        let checked = runs(folder.path(), "", &check).await;
        assert_eq!(checked.is_ok(), holds, "{checked:?}");
    }
}
