//! Keys of the table `social`: what people publish, and what others make of it.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{FileKey, UserId},
};

fn social(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Social, pk, sk: sk.into() }
}

/// An uploaded file that is in use.
#[must_use]
pub fn file(key: &FileKey) -> Key {
    social(format!("FILE#{key}"), "FILE")
}

/// What one user has given another.
#[must_use]
pub fn gifts(receiver: &UserId, giver: &UserId) -> Key {
    social(partition(receiver), format!("{GIFTS}{giver}"))
}

/// What anybody has given a user starts so.
pub const GIFTS: &str = "GIFTS#";
