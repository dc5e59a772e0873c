//! The settings of the Chat API.

use crate::config::{BadConfig, Variables};

/// Every setting that only Chat has. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct Chat {
    /// `EMPTY_SEARCH_STATUS`: the status of a list without elements, 0 as documented or 6005 as the newest app wants it
    /// (`docs/dialects/chat.md#lists`).
    pub empty_search_status: u16,
    /// `CHAT_PASSWORD_MAX`: so many characters a password may have that is set (`docs/dialects/chat.md#register`).
    pub password_max: usize,
    /// `STRICT_SINGLE_LOGIN`: whether who is signed in somewhere cannot sign in again (`docs/dialects/chat.md#log-in`).
    pub strict_single_login: bool,
    /// `CHAT_COOKIE_SECURE`: whether browsers send the cookie over TLS only.
    pub cookie_secure: bool,
}

impl Chat {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 4] =
        ["EMPTY_SEARCH_STATUS", "CHAT_PASSWORD_MAX", "STRICT_SINGLE_LOGIN", "CHAT_COOKIE_SECURE"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        let empty_search_status = match variables.get("EMPTY_SEARCH_STATUS").as_deref() {
            None | Some("0") => 0,
            Some("6005") => 6_005,
            Some(_) => return Err(BadConfig { variable: "EMPTY_SEARCH_STATUS", reason: "is neither 0 nor 6005" }),
        };
        let password_max = variables.number("CHAT_PASSWORD_MAX", 16)?;
        if !(6..=128).contains(&password_max) {
            return Err(BadConfig { variable: "CHAT_PASSWORD_MAX", reason: "is not between 6 and 128" });
        }
        Ok(Self {
            empty_search_status,
            password_max: usize::try_from(password_max).unwrap_or_default(),
            strict_single_login: variables.get("STRICT_SINGLE_LOGIN").as_deref() == Some("true"),
            cookie_secure: variables.get("CHAT_COOKIE_SECURE").as_deref() != Some("false"),
        })
    }

    /// What `cargo run` and the tests use: cookies without TLS.
    pub(crate) fn local() -> Self {
        Self { empty_search_status: 0, password_max: 16, strict_single_login: false, cookie_secure: false }
    }
}
