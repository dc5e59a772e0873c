//! Fields, limits and refusals that several of these operations share.

use crate::{
    refusal::{Refusal, transport},
    wire::UserField,
};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    Error,
    values::{GroupId, PortraitUrl, Unfit, UserId},
};

/// The group that the examples of requests speak of.
pub(super) const GROUP: &str = "5703b8f0a2c4e6081b3d5f79";

/// So many characters of a name are shown (`docs/dialects/sealtalk.md#limits-of-groups`,
/// `docs/dialects/sealtalk.md#text`).
pub(super) const NAME: usize = 32;
/// So many characters a bulletin has at most (`docs/dialects/sealtalk.md#bulletins`).
pub(super) const BULLETIN: usize = 1_024;

kit::fields! {
    /// A group's id. A text that is none is unknown, not malformed (`docs/dialects/sealtalk.md#ids`).
    #[schemars(description = "")]
    pub(super) GroupField(#[schemars(with = "String", regex(pattern = "^[0-9a-f]{24}$"))] GroupId) from String
        = |text| Ok::<_, Unfit>(GroupId::try_from(text).unwrap_or_else(|_| GroupId::nobody()));
}

/// A group and nothing else.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfGroup {
    pub(super) group_id: GroupField,
}

/// A group and some people.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfMembers {
    pub(super) group_id: GroupField,
    pub(super) member_ids: Vec<UserField>,
}

/// A group and the people in it whom a call is about.
pub(super) struct Members {
    pub(super) group: GroupId,
    pub(super) members: Vec<UserId>,
}

impl OfMembers {
    /// Somebody has to be named.
    pub(super) fn checked(self) -> Result<Members, Error> {
        if self.member_ids.is_empty() {
            return Err(Error::invalid("memberIds", "Empty memberIds."));
        }
        Ok(Members { group: self.group_id.0, members: ids(self.member_ids) })
    }
}

/// The people whom a list names.
pub(super) fn ids(fields: Vec<UserField>) -> Vec<UserId> {
    fields.into_iter().map(|field| field.0).collect()
}

/// The name of a group: 2 to 32 characters (`docs/dialects/sealtalk.md#limits-of-groups`).
pub(super) fn name(text: String, refusal: &'static str) -> Result<String, Error> {
    if (2..=32).contains(&text.chars().count()) { Ok(text) } else { Err(Error::invalid("name", refusal)) }
}

/// The URL of a group's portrait, which is what a person's may be (`docs/dialects/sealtalk.md#settings-of-a-group`).
pub(super) fn portrait(text: String) -> Result<String, Error> {
    let url = PortraitUrl::new(text).map_err(|unfit| match unfit {
        Unfit::Form => Error::invalid("portraitUri", "Invalid portraitUri format."),
        Unfit::Length => Error::invalid("portraitUri", "Invalid portraitUri length."),
    });
    url.map(PortraitUrl::into_text)
}

/// Only the creator may, and whoever is not hears no more than that (`docs/dialects/sealtalk.md#settings-of-a-group`).
pub(super) fn not_creator(error: &Error) -> Option<Refusal> {
    matches!(error, Error::NoSuchGroup | Error::NotAMember | Error::NotGroupCreator)
        .then(|| transport(StatusCode::BAD_REQUEST, "Unknown group or not creator."))
}
