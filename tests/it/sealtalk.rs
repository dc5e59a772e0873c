//! The SealTalk dialect, row by row of its contract.

pub(crate) mod client;
mod sessions;
