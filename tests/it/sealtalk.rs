//! The SealTalk dialect, row by row of its contract.

pub(crate) mod client;
mod images;
mod misc;
mod origins;
mod profile;
mod sessions;
