//! The contract of Light Up.

mod account;
mod costs;
mod guests;
mod hostile;
mod lights;
mod messages;
mod pool;
mod portrait;
mod profile;
mod questions;
mod repeated;
mod samples;
mod story;
mod strangers;
pub(crate) mod uploads;

pub use lights::LIT;
