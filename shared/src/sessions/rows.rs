//! Sessions as stored: one token in the profile (`one`), a row each (`many`), or a device's row (`devices`); `leaving`: what is left of them
//! while their owner is erased.

pub(super) mod devices;
pub(super) mod leaving;
pub(super) mod many;
pub(super) mod one;
pub(super) mod tickets;

use crate::store::{
    Sheet,
    keys::{self, Table},
};

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 2] = [
    Sheet::of("sessions", Table::Users, keys::SESSIONS).without(&["push_token", "epoch"]),
    Sheet::of("devices", Table::Users, keys::BOUND_DEVICES)
        .instead(keys::claim_of_bound_device)
        .owned_by("uid")
        .without(&["tokens", "push_tokens", "epoch", "changes", "shown"]),
];
