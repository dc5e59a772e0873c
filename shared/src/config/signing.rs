//! Whether requests have to be signed by the app that sends them, and with what.

use crate::config::{BadConfig, Secret, Variables};

/// What becomes of a request without a good signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignMode {
    /// Nobody looks.
    Off,
    /// It is logged, and goes on.
    Log,
    /// It is refused.
    Enforce,
}

/// The signature of apps (`docs/dialects/m_user.md#signatures`). The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct Signing {
    /// `SIGN_MODE`: `off`, which is the default, `log` or `enforce`.
    pub mode: SignMode,
    /// `SIGN_SECRET`: what apps sign with; at least 16 bytes. Needed unless the mode is `off`.
    pub secret: Option<Secret>,
}

/// So long is the secret at least, in bytes.
const SHORTEST_SECRET: usize = 16;

impl Signing {
    /// The environment variables of these settings. A function that has them also needs `HASH_KEY`.
    pub const SETTINGS: [&'static str; 2] = ["SIGN_MODE", "SIGN_SECRET"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        let mode = match variables.get("SIGN_MODE").as_deref() {
            None | Some("off") => SignMode::Off,
            Some("log") => SignMode::Log,
            Some("enforce") => SignMode::Enforce,
            Some(_) => return Err(BadConfig { variable: "SIGN_MODE", reason: "is none of off, log, enforce" }),
        };
        let secret = variables.get("SIGN_SECRET");
        if secret.as_ref().is_some_and(|secret| secret.len() < SHORTEST_SECRET) {
            return Err(BadConfig { variable: "SIGN_SECRET", reason: "is shorter than 16 bytes" });
        }
        if secret.is_none() && mode != SignMode::Off {
            return Err(BadConfig { variable: "SIGN_SECRET", reason: "is not set" });
        }
        Ok(Self { mode, secret: secret.map(Secret::new) })
    }

    /// What `cargo run` and the tests use.
    pub(crate) fn local() -> Self {
        Self { mode: SignMode::Off, secret: None }
    }
}
