//! The Lambda function of the dialect, as the registry knows it.

use crate::{
    MUser, Routes, account, blocks, coins, comments, feedback, gifts, homepage, likes, own, posts, profile, review,
    uploads,
};
use kit::registry::{Function, Package};
use shared::config::{Gifts, Push, Review, Signing, Table};

/// What the dialect's package says about itself.
#[must_use]
pub fn package() -> Package {
    Package::of::<MUser>([m_user()])
}

fn routes() -> Routes {
    let people =
        account::routes().and(profile::routes()).and(homepage::routes()).and(blocks::routes()).and(own::routes());
    let posts = posts::routes().and(likes::routes()).and(comments::routes()).and(uploads::routes());
    let coins = gifts::routes().and(coins::routes());
    people.and(posts).and(coins).and(feedback::routes()).and(review::routes())
}

/// The whole dialect.
#[must_use]
pub fn m_user() -> Function {
    Function {
        paths: &["/m_user/{proxy+}", "/m_sns/{proxy+}", "/m_gift/{proxy+}", "/m_coin/{proxy+}", "/common/{proxy+}"],
        settings: [
            &["HASH_KEY", "MEDIA_BUCKET", "OPERATOR_TOPIC"][..],
            &Gifts::SETTINGS,
            &Push::SETTINGS,
            &Review::SETTINGS,
            &Signing::SETTINGS,
        ]
        .concat(),
        // A copy of a person's data, and its end, go through everything that they have left behind.
        tables: &Table::ALL,
        ..Function::of("m_user", routes)
    }
}
