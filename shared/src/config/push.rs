//! The setting of what is pushed: where the service is that keeps WebSockets open.

use crate::config::{BadConfig, Variables};

/// Every setting of functions that push. The name of the variable is in the field's comment.
#[derive(Clone, Debug, Default)]
pub struct Push {
    /// `PUSH_ENDPOINT`: the URL, without a trailing slash, below which `/@connections` is, such as
    /// `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. Unset, nothing is pushed, and whoever tries hears of a failure.
    pub endpoint: Option<String>,
}

impl Push {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 1] = ["PUSH_ENDPOINT"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        let endpoint = variables.get("PUSH_ENDPOINT").map(|url| url.trim_end_matches('/').to_owned());
        if endpoint.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            return Err(BadConfig { variable: "PUSH_ENDPOINT", reason: "is not a URL" });
        }
        Ok(Self { endpoint })
    }
}
