//! Chat: queues, messages and the connections over which they are read.

mod acknowledging;
mod across;
mod closing;
mod costs;
mod counted;
mod groups;
mod model;
mod notices;
mod opening;
mod packets;
mod rules;
pub mod socket;
mod stored;
mod talking;
mod tap;
