//! The messages of requests: both sides of a request have a copy of it in a list of their own
//! (`docs/dialects/live.md#messages`).
//!
//! A request that is made in any API is a message. Deleting a copy touches neither the other's nor the relation.

pub use super::rows::messages::{KEPT, Message};

use crate::{
    app::App,
    error::Error,
    friends::{
        finding,
        rows::{
            self,
            read::{self, Found, Sides},
        },
        telling,
    },
    person::Profile,
    sessions::{self, Actor, Claim, Reader},
    store::{Attempt, retrying},
    values::{E164, UserId},
    visibility,
};

/// So many messages a list shows at most.
pub const MOST: i32 = 200;

/// What a client calls a message. Who made the request and whom, and when; each as far as the client says it.
#[derive(Clone, Debug, Default)]
pub struct MessageId {
    /// The number of who made the request.
    pub applicant: Option<E164>,
    /// The number of who was asked.
    pub target: Option<E164>,
    /// In milliseconds. Unset: the newest message about the other.
    pub at: Option<i64>,
}

impl MessageId {
    /// Whether it is the name of this message between two numbers.
    fn is_of(&self, message: &Message, mine: &E164, theirs: &E164) -> bool {
        let (applicant, target) = if message.own { (mine, theirs) } else { (theirs, mine) };
        let is = |said: &Option<E164>, number: &E164| said.as_ref().is_none_or(|said| said == number);
        is(&self.applicant, applicant) && is(&self.target, target) && self.at.is_none_or(|at| at == message.at)
    }
}

/// A message and whom it is about.
#[derive(Debug)]
pub struct Told {
    /// The owner's copy.
    pub message: Message,
    /// The other of the two.
    pub person: Profile,
}

/// The newest messages of the caller, the newest first, about people whom they can see; not across a block. A message shows the
/// other's number: so one to somebody who hides theirs, or whom the caller has not asked by it, is not shown until they have agreed. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn list(app: &App, claim: &Claim) -> Result<(Profile, Vec<Told>), Error> {
    let now = app.clock.millis();
    let reads = async |reader: &Reader| rows::messages::newest(&app.store, reader, MOST, now).await;
    let (actor, messages) = sessions::verify_with(app, claim, reads).await?;
    let people = read::people_unblocked(&app.store, &actor, messages.iter().map(|message| &message.other)).await?;
    let told = |message: Message| {
        let person = people.get(&message.other).filter(|person| is_shown(&actor, &message, person)).cloned()?;
        Some(Told { message, person })
    };
    let told = messages.into_iter().filter_map(told).collect();
    Ok((actor.profile().clone(), told))
}

/// Agrees to the request that a message in the caller's list is about, made by the user of this number. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchMessage`] unless the caller was asked by a message of that name that is still in
/// their list; [`Error::AlreadyFriends`].
pub async fn accept(app: &App, claim: &Claim, phone: &E164, id: &MessageId) -> Result<(), Error> {
    let other = finding::owner(app, claim, phone).await?.ok_or(Error::NoSuchMessage)?;
    retrying(|| async {
        let now = app.clock.millis();
        let listed = listed(app, claim, &other, phone, id, now);
        let (listed, audience) = futures_util::join!(listed, telling::audience(app, &other, true));
        let (actor, message, found) = listed?;
        let relation = &found.relation;
        if message.own {
            return Err(Error::NoSuchMessage);
        }
        if message.agreed || relation.is_mutual() {
            return Err(Error::AlreadyFriends(other.to_string()));
        }
        if relation.mine.as_ref().is_none_or(|edge| edge.message_at != Some(message.at)) {
            return Err(Error::NoSuchMessage);
        }
        let after = relation.clone().accepted(now).map_err(|_| Error::NoSuchMessage)?;
        let changed = rows::change_relation(&app.store, &actor, &found, &after, None, now).await?.attempt();
        if let Attempt::Done(()) = changed {
            telling::tell(app, &audience, &actor, &found, &after, now).await;
        }
        Ok(changed)
    })
    .await
}

/// Throws the caller's copy of a message about the user of this number away. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchMessage`].
pub async fn delete(app: &App, claim: &Claim, phone: &E164, id: &MessageId) -> Result<(), Error> {
    let other = finding::owner(app, claim, phone).await?.ok_or(Error::NoSuchMessage)?;
    retrying(|| async {
        let (actor, message, found) = listed(app, claim, &other, phone, id, app.clock.millis()).await?;
        rows::messages::delete(&app.store, &actor, &message, found.relation.mine.as_ref()).await
    })
    .await
}

/// Whether the reader's list has this message, as far as the other of the two decides: a message shows their number, so one to
/// somebody who hides theirs, or whom the reader has asked without it, is not there until they have agreed.
fn is_shown(reader: &Reader, message: &Message, person: &Profile) -> bool {
    let known = !message.own || message.agreed || message.by_number && person.privacy.phone;
    known && visibility::sees(reader, person)
}

/// The message of this name about somebody that the caller's list shows, and what the two are to each other. One round.
async fn listed(
    app: &App,
    claim: &Claim,
    other: &UserId,
    phone: &E164,
    id: &MessageId,
    now: i64,
) -> Result<(Actor, Message, Found), Error> {
    let reads = async |reader: &Reader| find(app, reader, other, id.at, now).await;
    let (actor, found) = sessions::verify_with(app, claim, reads).await?;
    let (message, found) = found.ok_or(Error::NoSuchMessage)?;
    let listed = |message: &Message| {
        let shown = found.person.as_ref().is_some_and(|person| is_shown(&actor, message, person));
        shown
            && !found.relation.is_blocked()
            && actor.profile().phone.as_ref().is_some_and(|own| id.is_of(message, own, phone))
    };
    let message = message.filter(listed).ok_or(Error::NoSuchMessage)?;
    Ok((actor, message, found))
}

/// The message about somebody of this time, or the newest, and what the two are to each other. None between somebody and
/// themselves. One round.
async fn find(
    app: &App,
    reader: &Reader,
    other: &UserId,
    at: Option<i64>,
    now: i64,
) -> Result<Option<(Option<Message>, Found)>, Error> {
    let message = async {
        match at {
            Some(at) => rows::messages::one(&app.store, reader, at, other, now).await,
            None => {
                let all = rows::messages::newest(&app.store, reader, MOST, now).await?;
                Ok(all.into_iter().find(|message| message.other == *other))
            }
        }
    };
    let relation = read::relation(&app.store, reader, other, Sides::Both);
    let (message, relation) = futures_util::try_join!(message, relation)?;
    Ok(relation.map(|relation| (message, relation)))
}
