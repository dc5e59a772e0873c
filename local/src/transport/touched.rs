//! What a call is about, read from its request: tables, keys, buckets, receivers. No values beside keys, and no bodies.

use crate::{cost::Touched, faults::Service};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::collections::HashMap;

/// What a request is about; nothing where it cannot be told.
pub(super) fn by(service: Service, operation: &str, request: &HttpRequest) -> Vec<Touched> {
    match service {
        Service::DynamoDb => {
            let body = request.body().bytes().and_then(|body| serde_json::from_slice(body).ok());
            body.map(|body: Value| items(operation, &body)).unwrap_or_default()
        }
        Service::S3 => vec![object(operation, request.uri())],
        Service::Sns => request.body().bytes().map(receiver).into_iter().collect(),
        Service::Push => vec![named("post", request)],
        Service::Scheduler => vec![named("schedule", request)],
    }
}

/// What stands last in the path.
fn named(verb: &'static str, request: &HttpRequest) -> Touched {
    let key = path(request.uri()).rsplit('/').next().unwrap_or_default().to_owned();
    Touched { verb, key, ..Touched::default() }
}

/// How a service refused a call: the code of its error, and which items of a transaction it was for.
pub(super) fn failure(response: Option<&HttpResponse>) -> String {
    let Some(response) = response else { return "no answer".to_owned() };
    let body = response.body().bytes().unwrap_or_default();
    let Ok(error) = serde_json::from_slice::<Value>(body) else { return response.status().as_u16().to_string() };
    let code = error["__type"].as_str().and_then(|kind| kind.rsplit('#').next());
    let code = code.map_or_else(|| response.status().as_u16().to_string(), str::to_owned);
    let reasons = error["CancellationReasons"].as_array().into_iter().flatten();
    let reasons: Vec<_> = reasons.filter_map(|reason| reason["Code"].as_str()).collect();
    if reasons.is_empty() { code } else { format!("{code}: {}", reasons.join(", ")) }
}

fn items(operation: &str, body: &Value) -> Vec<Touched> {
    match operation {
        "GetItem" => vec![item("get", body)],
        "PutItem" => vec![item("put", body)],
        "UpdateItem" => vec![item("update", body)],
        "DeleteItem" => vec![item("delete", body)],
        "Query" => vec![query(body)],
        "Scan" => vec![Touched { verb: "scan", place: table(body), ..Touched::default() }],
        "BatchGetItem" => tables(body)
            .flat_map(|(table, asked)| {
                let keys = asked["Keys"].as_array().into_iter().flatten();
                keys.map(move |key| keyed("get", table, key))
            })
            .collect(),
        "BatchWriteItem" => tables(body)
            .flat_map(|(table, writes)| {
                let writes = writes.as_array().into_iter().flatten();
                writes.map(move |write| match write.get("PutRequest") {
                    Some(put) => keyed("put", table, &put["Item"]),
                    None => keyed("delete", table, &write["DeleteRequest"]["Key"]),
                })
            })
            .collect(),
        "TransactWriteItems" | "TransactGetItems" => {
            body["TransactItems"].as_array().into_iter().flatten().filter_map(part).collect()
        }
        _ => Vec::new(),
    }
}

fn tables(body: &Value) -> impl Iterator<Item = (&String, &Value)> {
    body["RequestItems"].as_object().into_iter().flatten()
}

fn table(body: &Value) -> String {
    body["TableName"].as_str().unwrap_or_default().to_owned()
}

/// A part of a transaction.
fn part(part: &Value) -> Option<Touched> {
    let verbs =
        [("Put", "put"), ("Update", "update"), ("Delete", "delete"), ("ConditionCheck", "check"), ("Get", "get")];
    verbs.iter().find_map(|(name, verb)| Some(item(verb, part.get(name)?)))
}

fn item(verb: &'static str, of: &Value) -> Touched {
    keyed(verb, &table(of), of.get("Key").unwrap_or(&of["Item"]))
}

fn keyed(verb: &'static str, table: &str, key: &Value) -> Touched {
    let text = |name: &str| key[name]["S"].as_str().unwrap_or_default().to_owned();
    Touched { verb, place: table.to_owned(), key: text("pk"), sort: text("sk") }
}

/// A query with its placeholders filled in. What it says of the partition key is the key, all else what it asks of the sort key.
fn query(body: &Value) -> Touched {
    let conditions = body["KeyConditionExpression"].as_str().unwrap_or_default();
    let filled = |condition: &str| -> String {
        let word = |char: char| !(char.is_ascii_alphanumeric() || "#:_".contains(char));
        condition.split_inclusive(word).map(|piece| fill(piece.trim_end_matches(word), piece, body)).collect()
    };
    let (mut key, mut sort) = (String::new(), Vec::new());
    // Two values of a range are joined by the word that joins conditions: the second begins with a placeholder.
    for condition in conditions.split(" AND ") {
        let condition = filled(condition);
        match condition.split_once(" = ") {
            Some((_, value)) if key.is_empty() => key = value.to_owned(),
            _ => sort.push(condition),
        }
    }
    let index = body["IndexName"].as_str().map(|index| format!("index {index}"));
    let sort = index.into_iter().chain(sort).collect::<Vec<_>>().join(" and ");
    Touched { verb: "query", place: table(body), key, sort }
}

/// What a placeholder stands for, with what follows it in its piece of an expression.
fn fill(word: &str, piece: &str, body: &Value) -> String {
    let rest = &piece[word.len()..];
    let value = || {
        let value = body["ExpressionAttributeValues"][word].as_object()?.values().next()?.as_str()?;
        Some(value.to_owned())
    };
    let meaning = match word.as_bytes().first() {
        Some(b'#') => body["ExpressionAttributeNames"][word].as_str().map(str::to_owned),
        Some(b':') => value(),
        _ => None,
    };
    meaning.unwrap_or_else(|| word.to_owned()) + rest
}

fn path(uri: &str) -> String {
    let after_host = uri.split_once("://").map_or(uri, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = after_host.split('?').next().unwrap_or_default().trim_start_matches('/');
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// The bucket is the first segment of the path.
fn object(operation: &str, uri: &str) -> Touched {
    let path = path(uri);
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    let verb = match operation {
        "PutObject" | "PutObjectTagging" => "put",
        "CopyObject" => "copy to",
        "DeleteObject" | "DeleteObjects" | "DeleteObjectTagging" => "delete",
        "ListObjectsV2" => "list",
        "HeadObject" | "HeadBucket" => "head",
        _ => "get",
    };
    Touched { verb, place: bucket.to_owned(), key: key.to_owned(), sort: String::new() }
}

/// A number or a topic; the message is left out.
fn receiver(body: &[u8]) -> Touched {
    let fields: HashMap<String, String> = serde_html_form::from_bytes(body).unwrap_or_default();
    let key = fields.get("PhoneNumber").or_else(|| fields.get("TopicArn")).cloned().unwrap_or_default();
    Touched { verb: "publish", key, ..Touched::default() }
}
