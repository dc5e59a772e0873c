//! The settings of what is pushed: where the service is that keeps WebSockets open, and who is told when their sessions end.

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

/// By what the function that opens sockets is told when a session ends. Unset, nobody is told, and the sockets of a session that has
/// ended are closed by the next thing that their clients say. The name of the variable is in the field's comment.
#[derive(Clone, Debug)]
pub struct Expiry {
    /// `EXPIRY_SCHEDULES`: the group of EventBridge Scheduler that the schedules are of.
    pub group: String,
    /// `EXPIRY_FUNCTION`: the ARN of the function that is told.
    pub function: String,
    /// `EXPIRY_ROLE`: the ARN of the role with which Scheduler may call it.
    pub role: String,
}

impl Expiry {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 3] = ["EXPIRY_SCHEDULES", "EXPIRY_FUNCTION", "EXPIRY_ROLE"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Option<Self>, BadConfig> {
        let (function, role) = (variables.get("EXPIRY_FUNCTION"), variables.get("EXPIRY_ROLE"));
        let Some(group) = variables.get("EXPIRY_SCHEDULES") else { return Ok(None) };
        let arn = |value: Option<String>, variable| {
            let arn = value.filter(|arn| arn.starts_with("arn:"));
            arn.ok_or(BadConfig { variable, reason: "is no ARN, while EXPIRY_SCHEDULES is set" })
        };
        Ok(Some(Self { group, function: arn(function, "EXPIRY_FUNCTION")?, role: arn(role, "EXPIRY_ROLE")? }))
    }

    /// Those of this machine: schedules are kept for the function of sockets, and no role is needed.
    pub(super) fn local() -> Self {
        Self {
            group: "sockets".to_owned(),
            function: "arn:aws:lambda:us-east-1:000000000000:function:push".to_owned(),
            role: "arn:aws:iam::000000000000:role/schedules".to_owned(),
        }
    }
}
