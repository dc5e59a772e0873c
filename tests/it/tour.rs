//! The README and the tour as they stand: every shell block is run, one after the other in one shell, and what it prints is compared
//! with what the page says that it prints.
//!
//! A block that cannot be run here has a comment of markdown in front, `<!-- not run: why -->`. A block of `text` right behind one of
//! `bash` is what it prints: line by line, where `…` stands for anything.
//!
//! The clients of `docs/clients.md` are run too, or held against the OpenAPI documents. TypeScript takes node; where there is none, or one that is
//! too old and no `tsx` from npm, that test says so and passes, unless `CLIENTS=required` is set.

use local::{Options, World};
use std::{path::PathBuf, process::Stdio, time::Duration};
use tokio::{process::Command, time::timeout};

/// What stands between the outputs of two blocks.
const NEXT: &str = "---- the next block ----";

/// No page takes longer than this.
const PATIENCE: Duration = Duration::from_secs(120);

/// A fenced block of a page.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    language: String,
    /// Why it is not run, where the page says so.
    not_run: Option<String>,
    text: String,
}

/// The fenced blocks of a page, in their order.
fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut open, mut said) = (Vec::new(), None::<Block>, None::<String>);
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { language: language.to_owned(), not_run: said.take(), text: String::new() });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => block.text += &format!("{line}\n"),
            (None, None) if !line.is_empty() => {
                let why = line.strip_prefix("<!-- not run: ").and_then(|rest| rest.strip_suffix(" -->"));
                said = why.map(str::to_owned);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

fn is_shell(block: &Block) -> bool {
    ["sh", "bash", "console", "shell"].contains(&block.language.as_str())
}

/// Whether a line is as the page says, where `…` stands for anything.
fn fits(said: &str, line: &str) -> bool {
    let parts: Vec<_> = said.split('…').collect();
    let Some((first, rest)) = parts.split_first() else { return false };
    let Some(mut line) = line.strip_prefix(first) else { return false };
    let Some((last, middle)) = rest.split_last() else { return line.is_empty() };
    for part in middle {
        let Some(at) = line.find(part) else { return false };
        line = &line[at + part.len()..];
    }
    line.ends_with(last)
}

fn page(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(name)).unwrap()
}

/// Runs the blocks of a page against a world of their own.
async fn runs(name: &str) {
    let all = blocks(&page(name));
    let world = World::start(Options::ephemeral()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut script = String::new();
    let mut expected = Vec::new();
    for (place, block) in all.iter().enumerate().filter(|(_, block)| is_shell(block) && block.not_run.is_none()) {
        script += &format!("{}\necho '{NEXT}'\n", block.text);
        expected.push((place, all.get(place + 1).filter(|next| next.language == "text")));
    }
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).current_dir(folder.path()).env("API", &world.url);
    let shell = shell.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, shell).await.expect("a page that ends").expect("bash");
    let (out, failures) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {}\n{out}\n{failures}", output.status);
    let printed: Vec<_> = out.split(&format!("{NEXT}\n")).collect();
    assert_eq!(printed.len(), expected.len() + 1, "{name}: {out}");
    for (printed, (place, said)) in printed.into_iter().zip(expected) {
        let Some(said) = said else { continue };
        let (said, printed): (Vec<_>, Vec<_>) = (said.text.lines().collect(), printed.lines().collect());
        let as_said = said.len() == printed.len() && said.iter().zip(&printed).all(|(said, line)| fits(said, line));
        assert!(as_said, "{name}, block {place} prints {printed:#?}, and the page says {said:#?}");
    }
    world.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readme_is_true() {
    runs("README.md").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_is_true() {
    runs("docs/tour.md").await;
}

/// The block of a language in the page of clients.
fn client(language: &str) -> String {
    let found = blocks(&page("docs/clients.md")).into_iter().find(|block| block.language == language);
    found.expect("a client of this language").text
}

/// Runs a client against a world of its own; what it prints.
async fn client_prints(file: &str, language: &str, command: &[&str]) -> String {
    let world = World::start(Options::ephemeral()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(file), client(language)).unwrap();
    let mut run = Command::new(command[0]);
    run.args(&command[1..]).arg(file).current_dir(folder.path()).env("API", &world.url);
    let run = run.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, run).await.expect("a client that ends").expect("what runs it");
    assert!(output.status.success(), "{language}: {}", String::from_utf8_lossy(&output.stderr));
    world.shutdown().await;
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_curl_works() {
    let printed = client_prints("client.sh", "bash", &["bash", "-euo", "pipefail"]).await;
    assert!(printed.ends_with("{\"status\":\"update portrait successfully\",\"data\":{}}"), "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_python_works() {
    assert_eq!(client_prints("client.py", "python", &["python3"]).await, "hello from Python\n");
}

/// What a command prints, if it is there and succeeds.
async fn says(command: &[&str]) -> Option<String> {
    let run = Command::new(command[0]).args(&command[1..]).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, run).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
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
    let tsx = ["npx", "--yes", "tsx@4.23.15"];
    says(&[&tsx[..], &["--version"]].concat()).await.ok_or("node is older than 22.18, and npm gives no tsx")?;
    Ok([&tsx[..], &["--experimental-websocket"]].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(
    clippy::disallowed_methods,
    reason = "whether node has to be there is a matter of the machine that the tests run on"
)]
async fn the_client_of_typescript_works() {
    match typescript().await {
        Ok(command) => {
            assert_eq!(client_prints("client.ts", "typescript", &command).await, "hello from TypeScript\n");
        }
        Err(reason) if std::env::var("CLIENTS").as_deref() == Ok("required") => panic!("{reason}"),
        Err(reason) => eprintln!("skipped: {reason}"),
    }
}

/// The literals of a line of code, each with what follows it; none of a line that has quotes in its literals.
fn literals(line: &str) -> Vec<(&str, &str)> {
    if ["\\\"", "\"\"\"", "#\""].iter().any(|quoted| line.contains(quoted)) {
        return Vec::new();
    }
    let pieces: Vec<_> = line.split('"').collect();
    pieces.windows(2).enumerate().filter(|(place, _)| place % 2 == 1).map(|(_, pair)| (pair[0], pair[1])).collect()
}

/// Paths and fields of the clients that nothing here can run are those of the documents.
#[test]
fn the_clients_of_kotlin_and_swift_name_what_there_is() {
    let document = page("docs/api/lightup.json");
    let is_there = |name: &str| document.contains(&format!("\"{name}\": {{"));
    for (language, is_name) in [("kotlin", " to "), ("swift", ": ")] {
        let text = client(language);
        let (mut paths, mut fields) = (0, 0);
        for (literal, next) in text.lines().flat_map(literals) {
            if literal.starts_with("/v1/") {
                assert!(is_there(literal), "{language}: {literal}");
                paths += 1;
            } else if next.starts_with(is_name) {
                assert!(is_there(literal), "{language}: {literal}");
                fields += 1;
            }
        }
        assert!(paths >= 4 && fields >= 8, "{language}: {paths} paths and {fields} fields");
        assert!(text.contains("/android/websocket/") && !is_there("/v1/account/no_such_path"));
    }
}

/// Only what builds, tests or deploys the project itself is left out, and every block says what it is.
#[test]
fn what_is_not_run_has_its_reason() {
    let mut left_out = Vec::new();
    for name in ["README.md", "docs/tour.md"] {
        for block in blocks(&page(name)) {
            assert!(is_shell(&block) || block.language == "text", "{name}: a block of {:?}", block.language);
            left_out.extend(block.not_run.map(|why| format!("{name}: {why}")));
        }
    }
    assert_eq!(
        left_out,
        ["README.md: this is what runs the tests", "README.md: it takes an AWS account"],
        "these are not run"
    );
}

#[test]
fn three_dots_stand_for_anything() {
    assert!(fits("", "") && fits("…", "") && fits("…", "a") && fits("a…c", "abc") && fits("a…b…", "axxb"));
    assert!(!fits("", "a") && !fits("a…c", "ab") && !fits("a…b…c", "acb") && !fits("a", "ab"));
    let found = blocks("<!-- not run: why -->\n```sh\na\n```\n\nb\n```text\nc\n```\n");
    let block = |language: &str, not_run: Option<&str>, text: &str| Block {
        language: language.to_owned(),
        not_run: not_run.map(str::to_owned),
        text: text.to_owned(),
    };
    assert_eq!(found, [block("sh", Some("why"), "a\n"), block("text", None, "c\n")]);
}
