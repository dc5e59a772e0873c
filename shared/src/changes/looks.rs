//! The fan-out of a new nickname or portrait: every row about the person gets the new copy, and its owner a new version.
//!
//! The write that changes the look marks the profile; the mark goes after the last copy is written. A call that dies in
//! between leaves the mark, and the person's next sign-in, sync or look at their friends resumes the fan-out.

use super::rows::{LEASE, looks::spread_look};
use crate::{app::App, person::Profile, values::UserId};

/// Goes on with telling friends where an earlier call has not got to the end of it, and must be dead by now.
pub(crate) async fn resume(app: &App, person: &Profile) {
    // The version is the time of the change.
    let dead = |version: &i64| app.clock.millis() - version >= LEASE;
    if let Some(version) = person.fanout.filter(dead) {
        tell_friends(app, &person.uid, version).await;
    }
}

/// Tells everybody who has an edge to a person, or a block, that they look different since `version`. A failure leaves the mark in
/// the profile, for the next call to go on.
pub(crate) async fn tell_friends(app: &App, uid: &UserId, version: i64) {
    if let Err(error) = spread_look(&app.store, uid, version, app.clock.millis()).await {
        tracing::warn!(%error, "friends have still to be told of a change");
    }
}
