//! `USER#<uid>`/`FACET#chat`: what a person is called and shows in the API of usernames.

use crate::{
    error::Error,
    store::{Write, item, keys},
    values::{E164, UserId, Username},
};
use serde::{Deserialize, Serialize};

/// What a person is called and shows. Who has said nothing yet has the default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facet {
    /// The name that is theirs alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// What they say of themselves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// A number for the sex that only clients know the meaning of: 0 to 2.
    pub sex: u8,
    /// Whether a client has said that it takes what is pushed.
    pub bound: bool,
    /// The number that the account was made with, which nobody has proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<E164>,
    /// When any of it changed last, in seconds.
    pub changed_at: i64,
}

/// The facet of somebody who is made in the same transaction.
pub(crate) fn create(uid: &UserId, facet: &Facet) -> Result<Write, Error> {
    Ok(Write::put(keys::chat_facet(uid), item("chat facet", facet)?, None))
}
