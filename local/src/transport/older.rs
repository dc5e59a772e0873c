//! What an older DynamoDB Local lacks, made up for between the SDK and the network, so that the tests can run over it
//! (`TEST_DYNAMODB`; `docs/operations.md#the-tests-over-another-dynamodb`). Nothing else uses it.
//!
//! - **The item for which a condition of a single write did not hold** (`ReturnValuesOnConditionCheckFailure`, of 2023). The write is
//!   sent as it is. If its condition fails, the same condition is sent as the only part of a transaction, which does answer the item
//!   that failed it. Should the condition hold by then, the write is tried again.
//! - **Transactions of more than ten parts** (100 since 2022). While every other call of this client waits, the conditions of all parts
//!   are checked, ten at a time; only if all hold are the parts written, ten at a time. The reasons of the refusals are put together
//!   in the order of the parts.
//! - **Empty texts** (2020). Another text is stored in their place.
//!
//! A service that knows the first knows the others too, so one call asks for all: a service that has the parameter refuses a value
//! that it does not know, one that lacks it does not look at it.
//!
//! Limits: only the calls of one client wait, so another client of the same tables, such as the console's, may see the first half of a
//! large transaction. If a part of it is refused for anything but its condition, such as an item that is too large, what was written
//! before stays. Two parts at one item are found only where both are among the same ten. A client request token is remembered without
//! the parts it came with. An empty text is not empty to a condition about its size, its beginning or what it contains.

use crate::faults::response;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use serde_json::{Map, Value, json};
use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OnceCell, RwLock};

/// So many parts has a transaction of an older service at most.
const PARTS: usize = 10;

/// How often a write is tried whose condition fails, and holds when it is asked again.
const TRIES: usize = 20;

/// The parameter of single writes that an older service does not look at.
const WANTED: &str = "ReturnValuesOnConditionCheckFailure";

/// An empty text, as it stands in a request or an answer.
const EMPTY: &str = r#"{"S":""}"#;

/// What an older service stores in its place.
const NOT_EMPTY: &str = r#"{"S":"(an empty text)"}"#;

const TARGET: &str = "x-amz-target";
const API: &str = "DynamoDB_20120810.";
const ERRORS: &str = "com.amazonaws.dynamodb.v20120810#";

/// What the connectors of a client have in common. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Older(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Whether the service is an older one, once it has been asked.
    is_older: OnceCell<bool>,
    /// Held by every call, by a large transaction alone.
    calls: RwLock<()>,
    /// The client request tokens of large transactions that are written.
    written: Mutex<HashSet<String>>,
}

impl Older {
    /// A connector that makes up for what the service behind another lacks, if it does.
    pub(super) fn over(&self, inner: SharedHttpConnector) -> SharedHttpConnector {
        SharedHttpConnector::new(Adapter { inner, older: self.clone() })
    }
}

#[derive(Clone, Debug)]
struct Adapter {
    inner: SharedHttpConnector,
    older: Older,
}

impl HttpConnector for Adapter {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let adapter = self.clone();
        HttpConnectorFuture::new(async move {
            // What has begun is ended even if nobody waits for it any longer, as at a service.
            let answer = tokio::spawn(async move { adapter.answer(request).await }).await;
            answer.map_err(|error| ConnectorError::other(error.into(), None))?
        })
    }
}

/// An answer that was read whole.
struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    fn has_failed(&self, error: &str) -> bool {
        self.body["__type"].as_str().is_some_and(|kind| kind.ends_with(&format!("#{error}")))
    }

    fn respond(&self) -> Result<HttpResponse, ConnectorError> {
        response(self.status, "application/x-amz-json-1.0", self.body.to_string())
    }
}

impl Adapter {
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let Some(operation) = request.headers().get(TARGET).and_then(|target| target.strip_prefix(API)) else {
            return self.inner.call(request).await;
        };
        if !*self.older.0.is_older.get_or_try_init(|| self.ask(&request)).await? {
            return self.inner.call(request).await;
        }
        let body: Value = request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let parts = body["TransactItems"].as_array().map_or(0, Vec::len);
        if operation == "TransactWriteItems" && parts > PARTS {
            let _alone = self.older.0.calls.write().await;
            return self.transact(&request, &body).await?.respond();
        }
        let _beside_others = self.older.0.calls.read().await;
        if body.get(WANTED).is_some() {
            return self.write(&request, operation, body.clone()).await?.respond();
        }
        self.send(&request, operation, &body).await?.respond()
    }

    /// Whether the service lacks the parameter, and with it large transactions.
    async fn ask(&self, request: &HttpRequest) -> Result<bool, ConnectorError> {
        let item = json!({ "pk": { "S": "?" }, "sk": { "S": "?" } });
        let asked = json!({ "TableName": "there-is-no-such-table", "Item": item, WANTED: "NO_SUCH_VALUE" });
        Ok(self.send(request, "PutItem", &asked).await?.has_failed("ResourceNotFoundException"))
    }

    /// Sends another call, for which everything else is as for this one.
    async fn send(&self, request: &HttpRequest, operation: &str, body: &Value) -> Result<Answer, ConnectorError> {
        let lost = || ConnectorError::other(io::Error::other("a request that cannot be sent twice").into(), None);
        let mut sent = request.try_clone().ok_or_else(lost)?;
        let body = body.to_string().replace(EMPTY, NOT_EMPTY);
        sent.headers_mut().insert(TARGET, format!("{API}{operation}"));
        sent.headers_mut().insert("content-length", body.len().to_string());
        *sent.body_mut() = SdkBody::from(body);
        let answer = self.inner.call(sent).await?;
        let status = answer.status().as_u16();
        let broken = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::io(error);
        let body = ByteStream::new(answer.into_body()).collect().await.map_err(|error| broken(error.into()))?;
        let body = String::from_utf8_lossy(&body.into_bytes()).replace(NOT_EMPTY, EMPTY);
        let body = serde_json::from_str(&body).map_err(|error| broken(error.into()))?;
        Ok(Answer { status, body })
    }

    /// A single write; if its condition fails, with the item that failed it.
    async fn write(&self, request: &HttpRequest, operation: &str, mut body: Value) -> Result<Answer, ConnectorError> {
        let check = check(&body);
        if let Some(body) = body.as_object_mut() {
            body.remove(WANTED);
        }
        let mut answer = self.send(request, operation, &body).await?;
        for _ in 1..TRIES {
            let Some(check) = check.as_ref().filter(|_| answer.has_failed("ConditionalCheckFailedException")) else {
                break;
            };
            let checked = self.send(request, "TransactWriteItems", &json!({ "TransactItems": [check] })).await?;
            if checked.has_failed("TransactionCanceledException") {
                if let Some(item) = checked.body["CancellationReasons"][0].get("Item") {
                    answer.body["Item"] = item.clone();
                }
                break;
            }
            answer = self.send(request, operation, &body).await?;
        }
        Ok(answer)
    }

    /// A large transaction, while no other call of this client is under way.
    async fn transact(&self, request: &HttpRequest, body: &Value) -> Result<Answer, ConnectorError> {
        let token = body["ClientRequestToken"].as_str();
        let written = || self.older.0.written.lock().unwrap_or_else(PoisonError::into_inner);
        if token.is_some_and(|token| written().contains(token)) {
            return Ok(Answer { status: 200, body: json!({}) });
        }
        let parts = body["TransactItems"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let Some(refused) = self.refused(request, parts).await? {
            return Ok(refused);
        }
        let mut consumed = Vec::new();
        for some in parts.chunks(PARTS) {
            let asked = json!({ "TransactItems": some, "ReturnConsumedCapacity": body["ReturnConsumedCapacity"] });
            let answer = self.send(request, "TransactWriteItems", &asked).await?;
            if answer.status != 200 {
                return Ok(answer);
            }
            consumed.extend(answer.body["ConsumedCapacity"].as_array().into_iter().flatten().cloned());
        }
        written().extend(token.map(str::to_owned));
        Ok(Answer { status: 200, body: json!({ "ConsumedCapacity": consumed }) })
    }

    /// What is answered if the conditions of these parts do not all hold.
    async fn refused(&self, request: &HttpRequest, parts: &[Value]) -> Result<Option<Answer>, ConnectorError> {
        let mut reasons = vec![json!({ "Code": "None" }); parts.len()];
        let actions = parts.iter().map(|part| part.as_object().and_then(|part| part.values().next()));
        let checks: Vec<_> = actions.enumerate().filter_map(|(place, action)| Some((place, check(action?)?))).collect();
        for some in checks.chunks(PARTS) {
            let asked: Vec<_> = some.iter().map(|(_, check)| check).collect();
            let answer = self.send(request, "TransactWriteItems", &json!({ "TransactItems": asked })).await?;
            let found = answer.body["CancellationReasons"].as_array();
            for ((place, _), reason) in some.iter().zip(found.into_iter().flatten()) {
                reasons[*place] = reason.clone();
            }
            if answer.status != 200 && found.is_none() {
                return Ok(Some(answer));
            }
        }
        let codes: Vec<_> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
        let all_hold = codes.iter().all(|code| *code == "None");
        let why = "Transaction cancelled, please refer cancellation reasons for specific reasons";
        let refused = json!({
            "__type": format!("{ERRORS}TransactionCanceledException"),
            "message": format!("{why} [{}]", codes.join(", ")),
            "CancellationReasons": reasons,
        });
        Ok((!all_hold).then_some(Answer { status: 400, body: refused }))
    }
}

/// The condition of a write, as a part of a transaction that writes nothing; `None`: it has none.
fn check(write: &Value) -> Option<Value> {
    let condition = write["ConditionExpression"].as_str()?;
    let keyed = write.get("Key").or_else(|| write.get("Item"))?;
    let mut check = json!({
        "TableName": write["TableName"],
        "Key": { "pk": keyed["pk"], "sk": keyed["sk"] },
        "ConditionExpression": condition,
        WANTED: write[WANTED],
    });
    // Names and values that the expression does not use are refused.
    let words: HashSet<_> = condition.split(|c: char| !c.is_alphanumeric() && !"#:_".contains(c)).collect();
    for placeholders in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        let all = write[placeholders].as_object().into_iter().flatten();
        let used: Map<_, _> =
            all.filter(|(name, _)| words.contains(name.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect();
        if !used.is_empty() {
            check[placeholders] = used.into();
        }
    }
    Some(json!({ "ConditionCheck": check }))
}
