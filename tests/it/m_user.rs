//! The m_user dialect, in both of its body profiles.

mod account;
mod buying;
pub mod client;
mod comments;
<<<<<<< HEAD
mod gifts;
=======
mod faults;
>>>>>>> posts
mod likes;
mod paging;
mod posts;
mod profile;
mod uploads;
