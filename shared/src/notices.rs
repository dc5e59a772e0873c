//! What operators are told through an SNS topic: that somebody has written to them, and where it is stored. Nothing that
//! people have written is in a notice.

use crate::{
    clients::{OnDemand, failure},
    error::causes,
};
use aws_sdk_sns::{Client, error::ProvideErrorMetadata, operation::RequestId};
use serde::Serialize;
use std::{fmt, time::Duration};

/// So long a caller waits at most for operators to be told.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where something is stored that operators should look at.
#[derive(Clone, Debug, Serialize)]
pub struct Notice<'a> {
    /// What it is, in a word.
    pub kind: &'static str,
    /// The partition of its row.
    pub pk: &'a str,
    /// The row in its partition.
    pub sk: &'a str,
}

/// Tells operators.
#[derive(Clone)]
pub struct Notices(OnDemand<Client>);

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notices(..)")
    }
}

impl Notices {
    /// Does no I/O.
    #[must_use]
    pub fn new(client: OnDemand<Client>) -> Self {
        Self(client)
    }

    /// Tells whoever listens to a topic; without one nobody. One round, of 3 seconds at most.
    ///
    /// It never fails: what the notice is about is stored by then, and operators find it without having been told. The reason
    /// goes to the log.
    pub async fn tell(&self, topic: Option<&str>, notice: &Notice<'_>) {
        let Some(topic) = topic else { return };
        let text = match serde_json::to_string(notice) {
            Ok(text) => text,
            Err(error) => {
                tracing::error!(cause = causes(&error), "operators were not told");
                return;
            }
        };
        let sent = self.0.publish().topic_arn(topic).message(text).send();
        match tokio::time::timeout(PATIENCE, sent).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                let fault = failure(&error);
                let code = error.code().unwrap_or("none");
                let aws_request_id = error.request_id().unwrap_or("none");
                tracing::error!(fault, code, aws_request_id, "operators were not told");
            }
            Err(_) => tracing::error!(fault = "timeout", "operators were not told"),
        }
    }
}
