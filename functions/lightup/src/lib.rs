//! The Light Up dialect: forms with some fields as JSON, `{data,status}` or `{error}` (`docs/dialects/lightup.md`).
//!
//! | module | operations | Lambda function |
//! |---|---|---|
//! | [`account`] | `/v1/account/*` | account |
//! | [`media`] | `/v1/media/*` | media |
//! | [`procedure`] | `/v1/procedure/*` | procedure |
//! | [`functions`] | the Lambda functions, as the registry knows them | |
//! | [`wire`] | the fields and answers that they share | |
//! | [`dialect`] | how requests are read and answers written | |

pub mod account;
pub mod dialect;
pub mod functions;
pub mod media;
pub mod procedure;
pub mod wire;

pub use dialect::{LightUp, Routes};
pub use functions::package;
