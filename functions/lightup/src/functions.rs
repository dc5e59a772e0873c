//! The Lambda functions of the dialect, as the registry knows them.

use crate::{LightUp, account, media, procedure};
use kit::registry::{Function, Package};
use shared::config::{self, Push, SENDING_CODES, Table};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<LightUp>([account(), media(), procedure()])
}

/// Accounts, profiles and portraits; it also answers every path under `/v1` that no other function has.
#[must_use]
pub fn account() -> Function {
    let own = [
        "MEDIA_BUCKET",
        "MEDIA_BASE",
        "REFUSE_COMMON_PASSWORDS",
        "ALLOW_ERASE",
        "GUEST_SHARDS",
        "DEFAULT_PORTRAIT",
        "DEFAULT_NICKNAME",
        "OPERATOR_TOPIC",
    ];
    Function {
        paths: &["/v1/account/{proxy+}", "/v1/{proxy+}"],
        settings: [&SENDING_CODES[..], &config::LightUp::SETTINGS, &own, &Push::SETTINGS].concat(),
        // A copy of a person's data, and its end, go through everything that they have left behind.
        tables: &Table::ALL,
        ..Function::of("account", account::routes)
    }
}

/// Uploads and live media.
#[must_use]
pub fn media() -> Function {
    Function {
        paths: &["/v1/media/{proxy+}"],
        settings: vec!["MEDIA_BUCKET", "GUEST_SHARDS"],
        tables: &[Table::Users],
        ..Function::of("media", media::routes)
    }
}

/// Questions, guests, lights and messages.
#[must_use]
pub fn procedure() -> Function {
    let quotas = ["GUESTS_PER_SEGMENT", "GUESTS_PER_DAY", "LIGHTS_PER_DAY"];
    Function {
        paths: &["/v1/procedure/{proxy+}"],
        settings: [&quotas[..], &["MEDIA_BUCKET", "MEDIA_BASE", "GUEST_SHARDS"], &Push::SETTINGS].concat(),
        // Whose third light is switched on is told.
        tables: &[Table::Users, Table::Lights, Table::Friends, Table::Chat],
        ..Function::of("procedure", procedure::routes)
    }
}
