//! Groups and their members (`docs/dialects/sealtalk.md#groups`).
//!
//! | module | operations |
//! |---|---|
//! | `reads` | groups, favourites, a group, its members |
//! | `membership` | making a group, adding, joining, quitting, kicking, the end, favourites |
//! | `settings` | what the creator and managers change, and what members say of themselves |
//! | `info` | what a group knows of a member |
//! | `notices` | invitations |
//! | `fields` | the fields and refusals that they share |

mod fields;
mod info;
mod membership;
mod notices;
mod reads;
mod settings;

use crate::dialect::Routes;

pub(crate) fn routes() -> Routes {
    reads::routes().and(membership::routes()).and(settings::routes()).and(info::routes()).and(notices::routes())
}
