//! Reading relations, and the people in them.

use crate::{
    changes::Version,
    error::Error,
    friends::rows::{Block, Edge, Relation},
    person::{self, Profile},
    sessions::{AnyReader, Reader},
    store::{
        Store,
        keys::{self, Key, Table},
        value,
    },
    values::{E164, UserId},
    visibility,
};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// How much of a relation a change reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// The actor's own rows about somebody they know.
    Known,
    /// The actor's own rows, about anybody who is there.
    Own,
    /// The rows of both.
    Both,
}

/// A relation and what decides about a change of it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) sides: Sides,
    pub(crate) relation: Relation,
    pub(crate) my_version: Version,
    /// That of the other, where both sides were read.
    pub(crate) their_version: Version,
    /// The other, if people can see them.
    pub(crate) person: Option<Profile>,
    /// Whether requests to them wait for approval, as it is stored.
    pub(crate) privacy: Option<AttributeValue>,
}

/// What two people are to each other. One round; none between somebody and themselves.
pub(in crate::friends) async fn relation(
    store: &Store,
    reader: &Reader,
    other: &UserId,
    sides: Sides,
) -> Result<Option<Found>, Error> {
    let me = reader.uid();
    if me == other {
        return Ok(None);
    }
    let (edge, block, version) = (keys::edge(me, other), keys::block(me, other), keys::version(me));
    let person = keys::profile(other);
    let mut keys = vec![edge.clone(), block.clone(), version];
    if sides != Sides::Known {
        keys.push(person.clone());
    }
    if sides == Sides::Both {
        keys.extend([keys::edge(other, me), keys::block(other, me), keys::version(other)]);
    }
    let mut found = store.get_many(&keys).await?;
    let mut relation = Relation::none(me.clone(), other.clone());
    relation.mine = found.take_as(&edge)?;
    relation.my_block = found.take_as(&block)?;
    relation.theirs = found.take_as(&keys::edge(other, me))?;
    relation.their_block = found.take_as(&keys::block(other, me))?;
    let my_version = Version::take(&mut found, me)?;
    let their_version = Version::take(&mut found, other)?;
    let person = found.take(&person);
    let privacy = person.as_ref().and_then(|item| item.get("privacy_friends").cloned());
    let person = person.map(value::<Profile>).transpose()?.filter(|it| visibility::sees(reader, it));
    Ok(Some(Found { sides, relation, my_version, their_version, person, privacy }))
}

/// The reader's own sides of many relations, in the order given, and their version. One round.
pub(in crate::friends) async fn own_sides(
    store: &Store,
    reader: &Reader,
    others: &[UserId],
) -> Result<(Vec<Relation>, Version), Error> {
    let me = reader.uid();
    let rows = others.iter().flat_map(|other| [keys::edge(me, other), keys::block(me, other)]);
    let keys: Vec<Key> = rows.chain([keys::version(me)]).collect();
    let mut found = store.get_many(&keys).await?;
    let mut relations = Vec::new();
    for other in others {
        let mut relation = Relation::none(me.clone(), other.clone());
        relation.mine = found.take_as(&keys::edge(me, other))?;
        relation.my_block = found.take_as(&keys::block(me, other))?;
        relations.push(relation);
    }
    Ok((relations, Version::take(&mut found, me)?))
}

/// All edges of the reader. One round for as many as a page of 1 MB holds.
pub(in crate::friends) async fn edges(store: &Store, reader: &Reader) -> Result<Vec<Edge>, Error> {
    let items = store.query(Table::Friends, &keys::partition(reader.uid()), keys::EDGES, false, None).await?;
    items.into_iter().map(value).collect()
}

/// All blocks of the reader, lifted ones included. One round likewise.
pub(in crate::friends) async fn blocks(store: &Store, reader: &Reader) -> Result<Vec<Block>, Error> {
    let items = store.query(Table::Friends, &keys::partition(reader.uid()), keys::BLOCKS, false, None).await?;
    items.into_iter().map(value).collect()
}

/// People by their ids, each with the reader's edge to them. One round.
pub(crate) async fn people_and_edges(
    store: &Store,
    reader: &Reader,
    uids: &[UserId],
) -> Result<HashMap<UserId, (Profile, Option<Edge>)>, Error> {
    let rows = uids.iter().flat_map(|uid| [keys::profile(uid), keys::edge(reader.uid(), uid)]);
    let keys: Vec<Key> = rows.collect();
    let mut found = store.get_many(&keys).await?;
    let mut people = HashMap::new();
    for (uid, [profile, edge]) in uids.iter().zip(keys.as_chunks().0) {
        if let Some(profile) = found.take_as(profile)? {
            people.insert(uid.clone(), (profile, found.take_as(edge)?));
        }
    }
    Ok(people)
}

/// Who holds each of these numbers, in the order given. One round.
pub(in crate::friends) async fn phone_owners(
    store: &Store,
    _: &AnyReader,
    phones: &[E164],
) -> Result<Vec<Option<UserId>>, Error> {
    let keys: Vec<Key> = phones.iter().map(keys::phone).collect();
    owners(store, &keys).await
}

/// Who holds an account name, given in lower case. One round.
pub(in crate::friends) async fn account_name_owner(
    store: &Store,
    _: &AnyReader,
    lower: &str,
) -> Result<Option<UserId>, Error> {
    let mut owners = owners(store, &[keys::account_name(lower)]).await?;
    Ok(owners.pop().flatten())
}

async fn owners(store: &Store, claims: &[Key]) -> Result<Vec<Option<UserId>>, Error> {
    let mut found = store.get_many(claims).await?;
    let mut owner = |key| Ok(found.take_as::<person::Owner>(key)?.map(|owner| owner.uid));
    claims.iter().map(&mut owner).collect()
}
