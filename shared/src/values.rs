//! The values that come from outside, each checked once, where it is made. Nothing here does I/O.

mod ids;
mod media;
mod people;
mod phone;
mod secrets;

pub use ids::{QuestionId, UploadId, UserId};
pub use media::{Order, SaveKey};
pub use people::{LoveSex, Nickname, Sex};
pub use phone::E164;
pub use secrets::{Password, Token, TokenHash};
