//! The README and the tour as they stand: every shell block is run, one after the other in one shell, and what it prints is compared
//! with what the page says that it prints.
//!
//! A block that cannot be run here has a comment of markdown in front, `<!-- not run: why -->`. A block of `text` right behind one of
//! `bash` is what it prints: line by line, where `…` stands for anything.
//!
//! What the pages take, bash, curl, python3 and for one client node, is not on every machine: a test that lacks it says so and passes, unless
//! `CLIENTS=required` is set.

mod clients;

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
    if let Some(reason) = lacking(&["bash", "curl", "python3"]).await {
        return skipped(&reason);
    }
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

/// What a command prints, if it is there and succeeds.
async fn says(command: &[&str]) -> Option<String> {
    let run = Command::new(command[0]).args(&command[1..]).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(PATIENCE, run).await.ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a test that lacks something passes all the same; says what it lacks.
#[expect(
    clippy::disallowed_methods,
    reason = "whether the tools have to be there is a matter of the machine that the tests run on"
)]
fn skipped(reason: &str) {
    assert_ne!(std::env::var("CLIENTS").as_deref(), Ok("required"), "{reason}");
    eprintln!("skipped: {reason}");
}

/// The first of these commands that is not there.
async fn lacking(commands: &[&str]) -> Option<String> {
    for command in commands {
        if says(&[command, "--version"]).await.is_none() {
            return Some(format!("there is no {command}"));
        }
    }
    None
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
        [
            "README.md: it does not end, and the tests have a server of their own",
            "README.md: this is what runs the tests",
            "README.md: it takes an AWS account",
            "docs/tour.md: it asks the server of the port 3000, and cargo builds it",
        ],
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
