//! Who may see whom. [`sees`] is the rule of every dialect. Blocks are a second rule, which applies where the person is read
//! with [`person`] or [`take_person`]; [`other`] wants both. [`profile`] and [`people`] only read: their caller asks [`sees`].
//! What people allow searches to find is in `friends::finding`.

mod rows;

pub(crate) use rows::{take_apart, take_person};

use crate::{
    error::Error,
    person::{self, Profile},
    sessions::{AnyReader, Reader},
    store::{
        Part, Store, Write,
        keys::{self, Key},
    },
    values::UserId,
};
use std::collections::HashMap;

/// The person that somebody wants to act on, if they may be seen. `person` must have been read with the blocks between
/// the two.
///
/// # Errors
/// [`Error::NoSuchUser`]; [`Error::Oneself`].
pub(crate) fn other(reader: &Reader, target: &UserId, person: Option<Profile>) -> Result<Profile, Error> {
    if reader.uid() == target {
        return Err(Error::Oneself);
    }
    person.filter(|person| sees(reader, person)).ok_or(Error::NoSuchUser)
}

/// Whether a person can be seen by a reader: they have appeared in the reader's dialect, have a profile, and nobody is
/// erasing them. Blocks are looked at where people are read ([`person`], [`take_person`]).
pub(crate) fn sees(reader: &Reader, person: &Profile) -> bool {
    person.visible_in(reader.dialect())
}

/// Whether a person can be seen by a reader who has to do with them already, as a friend, as a member of the same group or by a request, wherever
/// that came about: they need not have appeared in the reader's dialect. So what a sync shows, lists show too.
pub(crate) fn is_there(person: &Profile) -> bool {
    person.state.is_none()
}

/// A person by id, strongly consistent. `None` also for somebody who is being erased.
///
/// # Errors
/// Faults only.
pub async fn profile(store: &Store, _: &AnyReader, uid: &UserId) -> Result<Option<Profile>, Error> {
    person::profile_for_session(store, uid).await
}

/// The rows that say whether either of two people has blocked the other; none between somebody and themselves.
pub(crate) fn blocks_between(one: &UserId, other: &UserId) -> Vec<Key> {
    if one == other { Vec::new() } else { vec![keys::block(one, other), keys::block(other, one)] }
}

/// Each of the parts of [`unblocked`]: one that refuses means that a block keeps the two apart, which is [`Error::Apart`].
pub(crate) const UNBLOCKED: Part = Part::named("unblocked");

/// That neither of two people has blocked the other, as parts of a transaction, each of them [`UNBLOCKED`]; none between
/// somebody and themselves. So what the transaction writes cannot come behind a block.
pub(crate) fn unblocked(one: &UserId, other: &UserId) -> Vec<Write> {
    let unblocked = |key| Write::check(key, rows::no_block()).named(UNBLOCKED);
    blocks_between(one, other).into_iter().map(unblocked).collect()
}

/// Whether a block keeps the reader and somebody apart, in either direction. One round; none between somebody and themselves.
pub(crate) async fn are_apart(store: &Store, reader: &Reader, uid: &UserId) -> Result<bool, Error> {
    let keys = blocks_between(reader.uid(), uid);
    if keys.is_empty() {
        return Ok(false);
    }
    let mut found = store.get_many(&keys).await?;
    Ok(take_apart(&mut found, reader.uid(), uid))
}

/// A person whom the reader can meet: neither has blocked the other. One round.
pub(crate) async fn person(store: &Store, reader: &Reader, uid: &UserId) -> Result<Option<Profile>, Error> {
    let mut keys = blocks_between(reader.uid(), uid);
    keys.push(keys::profile(uid));
    let mut found = store.get_many(&keys).await?;
    take_person(&mut found, reader.uid(), uid)
}

/// People by their ids, as many as there are. One round.
pub(crate) async fn people(store: &Store, _: &AnyReader, uids: &[UserId]) -> Result<HashMap<UserId, Profile>, Error> {
    let keys: Vec<Key> = uids.iter().map(keys::profile).collect();
    let mut found = store.get_many(&keys).await?;
    let mut people = HashMap::new();
    for (uid, key) in uids.iter().zip(&keys) {
        if let Some(profile) = found.take_as(key)? {
            people.insert(uid.clone(), profile);
        }
    }
    Ok(people)
}
