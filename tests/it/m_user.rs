//! The m_user dialect, in both of its body profiles.

mod account;
pub mod client;
mod feedback;
mod review;
mod signatures;
