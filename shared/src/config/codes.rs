//! Settings of verification codes.

use crate::config::{BadConfig, Secret, Variables};
use std::str::FromStr;

/// The text message that brings a code; `{code}` stands for the code. Each API has its own, with the signature of its
/// brand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeText(pub(super) String);

impl CodeText {
    /// What stands for the code.
    const PLACE: &'static str = "{code}";

    /// A text with exactly one place for the code; of any other `None`.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (text.matches(Self::PLACE).count() == 1).then(|| Self(text.to_owned()))
    }

    /// Reads the variable; unset, the text is `default`.
    pub(super) fn read(variables: &Variables<'_>, name: &'static str, default: &str) -> Result<Self, BadConfig> {
        let text = variables.get(name).unwrap_or_else(|| default.to_owned());
        Self::new(&text).ok_or(BadConfig { variable: name, reason: "has not exactly one {code}" })
    }

    /// The message with this code.
    #[must_use]
    pub fn with(&self, code: &str) -> String {
        self.0.replace(Self::PLACE, code)
    }
}

/// A code that is right for every number a code was sent to: 4 to 8 digits, for whoever tests apps without reading SMS.
#[derive(Clone, Debug)]
pub struct TestCode(Secret);

impl TestCode {
    /// Whether somebody has typed it.
    #[must_use]
    pub fn is(&self, presented: &str) -> bool {
        self.0.is(presented.as_bytes())
    }
}

impl FromStr for TestCode {
    type Err = BadConfig;

    fn from_str(digits: &str) -> Result<Self, BadConfig> {
        let well_formed = (4..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        let code = well_formed.then(|| Self(Secret::new(digits.to_owned())));
        code.ok_or(BadConfig { variable: "TEST_CODE", reason: "is not 4 to 8 digits" })
    }
}
