//! API Gateway as the service that keeps WebSockets open and posts to them.
//!
//! It is a crate of its own because its SDK makes a function larger and slower to start: only the functions that push link it, and
//! call [`attach`]. What is pushed, and to whom, is decided in `shared`.

pub use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
    primitives::Blob,
};
use futures_util::future::{BoxFuture, FutureExt};
use shared::{
    App, OnDemand,
    clients::log_failure,
    push::{Connections, Failed, Posted},
    values::ConnectionId,
};
use std::{fmt, time::Duration};

/// Gives an application API Gateway, if its settings say where it is. Does no I/O.
pub fn attach(app: &App) {
    attach_with(app, |config| config);
}

/// The same with other settings of the client, for the local server, which watches its calls.
pub fn attach_with(app: &App, adapt: impl FnOnce(Builder) -> Builder) {
    if let Some(endpoint) = &app.config.push.endpoint {
        let config = Builder::from(app.push.sdk()).endpoint_url(endpoint);
        let config = adapt(config).build();
        app.push.attach(Gateway(OnDemand::new(|| Client::from_conf(config))));
    }
}

/// API Gateway's `@connections`, with the connections, credentials, retries and timeouts of the other services.
#[derive(Clone)]
struct Gateway(OnDemand<Client>);

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gateway(..)")
    }
}

/// A post that was throttled is made so many times more. One whose answer was lost is not: the client would be sent the same text
/// twice, and acknowledge it twice (`docs/dialects/chat.md#acknowledgements`).
const RETRIES: u32 = 2;

/// A connection that is closed, or has never been there.
const GONE: &str = "GoneException";

/// What is said of a name that can be no connection's. Posting to one that can sends no other requests that are wrong.
const NO_NAME: &str = "BadRequestException";

impl Connections for Gateway {
    fn post<'a>(&'a self, connection: &'a ConnectionId, text: &'a str) -> BoxFuture<'a, Result<Posted, Failed>> {
        let call = self.0.post_to_connection().connection_id(connection.as_str()).data(Blob::new(text));
        async move {
            let mut refused = 0;
            loop {
                let once = Builder::default().retry_config(RetryConfig::disabled());
                match call.clone().customize().config_override(once).send().await {
                    Ok(_) => return Ok(Posted::Sent),
                    Err(error) if is_gone(&error) => return Ok(Posted::Gone),
                    Err(error) if is_throttled(&error) && refused < RETRIES => refused += 1,
                    Err(error) => return Err(failed("PostToConnection", &error)),
                }
                tokio::time::sleep(Duration::from_millis(fastrand::u64(20..=100 << refused))).await;
            }
        }
        .boxed()
    }

    fn close<'a>(&'a self, connection: &'a ConnectionId) -> BoxFuture<'a, Result<(), Failed>> {
        let call = self.0.delete_connection().connection_id(connection.as_str());
        async move {
            match call.send().await {
                Ok(_) => Ok(()),
                Err(error) if is_gone(&error) => Ok(()),
                Err(error) => Err(failed("DeleteConnection", &error)),
            }
        }
        .boxed()
    }
}

/// Whether the service says that there is no such connection: by its error, or by the status alone where the answer of something in
/// between has no error in it.
fn is_gone<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::ServiceError(refused) => match refused.err().code() {
            Some(code) => [GONE, NO_NAME].contains(&code),
            None => refused.raw().status().as_u16() == 410,
        },
        _ => false,
    }
}

/// Whether the service has done nothing because there was too much to do.
fn is_throttled<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::ServiceError(refused) => refused.raw().status().as_u16() == 429,
        _ => false,
    }
}

/// Logs why.
fn failed<E>(operation: &str, error: &SdkError<E>) -> Failed
where
    SdkError<E>: ProvideErrorMetadata + RequestId,
{
    log_failure("API Gateway", operation, error);
    Failed
}
