//! The documents are OpenAPI 3.1, and somebody who knows nothing but them can use them.

use super::answers::compiled;
use boon::{Compiler, Schemas};
use serde_json::Value;
use std::collections::BTreeSet;

fn documents() -> impl Iterator<Item = (&'static str, Value)> {
    let packages = local::dialects::packages().into_iter();
    packages.map(|package| (package.name, local::dialects::document(&package).unwrap()))
}

/// Each operation of a document: its path, its method, itself.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, it)| (path.as_str(), method.as_str(), it))
    })
}

/// By the schema that the OpenAPI Initiative publishes; `tests/fixtures/openapi-3.1.json` is that of 2026-08-03.
#[test]
fn every_document_is_openapi() {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let schema: Value = serde_json::from_str(&crate::template::file("tests/fixtures/openapi-3.1.json")).unwrap();
    let id = schema["$id"].as_str().unwrap().to_owned();
    compiler.add_resource(&id, schema).unwrap();
    let index = compiler.compile(&id, &mut schemas).unwrap();
    for (name, document) in documents() {
        let judged = schemas.validate(&document, index);
        assert!(judged.is_ok(), "{name}: {}", judged.unwrap_err());
    }
    assert!(schemas.validate(&serde_json::json!({"openapi": "3.1.0"}), index).is_err());
}

#[test]
fn every_schema_is_one_and_leads_somewhere() {
    for (name, document) in documents() {
        for (_, method, operation) in operations(&document) {
            let contents = operation["responses"].as_object().unwrap().values().chain([&operation["requestBody"]]);
            let contents = contents.filter_map(|of| of["content"].as_object()).flat_map(|of| of.iter());
            for (kind, content) in contents {
                compiled(&format!("mem://{name}/{kind}"), &content["schema"], &document["components"]);
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                compiled(&format!("mem://{name}/{method}"), &parameter["schema"], &document["components"]);
            }
        }
    }
}

#[test]
fn schemas_have_names_and_not_numbers() {
    for (name, document) in documents() {
        let schemas = document["components"]["schemas"].as_object().unwrap().keys();
        let numbered: Vec<_> = schemas.filter(|schema| schema.ends_with(|char: char| char.is_ascii_digit())).collect();
        assert!(
            numbered.is_empty(),
            "{name}: two types of one name; `#[schemars(rename = ..)]` tells them apart: {numbered:?}"
        );
    }
}

#[test]
fn every_operation_says_what_it_does_and_what_it_answers() {
    for (name, document) in documents() {
        let mut ids = BTreeSet::new();
        for (path, method, operation) in operations(&document) {
            let place = format!("{name} {method} {path}");
            let summary = operation["summary"].as_str().unwrap();
            let sentence = summary.starts_with(|char: char| char.is_ascii_uppercase()) && summary.contains(' ');
            assert!(
                sentence && !summary.ends_with('.') && summary.len() < 90,
                "{place}: `about` says what it does: {summary}"
            );
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{place}: two of one id");
            let responses = operation["responses"].as_object().unwrap();
            let done = responses.iter().filter(|(status, _)| status.starts_with(['2', '3']));
            // A document is too long for an example in one.
            let long = operation["x-operation"] == "Document";
            let shown = |response: &Value| {
                let contents = response["content"].as_object();
                contents.is_none_or(|all| {
                    all.iter().all(|(kind, of)| kind != "application/json" || of["examples"].is_object())
                })
            };
            assert!(
                done.clone().count() > 0 && done.clone().all(|(_, it)| long || shown(it)),
                "{place}: an example of a success"
            );
        }
        assert_eq!(document["servers"][0]["url"], "/", "{name}: the server that the document comes from");
    }
}

/// What whoever is signed in has to send along.
#[test]
fn every_signed_operation_says_how_to_sign_in() {
    for package in local::dialects::packages() {
        let document = local::dialects::document(&package).unwrap();
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        for endpoint in package.endpoints().iter().filter(|endpoint| endpoint.signed) {
            let all: Vec<_> =
                operations(&document).filter(|(_, _, it)| it["x-operation"] == endpoint.operation).collect();
            assert!(!all.is_empty(), "{}", endpoint.operation);
            for (path, _, operation) in all {
                let by_scheme = operation["security"].as_array().is_some_and(|ways| {
                    ways.iter().all(|way| way.as_object().unwrap().keys().all(|name| schemes.contains_key(name)))
                });
                let in_body = operation["requestBody"]["content"].as_object().is_some_and(|content| {
                    content.values().all(|of| {
                        let names = of["schema"]["required"].as_array();
                        names.is_some_and(|names| names.iter().any(|name| name == "token" || name == "access_token"))
                    })
                });
                assert!(by_scheme || in_body, "{} {path}", package.name);
            }
        }
    }
}
