//! Keys of the table `social`: what people publish.

use super::{Key, partition};
use crate::{config::Table, values::UserId};

fn social(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Social, pk, sk: sk.into() }
}

// Gifts.

/// What one user has given another.
#[must_use]
pub fn gifts(receiver: &UserId, giver: &UserId) -> Key {
    social(partition(receiver), format!("{GIFTS}{giver}"))
}

/// What anybody has given a user starts so.
pub const GIFTS: &str = "GIFTS#";
