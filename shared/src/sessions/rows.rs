//! Sessions as stored: one token in the profile (`one`), or a row each (`many`).

pub(super) mod devices;
pub(super) mod many;
pub(super) mod one;
