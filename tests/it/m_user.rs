//! The m_user dialect, in both of its body profiles.

mod account;
pub mod client;
mod comments;
mod likes;
mod paging;
mod posts;
mod profile;
mod uploads;
