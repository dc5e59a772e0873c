//! The OpenAPI document of a dialect, made of its routes.

use crate::{Dialect, Endpoint, Routes};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// How a dialect's clients say who they are.
#[derive(Clone, Copy, Debug)]
pub enum Session {
    /// Fields of the body.
    Fields(&'static [&'static str]),
    /// A cookie of this name.
    Cookie(&'static str),
}

/// The OpenAPI 3.0 document of these routes. The same routes give the same document, byte for byte.
#[must_use]
pub fn document<D: Dialect>(title: &str, failure: &Value, routes: &Routes<D>) -> Value {
    let mut generator = SchemaSettings::openapi3().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in &routes.endpoints {
        let path = endpoint.path.replace("{*", "{");
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[endpoint.method.as_str().to_lowercase()] = operation::<D>(&mut generator, failure, endpoint);
    }
    let mut components = json!({"schemas": generator.take_definitions(true)});
    if let Session::Cookie(name) = D::SESSION {
        components["securitySchemes"] = json!({"session": {"type": "apiKey", "in": "cookie", "name": name}});
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1"},
        "paths": paths,
        "components": components,
    })
}

fn operation<D: Dialect>(generator: &mut SchemaGenerator, failure: &Value, endpoint: &Endpoint) -> Value {
    let output = (endpoint.output)(generator);
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
    let input = (endpoint.input)(generator).to_value();
    let in_path = path_names(endpoint.path);
    let beside_path = fields(generator, &input).into_iter().filter(|(name, _)| !in_path.contains(&name.as_str()));
    let beside_path: Vec<(String, bool)> = beside_path.collect();
    let mut parameters: Vec<_> = in_path.iter().map(|name| parameter(name, "path", true)).collect();
    if endpoint.method == "GET" {
        parameters.extend(beside_path.iter().map(|(name, required)| parameter(name, "query", *required)));
    } else if endpoint.signed && matches!(D::SESSION, Session::Fields(_)) || !beside_path.is_empty() {
        let schema = body::<D>(endpoint, input);
        let kinds = if endpoint.raw { &["multipart/form-data"] } else { D::BODIES };
        let content: Map<_, _> = kinds.iter().map(|kind| ((*kind).to_owned(), json!({"schema": schema}))).collect();
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if endpoint.signed && matches!(D::SESSION, Session::Cookie(_)) {
        operation["security"] = json!([{"session": []}]);
    }
    operation
}

/// An operation's own fields, and those of the session where it needs one.
fn body<D: Dialect>(endpoint: &Endpoint, own: Value) -> Value {
    let Session::Fields(names) = D::SESSION else { return own };
    if !endpoint.signed {
        return own;
    }
    let properties: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"allOf": [{"type": "object", "required": names, "properties": properties}, own]})
}

/// The fields of an input, and whether each is required.
fn fields(generator: &SchemaGenerator, input: &Value) -> Vec<(String, bool)> {
    let name = input["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let defined = name.and_then(|name| generator.definitions().get(name)).unwrap_or(input);
    let required = |name: &str| defined["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let fields = defined["properties"].as_object().into_iter().flat_map(|fields| fields.keys());
    fields.map(|name| (name.clone(), required(name))).collect()
}

fn parameter(name: &str, place: &str, required: bool) -> Value {
    json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}})
}

fn path_names(path: &str) -> Vec<&str> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.map(|name| name.trim_start_matches('*')).collect()
}

fn operation_id(endpoint: &Endpoint) -> String {
    let words = endpoint.path.split(['/', '{', '}', '*']).filter(|word| !word.is_empty() && *word != "v1");
    let method = endpoint.method.as_str().to_lowercase();
    let method = Some(method.as_str()).filter(|method| *method != "post");
    let id = method.into_iter().chain(words).collect::<Vec<_>>().join("_");
    if id.is_empty() { endpoint.operation.clone() } else { id }
}
