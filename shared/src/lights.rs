//! Lights and the messages they make (`docs/dialects/lightup.md`).

mod rows;

pub use rows::{Day, Pair};
pub(crate) use rows::{EXPORT, erase::erase_lights, person_and_lights};

use crate::{
    app::App,
    error::Error,
    inbox::{Audience, Notice},
    lights::rows::{Message, Switch, Switched},
    sessions::{self, Claim, Reader},
    store::{Attempt, retrying},
    time::day,
    values::{Order, UserId},
    visibility,
};

/// So many messages a call shows: the newest (`docs/dialects/lightup.md#get_message`).
pub const MESSAGES: i32 = 100;

/// Switches a light on or off (`docs/dialects/lightup.md#light_up`, `docs/dialects/lightup.md#quota-of-lights`). Two
/// rounds; one when it is so already.
///
/// Incomplete lighters have a quota a day. Only lights that go on count; one that goes off on the day it was counted
/// gives its slot back (`docs/dialects/lightup.md#quota-of-lights`). Whose third light goes on is told, by each lighter once a day
/// (`docs/dialects/lightup.md#the-third-light`).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`]; [`Error::Oneself`]; [`Error::LightQuota`].
pub async fn switch(app: &App, claim: &Claim, target: &UserId, order: Order, on: bool) -> Result<(), Error> {
    let now = app.clock.now();
    let day = day(now);
    let tells = on && order == Order::Third;
    // Two switches of the same light may meet: then one looks again.
    retrying(|| async {
        let reads = async |reader: &Reader| {
            let audience = async {
                let told = if tells { std::slice::from_ref(target) } else { &[] };
                Ok(Audience::of(app, told).await)
            };
            futures_util::try_join!(rows::pair_and_day(&app.store, reader, target, &day), audience)
        };
        let (actor, ((person, pair, today), audience)) = sessions::verify_with(app, claim, reads).await?;
        visibility::other(&actor, target, person)?;
        if pair.is_on(order) == on {
            return Ok(Attempt::Done(()));
        }
        let counted = !actor.profile().media.complete();
        let quota = Some(*app.config.lights_per_day).filter(|quota| counted && *quota > 0);
        if on && quota.is_some_and(|quota| today.lights >= i64::from(quota)) {
            return Err(Error::LightQuota);
        }
        let switch = Switch { target, order, on, millis: now.as_millisecond(), day: &day, quota };
        match rows::switch(&app.store, &actor, &pair, &switch).await? {
            Switched::Done => {
                if tells && !pair.was_told(&day) {
                    Notice::ThirdLight(actor.uid(), target).tell(app, &audience).await;
                }
                Ok(Attempt::Done(()))
            }
            Switched::QuotaReached => Err(Error::LightQuota),
            Switched::TargetGone => Err(Error::NoSuchUser),
            Switched::Changed => Ok(Attempt::Stale(())),
        }
    })
    .await
}

/// Whose third light is on, the newest [`MESSAGES`] of them, oldest first (`docs/dialects/lightup.md#get_message`). Two
/// rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn messages(app: &App, claim: &Claim) -> Result<Vec<Message>, Error> {
    let reads = async |reader: &Reader| rows::third_lights(&app.store, reader, MESSAGES).await;
    let (actor, lights) = sessions::verify_with(app, claim, reads).await?;
    let mut messages = rows::lighters(&app.store, &actor, &lights).await?;
    messages.retain(|message| visibility::sees(&actor, &message.lighter));
    messages.reverse();
    Ok(messages)
}
