//! The fields of an operation that reports somebody or something to operators.

use crate::field::{Text, fields};
use shared::{
    feedback::Target,
    values::{FreeText, GroupId, UserId, Whom},
};

/// What is reported, where an API has people and groups.
#[derive(Clone, Copy, Debug)]
pub enum TargetKind {
    /// Somebody.
    Person,
    /// A group.
    Group,
}

impl TargetKind {
    /// What an id names. A text that is no id names nothing that there is.
    #[must_use]
    pub fn of_id(self, id: String) -> Target {
        match self {
            Self::Person => Target::Person(Whom::Id(UserId::try_from(id).unwrap_or_else(|_| UserId::nobody()))),
            Self::Group => Target::Group(GroupId::try_from(id).unwrap_or_else(|_| GroupId::nobody())),
        }
    }
}

crate::words! {
    /// `user` or `group`.
    pub TargetKindField(TargetKind) { "user" => TargetKind::Person, "group" => TargetKind::Group }
}

fields! {
    /// `reason`: 1 to 500 characters.
    pub ReasonField(#[schemars(with = "String", length(min = 1, max = 500))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=500);

    /// What was said, in the caller's words: 1 to 2,000 characters.
    pub QuotedField(#[schemars(with = "String", length(min = 1, max = 2000))] FreeText) from Text
        = |text| FreeText::new(text.0, 1..=2_000);
}
