//! Finding people: the random pool, its quotas, and who has been seen (`docs/dialects/lightup.md`).
//!
//! A candidate is a visible person with all three classes live and a known sex. Candidates lie in an index, a partition
//! per sex and shard, sorted by a random rank. A draw starts at a random rank and takes the next page, around the end
//! if need be; who is picked from the page is random too. The cost is the same for any number of candidates.

mod rows;

use crate::{
    app::App,
    error::Error,
    guests::rows::Candidate,
    person::{Profile, pool},
    sessions::{self, Claim, Reader},
    time::{day, segment},
    values::{LoveSex, Order, UserId},
    visibility,
};
use std::collections::HashSet;

/// So many ids a batch holds at most (`docs/dialects/lightup.md#quotas-of-guests`).
pub const BATCH: u32 = 5;

/// So many candidates a draw looks at in each pool.
pub const PAGE: usize = 20;

/// Somebody to be shown.
#[derive(Debug)]
pub struct Guest {
    /// Who it is.
    pub uid: UserId,
    /// How many orders the caller has lit on them.
    pub lights: u8,
}

/// Up to `wanted` random guests, fewer if a quota has less left (`docs/dialects/lightup.md#get_user_id_by_love_sex`,
/// `docs/dialects/lightup.md#get_user_ids_by_love_sex`). Two rounds, up to four when those that were looked at first
/// are candidates no more.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::SegmentQuota`], [`Error::GuestQuota`], [`Error::NoGuests`].
pub async fn find(app: &App, claim: &Claim, love_sex: LoveSex, wanted: u32) -> Result<Vec<Guest>, Error> {
    let now = app.clock.now();
    let (segment, day) = (segment(now), day(now));
    let reads = async |reader: &Reader| {
        let quotas = rows::seen_and_day(&app.store, reader, &segment, &day);
        futures_util::try_join!(draw(app, reader, love_sex), quotas)
    };
    let (actor, (first, (seen, today))) = sessions::verify_with(app, claim, reads).await?;
    let incomplete = !actor.profile().media.complete();
    let left_in_segment = left(*app.config.guests_per_segment, seen.len()).ok_or(Error::SegmentQuota)?;
    let per_day = if incomplete { *app.config.guests_per_day } else { 0 };
    let left_today = left(per_day, today.guests.len()).ok_or(Error::GuestQuota)?;
    let wanted = wanted.min(left_in_segment).min(left_today) as usize;

    let mut passed: HashSet<UserId> = seen;
    passed.insert(actor.uid().clone());
    let guests = choose(app, &actor, &first, &mut passed, love_sex, wanted).await?;
    if !guests.is_empty() {
        return Ok(guests);
    }
    // The few that were looked at had left: on with the others where these are all there are, else with another page.
    let (second, most) = match first.whole {
        true => (first, usize::MAX),
        false => (draw(app, &actor, love_sex).await?, wanted),
    };
    let mut guests = choose(app, &actor, &second, &mut passed, love_sex, most).await?;
    guests.truncate(wanted);
    if guests.is_empty() { Err(Error::NoGuests) } else { Ok(guests) }
}

/// What a quota leaves; a quota of 0 is none. `None`: nothing.
fn left(quota: u32, used: usize) -> Option<u32> {
    if quota == 0 {
        return Some(u32::MAX);
    }
    quota.checked_sub(u32::try_from(used).unwrap_or(u32::MAX)).filter(|left| *left > 0)
}

/// A draw's candidates.
struct Draw {
    uids: Vec<UserId>,
    /// Whether these are all there are.
    whole: bool,
}

/// A page from a random start of each pool that `love_sex` takes in. One round.
async fn draw(app: &App, reader: &Reader, love_sex: LoveSex) -> Result<Draw, Error> {
    let shard = app.random.within(0..=*app.config.guest_shards - 1);
    let pages = love_sex.sexes().iter().map(async |sex| {
        let (pool, start) = (pool(*sex, shard), app.random.hex::<8>());
        rows::draw(&app.store, reader, &pool, &start, PAGE).await
    });
    let mut pages = futures_util::future::try_join_all(pages).await?;
    let whole = *app.config.guest_shards == 1 && pages.iter().all(|page| page.len() < PAGE);
    let mut uids: Vec<_> = pages.drain(..).flatten().collect();
    app.random.shuffle(&mut uids);
    Ok(Draw { uids, whole })
}

/// The first of a draw that are new and, looked at closely, still candidates: the index is late. One round, none when
/// nobody is new. Whoever was looked at has passed.
async fn choose(
    app: &App,
    reader: &Reader,
    draw: &Draw,
    passed: &mut HashSet<UserId>,
    love_sex: LoveSex,
    wanted: usize,
) -> Result<Vec<Guest>, Error> {
    // Two more than wanted, in case that some have just left the pool. Who has just changed it lies in both.
    let new = draw.uids.iter().filter(|uid| passed.insert((*uid).clone()));
    let chosen: Vec<_> = new.take(wanted.saturating_add(2)).cloned().collect();
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let candidates = rows::candidates(&app.store, reader, &chosen).await?;
    let guest = |candidate: Candidate| {
        let lights = Order::ALL.into_iter().filter(|order| candidate.pair.is_on(*order)).count();
        let there = visibility::sees(reader, &candidate.profile) && is_candidate(&candidate.profile, love_sex);
        there.then(|| Guest { uid: candidate.profile.uid, lights: u8::try_from(lights).unwrap_or(3) })
    };
    Ok(candidates.into_iter().filter_map(guest).take(wanted).collect())
}

/// Whether somebody is in one of the pools that `love_sex` takes in.
fn is_candidate(profile: &Profile, love_sex: LoveSex) -> bool {
    let sex = profile.guest_pool.as_deref().and_then(|pool| pool.split('#').next());
    sex.is_some_and(|sex| love_sex.sexes().iter().any(|wanted| wanted.as_str() == sex))
}

/// Remembers that somebody has been seen in this segment and on this day (`docs/dialects/lightup.md#log_have_seen`).
/// Two rounds; idempotent.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`]; [`Error::Oneself`].
pub async fn log_seen(app: &App, claim: &Claim, target: &UserId) -> Result<(), Error> {
    let reads = async |reader: &Reader| visibility::person(&app.store, reader, target).await;
    let (actor, person) = sessions::verify_with(app, claim, reads).await?;
    visibility::other(&actor, target, person)?;
    let now = app.clock.now();
    rows::log_seen(&app.store, &actor, target, &segment(now), &day(now), now.as_second()).await
}
