//! `cargo run` itself: what starts, what is kept, what the headers say, what can be made to fail.

mod containers;
mod costs;
mod elsewhere;
mod faults;
mod nobody;
mod objects;
mod older;
mod slow;
pub(crate) mod sockets;
mod start;
