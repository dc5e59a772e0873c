//! What a document says of the requests of an operation.

use super::{Header, Session, examples, path_names};
use crate::{Dialect, Endpoint, Selector};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// The fields of an operation's input.
pub(super) struct Fields {
    own: Map<String, Value>,
    required: Vec<Value>,
    /// What the input says of itself besides its fields.
    rest: Map<String, Value>,
}

impl Fields {
    pub(super) fn of(generator: &SchemaGenerator, endpoint: &Endpoint, input: &Value) -> Self {
        let name = input["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let defined = name.and_then(|name| generator.definitions().get(name)).unwrap_or(input);
        let in_path = path_names(endpoint.path);
        let beside = |name: &str| !in_path.contains(&name);
        let mut rest = defined.as_object().cloned().unwrap_or_default();
        let own = match rest.remove("properties") {
            Some(Value::Object(fields)) => fields.into_iter().filter(|(name, _)| beside(name)).collect(),
            _ => Map::new(),
        };
        let required = rest.remove("required").and_then(|names| names.as_array().cloned()).unwrap_or_default();
        let required = required.into_iter().filter(|name| name.as_str().is_some_and(beside)).collect();
        rest.retain(|name, _| ["oneOf", "anyOf", "allOf", "additionalProperties"].contains(&name.as_str()));
        Self { own, required, rest }
    }

    /// What stands in the path, in the query of a GET, and in headers.
    pub(super) fn parameters<D: Dialect>(&self, endpoint: &Endpoint) -> Vec<Value> {
        let text = json!({"type": "string"});
        let in_path = path_names(endpoint.path).into_iter();
        let mut parameters: Vec<_> = in_path.map(|name| parameter(endpoint, name, "path", true, &text)).collect();
        if endpoint.method == "GET" {
            parameters.extend(self.own.iter().map(|(name, schema)| {
                let required = self.required.iter().any(|one| one == name);
                parameter(endpoint, name, "query", required, schema)
            }));
            let unlisted = endpoint.selector.field().filter(|field| !self.own.contains_key(*field));
            parameters.extend(unlisted.map(|name| parameter(endpoint, name, "query", true, &text)));
        }
        parameters.extend(D::HEADERS.iter().map(|Header { name, about, example }| {
            let mut header =
                json!({"name": name, "in": "header", "required": false, "description": about, "schema": text});
            if !example.is_empty() {
                header["example"] = json!(example);
            }
            header
        }));
        parameters
    }

    /// The body, of each of the types in which it may be sent. It is one flat object, whichever of its fields are the session's.
    pub(super) fn body<D: Dialect>(&self, endpoint: &Endpoint) -> Option<Value> {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (name, schema) in added::<D>(endpoint) {
            properties.insert(name.to_owned(), schema);
            required.push(Value::from(name));
        }
        properties.extend(self.own.clone());
        required.extend(self.required.iter().filter(|name| !required.contains(name)).cloned().collect::<Vec<_>>());
        if endpoint.method == "GET" || properties.is_empty() && self.rest.is_empty() {
            return None;
        }
        let mut schema = self.rest.clone();
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), properties.into());
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
        let kinds = if endpoint.raw { &["multipart/form-data"] } else { D::BODIES };
        let content = kinds.iter().map(|kind| {
            let mut body = json!({"schema": schema});
            examples::add_to_body(endpoint, kind, &mut body);
            ((*kind).to_owned(), body)
        });
        Some(json!({"required": true, "content": content.collect::<Map<_, _>>()}))
    }
}

/// The fields of a body that are not the operation's own: those of the session where it needs one, and the one that chooses it.
fn added<D: Dialect>(endpoint: &Endpoint) -> Vec<(&'static str, Value)> {
    let text = json!({"type": "string"});
    let mut fields = Vec::new();
    if let (true, Session::Fields(names)) = (endpoint.signed, D::SESSION) {
        fields.extend(names.iter().map(|(name, _)| (*name, text.clone())));
    }
    match endpoint.selector {
        Selector::Always | Selector::Otherwise => {}
        Selector::Field(name, value) => fields.push((name, json!({"type": "string", "enum": [value]}))),
        Selector::Has(name) => fields.push((name, text)),
        Selector::OtherwiseHas(names) => fields.extend(names.iter().map(|name| (*name, text.clone()))),
    }
    fields
}

fn parameter(endpoint: &Endpoint, name: &str, place: &str, required: bool, schema: &Value) -> Value {
    let mut schema = schema.clone();
    // It says the same of the parameter, where viewers look for it.
    let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let mut parameter = json!({"name": name, "in": place, "required": required, "schema": schema});
    if let Some(about) = about {
        parameter["description"] = about;
    }
    if let Some(example) = examples::of_parameter(endpoint, name) {
        parameter["example"] = example;
    }
    parameter
}
