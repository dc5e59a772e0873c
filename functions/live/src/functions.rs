//! The Lambda function of the dialect, as the registry knows it.

use crate::{Live, Routes, account, avatars, friends, golden, hooks, lists, own, register, rooms, strangers};
use kit::registry::{Function, Package};
use shared::config::{self, Push, SENDING_CODES, Streaming, Table, Wallet};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<Live>([live()])
}

fn routes() -> Routes {
    let people = lists::routes().and(friends::routes()).and(strangers::routes());
    let accounts = register::routes().and(avatars::routes()).and(account::routes()).and(own::routes());
    accounts.and(people).and(golden::routes()).and(rooms::routes()).and(hooks::routes())
}

/// The whole dialect.
#[must_use]
pub fn live() -> Function {
    Function {
        paths: &[
            "/register",
            "/upload",
            "/static/user_imgs/{proxy+}",
            "/log",
            "/account",
            "/list",
            "/friend",
            "/golden",
            "/room",
            "/live/{proxy+}",
        ],
        settings: [
            &SENDING_CODES[..],
            &["MEDIA_BUCKET", "REFUSE_COMMON_PASSWORDS", "GUEST_SHARDS", "OPERATOR_TOPIC"],
            &config::Live::SETTINGS,
            &Wallet::SETTINGS,
            &Streaming::SETTINGS,
            &Push::SETTINGS,
        ]
        .concat(),
        // A copy of a person's data, and its end, go through everything that they have left behind.
        tables: &Table::ALL,
        ..Function::of("live", routes)
    }
}
