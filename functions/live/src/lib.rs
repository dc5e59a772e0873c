//! The Live dialect: forms with a token, several operations a path, `{result,message}` (`docs/dialects/live.md`).
//!
//! | module | operations |
//! |---|---|
//! | [`register`] | codes and new accounts |
//! | [`account`] | signing in and out |
//! | [`own`] | a copy of a person's data, and its end |
//! | [`avatars`] | pictures that an account can be made with |
//! | [`rooms`], [`hooks`] | live rooms, and what the publishing server asks |
//! | [`golden`] | coins |
//! | [`lists`] | the lists of friends and of messages |
//! | [`friends`] | finding people, friends, answers to messages |
//! | [`wire`] | the fields and answers that they share |
//! | [`dialect`] | how requests are read and answers written |
//! | [`refusal`] | what failures say |
//! | [`functions`] | the Lambda function, as the registry knows it |

pub mod account;
pub mod avatars;
pub mod dialect;
pub mod friends;
pub mod functions;
pub mod golden;
pub mod hooks;
pub mod lists;
pub mod own;
pub mod refusal;
pub mod register;
pub mod rooms;
pub mod strangers;
pub mod wire;

pub use dialect::{Live, Routes};
pub use functions::package;
