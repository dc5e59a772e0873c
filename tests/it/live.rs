//! The Live dialect, row by row of its contract.

mod account;
mod avatars;
pub(crate) mod client;
mod costs;
mod friends;
mod golden;
mod register;
mod requests;
mod rooms;
