//! The SealTalk dialect: JSON and a session cookie, `{code,result}` (`docs/dialects/sealtalk.md`).
//!
//! | module | operations |
//! |---|---|
//! | [`account`] | codes, registering, signing in and out, passwords |
//! | [`profile`] | what a person tells about themselves |
//! | [`people`] | finding people |
//! | [`friends`] | friends and the blacklist |
//! | [`groups`] | groups and their members |
//! | [`images`] | uploading pictures |
//! | [`sync`] | what has changed |
//! | [`misc`] | what has to do with nobody |
//! | [`wire`] | the fields and answers that they share |
//! | [`dialect`] | how requests are read and answers written |
//! | [`cookie`] | the session cookie, out and in |
//! | [`refusal`] | what failures say |
//! | [`functions`] | the Lambda function, as the registry knows it |

pub mod account;
pub mod cookie;
pub mod dialect;
pub mod friends;
pub mod functions;
pub mod groups;
pub mod images;
pub mod misc;
pub mod people;
pub mod profile;
pub mod refusal;
pub mod reports;
pub mod sync;
pub mod wire;

pub use dialect::{Routes, SealTalk};
pub use functions::package;
