//! Friends where each side adds the other by themselves (`docs/dialects/chat.md#friends`).
//!
//! To add somebody is to have them as a friend; it is a friendship of both once both have added the other, as it is elsewhere
//! once a request was agreed to. Across a block, either way, nobody is found.

use crate::{
    app::App,
    error::{Error, Limit},
    facets,
    friends::{
        Shown, change,
        rows::{
            self, Edge, Relation, Status,
            read::{self, Sides},
            shown::{Looked, look_at},
        },
        telling,
    },
    inbox::Notice,
    limits, looks,
    person::Profile,
    sessions::{self, Claim, Reader},
    store::{Attempt, Transacted, retrying},
    values::UserId,
};

/// Adds somebody (`docs/dialects/chat.md#add-a-friend`): the caller has them as a friend from then on. Who has asked the caller to
/// be friends elsewhere is agreed to. Gives back who was added. Two rounds, and two until the other's queue has it.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for who cannot be seen, also across a block; [`Error::AlreadyFriends`], also for
/// oneself; [`Error::TooManyRequests`].
pub async fn add(app: &App, claim: &Claim, other: &UserId) -> Result<Shown, Error> {
    retrying(|| async {
        let reads = async |reader: &Reader| {
            let relation = read::relation(&app.store, reader, other, Sides::Both);
            let people = look_at(&app.store, reader, [other, reader.uid()]);
            let audience = async { Ok(telling::audience(app, other, true).await) };
            futures_util::try_join!(relation, people, audience)
        };
        let (actor, (found, mut people, audience)) = sessions::verify_with(app, claim, reads).await?;
        let found = found.ok_or_else(|| Error::AlreadyFriends(other.to_string()))?;
        let shown = people.remove(other).filter(|_| found.person.is_some());
        let shown = shown.and_then(|person| person.seen(&actor)).ok_or(Error::NoSuchUser)?;
        let now = app.clock.millis();
        let after = found.relation.clone().added(now)?;
        let counted = limits::counted(app, Limit::FriendRequests, actor.uid().as_str());
        let counted = (!found.relation.is_wanted()).then_some(counted);
        match rows::change_relation(&app.store, &actor, &found, &after, counted, now).await? {
            Transacted::Refused { part: limits::COUNTED, .. } => {
                Err(Error::TooManyRequests { limit: Limit::FriendRequests })
            }
            Transacted::Refused { .. } => Ok(Attempt::Stale(())),
            Transacted::Done => {
                let name = people.remove(actor.uid()).map(|own| own.shown.name).unwrap_or_default();
                Notice::Adds(actor.uid(), &name).tell(app, &audience).await;
                telling::tell(app, &audience, &actor, &found, &after, now).await;
                let alias = after.mine.as_ref().map(|edge| edge.display_name.clone()).unwrap_or_default();
                Ok(Attempt::Done(shown.befriended(alias, after.is_mutual())))
            }
        }
    })
    .await
}

/// Takes somebody out of the caller's friends, without a block; the other keeps the caller (`docs/dialects/chat.md#delete-a-friend`).
/// Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn remove(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    let decide = |relation: Relation, _: Option<&Profile>, now: i64| Ok(((), relation.removed(now)?));
    change(app, claim, other, Sides::Known, || Err(Error::NoSuchFriend), decide).await
}

/// Gives a friend a name of the caller's; an empty one takes it away (`docs/dialects/chat.md#name-a-friend`). Two rounds; one when
/// that is their name.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn name(app: &App, claim: &Claim, other: &UserId, alias: &str) -> Result<Shown, Error> {
    retrying(|| async {
        let reads = async |reader: &Reader| {
            let relation = read::relation(&app.store, reader, other, Sides::Known);
            let people = look_at(&app.store, reader, [other]);
            futures_util::try_join!(relation, people)
        };
        let (actor, (found, mut people)) = sessions::verify_with(app, claim, reads).await?;
        let found = found.ok_or(Error::NoSuchFriend)?;
        let now = app.clock.millis();
        let after = found.relation.clone().named(Some(alias), now)?;
        let person = people.remove(other).ok_or(Error::NoSuchFriend)?;
        let shown = Shown { alias: alias.to_owned(), ..person.shown };
        if after == found.relation {
            return Ok(Attempt::Done(shown));
        }
        let changed = rows::change_relation(&app.store, &actor, &found, &after, None, now).await?;
        Ok(changed.attempt().map(|()| shown))
    })
    .await
}

/// Whom the caller has as friends, by name and then by id (`docs/dialects/chat.md#contacts`), also those who have never been in the
/// caller's API. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn added(app: &App, claim: &Claim) -> Result<Vec<Shown>, Error> {
    let (actor, edges) =
        sessions::verify_with(app, claim, async |reader| read::edges(&app.store, reader).await).await?;
    looks::resume(app, actor.profile()).await;
    let is_friend = |edge: &&Edge| edge.status == Status::Friends;
    let friends = edges.iter().filter(is_friend).map(|edge| &edge.other);
    let people = look_at(&app.store, &actor, friends).await?;
    // What has changed since the edges were read is not shown twice: who is a friend no more is left out.
    let mut shown: Vec<Shown> =
        people.into_values().map(|person: Looked| person.shown).filter(|person| person.is_friend).collect();
    shown.sort_by_cached_key(|person| (crate::values::folded(&person.name), person.uid.clone()));
    Ok(shown)
}

/// Whom the caller has blocked, in any API, the newest block first, as they looked then (`docs/dialects/chat.md#strangers`). Nobody's number
/// is among it: who was met elsewhere may have told none. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn blocked(app: &App, claim: &Claim) -> Result<Vec<Shown>, Error> {
    let reads = async |reader: &Reader| read::active_blocks(&app.store, reader).await;
    let (actor, blocks) = sessions::verify_with(app, claim, reads).await?;
    let mut people = look_at(&app.store, &actor, blocks.iter().map(|block| &block.other)).await?;
    let shown = blocks.iter().rev().filter_map(|block| Some(people.remove(&block.other)?.when_blocked(block)));
    Ok(shown.collect())
}

/// Somebody by id (`docs/dialects/chat.md#search-by-id`), oneself too. One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`], also across a block.
pub async fn look_up(app: &App, claim: &Claim, uid: &UserId) -> Result<Shown, Error> {
    let reads = async |reader: &Reader| look_at(&app.store, reader, [uid]).await;
    let (actor, mut people) = sessions::verify_with(app, claim, reads).await?;
    people.remove(uid).and_then(|person| person.seen(&actor)).ok_or(Error::NoSuchUser)
}

/// Says that a client of the caller's takes what is pushed (`docs/dialects/chat.md#push-ids`). Two rounds; one if that is known.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for a push id that is not the caller's.
pub async fn bind(app: &App, claim: &Claim, whose: &UserId) -> Result<Shown, Error> {
    let reads = async |reader: &Reader| look_at(&app.store, reader, [reader.uid()]).await;
    let (actor, mut people) = sessions::verify_with(app, claim, reads).await?;
    let own = people.remove(actor.uid()).filter(|_| actor.uid() == whose).ok_or(Error::NoSuchUser)?.shown;
    if !own.bound {
        facets::bind(&app.store, &actor).await?;
    }
    Ok(Shown { bound: true, ..own })
}
