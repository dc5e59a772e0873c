//! `GRANT#<id>`/`GRANT`: that an operator has granted something under an id of theirs. It names nobody.

use crate::{
    error::Error,
    store::{self, Condition, Item, Part, Write, keys, number, value},
    values::{RequestId, TokenHash},
};
use serde::{Deserialize, Serialize};

/// The row, as a part of a grant.
pub(in crate::wallet) const GRANT: Part = Part::named("grant");

/// Rows are deleted so many seconds after they have stopped to count.
const SLACK: i64 = 3_600;

/// A grant of this call that has an id.
#[derive(Debug)]
pub(in crate::wallet) struct NamedGrant<'a> {
    id: &'a RequestId,
    /// A hash of who is granted what, and why.
    payload: TokenHash,
    /// Now, in seconds.
    now: i64,
}

/// A grant that was made.
#[derive(Debug, Serialize, Deserialize)]
struct GrantRow {
    payload: TokenHash,
    /// Until when it counts, in seconds.
    until: i64,
    expires_at: i64,
}

impl<'a> NamedGrant<'a> {
    /// A grant of what the line says.
    pub(in crate::wallet) fn new(id: &'a RequestId, asked: &str, now: i64) -> Self {
        Self { id, payload: TokenHash::of(asked), now }
    }

    /// Remembers it for so many seconds, if its id stands for no grant that still counts.
    pub(in crate::wallet) fn write(&self, seconds: i64) -> Result<Write, Error> {
        let until = self.now + seconds;
        let row = GrantRow { payload: self.payload.clone(), until, expires_at: until + SLACK };
        let free = Condition::Any(vec![Condition::Absent("pk"), Condition::Below("until", number(self.now + 1))]);
        Ok(Write::put(keys::grant(self.id), store::item("grant", &row)?, Some(free)).named(GRANT))
    }

    /// Whether the grant that its id stands for, which is in `item`, is this one.
    pub(in crate::wallet) fn is(&self, item: Item) -> Result<bool, Error> {
        Ok(value::<GrantRow>(item)?.payload == self.payload)
    }
}
