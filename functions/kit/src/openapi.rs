//! The OpenAPI document of a dialect, made of its routes.

use crate::{Dialect, Routes};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// How a dialect's clients say who they are.
#[derive(Clone, Copy, Debug)]
pub enum Session {
    /// Fields of the body.
    Fields(&'static [&'static str]),
}

/// The OpenAPI 3.0 document of these routes. The same routes give the same document, byte for byte.
#[must_use]
pub fn document<D: Dialect>(title: &str, failure: &Value, routes: &Routes<D>) -> Value {
    let mut generator = SchemaSettings::openapi3().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in &routes.endpoints {
        let output = (endpoint.output)(&mut generator);
        let mut operation = json!({
            "operationId": operation_id(endpoint.path),
            "summary": endpoint.operation,
            "responses": {
                "200": {"description": "Done", "content": {"application/json": {"schema": output}}},
                "default": {"description": "Refused", "content": {"application/json": {"schema": failure}}},
            },
        });
        if endpoint.method == "GET" {
            operation["parameters"] = parameters(endpoint.path);
            operation["responses"]["200"] = Value::Null;
            operation["responses"]["302"] = json!({"description": "Where the picture is at the moment"});
        } else {
            let input = body::<D>(&mut generator, endpoint);
            let content = json!({"schema": input});
            operation["requestBody"] = json!({"required": true, "content": {
                "application/x-www-form-urlencoded": content, "application/json": content,
            }});
        }
        if let Some(responses) = operation["responses"].as_object_mut() {
            responses.retain(|_, response| !response.is_null());
        }
        let path = endpoint.path.replace("{*", "{");
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[endpoint.method.as_str().to_lowercase()] = operation;
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1"},
        "paths": paths,
        "components": {"schemas": generator.take_definitions(true)},
    })
}

/// An operation's own fields, and those of the session where it needs one.
fn body<D: Dialect>(generator: &mut SchemaGenerator, endpoint: &crate::Endpoint) -> Value {
    let own = (endpoint.input)(generator).to_value();
    let Session::Fields(names) = D::SESSION;
    if !endpoint.signed {
        return own;
    }
    let properties: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"allOf": [{"type": "object", "required": names, "properties": properties}, own]})
}

fn parameters(path: &str) -> Value {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let names = names.map(|name| name.trim_start_matches('*'));
    let parameter = |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
    names.map(parameter).collect()
}

fn operation_id(path: &str) -> String {
    let words: Vec<_> = path.split(['/', '{', '}', '*']).filter(|word| !word.is_empty() && *word != "v1").collect();
    words.join("_")
}
