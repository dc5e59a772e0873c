//! Paths, methods and fields of the clients that nothing here can run: a path and what is sent to it and read of its answer are held
//! against the operation in the OpenAPI document of Light Up; what is said over the socket, against the client in Python, which is run.

use super::client;
use crate::tour::page;
use serde_json::Value;
use std::collections::BTreeSet;

/// What stands before a literal, the literal, and what stands behind it.
type Literal<'a> = (&'a str, &'a str, &'a str);

/// The literals of a line of code; none of a line that has quotes in its literals.
fn literals(line: &str) -> Vec<Literal<'_>> {
    if ["\\\"", "\"\"\"", "#\""].iter().any(|quoted| line.contains(quoted)) {
        return Vec::new();
    }
    let pieces: Vec<_> = line.split('"').collect();
    let around = pieces.windows(3).step_by(2);
    around.map(|around| (around[0], around[1], around[2])).collect()
}

/// The functions of a client, each with what is in it.
fn functions(text: &str) -> Vec<String> {
    let mut functions = vec![String::new()];
    for line in text.lines() {
        if ["fun ", "func "].iter().any(|start| line.trim_start_matches("private ").trim_start().starts_with(start)) {
            functions.push(String::new());
        }
        if let Some(function) = functions.last_mut() {
            *function += &format!("{line}\n");
        }
    }
    functions
}

/// The names of all fields that a part of a document describes, whatever it refers to included.
fn names(document: &Value, part: &Value, seen: &mut BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match part {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| !matches!(name.as_str(), "example" | "examples")) {
                match (name.as_str(), value) {
                    ("$ref", Value::String(path)) if seen.insert(path.clone()) => {
                        let target = document.pointer(path.trim_start_matches('#'));
                        found.extend(names(document, target.expect("what is referred to"), seen));
                    }
                    ("properties", Value::Object(properties)) => found.extend(properties.keys().cloned()),
                    _ => {}
                }
                found.extend(names(document, value, seen));
            }
        }
        Value::Array(parts) => found.extend(parts.iter().flat_map(|part| names(document, part, seen))),
        _ => {}
    }
    found
}

/// The names of all that is sent to operations, or answered by them.
fn fields(document: &Value, paths: &[&str], part: &str) -> BTreeSet<String> {
    let of = |path: &&str| names(document, &document["paths"][*path]["post"][part], &mut BTreeSet::new());
    paths.iter().flat_map(of).collect()
}

/// How a language says that a literal is the name of a field that is sent, and of one that is read.
struct Grammar {
    sent: fn(Literal<'_>) -> bool,
    read: fn(Literal<'_>) -> bool,
}

const KOTLIN: Grammar = Grammar {
    sent: |(_, _, after)| after.starts_with(" to "),
    read: |(before, _, _)| {
        ["getString(", "getInt(", "JSONObject(", "JSONArray("].iter().any(|end| before.ends_with(end))
    },
};

const SWIFT: Grammar = Grammar {
    sent: |(_, _, after)| after.starts_with(": "),
    read: |(before, _, after)| before.ends_with('[') && after.starts_with(']'),
};

/// What a client names that the document does not, and how many paths and fields it names.
fn unknown(document: &Value, text: &str, grammar: &Grammar) -> (Vec<String>, usize, usize) {
    let (mut unknown, mut path_count, mut field_count) = (Vec::new(), 0, 0);
    let every: Vec<&str> = document["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    for function in functions(text).iter().filter(|function| !function.contains("/android/websocket/")) {
        let literals: Vec<_> = function.lines().flat_map(literals).collect();
        let paths: Vec<_> = literals.iter().map(|(_, text, _)| *text).filter(|text| text.starts_with("/v1/")).collect();
        unknown.extend(
            paths.iter().filter(|path| document["paths"][**path]["post"].is_null()).map(|path| (*path).to_owned()),
        );
        path_count += paths.len();
        // A function that names no path is for all of them.
        let paths = if paths.is_empty() { &every } else { &paths };
        let (sent, answered) = (fields(document, paths, "requestBody"), fields(document, paths, "responses"));
        for literal in literals {
            let names = match literal {
                _ if (grammar.sent)(literal) => &sent,
                _ if (grammar.read)(literal) => &answered,
                _ => continue,
            };
            field_count += 1;
            if !names.contains(literal.1) {
                unknown.push(format!("{} of {paths:?}", literal.1));
            }
        }
    }
    (unknown, path_count, field_count)
}

/// The words between quotes in what a client says and hears over the socket.
fn packet_words(text: &str) -> BTreeSet<String> {
    let functions = functions(text);
    let socket = functions.iter().position(|function| function.contains("/android/websocket/")).expect("a socket");
    let words = functions[socket..].iter().flat_map(|function| function.split('"'));
    let word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    words.filter(word).map(str::to_owned).collect()
}

#[test]
fn the_clients_of_kotlin_and_swift_name_what_there_is() {
    let document: Value = serde_json::from_str(&page("docs/api/lightup.json")).unwrap();
    let python = client("python");
    for (language, grammar) in [("kotlin", KOTLIN), ("swift", SWIFT)] {
        let text = client(language);
        let (found, paths, fields) = unknown(&document, &text, &grammar);
        assert!(found.is_empty(), "{language}: {found:?}");
        assert!(paths >= 4 && fields >= 15, "{language}: {paths} paths and {fields} fields");
        let words = packet_words(&text);
        assert!(["status", "pushId", "message", "type", "info", "content"].iter().all(|word| words.contains(*word)));
        let strange: Vec<_> = words.iter().filter(|word| !python.contains(&format!("\"{word}\""))).collect();
        assert!(strange.is_empty(), "{language} says {strange:?}");
        assert!(python.contains("/android/websocket/"));
        // What is there, but elsewhere, is not what this operation takes or answers.
        for (there, elsewhere) in [
            ("/v1/account/validate_sms", "/v1/account/validate_it"),
            ("\"validate_type\"", "\"nickname\""),
            ("\"phone_number\"", "\"phone\""),
            ("\"access_token\"", "\"sms_code\""),
            ("\"fields\"", "\"logs\""),
            ("\"error\"", "\"failure\""),
        ] {
            assert!(text.contains(there), "{language}: {there}");
            let (found, _, _) = unknown(&document, &text.replace(there, elsewhere), &grammar);
            assert!(!found.is_empty(), "{language}: {elsewhere}");
        }
    }
}
