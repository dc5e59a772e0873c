//! Sessions as stored: one token in the profile (`one`), a row each (`many`), or a device's row (`devices`); `leaving`: what is left of them
//! while their owner is erased.

pub(super) mod devices;
pub(super) mod leaving;
pub(super) mod many;
pub(super) mod one;
pub(super) mod tickets;
