//! Where a person stands among the candidates for guests.

use crate::{
    app::App,
    person::rows::{Place, Profile},
    values::{Classes, Nickname, Sex},
};

/// Where a person stands among the candidates: nowhere, unless all classes are live, the sex is known and a nickname is
/// claimed, which is what guests are shown by. A place that fits is kept.
pub(crate) fn place(
    app: &App,
    before: &Profile,
    media: Classes,
    sex: Option<Sex>,
    claimed: Option<&Nickname>,
) -> Option<Place> {
    let sex = sex.filter(|_| media.complete() && claimed.is_some())?;
    match (&before.guest_pool, &before.guest_rank) {
        (Some(pool), Some(rank)) if pool.starts_with(&format!("{}#", sex.as_str())) => {
            Some(Place { pool: pool.clone(), rank: rank.clone() })
        }
        _ => {
            let shard = app.random.within(0..=*app.config.guest_shards - 1);
            Some(Place { pool: pool(sex, shard), rank: app.random.hex::<8>() })
        }
    }
}

/// The index partition of a sex and shard.
#[must_use]
pub fn pool(sex: Sex, shard: u32) -> String {
    format!("{}#{shard}", sex.as_str())
}
