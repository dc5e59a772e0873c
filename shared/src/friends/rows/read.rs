//! Reading relations, and the people in them.

use crate::{
    changes::Version,
    error::Error,
    friends::rows::{Block, Edge, Relation, Status},
    person::{self, Profile},
    sessions::{AnyReader, Reader},
    store::{
        self, Apart, Store,
        keys::{self, Key, Table},
        value,
    },
    values::{E164, UserId},
    visibility,
};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::{BTreeSet, HashMap};

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
    /// The other, if people can see them or the actor has to do with them already.
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
    let known = |person: &Profile| relation.mine.is_some() && visibility::is_there(person);
    let seen = |person: &Profile| visibility::sees(reader, person) || known(person);
    let person = person.map(value::<Profile>).transpose()?.filter(seen);
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

/// The blocks of the reader that hold and that they have made themselves, the newest at the end. One round likewise.
pub(in crate::friends) async fn active_blocks(store: &Store, reader: &Reader) -> Result<Vec<Block>, Error> {
    let mut blocks = blocks(store, reader).await?;
    blocks.retain(|block| block.active && !block.hidden);
    blocks.sort_by_key(|block| (block.updated_at, block.version));
    Ok(blocks)
}

/// Whom a block keeps apart from somebody, whoever of the two has made it. Two rounds.
pub(crate) async fn kept_apart(store: &Store, uid: &UserId) -> Result<Apart, Error> {
    let partition = keys::partition(uid);
    let (own, traces) = futures_util::try_join!(
        store.query(Table::Friends, &partition, keys::BLOCKS, false, None),
        store.query(Table::Friends, &partition, keys::BLOCKED_BY, false, None),
    )?;
    let mut apart = Apart::default();
    let mut add = |other: &UserId, block: &Block| {
        if block.active {
            apart.any.insert(other.to_string());
        }
        if block.active && !block.hidden {
            apart.made.insert(other.to_string());
        }
    };
    for block in own.into_iter().map(value::<Block>) {
        let block = block?;
        add(&block.other, &block);
    }
    // A trace stays when the block is lifted.
    let mut owners = Vec::new();
    for trace in &traces {
        owners.extend(keys::about::<UserId>(&keys::of(Table::Friends, trace)?, keys::BLOCKED_BY));
    }
    let blocks: Vec<Key> = owners.iter().map(|owner| keys::block(owner, uid)).collect();
    let mut found = store.get_many(&blocks).await?;
    for (owner, key) in owners.iter().zip(&blocks) {
        if let Some(block) = found.take_as::<Block>(key)? {
            add(owner, &block);
        }
    }
    Ok(apart)
}

/// The reader's edge to somebody, and whether they are friends from both sides.
#[derive(Debug)]
pub(crate) struct Tie {
    pub(crate) edge: Edge,
    /// Whether each has the other as a friend. Neither blocks the other then.
    pub(crate) mutual: bool,
}

impl Tie {
    /// Their edge back has to have been asked for.
    fn take(found: &mut store::Found, edge: Edge, me: &UserId) -> Result<Self, Error> {
        let theirs: Option<Edge> = found.take_as(&keys::edge(&edge.other, me))?;
        let is_friend = |edge: &Edge| edge.status == Status::Friends;
        Ok(Self { mutual: is_friend(&edge) && theirs.as_ref().is_some_and(is_friend), edge })
    }
}

/// People by their ids, each with the reader's edge to them, if there is one. One round.
pub(crate) async fn people_and_ties(
    store: &Store,
    reader: &Reader,
    uids: &[UserId],
) -> Result<HashMap<UserId, (Profile, Option<Tie>)>, Error> {
    let me = reader.uid();
    let others = uids.iter().filter(|uid| *uid != me);
    let edges = others.flat_map(|uid| [keys::edge(me, uid), keys::edge(uid, me)]);
    let keys: Vec<Key> = uids.iter().map(keys::profile).chain(edges).collect();
    let mut found = store.get_many(&keys).await?;
    let mut people = HashMap::new();
    for uid in uids {
        let edge: Option<Edge> = found.take_as(&keys::edge(me, uid))?;
        let tie = edge.map(|edge| Tie::take(&mut found, edge, me)).transpose()?;
        people.extend(found.take_as(&keys::profile(uid))?.map(|profile| (uid.clone(), (profile, tie))));
    }
    Ok(people)
}

/// People by their ids, each with everything that the reader and they are to each other. One round.
pub(crate) async fn relations(
    store: &Store,
    reader: &Reader,
    uids: &[UserId],
) -> Result<HashMap<UserId, (Profile, Relation)>, Error> {
    let me = reader.uid();
    let of_one = |uid: &UserId| {
        let blocks = [keys::block(me, uid), keys::block(uid, me)];
        let edges = [keys::edge(me, uid), keys::edge(uid, me)];
        // Nobody has anything to do with themselves.
        let between = blocks.into_iter().chain(edges).filter(|_| uid != me);
        between.chain([keys::profile(uid)]).collect::<Vec<_>>()
    };
    let mut found = store.get_many(&uids.iter().flat_map(of_one).collect::<Vec<_>>()).await?;
    let mut people = HashMap::new();
    for uid in uids {
        let mut relation = Relation::none(me.clone(), uid.clone());
        relation.my_block = found.take_as(&keys::block(me, uid))?;
        relation.their_block = found.take_as(&keys::block(uid, me))?;
        relation.mine = found.take_as(&keys::edge(me, uid))?;
        relation.theirs = found.take_as(&keys::edge(uid, me))?;
        people.extend(found.take_as(&keys::profile(uid))?.map(|profile| (uid.clone(), (profile, relation))));
    }
    Ok(people)
}

/// People by their ids whom no block keeps apart from the reader, either way; what deleting a friend leaves behind is none
/// here. One round.
pub(in crate::friends) async fn people_unblocked(
    store: &Store,
    reader: &Reader,
    uids: impl Iterator<Item = &UserId>,
) -> Result<HashMap<UserId, Profile>, Error> {
    let me = reader.uid();
    let uids: BTreeSet<&UserId> = uids.collect();
    let of_one = |uid: &&UserId| [keys::profile(uid), keys::block(me, uid), keys::block(uid, me)];
    let keys: Vec<Key> = uids.iter().flat_map(of_one).collect();
    let mut found = store.get_many(&keys).await?;
    let mut people = HashMap::new();
    for uid in uids {
        let mut relation = Relation::none(me.clone(), uid.clone());
        relation.my_block = found.take_as(&keys::block(me, uid))?;
        relation.their_block = found.take_as(&keys::block(uid, me))?;
        let person = found.take_as(&keys::profile(uid))?;
        people.extend(person.filter(|_| !relation.is_blocked()).map(|person| (uid.clone(), person)));
    }
    Ok(people)
}

/// The people whom these edges of the reader are about, each with the edge, in the order given; who is not there any more
/// is left out. One round.
pub(in crate::friends) async fn people_of(
    store: &Store,
    reader: &Reader,
    edges: Vec<Edge>,
) -> Result<Vec<(Profile, Tie)>, Error> {
    let friends = edges.iter().filter(|edge| edge.status == Status::Friends);
    let back = friends.map(|edge| keys::edge(&edge.other, reader.uid()));
    let keys: Vec<Key> = edges.iter().map(|edge| keys::profile(&edge.other)).chain(back).collect();
    let mut found = store.get_many(&keys).await?;
    let mut people = Vec::new();
    for edge in edges {
        let profile = found.take_as(&keys::profile(&edge.other))?;
        let tie = Tie::take(&mut found, edge, reader.uid())?;
        people.extend(profile.map(|profile| (profile, tie)));
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
