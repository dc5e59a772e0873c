//! The contract of Light Up.

mod account;
mod guests;
mod hostile;
mod lights;
mod messages;
mod pool;
mod questions;
mod samples;
mod story;
mod strangers;

pub use lights::LIT;
