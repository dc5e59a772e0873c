//! Whatever the tests are answered has to stand in the OpenAPI documents. Every answer that comes to one of their clients over HTTP is
//! looked at as it comes ([`seen`]): which operation it is of the local server says in headers. A success has to fit the schema of its
//! status; a failure needs an example of the same code and words, and of the same shape. Answers of functions that a test calls without
//! the local server, and those to bare connections, are not looked at.
//!
//! The examples are such answers: `docs/api/answers/` has them, written down by `just answers`. The other way round, that each of them is
//! still given, can be said only when all tests have run: `every_documented_answer_is_given` does, of a run that wrote down what it saw in
//! the file that `ANSWERS` names. CI asks it.

use crate::world::Answer;
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    fs::{File, OpenOptions},
    io::Write,
    sync::{LazyLock, Mutex},
};

const JSON: &str = "application/json";

/// A body of more bytes is no example.
const LONGEST: usize = 2_000;

#[expect(clippy::disallowed_methods, reason = "settings of these tests, and none of the product's")]
fn setting(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

/// Whether answers are written down to become examples, so that those which are not documented yet stop no test.
static UNCHECKED: LazyLock<bool> = LazyLock::new(|| setting("ANSWERS_UNCHECKED").is_some());

/// The file that every answer is written down in, if the environment names one.
static WRITTEN_DOWN: LazyLock<Option<File>> = LazyLock::new(|| {
    let opened = OpenOptions::new().create(true).append(true).open(setting("ANSWERS")?);
    Some(opened.expect("the file that ANSWERS names"))
});

/// An answer of an operation.
#[derive(Clone, Debug)]
struct Seen {
    dialect: String,
    operation: String,
    outcome: String,
    status: u16,
    kind: Option<String>,
    text: String,
}

impl Seen {
    fn of(answer: &Answer) -> Option<Self> {
        let (dialect, operation) = answer.headers.get("x-operation")?.split_once(' ')?;
        let kind = answer.headers.get("content-type").and_then(|kind| kind.split(';').next());
        Some(Self {
            dialect: dialect.to_owned(),
            operation: operation.to_owned(),
            outcome: answer.headers["x-outcome"].clone(),
            status: answer.status,
            kind: kind.map(str::to_owned),
            text: answer.text.clone(),
        })
    }

    fn failed(&self) -> bool {
        self.outcome != "Ok" || self.status >= 400
    }

    /// Where else than at its operation it is documented: it may come of any operation, of any that needs a session, or of any that
    /// has a body. Whether a test is given it there may be chance.
    fn anywhere(&self) -> Option<&'static str> {
        match self.outcome.as_str() {
            "Internal" | "Unavailable" => Some("*"),
            "SignedOut" => Some("* signed"),
            _ if self.status == 413 => Some("* body"),
            _ => None,
        }
    }

    fn body(&self) -> Option<Value> {
        let json = self.kind.as_deref() == Some(JSON);
        json.then(|| serde_json::from_str(&self.text).ok()).flatten()
    }

    /// What its example is called: code and words of a failure.
    fn name(&self) -> Option<String> {
        let body = self.body()?;
        if !self.failed() {
            let wrapped = body["data"].is_object() && body["status"] == 200;
            return Some(if wrapped { "done, in the envelope" } else { "done" }.to_owned());
        }
        let code = ["code", "status", "result"].into_iter().find_map(|name| match &body[name] {
            Value::Number(code) => Some(code.to_string()),
            Value::String(code) if name == "result" => Some(code.clone()),
            _ => None,
        });
        let words = ["error", "message"].into_iter().find_map(|name| body[name].as_str().map(without_ids));
        Some(code.into_iter().chain(words).collect::<Vec<_>>().join(" "))
    }

    fn line(&self) -> String {
        let Self { dialect, operation, outcome, status, kind, text } = self;
        json!([dialect, operation, outcome, status, kind, text]).to_string()
    }

    fn read(line: &str) -> Self {
        let (dialect, operation, outcome, status, kind, text) = serde_json::from_str(line).expect("an answer");
        Self { dialect, operation, outcome, status, kind, text }
    }
}

/// Looks at an answer that has come.
#[track_caller]
pub(crate) fn seen(answer: &Answer) {
    let Some(seen) = Seen::of(answer) else { return };
    if let Some(mut file) = WRITTEN_DOWN.as_ref() {
        file.write_all(format!("{}\n", seen.line()).as_bytes()).expect("an answer written down");
    }
    if *UNCHECKED {
        return;
    }
    if let (Some(document), Err(reason)) = (DOCUMENTS.get(&seen.dialect), undocumented(&seen)) {
        let title = &document["info"]["title"];
        panic!(
            "{title} {}: {reason}. If it is right, run `just answers` and look at what it changes.\n{seen:?}",
            seen.operation
        );
    }
}

/// The checked-in documents.
static DOCUMENTS: LazyLock<HashMap<String, Value>> = LazyLock::new(|| {
    let packages = local::dialects::packages();
    let read = |name: &str| serde_json::from_str(&crate::template::file(&format!("docs/api/{name}.json"))).unwrap();
    packages.iter().map(|package| (package.name.to_owned(), read(package.name))).collect()
});

/// The operations of a document by their names. Those of the same name answer the same.
static OPERATIONS: LazyLock<HashMap<(String, String), Value>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (dialect, document) in &*DOCUMENTS {
        let items = document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
        all.extend(items.map(|it| ((dialect.clone(), it["x-operation"].as_str().unwrap().to_owned()), it.clone())));
    }
    all
});

/// Why an answer is not one that its document tells of.
fn undocumented(seen: &Seen) -> Result<(), String> {
    let operation = OPERATIONS.get(&(seen.dialect.clone(), seen.operation.clone()));
    let operation = operation.ok_or("no such operation is documented")?;
    let status = if seen.status >= 500 { "5XX".to_owned() } else { seen.status.to_string() };
    let response = operation["responses"].get(&status).ok_or(format!("HTTP {status} is not documented"))?;
    let Some(kind) = seen.kind.as_deref().filter(|_| !seen.text.is_empty()) else { return Ok(()) };
    let content = response["content"].get(kind).ok_or(format!("{kind} is not documented at HTTP {status}"))?;
    let (Some(body), Some(name)) = (seen.body(), seen.name()) else { return Ok(()) };
    if !seen.failed() {
        return fits(seen, &content["schema"], &body);
    }
    let example =
        content["examples"].get(&name).ok_or(format!("the failure `{name}` is not documented at HTTP {status}"))?;
    if seen.anywhere().is_some() || shape(&example["value"]) == shape(&body) {
        Ok(())
    } else {
        Err(format!("the failure `{name}` has another shape"))
    }
}

/// Words with `ID` where somebody's id stands.
fn without_ids(words: &str) -> String {
    let id = |word: &&str| word.len() == 24 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    words.split(' ').map(|word| if id(&word) { "ID" } else { word }).collect::<Vec<_>>().join(" ")
}

/// Which fields a failure has, and of which types their values are.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(_) => json!([]),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!(0),
        other => other.clone(),
    }
}

/// A schema that answers are held against.
type Compiled = (Schemas, SchemaIndex);

/// Whether a body fits a schema of its document.
fn fits(seen: &Seen, schema: &Value, body: &Value) -> Result<(), String> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Compiled>>> = LazyLock::new(Mutex::default);
    let place = format!("mem://{}/{}/{}", seen.dialect, seen.operation, seen.status);
    let mut known = COMPILED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (schemas, index) =
        known.entry(place.clone()).or_insert_with(|| compiled(&place, schema, &DOCUMENTS[&seen.dialect]["components"]));
    schemas.validate(body, *index).map_err(|error| format!("the success does not fit its schema: {error}"))
}

/// A schema of a document, ready to judge.
pub(super) fn compiled(place: &str, schema: &Value, components: &Value) -> Compiled {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V2020_12);
    compiler.add_resource(place, json!({ "allOf": [schema], "components": components })).unwrap();
    let index = compiler.compile(place, &mut schemas).unwrap_or_else(|error| panic!("{place}: {error}"));
    (schemas, index)
}

/// By what an example is told from others: the operation, failure or not, HTTP status, type, name.
type Key = (String, bool, u16, Option<String>, Option<String>);

/// Examples, each with whether it is documented elsewhere as well.
type Examples<T> = BTreeMap<Key, (bool, T)>;

/// Every example that the run which wrote down its answers has seen, by its package.
fn given() -> BTreeMap<String, Examples<Vec<Value>>> {
    let path = setting("ANSWERS").expect("ANSWERS names the file of a whole run");
    let mut all: BTreeMap<String, Examples<Vec<Value>>> = BTreeMap::new();
    for seen in std::fs::read_to_string(path).expect("a file").lines().map(Seen::read) {
        let (kind, name) = (seen.kind.clone().filter(|_| !seen.text.is_empty()), seen.name());
        // Of what has no body only a status that says something by itself is told: HEAD is asked for the others.
        let silent = seen.text.is_empty() && (seen.failed() || seen.status == 200);
        if silent || kind.as_deref() == Some(JSON) && name.is_none() {
            continue;
        }
        let of = all.entry(seen.dialect.clone()).or_default();
        for place in [Some(seen.operation.as_str()), seen.anywhere()].into_iter().flatten() {
            let key = (place.to_owned(), seen.failed(), seen.status, kind.clone(), name.clone());
            let (elsewhere, bodies) = of.entry(key).or_default();
            *elsewhere = seen.anywhere().is_some_and(|anywhere| anywhere != place);
            bodies.extend(seen.body().map(settled).filter(|body| !bodies.contains(body)));
        }
    }
    all
}

/// A body as it can be kept: the stand-ins have other ports each time.
fn settled(body: Value) -> Value {
    const HOST: &str = "127.0.0.1:";
    let text = body.to_string();
    let mut parts = text.split(HOST);
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| format!("{HOST}3000{}", part.trim_start_matches(|char: char| char.is_ascii_digit())));
    serde_json::from_str(&(first + &rest.collect::<String>())).unwrap()
}

/// The examples of a package that are checked in.
fn kept(name: &str) -> Examples<Value> {
    let path = format!("docs/api/answers/{name}.json");
    let kept: Map<String, Value> = serde_json::from_str(&crate::template::file(&path)).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let examples = kept.iter().flat_map(|(place, all)| all.as_array().unwrap().iter().map(move |one| (place, one)));
    let key = |place: &str, one: &Value| {
        let status = u16::try_from(one["status"].as_u64().unwrap()).unwrap();
        (place.to_owned(), one["failed"] == true, status, text(&one["type"]), text(&one["name"]))
    };
    examples.map(|(place, one)| (key(place, one), (one["elsewhere"] == true, one["body"].clone()))).collect()
}

/// The one of several bodies that says the most in few lines.
fn telling(bodies: &[Value]) -> Option<&Value> {
    let length = |body: &&Value| body.to_string().len();
    let short = bodies.iter().filter(|body| length(body) <= 1_000).max_by_key(length);
    short.or_else(|| bodies.iter().min_by_key(length)).filter(|body| length(body) <= LONGEST)
}

#[test]
#[ignore = "writes files, of a run that has written down its answers: `just answers`"]
fn write_down_the_examples() {
    let given = given();
    for package in local::dialects::packages() {
        let before = kept(package.name);
        let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (key, (elsewhere, bodies)) in given.get(package.name).into_iter().flatten() {
            let (place, failed, status, kind, name) = key;
            let mut example = json!({ "status": status, "failed": failed, "elsewhere": elsewhere });
            for (field, value) in [("type", kind), ("name", name)] {
                if let Some(value) = value {
                    example[field] = json!(value);
                }
            }
            // One that is there already stays, so that a run changes nothing but what has changed.
            if let Some(body) =
                before.get(key).map(|(_, body)| body).filter(|body| !body.is_null()).or_else(|| telling(bodies))
            {
                example["body"] = body.clone();
            }
            all.entry(place.clone()).or_default().push(example);
        }
        let path = format!("{}/../docs/api/answers/{}.json", env!("CARGO_MANIFEST_DIR"), package.name);
        std::fs::write(path, serde_json::to_string_pretty(&all).unwrap() + "\n").unwrap();
    }
}

#[test]
#[ignore = "asks a whole run that has written down its answers; CI does"]
fn every_documented_answer_is_given() {
    let given = given();
    let mut missing = Vec::new();
    for package in local::dialects::packages() {
        let of = given.get(package.name).cloned().unwrap_or_default();
        let kept = kept(package.name).into_iter().filter(|(_, (elsewhere, _))| !elsewhere).map(|(key, _)| key);
        missing.extend(kept.filter(|key| !of.contains_key(key)).map(|key| (package.name, key)));
    }
    assert!(missing.is_empty(), "no test is answered this any more: run `just answers`\n{missing:#?}");
}
