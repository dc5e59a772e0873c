//! What a person is called and shows in the API of usernames, beside their record: a username that is theirs alone, a
//! description, and the number that their account was made with if nobody has proven it (`docs/dialects/chat.md#people`).
//!
//! A username is a claim, as a nickname is: a row that says whose it is, written in one transaction with the facet.

mod rows;

pub use rows::Facet;
pub(crate) use rows::{
    Completed, EXPORT, HELD, Held, USERNAME, bind, complete, create, hold, key, of_leaving, release, unbind,
    username_owner,
};
