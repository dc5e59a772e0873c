//! A person's own data: all of it is deleted, whoever asks for it and wherever a call is cut.

mod erasing;
mod faults;
mod full;
