//! Reading people as somebody sees them where they have usernames.

use crate::{
    error::Error,
    facets::{self, Facet},
    friends::{
        Shown,
        rows::{Block, Edge, Relation, Status},
    },
    person::Profile,
    sessions::Reader,
    store::{
        Found, Store,
        keys::{self, Key},
    },
    values::{UserId, Username},
    visibility,
};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// How many friends somebody has, as their `VERSION` counts them.
#[derive(Debug, Default, Deserialize)]
struct Count {
    #[serde(default)]
    friends: i64,
}

impl Count {
    fn take(found: &mut Found, uid: &UserId) -> Result<u32, Error> {
        let count: Self = found.take_as(&keys::version(uid))?.unwrap_or_default();
        Ok(u32::try_from(count.friends).unwrap_or_default())
    }
}

/// Somebody who is there, before it is decided whether the reader may see them.
#[derive(Debug)]
pub(crate) struct Looked {
    profile: Profile,
    /// Without one they are shown by a nickname from elsewhere.
    username: Option<Username>,
    /// As the reader would see them.
    pub(crate) shown: Shown,
    /// Whether it is the reader, or somebody whom the reader has to do with.
    known: bool,
    /// Whether a block keeps the two apart; what deleting a friend leaves behind is none here.
    apart: bool,
}

impl Looked {
    /// The person, if the reader may see them: they have appeared in the reader's API, or the two have to do with each other; and
    /// no block keeps them apart.
    pub(crate) fn seen(self, reader: &Reader) -> Option<Shown> {
        let seen = self.known || visibility::sees(reader, &self.profile);
        (seen && !self.apart).then_some(self.shown)
    }

    /// The person by their username, and else as they looked when the reader blocked them, without a number.
    pub(crate) fn when_blocked(self, block: &Block) -> Shown {
        let facet = Facet { username: self.username, ..Facet::default() };
        Shown { phone: None, ..Shown::stranger(&block.as_they_looked(self.profile), &facet, 0) }
    }

    /// Whether the reader finds the person by their number: they let others, or are the reader, or a friend of both sides.
    pub(crate) fn is_found_by_number(&self) -> bool {
        self.shown.number_is_open || self.profile.privacy.phone
    }
}

/// People by their ids, as many as are there. One round.
pub(crate) async fn look_at<'a>(
    store: &Store,
    reader: &Reader,
    uids: impl IntoIterator<Item = &'a UserId>,
) -> Result<HashMap<UserId, Looked>, Error> {
    let me = reader.uid();
    let uids: BTreeSet<&UserId> = uids.into_iter().collect();
    let wanted: Vec<Key> = uids.iter().flat_map(|uid| keys_about(me, uid)).collect();
    let mut found = store.get_many(&wanted).await?;
    let mut people = HashMap::new();
    for uid in uids {
        let person = looked(&mut found, me, uid)?;
        people.extend(person.map(|person| (uid.clone(), person)));
    }
    Ok(people)
}

fn keys_about(me: &UserId, uid: &UserId) -> Vec<Key> {
    let mut wanted = vec![keys::profile(uid), facets::key(uid), keys::version(uid)];
    if me != uid {
        wanted.extend([keys::edge(me, uid), keys::edge(uid, me), keys::block(me, uid), keys::block(uid, me)]);
    }
    wanted
}

fn looked(found: &mut Found, me: &UserId, uid: &UserId) -> Result<Option<Looked>, Error> {
    let facet: Facet = found.take_as(&facets::key(uid))?.unwrap_or_default();
    let friends = Count::take(found, uid)?;
    let mut relation = Relation::none(me.clone(), uid.clone());
    relation.mine = found.take_as(&keys::edge(me, uid))?;
    relation.theirs = found.take_as(&keys::edge(uid, me))?;
    relation.my_block = found.take_as(&keys::block(me, uid))?;
    relation.their_block = found.take_as(&keys::block(uid, me))?;
    let profile: Option<Profile> = found.take_as(&keys::profile(uid))?;
    let Some(profile) = profile.filter(visibility::is_there) else { return Ok(None) };
    if me == uid {
        let shown = Shown::oneself(&profile, &facet, friends);
        return Ok(Some(Looked { profile, username: facet.username, shown, known: true, apart: false }));
    }
    let shown = Shown::stranger(&profile, &facet, friends);
    let (known, apart) = (relation.mine.is_some(), relation.is_blocked());
    let mutual = relation.is_mutual();
    let shown = match relation.mine.filter(|edge| edge.status == Status::Friends) {
        Some(edge) => shown.befriended(edge.display_name, mutual),
        None => shown,
    };
    Ok(Some(Looked { profile, username: facet.username, shown, known, apart }))
}

/// What somebody shows beside their record, for whoever signs in as them, which is not proven yet. One round.
pub(crate) async fn facet_and_friends(store: &Store, uid: &UserId) -> Result<(Facet, u32), Error> {
    let mut found = store.get_many(&[facets::key(uid), keys::version(uid)]).await?;
    let facet = found.take_as(&facets::key(uid))?.unwrap_or_default();
    Ok((facet, Count::take(&mut found, uid)?))
}

/// How many friends more an edge makes.
pub(super) fn gained(before: Option<&Edge>, after: Option<&Edge>) -> i64 {
    let friends = |edge: Option<&Edge>| i64::from(edge.is_some_and(|edge| edge.status == Status::Friends));
    friends(after) - friends(before)
}
