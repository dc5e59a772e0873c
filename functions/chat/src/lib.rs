//! The Chat dialect: JSON in an envelope with a status and two dates (`docs/dialects/chat.md`).
//!
//! | module | operations |
//! |---|---|
//! | [`account`] | registering, signing in and out |
//! | [`own`] | a copy of a person's data, and its end |
//! | [`profile`] | usernames and pictures, and who takes what is pushed |
//! | [`friends`] | friends, and people by their ids |
//! | [`files`] | files that people send each other and show |
//! | [`groups`] | making, finding, joining and quitting groups |
//! | [`searching`] | finding people |
//! | [`misc`] | searches that find nothing |
//! | [`fields`] | fields of paths that several operations have |
//! | [`push`] | what a socket's client says and hears |
//! | [`wire`] | the fields and answers that they share |
//! | [`status`] | every status of an answer |
//! | [`dialect`] | how requests are read and answers written |
//! | [`refusal`] | what failures say |
//! | [`functions`] | the Lambda functions, as the registry knows them |

pub mod account;
pub mod dialect;
pub mod fields;
pub mod files;
pub mod friends;
pub mod functions;
pub mod groups;
pub mod misc;
pub mod own;
pub mod profile;
pub mod push;
pub mod refusal;
pub mod searching;
pub mod status;
pub mod strangers;
pub mod wire;

pub use dialect::{Chat, Routes};
pub use functions::package;
