//! EventBridge Scheduler as the service that tells the function of sockets when a session ends.
//!
//! A schedule calls the function once, with an event that names a connection (`kit::sockets::Expired`), and is deleted by the service.
//! It costs nothing before and after. The crate stands alone because its SDK makes a function larger and slower to start: only the
//! function that opens sockets links it, and calls [`attach`].

pub use aws_sdk_scheduler::config::Builder;
use aws_sdk_scheduler::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        RequestId,
        create_schedule::{CreateScheduleError, CreateScheduleOutput},
    },
    types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, Target},
};
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::json;
use shared::{
    App, OnDemand,
    clients::log_failure,
    config::Expiry,
    push::{Failed, Schedules},
    time::utc_seconds,
    values::ConnectionId,
};
use std::fmt;

/// Gives an application EventBridge Scheduler, if its settings say for which function. Does no I/O.
pub fn attach(app: &App) {
    attach_with(app, |config| config);
}

/// The same with other settings of the client, for the local server, which watches its calls.
pub fn attach_with(app: &App, adapt: impl FnOnce(Builder) -> Builder) {
    if let Some(expiry) = &*app.config.expiry {
        let config = adapt(Builder::from(app.push.sdk())).build();
        let client = OnDemand::new(|| Client::from_conf(config));
        app.push.attach_schedules(Scheduler { client, expiry: expiry.clone() });
    }
}

/// One-time schedules, with the connections, credentials, retries and timeouts of the other services.
#[derive(Clone)]
struct Scheduler {
    client: OnDemand<Client>,
    expiry: Expiry,
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scheduler(..)")
    }
}

/// What the service says if there is a schedule of this name already: of a call before whose answer was lost.
const THERE: &str = "ConflictException";

/// The event is handed over so many times more if the function fails, an hour long at most.
const REPEATS: i32 = 3;
const PATIENCE: i32 = 3_600;

impl Schedules for Scheduler {
    fn expiry<'a>(&'a self, connection: &'a ConnectionId, at: i64) -> BoxFuture<'a, Result<(), Failed>> {
        async move {
            match self.create(connection, at).await {
                Ok(_) => Ok(()),
                Err(SdkError::ServiceError(refused)) if refused.err().code() == Some(THERE) => Ok(()),
                Err(error) => Err(failed("CreateSchedule", &error)),
            }
        }
        .boxed()
    }
}

impl Scheduler {
    async fn create(
        &self,
        connection: &ConnectionId,
        at: i64,
    ) -> Result<CreateScheduleOutput, SdkError<CreateScheduleError>> {
        let Expiry { group, function, role } = &self.expiry;
        let again =
            RetryPolicy::builder().maximum_retry_attempts(REPEATS).maximum_event_age_in_seconds(PATIENCE).build();
        let target = Target::builder().arn(function).role_arn(role).input(event(connection)).retry_policy(again);
        let exactly = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
        self.client
            .create_schedule()
            .group_name(group)
            .name(name(connection))
            .schedule_expression(format!("at({})", utc_seconds(at)))
            .flexible_time_window(exactly.map_err(SdkError::construction_failure)?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target.build().map_err(SdkError::construction_failure)?)
            .send()
            .await
    }
}

/// What the function is handed (`kit::sockets`). The service puts the name of its call in.
fn event(connection: &ConnectionId) -> String {
    json!({ "expired": connection.as_str(), "request": "<aws.scheduler.execution-id>" }).to_string()
}

/// A schedule is called as its connection, as far as that has characters that schedules can have.
fn name(connection: &ConnectionId) -> String {
    connection.as_str().replace('=', ".")
}

/// Logs why.
fn failed<E>(operation: &str, error: &SdkError<E>) -> Failed
where
    SdkError<E>: ProvideErrorMetadata + RequestId,
{
    log_failure("EventBridge Scheduler", operation, error);
    Failed
}
