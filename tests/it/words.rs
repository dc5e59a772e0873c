//! What the text of the repository may refer to: only what is in it, and files and headings that are there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text of the repository that people write, by its path.
fn texts() -> BTreeMap<String, String> {
    let (mut texts, mut folders) = (BTreeMap::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let written = ["rs", "md", "toml", "yaml", "yml", "py", "sh"];
            if path.is_dir() {
                // What is built, fetched or kept by tools is nobody's text.
                if !name.starts_with('.') && name != "target" || name == ".github" || name == ".ci" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| written.iter().any(|known| extension == *known)) {
                let below = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
                texts.insert(below, fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    texts
}

/// References to numbered paragraphs of documents that the repository does not have.
fn outside_references(text: &str) -> Vec<String> {
    let numbered = |word: &str| {
        let digits = word.trim_start_matches(['C', '-', '(']);
        digits.starts_with(|char: char| char.is_ascii_digit())
    };
    let dotted = |word: &str| {
        let mut parts = word.trim_matches(|char: char| !char.is_ascii_digit()).split('.');
        let number = |part: Option<&str>| {
            part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        number(parts.next()) && number(parts.next())
    };
    let tag = |word: &str| {
        let word = word.trim_matches(|char: char| !char.is_ascii_alphanumeric());
        let number = word.strip_prefix("C-").or_else(|| word.strip_prefix('C'));
        number.is_some_and(|number| (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let words: Vec<_> = text.split_whitespace().filter(|word| !matches!(*word, "///" | "//!" | "//" | "#")).collect();
    let pair = |one: &str, two: &str| {
        let one = one.trim_start_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
        match one.as_str() {
            "contract" | "contracts" | "decision" | "decisions" | "hole" | "holes" => numbered(two),
            "section" | "sections" => two.starts_with(|char: char| char.is_ascii_digit()),
            "sealtalk" | "up" => dotted(two),
            _ => false,
        }
    };
    let pairs = words.windows(2).filter(|pair_of| pair(pair_of[0], pair_of[1])).map(|words| words.join(" "));
    pairs.chain(words.iter().filter(|word| tag(word)).map(|word| (*word).to_owned())).collect()
}

/// The anchors of a page: its headings in lower case, with hyphens for spaces and without punctuation.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |char: char| match char {
        ' ' => Some('-'),
        '-' | '_' => Some(char),
        _ => char.is_alphanumeric().then_some(char),
    };
    headings.map(|heading| heading.to_lowercase().chars().filter_map(kept).collect()).collect()
}

#[test]
fn nothing_outside_the_repository_is_referred_to() {
    let own = "tests/it/words.rs";
    let found = texts().into_iter().filter(|(path, _)| path != own);
    let found: Vec<_> = found
        .flat_map(|(path, text)| outside_references(&text).into_iter().map(move |word| format!("{path}: {word}")))
        .collect();
    assert!(
        found.is_empty(),
        "state the rule, or link the heading of docs/dialects that states it:\n{}",
        found.join("\n")
    );
}

#[test]
fn links_to_headings_resolve() {
    let texts = texts();
    let mut broken = Vec::new();
    for (path, text) in &texts {
        for (at, _) in text.match_indices(".md#") {
            let before = text[..at]
                .rsplit(|char: char| !(char.is_ascii_alphanumeric() || "/._-".contains(char)))
                .next()
                .unwrap_or_default();
            let anchor: String =
                text[at + 4..].chars().take_while(|char| char.is_alphanumeric() || "-_".contains(*char)).collect();
            let page = format!("{before}.md");
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let beside = normal(&format!("{folder}/{page}"));
            let linked = texts.get(&beside).or_else(|| texts.get(&page));
            if anchor.is_empty() || path == "tests/it/words.rs" {
                continue;
            }
            if linked.is_none_or(|page| !anchors(page).contains(&anchor)) {
                broken.push(format!("{path}: {page}#{anchor}"));
            }
        }
    }
    assert!(broken.is_empty(), "no such heading:\n{}", broken.join("\n"));
}

/// What the links and pictures of a page lead to that lies in the repository, without headings.
fn linked_files(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let paths = targets.map(|target| target.split_once('#').map_or(target, |(path, _)| path));
    paths.filter(|path| !path.is_empty() && !path.contains(':')).collect()
}

#[test]
fn links_to_files_resolve() {
    let (mut broken, mut count) = (Vec::new(), 0);
    for (path, text) in texts().iter().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in linked_files(text) {
            count += 1;
            if !root().join(folder).join(link).exists() {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "no such file:\n{}", broken.join("\n"));
    assert!(count > 50, "{count} links");
    assert_eq!(linked_files("[a](b.md#c) ![d](e/f.png) [g](#h) [i](https://j.example)"), ["b.md", "e/f.png"]);
}

/// A path without `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// Files of the domain that may name dialects: the list of them, and their settings.
const MAY_NAME_DIALECTS: [&str; 3] = ["values/dialect.rs", "config.rs", "config/"];

/// The names of dialects in a text, whatever is around them. Links to their pages do not count.
fn dialects_named(text: &str) -> Vec<&'static str> {
    let words = text.split_whitespace().filter(|word| !matches!(*word, "///" | "//!" | "//"));
    let words: Vec<_> = words.filter(|word| !word.contains("docs/dialects/")).collect();
    let text = words.join(" ").to_lowercase();
    ["light up", "lightup", "sealtalk"].into_iter().filter(|name| text.contains(name)).collect()
}

#[test]
fn the_domain_names_no_dialect() {
    let allowed = |path: &str| MAY_NAME_DIALECTS.iter().any(|kept| path.starts_with(kept));
    let texts = texts();
    let domain = texts.iter().filter_map(|(path, text)| Some((path.strip_prefix("shared/src/")?, text)));
    let found: Vec<_> = domain
        .filter(|(path, _)| !allowed(path))
        .flat_map(|(path, text)| dialects_named(text).into_iter().map(move |name| format!("{path}: {name}")))
        .collect();
    assert!(found.is_empty(), "say what it means, or link the page of the dialect:\n{}", found.join("\n"));
}

#[test]
fn names_of_dialects_are_found_whatever_is_around_them() {
    for text in ["a SealTalk number", "Dialect::LightUp", "\"lightup_token\"", "/// as Light\n    /// Up shows it"] {
        assert_eq!(dialects_named(text).len(), 1, "{text}");
    }
    for text in ["(`docs/dialects/sealtalk.md#register`).", "`docs/dialects/lightup.md`", "a light\n/// goes up"] {
        assert!(dialects_named(text).is_empty(), "{text}");
    }
}

#[test]
fn references_are_found_whatever_is_around_them() {
    for text in [
        concat!("(contr", "act 3.10)"),
        concat!("/// (contr", "act\n/// C-7)"),
        concat!("Decis", "ion 12,"),
        concat!("ho", "le 19."),
        "SealTalk 2.13:",
        "Light Up 1.5",
        "(C16)",
        "sections 2 and 3",
    ] {
        assert!(!outside_references(text).is_empty(), "{text}");
    }
    for text in
        ["10 minutes (SealTalk 2), dead", "the contract of Light Up", "Light Up 30 characters", "U+C1", "a C compiler"]
    {
        assert!(outside_references(text).is_empty(), "{text}");
    }
}
