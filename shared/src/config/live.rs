//! The settings of the Live API.

use crate::config::{BadConfig, CodeText, Variables};

const CODE_TEXT: &str = "验证码：{code}，五分钟内有效。【FriendLive】";

/// Every setting that only Live has. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct Live {
    /// `LIVE_CODE_TEXT`: the text message with a code (`docs/dialects/live.md#send-a-code`).
    pub code_text: CodeText,
}

impl Live {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 1] = ["LIVE_CODE_TEXT"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        Ok(Self { code_text: CodeText::read(variables, "LIVE_CODE_TEXT", CODE_TEXT)? })
    }

    /// What `cargo run` and the tests use.
    pub(crate) fn local() -> Self {
        Self { code_text: CodeText(CODE_TEXT.to_owned()) }
    }
}
