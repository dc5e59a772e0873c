//! Chat: queues, messages and the connections over which they are read.

mod closing;
mod model;
mod notices;
mod tap;
