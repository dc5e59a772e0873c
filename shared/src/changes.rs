//! Changes that other users sync: versions, and the fan-out of a new look.
//!
//! | module | what it holds |
//! |---|---|
//! | `rows` | how far the rows that a user syncs have come, and the transaction that changes such a row |
//! | `looks` | the fan-out of a new nickname or portrait to everybody who has a row about the person |

mod looks;
mod rows;

pub(crate) use looks::{resume, tell_friends};
pub(crate) use rows::{
    Heard, LEASE, Version, advance, advance_by, announce, begin_telling, changes, end_telling, teller, version,
};
