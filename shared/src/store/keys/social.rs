//! Keys of the table `social`: what people publish, and what others make of it.

use super::Key;
use crate::{config::Table, values::FileKey};

fn social(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Social, pk, sk: sk.into() }
}

/// An uploaded file that is in use.
#[must_use]
pub fn file(key: &FileKey) -> Key {
    social(format!("FILE#{key}"), "FILE")
}
