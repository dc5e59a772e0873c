//! Chat: queues, messages and the connections over which they are read.

mod acknowledging;
mod closing;
mod groups;
mod model;
mod notices;
mod opening;
mod packets;
mod socket;
mod talking;
mod tap;
