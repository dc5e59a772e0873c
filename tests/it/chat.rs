//! Chat: queues, messages and the connections over which they are read.

mod acknowledging;
mod groups;
mod model;
mod opening;
mod packets;
mod socket;
mod talking;
