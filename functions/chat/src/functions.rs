//! The Lambda functions of the dialect, as the registry knows them.

use crate::{Chat, Routes, account, files, friends, groups, misc, own, profile, push::Push, searching, strangers};
use kit::registry::{Function, Package};
use shared::config::{self, Table};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<Chat>([chat(), push()])
}

fn routes() -> Routes {
    let people = account::routes().and(profile::routes()).and(friends::routes()).and(searching::routes());
    people.and(groups::routes()).and(files::routes()).and(misc::routes()).and(own::routes()).and(strangers::routes())
}

/// What is called with HTTP.
#[must_use]
pub fn chat() -> Function {
    Function {
        paths: &["/android/{proxy+}"],
        settings: [
            &["HASH_KEY", "MEDIA_BUCKET", "REFUSE_COMMON_PASSWORDS", "OPERATOR_TOPIC"][..],
            &config::Chat::SETTINGS,
            &config::Push::SETTINGS,
        ]
        .concat(),
        // A copy of a person's data, and its end, go through everything that they have left behind.
        tables: &Table::ALL,
        ..Function::of("chat", routes)
    }
}

/// What sockets say. They are opened at the path of the original server; on AWS it is up to the domain (`docs/operations.md`).
#[must_use]
pub fn push() -> Function {
    Function {
        paths: &["/android/websocket/"],
        settings: [&["ONLY_FRIENDS"][..], &config::Push::SETTINGS, &config::Expiry::SETTINGS].concat(),
        tables: &[Table::Users, Table::Friends, Table::Groups, Table::Chat],
        ..Function::of_sockets::<Push>("push")
    }
}
