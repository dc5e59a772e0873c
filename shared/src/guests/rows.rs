//! The index of candidates, and what a user has seen.

use crate::{
    error::Error,
    lights::{Day, Pair},
    person::Profile,
    sessions::{Actor, Reader},
    store::{
        self, Condition, Store, Update, fault,
        keys::{self, Key, Table},
        member, number, text,
    },
    time::Segment,
    values::UserId,
    visibility::{self, blocks_between},
};
use serde::Deserialize;
use std::collections::HashSet;

/// So many guests a day's and a segment's set remember; beyond, they are full for any quota anyway.
pub(super) const REMEMBERED: u32 = 200;

/// Sets of guests are forgotten so many seconds after their day.
const KEPT: i64 = 3 * 86_400;

/// A candidate, looked at closely.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The person.
    pub profile: Profile,
    /// The caller's lights on them.
    pub pair: Pair,
}

#[derive(Default, Deserialize)]
struct Seen {
    #[serde(default)]
    guests: HashSet<UserId>,
}

/// A page of a pool from `start` on, around the end if it is short; all of the pool if it has fewer.
///
/// Both halves are asked for side by side; the second one's rows are used only as far as the first is short.
pub(super) async fn draw(
    store: &Store,
    _: &Reader,
    pool: &str,
    start: &str,
    page: usize,
) -> Result<Vec<UserId>, Error> {
    let (mut after, before) = futures_util::try_join!(
        half(store, pool, "guest_pool = :pool AND guest_rank >= :start", start, page),
        half(store, pool, "guest_pool = :pool AND guest_rank < :start", start, page)
    )?;
    let missing = page.saturating_sub(after.len());
    after.extend(before.into_iter().take(missing));
    Ok(after)
}

async fn half(store: &Store, pool: &str, condition: &str, start: &str, page: usize) -> Result<Vec<UserId>, Error> {
    let answer = store
        .client
        .query()
        .table_name(store.table(Table::Users))
        .index_name("guests")
        .key_condition_expression(condition)
        .expression_attribute_values(":pool", text(pool))
        .expression_attribute_values(":start", text(start))
        .limit(i32::try_from(page).unwrap_or(i32::MAX))
        .send()
        .await
        .map_err(fault)?;
    let uid = |item: &store::Item| keys::owner(&keys::of(Table::Users, item).ok()?);
    Ok(answer.items.unwrap_or_default().iter().filter_map(uid).collect())
}

/// Whom the reader has seen in a segment, and what they did on a day.
pub(super) async fn seen_and_day(
    store: &Store,
    reader: &Reader,
    segment: &Segment,
    day: &str,
) -> Result<(HashSet<UserId>, Day), Error> {
    let (seen, day) = (keys::seen(reader.uid(), segment), keys::day(reader.uid(), day));
    let mut found = store.get_many(&[seen.clone(), day.clone()]).await?;
    let seen: Seen = found.take_as(&seen)?.unwrap_or_default();
    Ok((seen.guests, found.take_as(&day)?.unwrap_or_default()))
}

/// The candidates' profiles and the reader's lights on them, in the order given; who is gone, or blocked by one of
/// the two, is left out.
pub(super) async fn candidates(store: &Store, reader: &Reader, uids: &[UserId]) -> Result<Vec<Candidate>, Error> {
    let rows = |uid: &UserId| [keys::profile(uid), keys::pair(reader.uid(), uid)];
    let blocks = uids.iter().flat_map(|uid| blocks_between(reader.uid(), uid));
    let keys: Vec<Key> = uids.iter().flat_map(rows).chain(blocks).collect();
    let mut found = store.get_many(&keys).await?;
    let mut candidates = Vec::new();
    for uid in uids {
        let pair = found.take_as(&keys::pair(reader.uid(), uid))?;
        if let Some(profile) = visibility::take_person(&mut found, reader.uid(), uid)? {
            candidates.push(Candidate { profile, pair: pair.unwrap_or_default() });
        }
    }
    Ok(candidates)
}

/// Adds a guest to the sets of a segment and of a day, side by side. A full set takes no more.
pub(super) async fn log_seen(
    store: &Store,
    actor: &Actor,
    target: &UserId,
    segment: &Segment,
    day: &str,
    now: i64,
) -> Result<(), Error> {
    let add = |key: Key, kind: &'static str| {
        let update = Update::of(key)
            .add("guests", member(target.as_str()))
            .set("type", text(kind))
            .set("expires_at", number(now + KEPT))
            .when(Condition::SmallerThan("guests", REMEMBERED));
        store.update(update)
    };
    let segment = add(keys::seen(actor.uid(), segment), "seen");
    let day = add(keys::day(actor.uid(), day), "day");
    futures_util::try_join!(segment, day).map(drop)
}
