//! Rust files of a folder, with what they import of their own package.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A path of modules, and of an item at its end.
pub(super) type Names = Vec<String>;

/// A file of a package.
pub(super) struct File {
    /// Its path below the folder.
    pub(super) path: String,
    /// The module that it is; empty for the package's root.
    pub(super) module: Names,
    /// Its text without comments.
    pub(super) code: String,
    /// Every path of the package that it names, without `crate`.
    pub(super) imports: BTreeSet<Names>,
}

/// The files below a folder.
pub(super) fn sources(folder: &Path) -> Vec<File> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(&below).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(folder).expect("below it").to_string_lossy().into_owned();
                files.push(file(name, &fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn file(path: String, text: &str) -> File {
    let name = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Names = name.split('/').filter(|part| !["lib", "main"].contains(part)).map(str::to_owned).collect();
    let uncommented = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    let code = uncommented.collect::<Vec<_>>().join("\n");
    let imports = imports(&code, &module);
    File { path, module, code, imports }
}

/// Every path that starts with `crate` or `super`, in `use` or elsewhere.
fn imports(code: &str, module: &[String]) -> BTreeSet<Names> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|char| char.is_alphanumeric() || char == '_' || char == ':') {
            continue;
        }
        let mut rest = &code[at..];
        let mut base: Names = Vec::new();
        if let Some(after) = rest.strip_prefix("crate::") {
            rest = after;
        } else {
            base = module.to_vec();
            while let Some(after) = rest.strip_prefix("super::") {
                base.pop();
                rest = after;
            }
        }
        leaves(rest, &base, &mut found);
    }
    found
}

/// Reads `a::{b, c::d}` after a base; gives back how much of the text it was.
fn leaves(text: &str, base: &[String], found: &mut BTreeSet<Names>) -> usize {
    let (mut at, mut path) = (0, base.to_vec());
    loop {
        let rest = &text[at..];
        if rest.starts_with('{') {
            at += 1;
            loop {
                at += text[at..].len() - text[at..].trim_start_matches([' ', '\n', ',']).len();
                if text[at..].starts_with('}') || text[at..].is_empty() {
                    return (at + 1).min(text.len());
                }
                at += leaves(&text[at..], &path, found).max(1);
            }
        }
        let name: String = rest.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
        if name.is_empty() {
            found.insert(path);
            return at.max(1);
        }
        at += name.len();
        if name != "self" {
            path.push(name);
        }
        if text[at..].starts_with("::") {
            at += 2;
        } else {
            found.insert(path);
            let rest = &text[at..];
            let alias = rest
                .strip_prefix(" as ")
                .map_or(0, |alias| 4 + alias.chars().take_while(|char| char.is_alphanumeric() || *char == '_').count());
            return at + alias;
        }
    }
}

/// The longest module that a path leads through.
pub(super) fn module_of(path: &[String], modules: &BTreeSet<Names>) -> Option<Names> {
    (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|module| modules.contains(module))
}

/// A circle among modules, if there is one.
pub(super) fn circle(edges: &BTreeMap<Names, BTreeSet<Names>>) -> Option<Names> {
    fn visit(
        at: &Names,
        edges: &BTreeMap<Names, BTreeSet<Names>>,
        way: &mut Vec<Names>,
        done: &mut BTreeSet<Names>,
    ) -> bool {
        if let Some(start) = way.iter().position(|seen| seen == at) {
            way.drain(..start);
            return true;
        }
        if !done.insert(at.clone()) {
            return false;
        }
        way.push(at.clone());
        let found = edges.get(at).into_iter().flatten().any(|next| visit(next, edges, way, done));
        if !found {
            way.pop();
        }
        found
    }
    let (mut way, mut done) = (Vec::new(), BTreeSet::new());
    let found = edges.keys().any(|start| visit(start, edges, &mut way, &mut done));
    found.then(|| way.iter().map(|module| module.join("/")).collect())
}

#[test]
fn imports_are_read_whole() {
    let code = "use crate::{\n    a::{self, b::C},\n    d as e,\n};\nfn f() { super::g::h(); }";
    let module = ["x".to_owned(), "y".to_owned()];
    let read: Vec<_> = imports(code, &module).iter().map(|path| path.join("::")).collect();
    assert_eq!(read, ["a", "a::b::C", "d", "x::g::h"]);
}

#[test]
fn a_circle_is_found() {
    let names = |text: &str| text.split(' ').map(|name| vec![name.to_owned()]).collect::<BTreeSet<_>>();
    let edges = |of: &[(&str, &str)]| of.iter().map(|(from, to)| (vec![(*from).to_owned()], names(to))).collect();
    assert!(circle(&edges(&[("a", "b c"), ("b", "c"), ("c", "d")])).is_none());
    assert_eq!(circle(&edges(&[("a", "b"), ("b", "c d"), ("d", "b")])), Some(vec!["b".to_owned(), "d".to_owned()]));
}
