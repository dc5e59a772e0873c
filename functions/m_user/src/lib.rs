//! The m_user dialect: JSON whose account is a device, bare or in an envelope (`docs/dialects/m_user.md`).
//!
//! | module | operations |
//! |---|---|
//! | [`account`] | registering and signing in |
//! | [`gifts`], [`coins`] | gifts and their prices; what the caller can spend |
//! | [`wire`] | the fields and answers that they share |
//! | [`dialect`] | how requests are read and answers written |
//! | [`refusal`] | what failures say |
//! | [`functions`] | the Lambda function, as the registry knows it |

pub mod account;
mod coins;
pub mod dialect;
pub mod functions;
mod gifts;
pub mod refusal;
pub mod wire;

pub use dialect::{MUser, Routes};
pub use functions::package;
