//! The values that come from outside, each checked once, where it is made. Nothing here does I/O.

mod about;
mod address;
mod codes;
mod dialect;
mod gifts;
mod ids;
mod media;
mod money;
mod people;
mod phone;
mod posts;
mod secrets;
mod streams;
mod text;
mod unfit;

pub use about::{Age, CallPrice, Change, Degree, Job, Marriage, OnlinePeriod, SexAttitude};
pub use address::Address;
pub use codes::Purpose;
pub use dialect::Dialect;
pub use gifts::GiftCode;
pub use ids::CommentId;
pub use ids::GroupId;
pub use ids::PostId;
pub use ids::QuestionId;
pub use ids::UploadId;
pub use ids::UserId;
pub use media::{AvatarName, Class, Classes, FileKey, Kind, Order, SaveKey, Slot};
pub use money::{Account, Amount, Note, RequestId, Yuan};
pub use people::{AccountName, Gender, LoveSex, Nickname, PortraitUrl, Privacy, Sex};
pub use phone::E164;
pub use posts::{PostType, Price};
pub use secrets::{Password, Token, TokenHash, VerificationToken};
pub use streams::{OnAir, PlayUrls};
pub use text::FreeText;
pub use unfit::Unfit;
