//! What a document shows of the answers of an operation.

use serde_json::{Map, Value, json};

/// The status of whatever is the server's fault.
const FAULTS: u64 = 500;

/// What decides which answers an operation may give.
pub(super) struct Operation<'a> {
    pub(super) name: &'a str,
    pub(super) signed: bool,
    pub(super) has_body: bool,
}

/// The responses of an operation by their HTTP statuses: those that were recorded, with an example each, and the success in any case.
pub(super) fn responses(output: Option<&Value>, answers: &Value, operation: &Operation<'_>) -> Value {
    let mut responses: Map<String, Value> = Map::new();
    if output.is_some() {
        responses.insert("200".into(), json!({"description": "Done"}));
        add(&mut responses, &json!({"status": 200, "type": "application/json"}), output);
    }
    let of = |name: &str| answers[name].as_array().into_iter().flatten();
    // What comes of any, of those that need a session, of those that are sent something.
    let anywhere = [("*", true), ("* signed", operation.signed), ("* body", operation.has_body)];
    let anywhere = anywhere.into_iter().filter(|(_, fits)| *fits).flat_map(|(name, _)| of(name));
    // Its own come last: they take the place of the others.
    for answer in anywhere.chain(of(operation.name)) {
        add(&mut responses, answer, output);
    }
    if responses.is_empty() {
        responses.insert("200".into(), json!({"description": "Done"}));
    }
    responses.into()
}

/// Puts an answer to those of its status.
fn add(responses: &mut Map<String, Value>, answer: &Value, output: Option<&Value>) {
    let status = answer["status"].as_u64().unwrap_or_default();
    let failed = answer["failed"] == true;
    let key = if status >= FAULTS { "5XX".to_owned() } else { status.to_string() };
    let response = responses.entry(key).or_insert_with(|| json!({"description": said(status)}));
    let Some(kind) = answer["type"].as_str() else { return };
    let content = &mut response["content"][kind];
    let schema =
        if failed { json!({"$ref": "#/components/schemas/Failure"}) } else { output.cloned().unwrap_or(json!({})) };
    add_schema(content, schema);
    if let (Some(name), false) = (answer["name"].as_str(), answer["body"].is_null()) {
        content["examples"][name] = json!({"value": answer["body"]});
    }
}

/// A status may have both a success and failures.
fn add_schema(content: &mut Value, schema: Value) {
    let known = content["schema"].take();
    content["schema"] = match known {
        Value::Null => schema,
        same if same == schema => same,
        Value::Object(several) if several.contains_key("anyOf") && several.len() == 1 => {
            let mut all = several["anyOf"].as_array().cloned().unwrap_or_default();
            if !all.contains(&schema) {
                all.push(schema);
            }
            json!({"anyOf": all})
        }
        one => json!({"anyOf": [one, schema]}),
    };
}

fn said(status: u64) -> &'static str {
    match status {
        200..=299 => "Answered",
        302 => "Where it is at the moment",
        304 => "Not changed",
        FAULTS.. => "A fault of the server. Whether something was done is unknown; a later try may work",
        _ => "Refused",
    }
}
