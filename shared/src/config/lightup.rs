//! The settings of the Light Up API.

use crate::config::{BadConfig, CodeText, Variables};

const CODE_TEXT: &str = "验证码：{code}【亮灯】";

/// Every setting that only Light Up has. The name of the variable is in each field's comment.
#[derive(Clone, Debug)]
pub struct LightUp {
    /// `LIGHTUP_CODE_TEXT`: the text message with a code (`docs/dialects/lightup.md#verification-codes`).
    pub code_text: CodeText,
}

impl LightUp {
    /// The environment variables of these settings.
    pub const SETTINGS: [&'static str; 1] = ["LIGHTUP_CODE_TEXT"];

    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, BadConfig> {
        Ok(Self { code_text: CodeText::read(variables, "LIGHTUP_CODE_TEXT", CODE_TEXT)? })
    }

    /// What `cargo run` and the tests use.
    pub(crate) fn local() -> Self {
        Self { code_text: CodeText(CODE_TEXT.to_owned()) }
    }
}
