//! Lists that are read a page at a time (`docs/dialects/m_user.md#paging`), and what likes and comments are about.

use crate::refusal::{Refusal, field};
use kit::field::{Integer, Text};
use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    Error,
    error::Unusable,
    paging::{Asked, Page},
    values::{PostId, Unfit},
};

/// Which post the examples of requests speak of.
pub(crate) const POST: &str = "5702a05c7b6ef053a330e8c3";

kit::fields! {
    /// A post's id. A text that is no id names nothing.
    pub(crate) PostField(#[schemars(with = "String")] PostId) from Text
        = |text| Ok::<_, Unfit>(PostId::try_from(text.0).unwrap_or_else(|_| PostId::nobody()));

    /// `offset`: how many items the client has been given.
    pub(crate) OffsetField(#[schemars(with = "u64")] u64) from Integer = |offset| u64::try_from(offset.0);

    /// `limit`: 1 to 50, and 50 for more.
    pub(crate) LimitField(#[schemars(with = "u64", range(min = 1))] usize) from Integer
        = |limit| usize::try_from(limit.0.min(50)).ok().filter(|limit| *limit > 0).ok_or(Unfit::Form);
}

kit::words! {
    /// `target_type`: posts alone are liked and commented on.
    pub(crate) PostTarget(()) { "post" => () }
}

/// So many items a page has where the client does not say.
const LIMIT: usize = 20;

/// Which page of a list a client asks for (`docs/dialects/m_user.md#paging`).
pub(crate) struct Paging {
    cursor: String,
    offset: u64,
    limit: usize,
}

impl Paging {
    /// What the fields say; absent: the beginning.
    pub(crate) fn of(cursor: Option<Text>, offset: Option<OffsetField>, limit: Option<LimitField>) -> Self {
        Self {
            cursor: cursor.map(|cursor| cursor.0).unwrap_or_default(),
            offset: offset.map_or(0, |offset| offset.0),
            limit: limit.map_or(LIMIT, |limit| limit.0),
        }
    }

    /// As the domain is asked.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked { cursor: &self.cursor, offset: self.offset, limit: self.limit }
    }
}

/// The field that asks for a page which there is not.
pub(crate) fn wrong_place(error: &Error) -> Option<Refusal> {
    match error {
        Error::Unusable(Unusable::Cursor) => Some(field("cursor")),
        Error::Unusable(Unusable::Offset) => Some(field("offset")),
        _ => None,
    }
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}s")]
pub(crate) struct Items<T> {
    cursor: String,
    items: Vec<T>,
}

impl<F, T: From<F>> From<Page<F>> for Items<T> {
    fn from(page: Page<F>) -> Self {
        Self { cursor: page.cursor, items: page.items.into_iter().map(Into::into).collect() }
    }
}
