//! `POST /schedules/{name}`: EventBridge Scheduler, as far as the project uses it: a function is called once, at a time.
//!
//! Times are those of the application's clock, so that whoever puts it forward sees what happens then. The service calls within a
//! minute, this within a second or two. Where the service makes a call that fails three times more, this makes it twice, a second later each time.
//! Schedules are in memory: those of a server that ends are gone, as its sockets are.
//!
//! 400 for what is no schedule of this kind, 404 for a function that is not there, 409 for a name that is taken. Nobody looks at signatures.

use super::{lines::Lines, management::refusal};
use crate::requests::Call;
use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::StatusCode;
use jiff::{civil::DateTime, tz::TimeZone};
use kit::sockets::{Answer, Service};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::sleep;

/// How often the clock is looked at, and how long after a call that failed the next is made.
const TICK: Duration = Duration::from_secs(1);

/// So many calls are made until one does not fail.
const CALLS: usize = 3;

/// What Scheduler puts the name of its call in for.
const CALL: &str = "<aws.scheduler.execution-id>";

/// The schedules that are still to come. Cheap to clone.
#[derive(Clone)]
pub(super) struct Schedules {
    lines: Lines,
    functions: Arc<BTreeMap<&'static str, Service>>,
    names: Arc<Mutex<BTreeSet<String>>>,
}

impl Schedules {
    /// Of functions, by their names.
    pub(super) fn new(lines: Lines, functions: BTreeMap<&'static str, Service>) -> Self {
        Self { lines, functions: Arc::new(functions), names: Arc::default() }
    }
}

pub(super) fn routes(schedules: Schedules) -> Router {
    Router::new().route("/schedules/{name}", post(create)).with_state(schedules)
}

/// What a schedule is made of; the rest of what Scheduler takes has to be as the project says it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Schedule {
    schedule_expression: String,
    target: Target,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    arn: String,
    input: String,
}

/// The seconds since 1970 of `at(yyyy-MM-ddTHH:mm:ss)`, in UTC.
fn seconds(expression: &str) -> Option<i64> {
    let at: DateTime = expression.strip_prefix("at(")?.strip_suffix(')')?.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(at).ok()?.as_second())
}

async fn create(State(schedules): State<Schedules>, Path(name): Path<String>, Json(asked): Json<Value>) -> Response {
    let asked = Schedule::deserialize(&asked).ok();
    let at = asked.as_ref().and_then(|schedule| seconds(&schedule.schedule_expression));
    let Some((Schedule { target, .. }, at)) = asked.zip(at) else {
        return refusal(StatusCode::BAD_REQUEST, "ValidationException", "Invalid Schedule Expression or Target.");
    };
    let function = target.arn.rsplit_once(":function:").and_then(|(_, function)| function.split(':').next());
    let found = function.and_then(|function| schedules.functions.get_key_value(function));
    let Some((function, service)) = found.map(|(name, service)| (*name, service.clone())) else {
        return refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException", "The function does not exist.");
    };
    if !schedules.with(|names| names.insert(name.clone())) {
        return refusal(StatusCode::CONFLICT, "ConflictException", "Schedule already exists.");
    }
    let arn = format!("arn:aws:scheduler:us-east-1:000000000000:schedule/sockets/{name}");
    tokio::spawn(schedules.keep(name, at, function, service, target.input));
    Json(json!({ "ScheduleArn": arn })).into_response()
}

impl Schedules {
    /// Waits and calls, unless the server ends.
    async fn keep(self, name: String, at: i64, function: &'static str, service: Service, input: String) {
        while self.lines.host().clock.seconds() < at {
            if self.lines.is_over() {
                return;
            }
            sleep(TICK).await;
        }
        for _ in 0..CALLS {
            let id = self.lines.request();
            let event = serde_json::from_str(&input.replace(CALL, &id)).unwrap_or_default();
            if !self.call(function, &service, event, id).await.again {
                break;
            }
            sleep(TICK).await;
        }
        self.with(|names| names.remove(&name));
    }

    async fn call(&self, function: &str, service: &Service, event: Value, id: String) -> Answer {
        let (path, function) = ("a schedule".to_owned(), function.to_owned());
        let call = Call { method: "CALL", path, function, id };
        self.lines.host().requests.answered(call, service(event)).await
    }

    fn with<T>(&self, change: impl FnOnce(&mut BTreeSet<String>) -> T) -> T {
        change(&mut self.names.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
