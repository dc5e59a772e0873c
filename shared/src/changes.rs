//! Changes that other users sync: versions, and the fan-out of a new look.
//!
//! | module | what it holds |
//! |---|---|
//! | `rows` | how far the rows that a user syncs have come, and the transaction that changes such a row |
//! | `looks` | the fan-out of a new nickname or portrait to everybody who has a row about the person |

mod looks;
mod rows;

pub(crate) use looks::{fan_out_look, resume};
pub(crate) use rows::{
    LEASE, LookChange, Version, advance, advance_by, begin_fan_out, begin_fan_out_by, changes, end_fan_out, fan_out_to,
    version,
};
