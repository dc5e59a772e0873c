//! The Lambda functions of the dialect, as the registry knows them.

use crate::{Routes, account, media, openapi, procedure, serve};
use kit::registry::{Function, Package};
use shared::config::Table;

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package { name: "lightup", functions: functions(), openapi }
}

/// The dialect's functions.
#[must_use]
pub fn functions() -> Vec<Function> {
    vec![account(), media(), procedure()]
}

/// Accounts, profiles and portraits; it also answers every path under `/v1` that no other function has.
#[must_use]
pub fn account() -> Function {
    Function {
        name: "account",
        paths: &["/v1/account/{proxy+}", "/v1/{proxy+}"],
        settings: vec![
            "STAGE",
            "MEDIA_BUCKET",
            "MEDIA_BASE",
            "HASH_KEY",
            "ALLOW_ERASE",
            "SMS_REGIONS",
            "SMS_DAILY_BUDGET",
            "REFUSE_COMMON_PASSWORDS",
            "LIGHTUP_CODE_TEXT",
            "GUEST_SHARDS",
            "DEFAULT_PORTRAIT",
            "DEFAULT_NICKNAME",
        ],
        // An erasure goes through everything that a person has left behind.
        tables: &Table::ALL,
        endpoints: account::routes().endpoints,
        // `delete_user` is there only where the deployment allows it.
        serve: |app| {
            let routes = account::routes();
            let erases = *app.config.allow_erase;
            serve(app, if erases { routes } else { routes.without(account::DELETE_USER) })
        },
    }
}

/// Uploads and live media.
#[must_use]
pub fn media() -> Function {
    Function {
        name: "media",
        paths: &["/v1/media/{proxy+}"],
        settings: vec!["MEDIA_BUCKET", "GUEST_SHARDS"],
        tables: &[Table::Users],
        endpoints: media::routes().endpoints,
        serve: |app| serve(app, media::routes()),
    }
}

/// Questions, guests, lights and messages.
#[must_use]
pub fn procedure() -> Function {
    Function {
        name: "procedure",
        paths: &["/v1/procedure/{proxy+}"],
        settings: vec![
            "MEDIA_BUCKET",
            "MEDIA_BASE",
            "GUESTS_PER_SEGMENT",
            "GUESTS_PER_DAY",
            "LIGHTS_PER_DAY",
            "GUEST_SHARDS",
        ],
        tables: &[Table::Users, Table::Lights, Table::Friends],
        endpoints: procedure::routes().endpoints,
        serve: |app| serve(app, procedure::routes()),
    }
}

/// All operations of the dialect.
#[must_use]
pub fn all() -> Routes {
    account::routes().and(media::routes()).and(procedure::routes())
}
