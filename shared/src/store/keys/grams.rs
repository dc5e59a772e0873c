//! Keys of the table `chat`: what searches by parts of names go by.

use super::{Key, partition};
use crate::{
    config::Table,
    values::{FoldedName, UserId},
};

/// What stands between a name and an id: no folded name holds it, and every character that one can hold comes after it. So names are
/// in their order, whatever the ids.
const BETWEEN: char = '\t';

/// The partition of the names of a kind that hold a gram.
#[must_use]
pub fn gram_partition(kind: &str, gram: &str) -> String {
    format!("GRAM#{kind}#{gram}")
}

/// A name that holds a gram, and the id of whom or what is called so.
#[must_use]
pub fn gram(kind: &str, gram: &str, name: &FoldedName, id: &str) -> Key {
    Key { table: Table::Chat, pk: gram_partition(kind, gram), sk: named(name, id) }
}

/// What a name and its owner's id are called in the order of names, then of ids.
#[must_use]
pub fn named(name: &FoldedName, id: &str) -> String {
    format!("{}{BETWEEN}{id}", name.as_str())
}

/// The name and the id of such a key.
pub(crate) fn name_and_id(sk: &str) -> Option<(&str, &str)> {
    sk.split_once(BETWEEN)
}

/// Where a page of a search begins.
#[must_use]
pub fn search(uid: &UserId, kind: &str, hash: &str, page: usize) -> Key {
    Key { table: Table::Chat, pk: partition(uid), sk: format!("{}{}", searches(kind, hash), search_page(page)) }
}

/// The pages of a search start so.
#[must_use]
pub fn searches(kind: &str, hash: &str) -> String {
    format!("{SEARCHES}{kind}#{hash}#")
}

/// What a page is called in the order of pages.
#[must_use]
pub fn search_page(page: usize) -> String {
    format!("{page:02}")
}

/// Every remembered search of a user starts so.
pub const SEARCHES: &str = "SEARCH#";
