//! The settings of store review: when the reviewer of an app store has to be let in by an account of their own.

use crate::config::{BadConfig, Variables};
use std::{
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

/// Some of the apps that are in people's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewClient {
    /// Apps of this version; `None`: of any, also those that do not say theirs.
    pub version: Option<String>,
    /// From this store or channel; `None`: from anywhere.
    pub channel: Option<String>,
}

impl ReviewClient {
    /// Whether a client that says this of itself is one of them.
    fn is(&self, version: Option<&str>, channel: Option<&str>) -> bool {
        let same = |wanted: &Option<String>, said: Option<&str>| match wanted.as_deref() {
            Some(wanted) => said == Some(wanted),
            None => true,
        };
        same(&self.version, version) && same(&self.channel, channel)
    }
}

impl FromStr for ReviewClient {
    type Err = BadConfig;

    /// Reads `<version>` or `<version>@<channel>`, with `*` for any version.
    fn from_str(entry: &str) -> Result<Self, BadConfig> {
        let (version, channel) = match entry.split_once('@') {
            Some((version, channel)) => (version, Some(channel)),
            None => (entry, None),
        };
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@');
        if !plain(version) || !channel.is_none_or(plain) {
            return Err(BadConfig {
                variable: "REVIEW_CLIENTS",
                reason: "is no list such as iOS/1.2@appstore,Android/1.1",
            });
        }
        let version = (version != "*").then(|| version.to_owned());
        Ok(Self { version, channel: channel.map(str::to_owned) })
    }
}

/// Store review (`docs/dialects/m_user.md#store-review`). The name of the variable is in each method's comment.
///
/// The local server changes it while it runs. All functions of a process see that: a clone is the same setting.
#[derive(Clone, Debug)]
pub struct Review(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    sign_in: bool,
    clients: Vec<ReviewClient>,
}

impl Review {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 2] = ["AUDIT_LOGIN", "REVIEW_CLIENTS"];

    fn new(sign_in: bool, clients: Vec<ReviewClient>) -> Self {
        Self(Arc::new(Mutex::new(State { sign_in, clients })))
    }

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        let list = variables.get("REVIEW_CLIENTS").unwrap_or_default();
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let clients = entries.map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self::new(variables.get("AUDIT_LOGIN").as_deref() == Some("true"), clients))
    }

    /// What `cargo run` and the tests begin with.
    pub(crate) fn local() -> Self {
        Self::new(false, Vec::new())
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// `AUDIT_LOGIN`: whether reviewers can sign in with their accounts.
    #[must_use]
    pub fn lets_in(&self) -> bool {
        self.with(|state| state.sign_in)
    }

    /// `REVIEW_CLIENTS`: whether a client that says this of itself is one that is being reviewed.
    #[must_use]
    pub fn is_of(&self, version: Option<&str>, channel: Option<&str>) -> bool {
        self.with(|state| state.clients.iter().any(|client| client.is(version, channel)))
    }

    /// Lets reviewers sign in from now on, or not any more. For the local server and the tests.
    pub fn let_in(&self, sign_in: bool) {
        self.with(|state| state.sign_in = sign_in);
    }

    /// These are being reviewed from now on, and no others. For the local server and the tests.
    pub fn is_now_of(&self, clients: Vec<ReviewClient>) {
        self.with(|state| state.clients = clients);
    }
}
