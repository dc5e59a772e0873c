//! Friends and blocks (`docs/dialects/sealtalk.md`), notes on friends ([`notes`]), and finding people one knows
//! ([`finding`]).
//!
//! A friendship is two directed edges, one in the partition of each: what one side does with theirs (to ignore, delete,
//! block, rename) the other does not see. What both see (to ask, agree, add) changes both edges in one transaction.
//! What becomes of the two sides is decided by pure functions ([`rules`]); here they are read, tried and written.

pub mod adding;
pub mod by_number;
pub mod finding;
pub mod messages;
pub mod notes;
mod rows;
pub mod rules;
pub mod searching;
mod shown;
mod telling;

pub use rows::{
    Block, Edge, Relation, Status,
    notes::{Notes, NotesChange},
};
pub(crate) use rows::{
    EXPORT,
    erase::erase_friends,
    read::{kept_apart, people_and_ties, relations},
    shown::{facet_and_friends, look_at},
};
pub use rules::Action;
pub use shown::Shown;

use crate::{
    app::App,
    error::{Error, Limit},
    friends::{
        finding::Person,
        rows::read::{Sides, Tie},
    },
    limits, looks,
    person::Profile,
    sessions::{self, Claim, Reader},
    store::{Attempt, Transacted, retrying},
    values::UserId,
    visibility,
};
use std::collections::HashSet;

/// So many friends a call deletes at most (`docs/dialects/sealtalk.md#deleting-friends`).
pub const BATCH: usize = 50;

impl From<Status> for u8 {
    fn from(status: Status) -> Self {
        status.code()
    }
}

/// What of a relation a change reads and writes, and whether the other is told if they are asked, or agreed to.
#[derive(Clone, Copy)]
struct Scope {
    sides: Sides,
    tells: bool,
}

/// A change of a relation: reads it, decides, and writes what has changed; tried again on what is new whenever it was
/// changed in between. Two rounds; one when there is nothing to change. `oneself` is the answer to those who mean
/// themselves.
async fn change<T>(
    app: &App,
    claim: &Claim,
    other: &UserId,
    sides: Sides,
    oneself: impl Fn() -> Result<T, Error>,
    decide: impl Fn(Relation, Option<&Profile>, i64) -> Result<(T, Relation), Error>,
) -> Result<T, Error> {
    change_within(app, claim, other, Scope { sides, tells: false }, oneself, decide, |_| None).await
}

/// A change that concerns both, and that the other is told of (`docs/dialects/chat.md#notices`). It is counted under the limit that
/// `counts` names for the relation as it was, if it names one. As many rounds, where the other reads nothing.
async fn change_and_tell<T>(
    app: &App,
    claim: &Claim,
    other: &UserId,
    oneself: impl Fn() -> Result<T, Error>,
    decide: impl Fn(Relation, Option<&Profile>, i64) -> Result<(T, Relation), Error>,
    counts: impl Fn(&Relation) -> Option<Limit>,
) -> Result<T, Error> {
    change_within(app, claim, other, Scope { sides: Sides::Both, tells: true }, oneself, decide, counts).await
}

async fn change_within<T>(
    app: &App,
    claim: &Claim,
    other: &UserId,
    Scope { sides, tells }: Scope,
    oneself: impl Fn() -> Result<T, Error>,
    decide: impl Fn(Relation, Option<&Profile>, i64) -> Result<(T, Relation), Error>,
    counts: impl Fn(&Relation) -> Option<Limit>,
) -> Result<T, Error> {
    retrying(|| async {
        let reads = async |reader: &Reader| {
            let relation = rows::read::relation(&app.store, reader, other, sides);
            let (relation, audience) = futures_util::join!(relation, telling::audience(app, other, tells));
            Ok((relation?, audience))
        };
        let (actor, (found, audience)) = sessions::verify_with(app, claim, reads).await?;
        let Some(found) = found else { return oneself().map(Attempt::Done) };
        let now = app.clock.millis();
        let (outcome, after) = decide(found.relation.clone(), found.person.as_ref(), now)?;
        if after == found.relation {
            return Ok(Attempt::Done(outcome));
        }
        let limit = counts(&found.relation);
        let counted = limit.map(|limit| limits::counted(app, limit, actor.uid().as_str()));
        match (rows::change_relation(&app.store, &actor, &found, &after, counted, now).await?, limit) {
            (Transacted::Refused { part: limits::COUNTED, .. }, Some(limit)) => Err(Error::TooManyRequests { limit }),
            (Transacted::Done, _) => {
                telling::tell(app, &audience, &actor, &found, &after, now).await;
                Ok(Attempt::Done(outcome))
            }
            (Transacted::Refused { .. }, _) => Ok(Attempt::Stale(())),
        }
    })
    .await
}

fn no_such_friend() -> Result<(), Error> {
    Err(Error::NoSuchFriend)
}

/// A change of one's own side of a friendship.
async fn change_own(
    app: &App,
    claim: &Claim,
    other: &UserId,
    rule: impl Fn(Relation, i64) -> Result<Relation, Error>,
) -> Result<(), Error> {
    let decide = |relation: Relation, _: Option<&Profile>, now: i64| Ok(((), rule(relation, now)?));
    change(app, claim, other, Sides::Known, no_such_friend, decide).await
}

/// Asks somebody to be friends (`docs/dialects/sealtalk.md#invite`). Asking oneself is answered as done, and
/// changes nothing. What changes something counts as a request, unless the other has asked or is a friend still.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`]; [`Error::AlreadyFriends`]; [`Error::TooManyRequests`].
pub async fn invite(app: &App, claim: &Claim, other: &UserId, message: &str) -> Result<Action, Error> {
    let decide = |relation: Relation, person: Option<&Profile>, now: i64| {
        let person = person.ok_or(Error::NoSuchUser)?;
        relation.invited(person.privacy.friends, message, now)
    };
    let counts = |relation: &Relation| (!relation.is_wanted()).then_some(Limit::FriendRequests);
    change_and_tell(app, claim, other, || Ok(Action::Added), decide, counts).await
}

/// Agrees to be friends with who has asked (`docs/dialects/sealtalk.md#agree`).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`] unless they have, or are a friend already.
pub async fn agree(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    let decide = |relation: Relation, person: Option<&Profile>, now: i64| {
        person.ok_or(Error::NoSuchFriend)?;
        Ok(((), relation.agreed(now)?))
    };
    change_and_tell(app, claim, other, no_such_friend, decide, |_| None).await
}

/// Ignores who has asked (`docs/dialects/sealtalk.md#ignore`).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`] unless they have.
pub async fn ignore(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    change_own(app, claim, other, Relation::ignored).await
}

/// Ends a friendship from one side (`docs/dialects/sealtalk.md#deleting-friends`).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn delete(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    change_own(app, claim, other, Relation::deleted).await
}

/// Ends up to [`BATCH`] friendships from one side; whoever is no friend is passed over
/// (`docs/dialects/sealtalk.md#deleting-friends`).
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn delete_many(app: &App, claim: &Claim, others: &[UserId]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let others: Vec<UserId> = others.iter().filter(|other| seen.insert(*other)).cloned().collect();
    for some in others.chunks(rows::MOST_AT_ONCE) {
        retrying(|| async {
            let reads = async |reader: &Reader| rows::read::own_sides(&app.store, reader, some).await;
            let (actor, (relations, version)) = sessions::verify_with(app, claim, reads).await?;
            let now = app.clock.millis();
            let is_friend =
                |relation: &Relation| relation.mine.as_ref().is_some_and(|edge| edge.status == Status::Friends);
            let mut changes = Vec::new();
            for before in relations.into_iter().filter(is_friend) {
                let after = before.clone().deleted(now)?;
                changes.push((before, after));
            }
            if changes.is_empty() {
                return Ok(Attempt::Done(()));
            }
            rows::change_own(&app.store, &actor, &changes, &version, now).await
        })
        .await?;
    }
    Ok(())
}

/// A friend, or whatever else somebody is, and who they are.
#[derive(Debug)]
pub struct Friend {
    /// What they are to the caller.
    pub edge: Edge,
    /// Who they are.
    pub person: Person,
}

/// Everybody whom one has or had to do with, the relation that changed last at the end
/// (`docs/dialects/sealtalk.md#lists-of-friends`), also those who have never been in the caller's dialect. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn all(app: &App, claim: &Claim) -> Result<Vec<Friend>, Error> {
    let (actor, mut edges) =
        sessions::verify_with(app, claim, async |reader| rows::read::edges(&app.store, reader).await).await?;
    looks::resume(app, actor.profile()).await;
    edges.sort_by_key(|edge| (edge.updated_at, edge.version));
    let people = rows::read::people_of(&app.store, &actor, edges).await?;
    let seen = people.into_iter().filter(|(profile, _)| visibility::is_there(profile));
    let friend = |(profile, tie): (Profile, Tie)| {
        let person = Person::new(profile, actor.uid(), Some(&tie));
        Friend { edge: tie.edge, person }
    };
    Ok(seen.map(friend).collect())
}

/// A friend (`docs/dialects/sealtalk.md#lists-of-friends`). One round.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NotFriends`] for anybody else, whether there is somebody or not.
pub async fn profile(app: &App, claim: &Claim, other: &UserId) -> Result<Friend, Error> {
    let uids = std::slice::from_ref(other);
    let reads = async |reader: &Reader| rows::read::people_and_ties(&app.store, reader, uids).await;
    let (actor, mut found) = sessions::verify_with(app, claim, reads).await?;
    let found = found.remove(other).filter(|(person, _)| visibility::is_there(person));
    let (profile, tie) = found.ok_or(Error::NotFriends)?;
    let tie = tie.filter(|tie| tie.edge.status == Status::Friends).ok_or(Error::NotFriends)?;
    let person = Person::new(profile, actor.uid(), Some(&tie));
    Ok(Friend { edge: tie.edge, person })
}

/// Blocks somebody, friend or not (`docs/dialects/sealtalk.md#blocking`).
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`]; [`Error::Oneself`].
pub async fn block(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    let oneself = || Err(Error::Oneself);
    let decide = |relation: Relation, person: Option<&Profile>, now: i64| {
        person.ok_or(Error::NoSuchUser)?;
        Ok(((), relation.blocked(now)))
    };
    change(app, claim, other, Sides::Own, oneself, decide).await
}

/// The same where a block hides people: somebody who blocks the caller is nobody, unless the caller has to do with them already
/// (`docs/dialects/lightup.md#block_user`).
///
/// # Errors
/// As of [`block`].
pub async fn block_somebody_seen(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    let decide = |relation: Relation, person: Option<&Profile>, now: i64| {
        let hidden = relation.is_shut_out() && !relation.is_known() && !relation.is_shut_both_ways();
        person.filter(|_| !hidden).ok_or(Error::NoSuchUser)?;
        Ok(((), relation.blocked(now)))
    };
    change(app, claim, other, Sides::Both, || Err(Error::Oneself), decide).await
}

/// Lifts a block; none there is no error (`docs/dialects/sealtalk.md#unblocking`). Two who are friends again by it are
/// shown how the other looks by now, so both sides are read.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn unblock(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    let decide = |relation: Relation, _: Option<&Profile>, now: i64| Ok(((), relation.unblocked(now)));
    change(app, claim, other, Sides::Both, || Ok(()), decide).await
}

/// Whom one has blocked, the newest block at the end (`docs/dialects/sealtalk.md#reading-the-blacklist`). They are shown as they are by now,
/// which suits an API in which a block hides nobody; [`Block::as_they_looked`] is for others. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn blocked(app: &App, claim: &Claim) -> Result<Vec<(Block, Profile)>, Error> {
    let (actor, blocks) =
        sessions::verify_with(app, claim, async |reader| rows::read::active_blocks(&app.store, reader).await).await?;
    let uids: Vec<_> = blocks.iter().map(|block| block.other.clone()).collect();
    let mut people = visibility::people(&app.store, &actor, &uids).await?;
    let person = |block: Block| {
        let profile = people.remove(&block.other).filter(visibility::is_there)?;
        Some((block, profile))
    };
    Ok(blocks.into_iter().filter_map(person).collect())
}

/// The same, each as they looked when they were blocked (`docs/dialects/lightup.md#get_blocked_users`).
///
/// # Errors
/// As of [`blocked`].
pub async fn blocked_as_they_looked(app: &App, claim: &Claim) -> Result<Vec<(Block, Profile)>, Error> {
    let blocked = blocked(app, claim).await?.into_iter();
    Ok(blocked.map(|(block, person)| (block.clone(), block.as_they_looked(person))).collect())
}
