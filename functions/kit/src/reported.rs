//! The fields of an operation that reports somebody or something to operators.

use crate::field::{Text, fields};
use shared::values::FreeText;

fields! {
    /// `reason`: 1 to 500 characters.
    pub ReasonField(#[schemars(with = "String", length(min = 1, max = 500))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=500);

    /// What was said, in the caller's words: 1 to 2,000 characters.
    pub QuotedField(#[schemars(with = "String", length(min = 1, max = 2000))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=2_000);
}
