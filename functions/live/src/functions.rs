//! The Lambda function of the dialect, as the registry knows it.

use crate::{Live, Routes, account, avatars, friends, golden, hooks, lists, rooms};
use kit::registry::{Function, Package};
use shared::config::{SENDING_CODES, Streaming, Table, Wallet};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<Live>([live()])
}

fn routes() -> Routes {
    let people = lists::routes().and(friends::routes());
    account::routes().and(avatars::routes()).and(people).and(golden::routes()).and(rooms::routes()).and(hooks::routes())
}

/// The whole dialect.
#[must_use]
pub fn live() -> Function {
    Function {
        paths: &[
            "/upload",
            "/static/user_imgs/{proxy+}",
            "/log",
            "/list",
            "/friend",
            "/golden",
            "/room",
            "/live/{proxy+}",
        ],
        settings: [&["MEDIA_BUCKET"][..], &SENDING_CODES, &Wallet::SETTINGS, &Streaming::SETTINGS].concat(),
        tables: &[Table::Users, Table::Friends, Table::Wallet],
        ..Function::of("live", routes)
    }
}
