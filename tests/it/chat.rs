//! Chat: queues, messages and the connections over which they are read.

mod model;
