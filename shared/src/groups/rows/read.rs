//! Reading groups, members and whatever a write about them has to know.

use crate::{
    error::Error,
    friends::Block,
    grams::Hit,
    groups::rows::{Group, Member, Membership, Person, Scene, keeps_out, keys_of, person},
    sessions::Reader,
    store::{
        Item, Store,
        keys::{self, Key, Table},
        text, value,
    },
    values::{FoldedName, GroupId, UserId},
};
use std::collections::HashSet;

/// A group and people with regard to it and to the reader, who may want to add them. One round.
pub(in crate::groups) async fn scene(
    store: &Store,
    reader: &Reader,
    gid: &GroupId,
    uids: &[UserId],
) -> Result<Scene, Error> {
    scene_of(store, gid, uids, std::slice::from_ref(reader.uid()), false).await
}

/// The same for those who may enter it, with the wishes to let them in, and with regard to whoever wants to add them.
pub(in crate::groups) async fn entrance(
    store: &Store,
    _: &Reader,
    gid: &GroupId,
    uids: &[UserId],
    adders: &[UserId],
) -> Result<Scene, Error> {
    scene_of(store, gid, uids, adders, true).await
}

async fn scene_of(
    store: &Store,
    gid: &GroupId,
    uids: &[UserId],
    adders: &[UserId],
    wishes: bool,
) -> Result<Scene, Error> {
    let mut keys: Vec<Key> = uids.iter().flat_map(|uid| keys_of(uid, adders)).collect();
    keys.extend(uids.iter().map(|uid| keys::member(gid, uid)));
    keys.extend(uids.iter().filter(|_| wishes).map(|uid| keys::wish(gid, uid)));
    keys.push(keys::group(gid));
    let mut found = store.get_many(&keys).await?;
    let group: Option<Group> = found.take_as(&keys::group(gid))?;
    let people = uids.iter().map(|uid| person(&mut found, adders, Some(gid), uid)).collect::<Result<_, _>>()?;
    Ok(Scene { group: group.filter(|group| group.deleted_at.is_none()), people })
}

/// Which of these people block the other of their pair. One round, none where there are no pairs. A block that deleting a friend
/// left is none here.
pub(in crate::groups) async fn blocks(
    store: &Store,
    pairs: impl Iterator<Item = (UserId, UserId)>,
) -> Result<HashSet<(UserId, UserId)>, Error> {
    let pairs: HashSet<_> = pairs.collect();
    let key = |(who, other): &(UserId, UserId)| keys::block(who, other);
    let mut found = store.get_many(&pairs.iter().map(key).collect::<Vec<_>>()).await?;
    let mut blocked = HashSet::new();
    for pair in pairs {
        let block = found.take_as::<Block>(&key(&pair))?;
        blocked.extend(block.filter(keeps_out).map(|_| pair));
    }
    Ok(blocked)
}

/// People without regard to a group. One round.
pub(in crate::groups) async fn newcomers(
    store: &Store,
    reader: &Reader,
    uids: &[UserId],
) -> Result<Vec<Person>, Error> {
    let adders = std::slice::from_ref(reader.uid());
    let keys: Vec<Key> = uids.iter().flat_map(|uid| keys_of(uid, adders)).collect();
    let mut found = store.get_many(&keys).await?;
    uids.iter().map(|uid| person(&mut found, adders, None, uid)).collect()
}

/// A group, also a dismissed one, and the reader in it. One round.
pub(in crate::groups) async fn group_and_self(
    store: &Store,
    reader: &Reader,
    gid: &GroupId,
) -> Result<(Option<Group>, Option<Member>), Error> {
    let (group, member) = (keys::group(gid), keys::member(gid, reader.uid()));
    let mut found = store.get_many(&[group.clone(), member.clone()]).await?;
    let member: Option<Member> = found.take_as(&member)?;
    Ok((found.take_as(&group)?, member.filter(|member| member.left_at.is_none())))
}

/// A group that the reader knows of: they are or were in it, are invited into it, or searches find it. One round.
pub(crate) async fn group_known_to(store: &Store, reader: &Reader, gid: &GroupId) -> Result<Option<Group>, Error> {
    let [group, member] = [keys::group(gid), keys::member(gid, reader.uid())];
    let invitation = keys::notice(reader.uid(), gid, reader.uid());
    let mut found = store.get_many(&[group.clone(), member.clone(), invitation.clone()]).await?;
    let knows = found.take(&member).is_some() || found.take(&invitation).is_some();
    let group = found.take_as::<Group>(&group)?.filter(|group| group.deleted_at.is_none());
    Ok(group.filter(|group| knows || group.searched_name().is_some()))
}

/// Groups, also dismissed ones, for whoever is or was in them; unknown ones are left out. One round.
pub(in crate::groups) async fn groups_by_id(store: &Store, _: &Reader, gids: &[GroupId]) -> Result<Vec<Group>, Error> {
    let keys: Vec<Key> = gids.iter().map(keys::group).collect();
    let mut found = store.get_many(&keys).await?;
    keys.iter().filter_map(|key| found.take_as(key).transpose()).collect()
}

/// Groups that a search has found, and whether the reader is in them. Those that are called something else by now, or are no more, are left
/// out. One round, none where nothing was found.
pub(in crate::groups) async fn found(
    store: &Store,
    reader: &Reader,
    hits: &[Hit],
) -> Result<Vec<(Group, bool)>, Error> {
    let named = |hit: &Hit| Some((GroupId::try_from(hit.id.clone()).ok()?, hit.name.clone()));
    let named: Vec<_> = hits.iter().filter_map(named).collect();
    let keys = |gid: &GroupId| [keys::group(gid), keys::member(gid, reader.uid())];
    let mut found = store.get_many(&named.iter().flat_map(|(gid, _)| keys(gid)).collect::<Vec<_>>()).await?;
    let mut groups = Vec::new();
    for (gid, name) in named {
        let [group, member] = keys(&gid);
        let is_in = found.take_as::<Member>(&member)?.is_some_and(|member| member.left_at.is_none());
        let group = found.take_as::<Group>(&group)?.filter(|group| group.deleted_at.is_none());
        let same = |group: &Group| group.searched_name().is_some_and(|it| FoldedName::of(it) == name);
        groups.extend(group.filter(same).map(|group| (group, is_in)));
    }
    Ok(groups)
}

/// A group, also a dismissed one, with everybody who is or was in it. One round.
pub(crate) async fn group_and_members(store: &Store, gid: &GroupId) -> Result<Option<(Group, Vec<Member>)>, Error> {
    let items = store.query(Table::Groups, &keys::group_partition(gid), keys::GROUP_ROWS, false, None).await?;
    let is_meta = |item: &Item| item.get("sk").is_some_and(|sk| *sk == text("META"));
    let (meta, members): (Vec<_>, Vec<_>) = items.into_iter().partition(is_meta);
    let Some(meta) = meta.into_iter().next() else { return Ok(None) };
    Ok(Some((value(meta)?, members.into_iter().map(value).collect::<Result<_, _>>()?)))
}

/// The same for many groups side by side; unknown ones are left out. For whoever is or was in them. One round.
pub(crate) async fn groups_and_members(
    store: &Store,
    _: &Reader,
    gids: &[GroupId],
) -> Result<Vec<(Group, Vec<Member>)>, Error> {
    let read = futures_util::future::try_join_all(gids.iter().map(|gid| group_and_members(store, gid))).await?;
    Ok(read.into_iter().flatten().collect())
}

/// The groups that the reader is in, as far as their own rows know. One round.
pub(in crate::groups) async fn memberships(store: &Store, reader: &Reader) -> Result<Vec<Membership>, Error> {
    let mut memberships = all_memberships(store, reader.uid()).await?;
    memberships.retain(|membership| membership.left_at.is_none());
    Ok(memberships)
}

/// The ids of the groups that somebody is in, those that changed last first. One round.
pub(crate) async fn group_ids(store: &Store, uid: &UserId) -> Result<Vec<GroupId>, Error> {
    let mut memberships = all_memberships(store, uid).await?;
    memberships.retain(|membership| membership.left_at.is_none());
    memberships.sort_by_key(|membership| std::cmp::Reverse(membership.version));
    Ok(memberships.into_iter().map(|membership| membership.gid).collect())
}

/// The same with those that they have left. One round.
pub(super) async fn all_memberships(store: &Store, uid: &UserId) -> Result<Vec<Membership>, Error> {
    let items = store.query(Table::Groups, &keys::partition(uid), keys::MEMBERSHIPS, false, None).await?;
    items.into_iter().map(value).collect()
}

/// These groups and the reader in them; dismissed ones, and those that the reader has left, are left out. One round.
pub(in crate::groups) async fn groups_and_self(
    store: &Store,
    reader: &Reader,
    memberships: &[Membership],
) -> Result<Vec<(Group, Member)>, Error> {
    let of = |it: &Membership| [keys::group(&it.gid), keys::member(&it.gid, reader.uid())];
    let mut found = store.get_many(&memberships.iter().flat_map(of).collect::<Vec<_>>()).await?;
    let mut groups = Vec::new();
    for [group, member] in memberships.iter().map(of) {
        let both = found.take_as::<Group>(&group)?.zip(found.take_as::<Member>(&member)?);
        groups.extend(both.filter(|(group, member)| group.deleted_at.is_none() && member.left_at.is_none()));
    }
    Ok(groups)
}
