//! Codes, registering, signing in and out, passwords.
//!
//! | module | operations |
//! |---|---|
//! | `codes` | sending and checking codes, captchas |
//! | `sign_in` | registering, signing in and out |
//! | `passwords` | new passwords |
//! | `own` | a copy of a person's data, and its end |
//! | `fields` | the fields that they share, and what they have in common to say |

mod codes;
mod fields;
mod own;
mod passwords;
mod sign_in;

use crate::dialect::Routes;

pub(crate) fn routes() -> Routes {
    codes::routes().and(sign_in::routes()).and(passwords::routes()).and(own::routes())
}
