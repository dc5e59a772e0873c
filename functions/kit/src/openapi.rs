//! The OpenAPI document of a dialect, made of its routes.

mod examples;

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

/// The OpenAPI 3.0 document of these operations. The same operations give the same document, byte for byte. Built without
/// the feature `documents`, it takes every body for anything.
#[must_use]
pub fn document<D: Dialect>(endpoints: &[Endpoint]) -> Value {
    let failure = D::failure();
    let mut generator = SchemaSettings::openapi3().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints {
        let path = endpoint.path.replace("{*", "{") + &fragment(endpoint.selector);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[endpoint.method.as_str().to_lowercase()] = operation::<D>(&mut generator, &failure, endpoint);
    }
    let mut components = json!({"schemas": generator.take_definitions(true)});
    if let Some((place, name)) = D::SESSION.outside() {
        components["securitySchemes"] = json!({"session": {"type": "apiKey", "in": place, "name": name}});
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": D::TITLE, "version": "1"},
        "paths": paths,
        "components": components,
    })
}

fn operation<D: Dialect>(generator: &mut SchemaGenerator, failure: &Value, endpoint: &Endpoint) -> Value {
    let output = endpoint.schemas.map_or_else(Schema::default, |of| (of.output)(generator));
    let done = if endpoint.raw && endpoint.method == "GET" {
        ("302", json!({"description": "Where the picture is at the moment"}))
    } else {
        ("200", json!({"description": "Done", "content": {"application/json": {"schema": output.to_value()}}}))
    };
    let refused = json!({"description": "Refused", "content": {"application/json": {"schema": failure}}});
    let mut operation = json!({
        "operationId": operation_id(endpoint),
        "summary": endpoint.operation,
        "responses": {done.0: done.1, "default": refused},
    });
    let input = endpoint.schemas.map_or_else(Schema::default, |of| (of.input)(generator)).to_value();
    let in_path = path_names(endpoint.path);
    let beside_path = fields(generator, &input).into_iter().filter(|(name, _)| !in_path.contains(&name.as_str()));
    let beside_path: Vec<(String, bool)> = beside_path.collect();
    let mut parameters: Vec<_> = in_path.iter().map(|name| parameter(endpoint, name, "path", true)).collect();
    if endpoint.method == "GET" {
        parameters.extend(beside_path.iter().map(|(name, required)| parameter(endpoint, name, "query", *required)));
        let unlisted = endpoint.selector.field().filter(|field| beside_path.iter().all(|(name, _)| name != field));
        parameters.extend(unlisted.map(|name| parameter(endpoint, name, "query", true)));
    } else if body_has_more::<D>(endpoint) || !beside_path.is_empty() {
        let schema = body::<D>(endpoint, input);
        let kinds = if endpoint.raw { &["multipart/form-data"] } else { D::BODIES };
        let content = kinds.iter().map(|kind| {
            let mut body = json!({"schema": schema});
            examples::add_to_body(endpoint, kind, &mut body);
            ((*kind).to_owned(), body)
        });
        let content: Map<_, _> = content.collect();
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if endpoint.signed && D::SESSION.outside().is_some() {
        operation["security"] = json!([{"session": []}]);
    }
    operation
}

/// Whether a body has fields besides the operation's own.
fn body_has_more<D: Dialect>(endpoint: &Endpoint) -> bool {
    endpoint.selector.field().is_some() || endpoint.signed && matches!(D::SESSION, Session::Fields(_))
}

/// An operation's own fields, those of the session where it needs one, and the one that chooses it.
fn body<D: Dialect>(endpoint: &Endpoint, own: Value) -> Value {
    if !body_has_more::<D>(endpoint) {
        return own;
    }
    let mut fields: Vec<(&str, Value)> = Vec::new();
    if let (true, Session::Fields(names)) = (endpoint.signed, D::SESSION) {
        fields.extend(names.iter().map(|(name, _)| (*name, json!({"type": "string"}))));
    }
    match endpoint.selector {
        Selector::Always | Selector::Otherwise => {}
        Selector::Field(name, value) => fields.push((name, json!({"type": "string", "enum": [value]}))),
        Selector::Has(name) => fields.push((name, json!({"type": "string"}))),
        Selector::OtherwiseHas(names) => fields.extend(names.iter().map(|name| (*name, json!({"type": "string"})))),
    }
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({"allOf": [{"type": "object", "required": names, "properties": properties}, own]})
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

/// The fields of an input, and whether each is required.
fn fields(generator: &SchemaGenerator, input: &Value) -> Vec<(String, bool)> {
    let name = input["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let defined = name.and_then(|name| generator.definitions().get(name)).unwrap_or(input);
    let required = |name: &str| defined["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let fields = defined["properties"].as_object().into_iter().flat_map(|fields| fields.keys());
    fields.map(|name| (name.clone(), required(name))).collect()
}

fn parameter(endpoint: &Endpoint, name: &str, place: &str, required: bool) -> Value {
    let mut parameter = json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}});
    if let Some(example) = examples::of_parameter(endpoint, name) {
        parameter["example"] = example;
    }
    parameter
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
    if id.is_empty() || endpoint.selector != Selector::Always { endpoint.operation.to_owned() } else { id }
}
