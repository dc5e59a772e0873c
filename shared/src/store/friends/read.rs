//! Reading relations, and the people in them.

use super::{Block, Edge, Relation, blocks_between};
use crate::{
    error::Error,
    sessions::{Profile, Reader},
    store::{Key, Store, Table, keys, value, versions::Version},
    values::{Dialect, E164, UserId},
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
    pub(super) privacy: Option<AttributeValue>,
}

impl Store {
    /// What two people are to each other. One round; none between somebody and themselves.
    pub(crate) async fn relation(&self, reader: &Reader, other: &UserId, sides: Sides) -> Result<Option<Found>, Error> {
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
        let mut found = self.get_many(&keys).await?;
        let mut relation = Relation::none(me.clone(), other.clone());
        relation.mine = found.take_as(&edge)?;
        relation.my_block = found.take_as(&block)?;
        relation.theirs = found.take_as(&keys::edge(other, me))?;
        relation.their_block = found.take_as(&keys::block(other, me))?;
        let my_version = Version::take(&mut found, me)?;
        let their_version = Version::take(&mut found, other)?;
        let person = found.take(&person);
        let privacy = person.as_ref().and_then(|item| item.get("privacy_friends").cloned());
        let person = person.map(value::<Profile>).transpose()?.filter(|it| it.visible_in(Dialect::SealTalk));
        Ok(Some(Found { sides, relation, my_version, their_version, person, privacy }))
    }

    /// The reader's own sides of many relations, in the order given, and their version. One round.
    pub(crate) async fn own_sides(
        &self,
        reader: &Reader,
        others: &[UserId],
    ) -> Result<(Vec<Relation>, Version), Error> {
        let me = reader.uid();
        let rows = others.iter().flat_map(|other| [keys::edge(me, other), keys::block(me, other)]);
        let keys: Vec<Key> = rows.chain([keys::version(me)]).collect();
        let mut found = self.get_many(&keys).await?;
        let mut relations = Vec::new();
        for other in others {
            let mut relation = Relation::none(me.clone(), other.clone());
            relation.mine = found.take_as(&keys::edge(me, other))?;
            relation.my_block = found.take_as(&keys::block(me, other))?;
            relations.push(relation);
        }
        Ok((relations, Version::take(&mut found, me)?))
    }

    /// A person whom the reader can meet: neither has blocked the other. One round.
    pub(crate) async fn person(&self, reader: &Reader, uid: &UserId) -> Result<Option<Profile>, Error> {
        let mut keys = blocks_between(reader.uid(), uid);
        keys.push(keys::profile(uid));
        self.get_many(&keys).await?.takes_person(reader.uid(), uid)
    }

    /// All edges of the reader. One round for as many as a page of 1 MB holds.
    pub(crate) async fn edges(&self, reader: &Reader) -> Result<Vec<Edge>, Error> {
        let items = self.query(Table::Friends, &keys::partition(reader.uid()), keys::EDGES, false, None).await?;
        items.into_iter().map(value).collect()
    }

    /// All blocks of the reader, lifted ones included. One round likewise.
    pub(crate) async fn blocks(&self, reader: &Reader) -> Result<Vec<Block>, Error> {
        let items = self.query(Table::Friends, &keys::partition(reader.uid()), keys::BLOCKS, false, None).await?;
        items.into_iter().map(value).collect()
    }

    /// People by their ids, as many as there are. One round.
    pub(crate) async fn people(&self, _: &Reader, uids: &[UserId]) -> Result<HashMap<UserId, Profile>, Error> {
        let keys: Vec<Key> = uids.iter().map(keys::profile).collect();
        let mut found = self.get_many(&keys).await?;
        let mut people = HashMap::new();
        for (uid, key) in uids.iter().zip(&keys) {
            if let Some(profile) = found.take_as(key)? {
                people.insert(uid.clone(), profile);
            }
        }
        Ok(people)
    }

    /// People by their ids, each with the reader's edge to them. One round.
    pub(crate) async fn people_and_edges(
        &self,
        reader: &Reader,
        uids: &[UserId],
    ) -> Result<HashMap<UserId, (Profile, Option<Edge>)>, Error> {
        let rows = uids.iter().flat_map(|uid| [keys::profile(uid), keys::edge(reader.uid(), uid)]);
        let keys: Vec<Key> = rows.collect();
        let mut found = self.get_many(&keys).await?;
        let mut people = HashMap::new();
        for (uid, [profile, edge]) in uids.iter().zip(keys.as_chunks().0) {
            if let Some(profile) = found.take_as(profile)? {
                people.insert(uid.clone(), (profile, found.take_as(edge)?));
            }
        }
        Ok(people)
    }

    /// Who holds each of these numbers, in the order given. One round.
    pub(crate) async fn phone_owners(&self, _: &Reader, phones: &[E164]) -> Result<Vec<Option<UserId>>, Error> {
        let keys: Vec<Key> = phones.iter().map(keys::phone).collect();
        self.owners(&keys).await
    }

    /// Who holds a SealTalk number, given in lower case. One round.
    pub(crate) async fn st_account_owner(&self, _: &Reader, lower: &str) -> Result<Option<UserId>, Error> {
        let mut owners = self.owners(&[keys::st_account(lower)]).await?;
        Ok(owners.pop().flatten())
    }

    async fn owners(&self, claims: &[Key]) -> Result<Vec<Option<UserId>>, Error> {
        let mut found = self.get_many(claims).await?;
        let mut owner = |key| Ok(found.take_as::<crate::store::profiles::Owner>(key)?.map(|owner| owner.uid));
        claims.iter().map(&mut owner).collect()
    }
}
