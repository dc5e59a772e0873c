//! The Lambda function of the dialect, as the registry knows it.

use crate::{Live, Routes, account, friends, lists};
use kit::registry::{Function, Package};
use shared::config::{SENDING_CODES, Table};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<Live>([live()])
}

fn routes() -> Routes {
    account::routes().and(lists::routes()).and(friends::routes())
}

/// The whole dialect.
#[must_use]
pub fn live() -> Function {
    Function {
        paths: &["/log", "/list", "/friend"],
        settings: SENDING_CODES.to_vec(),
        tables: &[Table::Users, Table::Friends],
        ..Function::of("live", routes)
    }
}
