//! What a document shows of the examples of an operation.

use crate::{Endpoint, Sample};
use serde_json::{Map, Value, json};

/// What clients put for a parameter. A list stands for it in a query by its name given several times; one of them is shown.
pub(super) fn of_parameter(endpoint: &Endpoint, name: &str) -> Option<Value> {
    let examples = endpoint.examples.each();
    let mut fields = examples.iter().flat_map(|example| example.fields);
    fields.find(|(field, _)| *field == name).and_then(|(_, value)| value.each().first().copied()).map(Value::from)
}

/// A body of this content type with what clients put there: one example, or several by name where they differ.
pub(super) fn add_to_body(endpoint: &Endpoint, kind: &str, body: &mut Value) {
    let examples = endpoint.examples.each();
    let examples = examples.iter().filter(|example| example.body.is_none_or(|only| only == kind));
    let mut shown: Vec<(&str, Value)> = Vec::new();
    for example in examples {
        let fields = endpoint.beside_path(example);
        let value = fields.into_iter().map(|(name, value): (_, Sample)| (name, Value::from(value))).collect();
        if shown.iter().all(|(_, other)| *other != value) {
            shown.push((example.name.unwrap_or("usual"), value));
        }
    }
    match shown.as_slice() {
        [] => {}
        [(_, one)] => body["example"] = one.clone(),
        several => {
            let named = several.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value })));
            body["examples"] = named.collect::<Map<_, _>>().into();
        }
    }
}
