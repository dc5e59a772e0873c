//! One event per request: what was asked, how it went, how long it took. Nothing that anybody sent.

use crate::{metrics, request_id::request_id};
use axum::http::request::Parts;
use shared::{Error, ErrorKind, error::causes, metrics::Count};
use std::{env, time::Instant};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Lets events go to the standard output, as Lambda's settings want them: `AWS_LAMBDA_LOG_LEVEL` or `RUST_LOG` says which
/// ones, `AWS_LAMBDA_LOG_FORMAT` how they look. What is counted goes there too, under the namespace that `AWS_EMF_NAMESPACE` says.
///
/// The Lambda runtime's own function does the same, but with a filter that takes regular expressions: a fiftieth of a
/// binary, and nobody has one.
#[expect(clippy::disallowed_methods, reason = "variables of the Lambda runtime, and no settings of ours")]
pub(crate) fn start() {
    let of = |variable| env::var(variable).ok();
    let level = of("AWS_LAMBDA_LOG_LEVEL").and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let targets = of("RUST_LOG").and_then(|targets| targets.parse().ok()).unwrap_or(Targets::new().with_default(level));
    let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_target(false).without_time();
    match of("AWS_LAMBDA_LOG_FORMAT") {
        Some(format) if format.eq_ignore_ascii_case("json") => lines.json().finish().with(targets).init(),
        _ => lines.finish().with(targets).init(),
    }
    if let Some((namespace, function)) = of("AWS_EMF_NAMESPACE").zip(of("AWS_LAMBDA_FUNCTION_NAME")) {
        metrics::start(namespace, function, metrics::to_the_log);
    }
}

/// What the event of a request says. It is an extension of the answer as well: the local server shows it beside what the request cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The package whose function answered.
    pub dialect: &'static str,
    /// The operation, or `none` where no operation was reached.
    pub operation: String,
    /// `Ok`, or the kind of the failure.
    pub outcome: String,
    /// Why: which field was wrong, or what the cause of a fault was. Nothing that anybody sent.
    pub reason: Option<String>,
}

/// What is known of a request before it is answered.
#[derive(Debug)]
pub struct Entry {
    started: Instant,
    dialect: &'static str,
    request: String,
}

impl Entry {
    /// Starts the clock.
    #[must_use]
    pub fn start(dialect: &'static str, head: &Parts) -> Self {
        Self::of(dialect, request_id(&head.extensions).to_owned())
    }

    /// The same for an event that is no HTTP request.
    #[expect(clippy::disallowed_methods, reason = "a duration is real time, whatever the application's clock says")]
    pub(crate) fn of(dialect: &'static str, request: String) -> Self {
        Self { started: Instant::now(), dialect, request }
    }

    /// Writes the event, and what has been counted, and gives back what the event says.
    pub fn finish(self, operation: Option<&str>, status: u16, error: Option<&Error>) -> Logged {
        let Self { started, dialect, request } = self;
        let operation = operation.unwrap_or("none");
        let outcome = error.map_or("Ok".to_owned(), |error| format!("{:?}", error.kind()));
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let reason = match error.map(Error::kind) {
            Some(ErrorKind::Internal | ErrorKind::Unavailable) => {
                Count::Faults.once();
                // Only faults come here; refusals may name fields, faults name none.
                let cause = error.map(|error| causes(error)).unwrap_or_default();
                tracing::error!(dialect, operation, status, outcome, milliseconds, request, cause, "request");
                Some(cause)
            }
            _ => {
                // What is wrong with the input, and with which of the API's own fields: no text of the client's, be it
                // a value or a name.
                let input = |error: &&Error| matches!(error, Error::Invalid { .. } | Error::Unusable(_));
                let reason = error.filter(input).map(ToString::to_string);
                tracing::info!(dialect, operation, status, outcome, milliseconds, request, reason, "request");
                reason
            }
        };
        metrics::write();
        Logged { dialect, operation: operation.to_owned(), outcome, reason }
    }
}
