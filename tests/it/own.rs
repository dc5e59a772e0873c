//! A person's own data: they are given a copy of it, and all of it is deleted, whoever asks for it and wherever a call is cut.

pub mod erasing;
mod exporting;
mod faults;
pub mod full;
mod large;
mod operations;
mod operators;
mod races;
