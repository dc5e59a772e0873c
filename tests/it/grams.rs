//! Search by parts of names, and the groups of Chat (`docs/dialects/chat.md#searching`, `docs/dialects/chat.md#groups`).

pub mod client;
mod costs;
mod groups;
mod paging;
mod people;
mod races;
mod search;
mod usernames;
