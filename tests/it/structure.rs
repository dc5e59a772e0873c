//! The structure of the code: rooms of `shared/src` on floors, attributes in `rows.rs`, keys in `store/keys.rs` and in the
//! documents, and no circle of files in a dialect or in `local`.

mod imports;

use imports::{File, circle, sources};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The floors of ARCHITECTURE.md, from the ground: a row of the table under the heading "Floors" each.
fn floors() -> Vec<BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let section =
        text.split("## Floors").nth(1).expect("a section on floors").split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| floor"));
    let rooms = |row: &str| {
        row.split('|').nth(2).unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    rows.map(rooms).collect()
}

#[test]
fn rooms_import_lower_floors_only() {
    let floors = floors();
    let floor = |room: &str| floors.iter().position(|rooms| rooms.contains(room));
    let mut wrong = Vec::new();
    for file in sources(&root().join("shared/src")) {
        let room = file.module.first().cloned().unwrap_or_default();
        if room.is_empty() {
            continue;
        }
        let Some(own) = floor(&room) else {
            wrong.push(format!("{} stands on no floor of ARCHITECTURE.md", file.path));
            continue;
        };
        for other in file.imports.iter().filter_map(|path| path.first()).filter(|other| **other != room) {
            if floor(other).is_none_or(|floor| floor >= own) {
                wrong.push(format!("{} imports {other}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "a room may use its own files and rooms of lower floors:\n{}", wrong.join("\n"));
}

#[test]
fn each_room_of_the_floors_is_there() {
    let modules: BTreeSet<_> =
        sources(&root().join("shared/src")).iter().filter_map(|file| file.module.first().cloned()).collect();
    let named: Vec<_> = floors().into_iter().flatten().collect();
    assert_eq!(named.len(), named.iter().collect::<BTreeSet<_>>().len(), "a room stands on one floor");
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), modules);
}

/// Whether a file may name attributes: a room's `rows.rs`, what lies in its folder `rows/`, and the mechanism.
fn holds_rows(file: &File) -> bool {
    file.module.iter().any(|module| module == "rows") || file.module.first().is_some_and(|room| room == "store")
}

#[test]
fn only_rows_name_attributes() {
    // What DynamoDB's items are written, judged and read by.
    let marks = [
        "Update::of(",
        "Condition::",
        ".set(\"",
        ".set_some(\"",
        ".take_out(\"",
        ".as_s()",
        ".as_n()",
        ".contains_key(\"",
        "aws_sdk_dynamodb::types",
        "serde_dynamo",
    ];
    let mut wrong = Vec::new();
    for file in sources(&root().join("shared/src")).iter().filter(|file| !holds_rows(file)) {
        let found = marks.iter().filter(|mark| file.code.contains(*mark));
        wrong.extend(found.map(|mark| format!("{}: {mark}", file.path)));
    }
    assert!(wrong.is_empty(), "attributes belong to a room's rows.rs:\n{}", wrong.join("\n"));
}

#[test]
fn the_domain_names_no_field_of_a_request() {
    // How a field that is wrong is refused. Only the kit and the dialects know what fields are called.
    let marks = ["Error::invalid(", "Error::missing(", "Error::malformed(", "Error::Invalid {"];
    let mut wrong = Vec::new();
    for file in sources(&root().join("shared/src")) {
        let found = marks.iter().filter(|mark| file.code.contains(*mark));
        wrong.extend(found.map(|mark| format!("{}: {mark}", file.path)));
    }
    assert!(wrong.is_empty(), "values refuse with `Unfit`, operations with `Unusable`:\n{}", wrong.join("\n"));
}

#[test]
fn only_keys_build_keys() {
    let mut wrong = Vec::new();
    for file in sources(&root().join("shared/src"))
        .iter()
        .filter(|file| !file.module.starts_with(&["store".to_owned(), "keys".to_owned()]))
    {
        let literal = file.code.lines().any(|line| line.contains(" Key {") && line.contains("pk"));
        let prefix = file.code.split('"').skip(1).step_by(2).find(|text| {
            text.split_once('#').is_some_and(|(kind, _)| {
                !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            })
        });
        if literal || prefix.is_some() {
            wrong.push(format!("{}: {}", file.path, prefix.unwrap_or("Key { .. }")));
        }
    }
    assert!(wrong.is_empty(), "keys are built in store/keys.rs:\n{}", wrong.join("\n"));
}

/// The rows of a table of keys: table, partition key and sort key of each kind of item.
fn kinds_of_items(text: &str, margin: &str) -> Vec<[String; 3]> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(margin)?.strip_prefix("| "));
    let cells = lines.map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    let of_key = |cells: Vec<String>| <[String; 3]>::try_from(cells.get(..3)?.to_vec()).ok();
    cells.filter_map(of_key).filter(|[_, pk, sk]| pk.starts_with('`') && sk.starts_with('`')).collect()
}

#[test]
fn the_documents_list_every_kind_of_item() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect(path);
    let keys = kinds_of_items(&read("shared/src/store/keys.rs"), "//! ");
    let page = read("docs/data-model.md");
    let tables = page.split("| index |").next().unwrap_or_default();
    assert!(keys.len() > 30, "{keys:?}");
    assert_eq!(keys, kinds_of_items(tables, ""));
}

/// The SDK of Amazon IVS makes a function larger and slower to start: none has it but the one that opens rooms.
#[test]
fn only_who_opens_rooms_links_the_streaming_service() {
    let mut linking = BTreeSet::new();
    for folder in ["shared", "local", "functions/files", "functions/kit", "functions/lightup", "functions/sealtalk"] {
        let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        linking.extend(manifest.lines().filter(|line| line.contains("ivs")).map(|line| format!("{folder}: {line}")));
    }
    assert!(linking.is_empty(), "{linking:?}");
}

/// So is it with the SDK that posts to open WebSockets: a binary has it if its function declares where they are.
#[test]
fn only_who_pushes_links_the_service_of_open_sockets() {
    for package in local::dialects::packages() {
        let folder = root().join("functions").join(package.name);
        let read = |path: &str| std::fs::read_to_string(folder.join(path)).expect("a file");
        let pushes = |function: &kit::registry::Function| function.settings.contains(&"PUSH_ENDPOINT");
        let links = read("Cargo.toml").contains("shared-push");
        assert_eq!(links, package.functions.iter().any(pushes), "{}", package.name);
        for function in &package.functions {
            let attaches = read(&format!("src/bin/{}.rs", function.name)).contains("shared_push::attach");
            assert_eq!(attaches, pushes(function), "{}", function.name);
        }
    }
    for crate_of_all in ["shared", "functions/kit"] {
        let manifest = std::fs::read_to_string(root().join(crate_of_all).join("Cargo.toml")).expect("a manifest");
        assert!(!manifest.contains("apigatewaymanagement") && !manifest.contains("shared-push"), "{crate_of_all}");
    }
}

/// And with the SDK of schedules: who opens sockets has it.
#[test]
fn only_who_opens_sockets_links_the_service_of_schedules() {
    for package in local::dialects::packages() {
        let folder = root().join("functions").join(package.name);
        let read = |path: &str| std::fs::read_to_string(folder.join(path)).expect("a file");
        for function in &package.functions {
            let attaches = read(&format!("src/bin/{}.rs", function.name)).contains("shared_schedules::attach");
            assert_eq!(attaches, function.settings.contains(&"EXPIRY_SCHEDULES"), "{}", function.name);
            assert_eq!(attaches, function.handlers.is_some(), "{}", function.name);
        }
    }
    for crate_of_all in ["shared", "shared-push", "functions/kit"] {
        let manifest = std::fs::read_to_string(root().join(crate_of_all).join("Cargo.toml")).expect("a manifest");
        assert!(!manifest.contains("scheduler") && !manifest.contains("shared-schedules"), "{crate_of_all}");
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    for folder in [
        "functions/chat/src",
        "functions/kit/src",
        "functions/lightup/src",
        "functions/live/src",
        "functions/m_user/src",
        "functions/sealtalk/src",
        "local/src",
    ] {
        let files = sources(&root().join(folder));
        let modules: BTreeSet<_> = files.iter().map(|file| file.module.clone()).collect();
        let mut edges: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
        for file in &files {
            let uses = file.imports.iter().filter_map(|path| imports::module_of(path, &modules));
            // A folder's own file holds its map: it may name what lies below it, and is named by nothing but its own.
            let uses = uses.filter(|other| *other != file.module && !other.is_empty());
            edges.insert(file.module.clone(), uses.collect());
        }
        let found = circle(&edges);
        assert!(found.is_none(), "{folder}: {}", found.unwrap_or_default().join(" -> "));
    }
}
