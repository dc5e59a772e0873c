//! The OpenAPI document of a dialect, made of its routes.
//!
//! Paths, fields, schemas and the examples of requests come from the rows. The examples of answers were recorded from the server
//! (`docs/adding-an-endpoint.md`), and are put to their operations in `answers`.

mod answers;
mod examples;
mod request;

use crate::{Dialect, Endpoint, Selector};
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// How a dialect's clients say who they are, with an example of it.
#[derive(Clone, Copy, Debug)]
pub enum Session {
    /// Fields of the body, each with an example of its value.
    Fields(&'static [(&'static str, &'static str)]),
    /// A cookie of this name, with an example of its value.
    Cookie(&'static str, &'static str),
    /// A header of this name, with an example of its value.
    Header(&'static str, &'static str),
}

impl Session {
    /// Where it is and what it is called there, beside the body.
    fn outside(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Fields(_) => None,
            Self::Cookie(name, _) => Some(("cookie", name)),
            Self::Header(name, _) => Some(("header", name)),
        }
    }
}

/// What `Authorization: Bearer` is in a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// Nothing.
    No,
    /// The session, in the place of [`Dialect::SESSION`].
    Instead,
    /// A token that some clients show beside [`Dialect::SESSION`].
    Beside,
}

/// A header that every operation of a dialect reads.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// A value, where it should stand in every request that is tried; empty: it should not.
    pub example: &'static str,
}

/// The OpenAPI 3.1 document of these operations. The same operations and answers give the same document, byte for byte. Built without
/// the feature `documents`, it takes every body for anything.
///
/// `answers` is an object: for each operation by its name a list of answers, and likewise under `*` for what any operation may answer,
/// under `* signed` for any that needs a session, and under `* body` for any that has a body. Each has
/// its `status`, its `name`, whether it `failed`, and where there are any its content `type` and its `body`.
#[must_use]
pub fn document<D: Dialect>(endpoints: &[Endpoint], answers: &Value) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints {
        let path = endpoint.path.replace("{*", "{") + &fragment(endpoint.selector);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[endpoint.method.as_str().to_lowercase()] = operation::<D>(&mut generator, endpoint, answers);
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Failure".into(), D::failure());
    let schemas = used(schemas, &paths);
    json!({
        "openapi": "3.1.0",
        "info": {"title": D::TITLE, "version": "1", "description": D::ABOUT},
        // The server that the document comes from.
        "servers": [{"url": "/"}],
        "tags": tags(endpoints),
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": schemes::<D>()},
    })
}

/// Those of these schemas that something refers to: what was only made to read the fields of is left out.
fn used(mut schemas: Map<String, Value>, paths: &Map<String, Value>) -> Map<String, Value> {
    let mut used = Map::new();
    let mut texts = vec![Value::from(paths.clone()).to_string()];
    while let Some(text) = texts.pop() {
        let named = text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
        for name in named {
            if let Some(schema) = schemas.remove(name) {
                texts.push(schema.to_string());
                used.insert(name.to_owned(), schema);
            }
        }
    }
    used.sort_keys();
    used
}

fn schemes<D: Dialect>() -> Value {
    let mut schemes = json!({});
    if let Some((place, name)) = D::SESSION.outside() {
        schemes["session"] = json!({"type": "apiKey", "in": place, "name": name});
    }
    if D::BEARER != Bearer::No {
        schemes["bearer"] = json!({"type": "http", "scheme": "bearer"});
    }
    schemes
}

/// The ways of saying who calls, each of which is enough.
fn security<D: Dialect>() -> Option<Value> {
    D::SESSION.outside()?;
    Some(match D::BEARER {
        Bearer::No => json!([{"session": []}]),
        Bearer::Instead => json!([{"session": []}, {"bearer": []}]),
        Bearer::Beside => json!([{"session": []}, {"session": [], "bearer": []}]),
    })
}

fn operation<D: Dialect>(generator: &mut SchemaGenerator, endpoint: &Endpoint, answers: &Value) -> Value {
    let output = endpoint.schemas.map_or_else(Schema::default, |of| (of.output)(generator)).to_value();
    let input = endpoint.schemas.map_or_else(Schema::default, |of| (of.input)(generator)).to_value();
    // What is read with GET and is not JSON of the dialect is said by its answers alone.
    let output = (!endpoint.raw || endpoint.method != "GET").then(|| D::success(output));
    let request = request::Fields::of(generator, endpoint, &input);
    let body = request.body::<D>(endpoint);
    let answering = answers::Operation { name: endpoint.operation, signed: endpoint.signed, has_body: body.is_some() };
    let mut operation = json!({
        "operationId": operation_id(endpoint),
        "x-operation": endpoint.operation,
        "summary": endpoint.about,
        "tags": [tag(endpoint)],
        "responses": answers::responses(output.as_ref(), answers, &answering),
    });
    let parameters = request.parameters::<D>(endpoint);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = body {
        operation["requestBody"] = body;
    }
    if let Some(security) = security::<D>().filter(|_| endpoint.signed) {
        operation["security"] = security;
    }
    operation
}

/// What operations are grouped by: the first word of the path that does not stand in all of them.
fn tag(endpoint: &Endpoint) -> &'static str {
    let mut words = endpoint.path.split('/').filter(|word| !["", "v1", "android", "m_user"].contains(word));
    words.next().map_or("/", |word| if word.starts_with('{') { "/" } else { word })
}

fn tags(endpoints: &[Endpoint]) -> Value {
    let mut names: Vec<_> = endpoints.iter().map(tag).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({"name": name})).collect()
}

/// What tells operations of one path apart in a document, which has one of each method at a path.
fn fragment(selector: Selector) -> String {
    match selector {
        Selector::Always => String::new(),
        Selector::Field(name, value) => format!("#{name}={value}"),
        Selector::Has(name) => format!("#{name}"),
        Selector::OtherwiseHas(names) => format!("#{}", names.join(",")),
        Selector::Otherwise => "#".into(),
    }
}

pub(crate) fn path_names(path: &str) -> Vec<&str> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| name.trim_start_matches('*')).collect()
}

fn operation_id(endpoint: &Endpoint) -> String {
    let words = endpoint.path.split(['/', '{', '}', '*']).filter(|word| !word.is_empty() && *word != "v1");
    let method = endpoint.method.as_str().to_lowercase();
    let method = Some(method.as_str()).filter(|method| *method != "post");
    let id = method.into_iter().chain(words).collect::<Vec<_>>().join("_");
    if id.is_empty() {
        return endpoint.operation.to_owned();
    }
    if endpoint.selector == Selector::Always { id } else { format!("{id}_{}", endpoint.operation) }
}
