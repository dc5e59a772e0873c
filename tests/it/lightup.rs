//! The contract of Light Up.

mod hostile;
mod samples;
mod story;
mod strangers;
