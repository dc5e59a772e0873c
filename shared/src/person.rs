//! The person: their `PROFILE` record, the names and numbers that are theirs alone, how they look to others, and their
//! place among the candidates for guests.
//!
//! | module | what it holds |
//! |---|---|
//! | `rows` | the record, and the conditions that other rooms put on it |
//! | `rows::claims` | who owns a phone number, a nickname, an account name |
//! | `rows::on_air` | that the person is live |
//! | `rows::vip` | until when the person is VIP |
//! | `rows::look` | nickname and portrait, as they are copied into rows about the person |
//! | `place` | the pool of candidates that a person belongs to |

mod place;
mod rows;

pub(crate) use place::place;
pub use place::pool;
pub(crate) use rows::{
    EXPORT, STILL_THERE,
    claims::{
        Owner, claim_of, claim_phone, claim_unproven, claims, mark_taken, mine, owner, phone_claim, phone_claims,
        prove, prove_untaken, take, take_with_password, use_proof, void_proof,
    },
    create, is_erasing,
    look::{same_look, still_as_read},
    not_erasing,
    on_air::{off_air, on_air},
    profile_for_session, same_dialects, same_place, set_icon, set_media, set_portrait, still_there,
    vip::extend_vip,
    with_place,
};
pub use rows::{
    Place, Profile,
    claims::{PhoneClaim, Proof, ProofToken},
    look::Look,
};
