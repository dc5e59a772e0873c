//! The Lambda function of the dialect, as the registry knows it.

use crate::{all, openapi, router};
use kit::registry::{DEFAULT_ROUTE, Function, Package};
use shared::config::{Qiniu, SealTalk, Table};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package { name: "sealtalk", functions: functions(), openapi }
}

/// The dialect's functions.
#[must_use]
pub fn functions() -> Vec<Function> {
    vec![sealtalk()]
}

/// The whole dialect. It has the default route because shipped clients send paths that begin with two slashes, or end
/// with one, and such a path fits no other route (`docs/dialects/sealtalk.md#methods-and-paths`).
#[must_use]
pub fn sealtalk() -> Function {
    let shared = [
        "STAGE",
        "MEDIA_BUCKET",
        "MEDIA_BASE",
        "HASH_KEY",
        "SMS_REGIONS",
        "SMS_DAILY_BUDGET",
        "CODES_PER_ADDRESS",
        "REFUSE_COMMON_PASSWORDS",
        "DEFAULT_NICKNAME",
        // A nickname can complete a person, who is then found as a guest in Light Up
        // (`docs/dialects/sealtalk.md#one-person-in-all-apis`).
        "GUEST_SHARDS",
    ];
    Function {
        name: "sealtalk",
        paths: &[
            "/user/{proxy+}",
            "/group/{proxy+}",
            "/friendship/{proxy+}",
            "/misc/{proxy+}",
            "/ping",
            "/",
            DEFAULT_ROUTE,
        ],
        settings: shared.into_iter().chain(SealTalk::SETTINGS).chain(Qiniu::SETTINGS).collect(),
        tables: &[Table::Users, Table::Friends, Table::Groups],
        endpoints: all().endpoints,
        serve: router,
    }
}
