//! The m_user dialect: JSON whose account is a device, bare or in an envelope (`docs/dialects/m_user.md`).
//!
//! | module | operations |
//! |---|---|
//! | [`account`] | registering and signing in |
//! | [`profile`], [`homepage`] | reading and changing profiles; the page of a person |
//! | [`own`] | a copy of a person's data, and its end |
//! | [`blocks`] | who is to be seen no more |
//! | [`posts`], [`likes`], [`comments`] | what people publish, and what others do about it |
//! | [`uploads`] | permission to upload files |
//! | [`gifts`], [`coins`] | gifts and their prices; what the caller can spend |
//! | [`feedback`] | what clients tell operators and the server |
//! | [`review`] | how the reviewers of app stores sign in |
//! | [`lists`] | lists that are read a page at a time |
//! | [`wire`] | the fields and answers that they share |
//! | [`dialect`] | how requests are read and answers written |
//! | [`refusal`] | what failures say |
//! | [`functions`] | the Lambda function, as the registry knows it |

pub mod account;
pub mod blocks;
pub mod coins;
pub mod comments;
pub mod dialect;
pub mod feedback;
pub mod functions;
pub mod gifts;
pub mod homepage;
pub mod likes;
pub mod lists;
pub mod own;
pub mod posts;
pub mod profile;
pub mod refusal;
pub mod review;
pub mod uploads;
pub mod wire;

pub use dialect::{MUser, Routes};
pub use functions::package;
