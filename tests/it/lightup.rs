//! The contract of Light Up.

mod story;
