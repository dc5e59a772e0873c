//! The people of Chat over HTTP: accounts, friends, files (`docs/dialects/chat.md`).

mod account;
pub mod client;
mod completing;
mod costs;
mod erasing;
mod files;
mod flows;
mod friends;
mod hostile;
mod limits;
mod logs;
mod parity;
mod races;
mod sessions;
