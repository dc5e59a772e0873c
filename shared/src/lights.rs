//! Lights and the messages they make (contract 3.19, 3.21, 4.8, 4.9).

use crate::{
    App,
    error::Error,
    profiles,
    sessions::{self, Claim, Profile, Reader},
    store::{
        lights::{Switch, Switched},
        retrying,
    },
    time::day,
    values::{Dialect, Order, UserId},
};

/// So many messages a call shows: the newest (decision 15).
pub const MESSAGES: i32 = 100;

/// Somebody has lit the third light.
#[derive(Debug)]
pub struct Message {
    /// Who.
    pub lighter: Profile,
    /// When, in Unix seconds.
    pub time: i64,
}

/// Switches a light on or off (contract 3.19, 4.8). Two rounds; one when it is so already.
///
/// Incomplete lighters have a quota a day. Only lights that go on count; one that goes off on the day it was counted
/// gives its slot back (decision 1).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`]; [`Error::Invalid`] for oneself; [`Error::LightQuota`].
pub async fn light_up(app: &App, claim: &Claim, target: &UserId, order: Order, on: bool) -> Result<(), Error> {
    let now = app.clock.now();
    let day = day(now);
    // Two switches of the same light may meet: then one looks again.
    retrying(|| async {
        let reads = async |reader: &Reader| app.store.pair_and_day(reader, target, &day).await;
        let (actor, (person, pair, today)) = sessions::verify_with(app, claim, reads).await?;
        profiles::other(&actor, target, person)?;
        if pair.is_on(order) == on {
            return Ok(Some(()));
        }
        let counted = !actor.profile().media.complete();
        let quota = Some(app.config.lights_per_day).filter(|quota| counted && *quota > 0);
        if on && quota.is_some_and(|quota| today.lights >= i64::from(quota)) {
            return Err(Error::LightQuota);
        }
        let switch = Switch { target, order, on, millis: now.as_millisecond(), day: &day, quota };
        match app.store.switch(&actor, &pair, &switch).await? {
            Switched::Done => Ok(Some(())),
            Switched::QuotaReached => Err(Error::LightQuota),
            Switched::TargetGone => Err(Error::NoSuchUser),
            Switched::Changed => Ok(None),
        }
    })
    .await
}

/// Whose third light is on, the newest [`MESSAGES`] of them, oldest first (contract 3.21). Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn messages(app: &App, claim: &Claim) -> Result<Vec<Message>, Error> {
    let reads = async |reader: &Reader| app.store.third_lights(reader, MESSAGES).await;
    let (actor, lights) = sessions::verify_with(app, claim, reads).await?;
    let mut messages = app.store.lighters(&actor, &lights).await?;
    messages.retain(|message| message.lighter.visible_in(Dialect::LightUp));
    messages.reverse();
    Ok(messages)
}
