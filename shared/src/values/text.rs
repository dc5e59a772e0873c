//! What people write to each other and to operators.

use super::{Unfit, people::is_invisible};
use serde::{Deserialize, Serialize};
use std::{fmt, ops::RangeInclusive};

/// A text that somebody has written, over as many lines as they like: kept as it was written, with none of the control
/// characters but the ends of lines, and with at least one character that can be seen. Field limits are the dialect's. `Debug`
/// shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct FreeText(String);

impl FreeText {
    /// Takes a text of `range` characters. The length comes before the form.
    ///
    /// # Errors
    /// A length outside of the range; a control character other than a line feed or a carriage return; nothing that can be
    /// seen.
    pub fn new(text: impl Into<String>, range: RangeInclusive<usize>) -> Result<Self, Unfit> {
        let text = text.into();
        if range.contains(&text.chars().count()) { Self::try_from(text) } else { Err(Unfit::Length) }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FreeText {
    type Error = Unfit;

    /// Takes a text of any length.
    fn try_from(text: String) -> Result<Self, Unfit> {
        let tidy = !text.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\r'));
        let visible = text.chars().any(|char| !char.is_whitespace() && !is_invisible(char));
        if tidy && visible { Ok(Self(text)) } else { Err(Unfit::Form) }
    }
}

impl fmt::Debug for FreeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreeText(..)")
    }
}
