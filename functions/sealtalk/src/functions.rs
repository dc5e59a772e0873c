//! The Lambda function of the dialect, as the registry knows it.

use crate::{Routes, SealTalk, account, friends, groups, images, misc, people, profile, reports, sync};
use kit::registry::{DEFAULT_ROUTE, Function, Package};
use shared::config::{self, Push, Qiniu, SENDING_CODES, Table};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<SealTalk>([sealtalk()])
}

fn routes() -> Routes {
    let people = profile::routes().and(people::routes()).and(friends::routes());
    let rest = groups::routes().and(images::routes()).and(sync::routes()).and(misc::routes());
    account::routes().and(people).and(reports::routes()).and(rest)
}

/// The whole dialect. It has the default route because shipped clients send paths that begin with two slashes, or end
/// with one, and such a path fits no other route (`docs/dialects/sealtalk.md#methods-and-paths`).
#[must_use]
pub fn sealtalk() -> Function {
    // A nickname can complete a person, who is then found as a guest in Light Up
    // (`docs/dialects/sealtalk.md#one-person-in-all-apis`): hence `GUEST_SHARDS`.
    let shared = [
        "MEDIA_BUCKET",
        "MEDIA_BASE",
        "CODES_PER_ADDRESS",
        "REFUSE_COMMON_PASSWORDS",
        "DEFAULT_NICKNAME",
        "GUEST_SHARDS",
        "OPERATOR_TOPIC",
    ];
    Function {
        paths: &[
            "/user/{proxy+}",
            "/group/{proxy+}",
            "/friendship/{proxy+}",
            "/misc/{proxy+}",
            "/ping",
            "/",
            DEFAULT_ROUTE,
        ],
        settings: [&SENDING_CODES[..], &shared, &config::SealTalk::SETTINGS, &Push::SETTINGS, &Qiniu::SETTINGS]
            .concat(),
        // A copy of a person's data, and its end, go through everything that they have left behind.
        tables: &Table::ALL,
        ..Function::of("sealtalk", routes)
    }
}
