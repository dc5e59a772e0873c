//! Fields of paths that several operations have.

use kit::field::Text;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::values::{GroupId, Unfit};

/// The group that the examples of requests speak of.
pub(crate) const GROUP: &str = "5703b8f0a2c4e6081b3d5f79";

/// So many characters are looked for at most (`docs/dialects/chat.md#searching`).
const SOUGHT: usize = 20;

kit::fields! {
    /// A group's id. A text that is none is unknown, not malformed.
    #[schemars(description = "")]
    pub(crate) GroupField(#[schemars(with = "String", regex(pattern = "^[0-9a-f]{24}$"))] GroupId) from String
        = |text| Ok::<_, Unfit>(GroupId::try_from(text).unwrap_or_else(|_| GroupId::nobody()));

    /// What is looked for: 1 to 20 characters.
    #[schemars(description = "")]
    pub(crate) SoughtField(#[schemars(with = "String", length(min = 1, max = 20))] String) from String
        = |text| if (1..=SOUGHT).contains(&text.chars().count()) { Ok(text) } else { Err(Unfit::Length) };

    /// A page of a list. More digits than a number has are a page behind the last.
    #[schemars(description = "")]
    pub(crate) PageField(#[schemars(with = "u32")] usize) from Text
        = |text| if !text.0.is_empty() && text.0.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(text.0.parse().unwrap_or(usize::MAX))
        } else {
            Err(Unfit::Form)
        };
}

/// A group and nothing else.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct OfGroup {
    pub(crate) gid: GroupField,
}
