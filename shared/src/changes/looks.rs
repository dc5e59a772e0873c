//! The fan-out of a new nickname or portrait: every row about the person gets the new copy, and its owner a new
//! version.
//!
//! The write that changes the look marks the profile; the mark goes after the last copy is written. A call that dies in
//! between leaves the mark, and the person's next sign-in, sync or look at their friends resumes the fan-out.

use super::rows::{LEASE, looks};
use crate::{app::App, person::Profile, values::UserId};

/// Resumes the fan-out of a person's new look, if the profile still has the mark and the call that set it must be dead.
pub(crate) async fn resume(app: &App, person: &Profile) {
    // The version is the time of the change.
    let dead = |version: &i64| app.clock.millis() - version >= LEASE;
    if let Some(version) = person.fanout.filter(dead) {
        fan_out_look(app, &person.uid, version).await;
    }
}

/// Fans a person's new look out to everybody who has an edge to them or a block on them. `version` is that of the
/// change. A failure leaves the mark in the profile, from which a later call resumes the fan-out.
pub(crate) async fn fan_out_look(app: &App, uid: &UserId, version: i64) {
    if let Err(error) = looks::fan_out(&app.store, uid, version, app.clock.millis()).await {
        tracing::warn!(%error, "the fan-out of a new look has not ended; a later call resumes it");
    }
}
