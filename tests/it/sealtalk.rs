//! The SealTalk dialect, row by row of its contract.

mod captcha;
pub(crate) mod client;
mod codes;
mod images;
mod login;
mod misc;
mod origins;
mod password;
mod profile;
mod register;
mod sessions;
