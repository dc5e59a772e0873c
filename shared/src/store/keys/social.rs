//! Keys of the table `social`: what people publish.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{FileKey, PostId, UserId},
};

fn social(pk: String, sk: impl Into<String>) -> Key {
    Key { table: Table::Social, pk, sk: sk.into() }
}

// Posts.

/// That a user has bought a post.
#[must_use]
pub fn bought(post: &PostId, uid: &UserId) -> Key {
    social(partition(uid), format!("BOUGHT#{post}"))
}

// Uploads.

/// An uploaded file that is in use.
#[must_use]
pub fn file(key: &FileKey) -> Key {
    social(format!("FILE#{key}"), "FILE")
}
