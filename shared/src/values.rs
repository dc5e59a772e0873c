//! The values that come from outside, each checked once, where it is made. Nothing here does I/O.

mod dialect;
mod ids;
mod media;
mod people;
mod phone;
mod secrets;

pub use dialect::Dialect;
pub use ids::{GroupId, QuestionId, UploadId, UserId};
pub use media::{Order, SaveKey};
pub use people::{Gender, LoveSex, Nickname, Privacy, Sex};
pub use phone::E164;
pub use secrets::{Password, Token, TokenHash, VerificationToken};
