//! Friendship where people are called by their numbers, and end it for both (`docs/dialects/live.md#friends`).
//!
//! Across a block, either way, nobody is found and nothing happens.

use crate::{
    app::App,
    error::{Error, Limit},
    friends::{
        Action, Block, Scope, change, change_and_tell, change_within, finding, no_such_friend,
        rows::{
            Relation,
            read::{self, Sides},
        },
    },
    limits,
    person::Profile,
    sessions::{self, AnyReader, Claim, Reader},
    values::{E164, UserId, Whom},
    visibility,
};

/// What somebody who was looked for is to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The caller.
    Oneself,
    /// Each has the other as a friend.
    Friend,
    /// Anybody else.
    Stranger,
}

/// Looks for the user of a number, who lets others find them so or is a friend. Thirty times a minute and two hundred times
/// an hour. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`]; [`Error::NoSuchUser`], also across a block.
pub async fn search(app: &App, claim: &Claim, phone: &E164) -> Result<(Profile, Standing), Error> {
    let phones = std::slice::from_ref(phone);
    let reads = async |any: &AnyReader| read::phone_owners(&app.store, any, phones).await;
    let (actor, mut owners) = sessions::verify_beside(app, claim, reads).await?;
    let uid = actor.uid().as_str();
    let events = [(Limit::Searches, uid), (Limit::LookUps, uid)];
    let owner = owners.pop().flatten();
    if owner.as_ref() == Some(actor.uid()) {
        limits::count(app, &events).await?;
        return Ok((actor.profile().clone(), Standing::Oneself));
    }
    let relation = async {
        match &owner {
            Some(owner) => read::relation(&app.store, &actor, owner, Sides::Both).await,
            None => Ok(None),
        }
    };
    let (_, found) = futures_util::try_join!(limits::count(app, &events), relation)?;
    let found = found.filter(|found| !found.relation.is_blocked()).ok_or(Error::NoSuchUser)?;
    let mutual = found.relation.is_mutual();
    let found = found.person.filter(|person| visibility::sees(&actor, person) && (mutual || person.privacy.phone));
    let person = found.ok_or(Error::NoSuchUser)?;
    Ok((person, if mutual { Standing::Friend } else { Standing::Stranger }))
}

/// Asks the user of a number to be friends; who has asked the caller is a friend at once. Across a block nothing happens.
/// Three rounds. A number that leads to nobody counts as looked up.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`] for a number of nobody, or of somebody who does not let others find them by it;
/// [`Error::Oneself`]; [`Error::AlreadyFriends`]; [`Error::TooManyRequests`].
pub async fn ask(app: &App, claim: &Claim, phone: &E164) -> Result<(), Error> {
    let asked = match finding::owner(app, claim, phone).await? {
        Some(other) => ask_user(app, claim, &other).await,
        None => Err(Error::NoSuchUser),
    };
    // Whoever tries numbers out looks them up. The claim has been proven by now.
    if let Err(Error::NoSuchUser) = asked {
        limits::count(app, &[(Limit::LookUps, claim.uid().as_str())]).await?;
    }
    asked
}

async fn ask_user(app: &App, claim: &Claim, other: &UserId) -> Result<(), Error> {
    let decide = |relation: Relation, person: Option<&Profile>, now: i64| {
        if relation.is_mutual() {
            return Err(Error::AlreadyFriends(relation.other.to_string()));
        }
        // Who hides their number is known by it to those alone whom they have asked or have as a friend.
        let known = relation.is_wanted();
        let person = person.filter(|person| known || person.privacy.phone).ok_or(Error::NoSuchUser)?;
        if relation.is_blocked() {
            return Ok(((), relation));
        }
        relation.invited(person.privacy.friends, "", now).map(|(action, after)| {
            let by_number = action == Action::Sent;
            ((), Relation { by_number, ..after })
        })
    };
    let counts = |relation: &Relation| (!relation.is_wanted()).then_some(Limit::FriendRequests);
    change_and_tell(app, claim, other, || Err(Error::Oneself), decide, counts).await
}

/// Ends the friendship with the user of a number, for both and without a block. Three rounds.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchFriend`].
pub async fn end(app: &App, claim: &Claim, phone: &E164) -> Result<(), Error> {
    let other = finding::owner(app, claim, phone).await?.ok_or(Error::NoSuchFriend)?;
    let decide = |relation: Relation, _: Option<&Profile>, now: i64| Ok(((), relation.ended(now)?));
    change(app, claim, &other, Sides::Both, no_such_friend, decide).await
}

/// Blocks the user of a number, friend or not. Whom the caller cannot find by it, and has nothing to do with, is nobody here, also who has
/// blocked the caller. Three rounds. Each block, and each number that leads to nobody, counts as looked up.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::NoSuchUser`]; [`Error::Oneself`]; [`Error::TooManyRequests`].
pub async fn block(app: &App, claim: &Claim, phone: &E164) -> Result<(), Error> {
    let decide = |relation: Relation, person: Option<&Profile>, now: i64| {
        let found = person.filter(|person| relation.is_known() || person.privacy.phone && !relation.is_shut_out());
        found.ok_or(Error::NoSuchUser)?;
        Ok(((), relation.blocked(now)))
    };
    let scope = Scope { sides: Sides::Both, tells: false };
    let counts = |_: &Relation| Some(Limit::LookUps);
    let blocked = match finding::owner(app, claim, phone).await? {
        Some(other) => change_within(app, claim, &other, scope, || Err(Error::Oneself), decide, counts).await,
        None => Err(Error::NoSuchUser),
    };
    // Whoever tries numbers out looks them up. The claim has been proven by now.
    if let Err(Error::NoSuchUser) = blocked {
        limits::count(app, &[(Limit::LookUps, claim.uid().as_str())]).await?;
    }
    blocked
}

/// Lifts the caller's block of somebody; none there is no error, and neither is nobody. Two rounds; four by a number, which counts as looked
/// up.
///
/// # Errors
/// [`Error::SignedOut`]; [`Error::TooManyRequests`] by a number.
pub async fn unblock(app: &App, claim: &Claim, whom: &Whom) -> Result<(), Error> {
    match whom {
        Whom::Id(uid) => super::unblock(app, claim, uid).await,
        Whom::Number(phone) => {
            let owner = finding::owner(app, claim, phone).await?;
            // How long the answer takes tells whether the number is somebody's.
            limits::count(app, &[(Limit::LookUps, claim.uid().as_str())]).await?;
            match owner {
                Some(uid) => super::unblock(app, claim, &uid).await,
                None => Ok(()),
            }
        }
    }
}

/// Somebody whom the caller has blocked.
#[derive(Debug)]
pub struct Blocked {
    /// The block.
    pub block: Block,
    /// Who it is.
    pub person: Profile,
    /// Whether they have told the caller who they are, as a friend or by a request. Of anybody else the number is not told: they may have been
    /// met where nobody has one.
    pub is_known: bool,
}

/// Whom the caller has blocked, in any API, the newest block first. Two rounds.
///
/// # Errors
/// [`Error::SignedOut`].
pub async fn blocked(app: &App, claim: &Claim) -> Result<Vec<Blocked>, Error> {
    let reads = async |reader: &Reader| read::active_blocks(&app.store, reader).await;
    let (actor, blocks) = sessions::verify_with(app, claim, reads).await?;
    let uids: Vec<_> = blocks.iter().map(|block| block.other.clone()).collect();
    let mut people = read::relations(&app.store, &actor, &uids).await?;
    let blocked = blocks.into_iter().rev().filter_map(|block| {
        let (person, relation) = people.remove(&block.other)?;
        let is_known = relation.has_been_wanted();
        let person = Some(person).filter(visibility::is_there).map(|person| block.as_they_looked(person))?;
        Some(Blocked { block, person, is_known })
    });
    Ok(blocked.collect())
}
