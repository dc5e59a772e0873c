//! The SealTalk dialect, row by row of its contract.

mod blacklist;
mod captcha;
pub(crate) mod client;
mod codes;
mod costs;
mod flows;
mod friends;
mod groups;
mod images;
mod login;
mod misc;
mod numbers;
mod origins;
mod password;
mod people;
mod profile;
mod register;
mod relations;
mod repeated;
mod retries;
mod sessions;
mod sync;
