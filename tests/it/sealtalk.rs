//! The SealTalk dialect, row by row of its contract.

pub(crate) mod client;
mod origins;
mod profile;
mod sessions;
