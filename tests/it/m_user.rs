//! The m_user dialect, in both of its body profiles.

mod account;
mod buying;
pub mod client;
mod comments;
mod faults;
mod feedback;
mod flows;
mod gifts;
mod homepage;
mod likes;
mod paging;
mod posts;
mod profile;
mod review;
mod signatures;
mod uploads;
