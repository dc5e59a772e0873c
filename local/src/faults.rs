//! Failures of AWS, on demand: what the stand-ins never do by themselves.
//!
//! They strike between the SDK and the stand-in, so the SDK classifies, retries and reports them as it does real ones.
//! Only calls of this world's own clients are struck, not those of another process.

use crate::contention::{Contention, Met};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What happens to a call instead of its usual course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// DynamoDB: another transaction has an item. `TransactionCanceledException` with the reason `TransactionConflict` for
    /// the first item of a transaction, `TransactionConflictException` for a single write. Not retried by the SDK.
    Conflict,
    /// Too many calls: `ProvisionedThroughputExceededException`, `SlowDown` (S3), `Throttling` (SNS) or `LimitExceededException`
    /// (posts to WebSockets), or `ThrottlingException` (schedules). Retried by the SDK.
    Throttled,
    /// 500. Retried by the SDK.
    Internal,
    /// The connection breaks before the request arrives: nothing is done. Retried by the SDK.
    Unreachable,
    /// The request is carried out, then the connection breaks. Retried by the SDK, so it may be carried out twice.
    AnswerLost,
    /// An error of the service, by its code. Nothing is done.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code, such as `InvalidParameter`.
        code: &'static str,
    },
    /// The request is sent this much later.
    Delayed(Duration),
}

/// The failures that are still to come. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    queues: Arc<Mutex<HashMap<String, VecDeque<Fault>>>>,
    death: Arc<Mutex<Option<Death>>>,
    contention: Contention,
}

/// That a call of the product dies, as it does by its timeout or a deployment.
#[derive(Debug)]
struct Death {
    /// So many calls of AWS are answered before.
    left: usize,
    /// Whether the one at which it dies is carried out.
    carried_out: bool,
}

impl Faults {
    /// Strikes the next `times` calls of an operation, after those that were asked for before. The operation has the name
    /// of its API: `TransactWriteItems`, `UpdateItem`, `Publish`, `CopyObject`,
    /// `PostToConnection`. Attempts count: the SDK makes up to three.
    pub fn strike(&self, operation: &str, times: usize, fault: &Fault) {
        let mut faults = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = faults.entry(operation.to_owned()).or_default();
        queue.extend(std::iter::repeat_n(fault.clone(), times));
    }

    /// How many failures of an operation are still to come.
    #[must_use]
    pub fn left(&self, operation: &str) -> usize {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).get(operation).map_or(0, VecDeque::len)
    }

    /// After so many calls, of whatever operation, none is answered any more, until [`Faults::clear`]: whatever the product is at is as good
    /// as dead. `carried_out`: the first that is not answered is carried out.
    pub fn die_after(&self, calls: usize, carried_out: bool) {
        *self.death.lock().unwrap_or_else(PoisonError::into_inner) = Some(Death { left: calls, carried_out });
    }

    /// Forgets all failures that are still to come.
    pub fn clear(&self) {
        *self.death.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// From now on a transaction takes so long and holds its items meanwhile: another at one of them is cancelled, as on AWS.
    pub fn transactions_take(&self, time: Duration) {
        self.contention.hold_for(time);
    }

    /// Sends a request that no failure strikes.
    pub(crate) async fn send(
        &self,
        operation: &str,
        request: HttpRequest,
        connector: &SharedHttpConnector,
    ) -> Result<HttpResponse, ConnectorError> {
        match self.contention.meet(operation, &request) {
            None => connector.call(request).await,
            Some(Met::Another) => conflict(&request),
            Some(Met::Nobody(hold)) => {
                tokio::time::sleep(hold.time).await;
                let answer = connector.call(request).await;
                drop(hold);
                answer
            }
        }
    }

    pub(crate) fn next(&self, operation: &str) -> Option<Fault> {
        if let Some(death) = &mut *self.death.lock().unwrap_or_else(PoisonError::into_inner) {
            if death.left > 0 {
                death.left -= 1;
            } else if std::mem::take(&mut death.carried_out) {
                return Some(Fault::AnswerLost);
            } else {
                // Nobody tries that again.
                return Some(Fault::Refused { status: 403, code: "AccessDeniedException" });
            }
        }
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).get_mut(operation)?.pop_front()
    }
}

/// A service, by how it words its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    DynamoDb,
    S3,
    Sns,
    /// API Gateway, which posts to open WebSockets.
    Push,
    /// EventBridge Scheduler.
    Scheduler,
}

impl Service {
    /// What the console calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DynamoDb => "DynamoDB",
            Self::S3 => "S3",
            Self::Sns => "SNS",
            Self::Push => "API Gateway",
            Self::Scheduler => "EventBridge Scheduler",
        }
    }
}

impl Fault {
    /// Lets the failure happen to a request.
    pub(crate) async fn happen(
        self,
        service: Service,
        request: HttpRequest,
        connector: &SharedHttpConnector,
    ) -> Result<HttpResponse, ConnectorError> {
        match self {
            Self::Conflict => conflict(&request),
            Self::Throttled => match service {
                Service::DynamoDb => refusal(service, 400, "ProvisionedThroughputExceededException"),
                Service::S3 => refusal(service, 503, "SlowDown"),
                Service::Sns => refusal(service, 400, "Throttling"),
                Service::Push => refusal(service, 429, "LimitExceededException"),
                Service::Scheduler => refusal(service, 429, "ThrottlingException"),
            },
            Self::Internal => match service {
                Service::DynamoDb => refusal(service, 500, "InternalServerError"),
                Service::S3 | Service::Sns => refusal(service, 500, "InternalError"),
                Service::Push | Service::Scheduler => refusal(service, 500, "InternalServerException"),
            },
            Self::Refused { status, code } => refusal(service, status, code),
            Self::Unreachable => Err(broken()),
            Self::AnswerLost => {
                connector.call(request).await?;
                Err(broken())
            }
            Self::Delayed(time) => {
                tokio::time::sleep(time).await;
                connector.call(request).await
            }
        }
    }
}

fn broken() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}

/// As many reasons as the transaction has items.
fn conflict(request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let body: Value = request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
    let Some(items) = body.get("TransactItems").and_then(Value::as_array) else {
        return refusal(Service::DynamoDb, 400, "TransactionConflictException");
    };
    let reasons: Vec<_> = (0..items.len())
        .map(|item| match item {
            0 => json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" }),
            _ => json!({ "Code": "None" }),
        })
        .collect();
    let codes: Vec<_> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
    let document = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        ),
        "CancellationReasons": reasons,
    });
    response(400, "application/x-amz-json-1.0", document.to_string())
}

fn refusal(service: Service, status: u16, code: &str) -> Result<HttpResponse, ConnectorError> {
    let message = "injected";
    match service {
        Service::DynamoDb => {
            let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
            response(status, "application/x-amz-json-1.0", json!({ "__type": kind, "message": message }).to_string())
        }
        Service::S3 => {
            let document = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
            response(status, "application/xml", document)
        }
        Service::Sns => response(status, "text/xml", crate::sns::error_document(code, message)),
        Service::Push | Service::Scheduler => {
            let mut response = response(status, "application/json", json!({ "message": message }).to_string())?;
            response.headers_mut().try_insert("x-amzn-errortype", code.to_owned()).map_err(|_| broken())?;
            Ok(response)
        }
    }
}

/// An answer as a service gives it.
pub(crate) fn response(status: u16, content_type: &'static str, body: String) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", content_type);
    Ok(response)
}
