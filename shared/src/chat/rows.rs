//! What is to be known of those whom somebody writes to, and `GROUP#<gid>`/`SAID#<ms>#<id>`: what somebody has said to a group,
//! until it has reached everybody.

use super::{
    Receivers,
    rules::{Receiver, Said},
    said::SaidRow,
};
use crate::{
    app::App,
    error::Error,
    friends, groups,
    inbox::{self, rules::Inbox},
    sessions::Reader,
    store::{
        Condition, Store, Transacted, Update, Write, item,
        keys::{self, Key, Table},
        member, text, value,
    },
    values::{GroupId, UserId},
};
use futures_util::{future::try_join_all, try_join};
use std::collections::{BTreeSet, HashMap};

/// So many messages to a group are looked at that may not have reached everybody.
const OPEN: i32 = 4;

/// The reader's own queue. One round.
pub(super) async fn own_inbox(app: &App, reader: &Reader) -> Result<Inbox, Error> {
    let own = inbox::inboxes(&app.store, std::slice::from_ref(reader.uid())).await?;
    Ok(own.into_values().next().unwrap_or_default())
}

/// Everything that decides about these messages, and the queues that they go to. One round.
pub(super) async fn receivers(app: &App, reader: &Reader, said: &[Said]) -> Result<Receivers, Error> {
    let people: Vec<_> = said.iter().filter_map(Said::person).collect::<BTreeSet<_>>().into_iter().collect();
    let gids: Vec<_> = said.iter().filter_map(Said::group).collect::<BTreeSet<_>>().into_iter().collect();
    let me = std::slice::from_ref(reader.uid());
    let queues: Vec<_> = people.iter().chain(me).cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let (relations, groups, inboxes, open) = try_join!(
        friends::relations(&app.store, reader, &people),
        groups::groups_and_members(&app.store, reader, &gids),
        inbox::inboxes(&app.store, &queues),
        open(&app.store, &gids),
    )?;
    let people = relations.into_iter().map(|(uid, (profile, relation))| (uid, Receiver { profile, relation }));
    let own = inboxes.get(reader.uid()).cloned().unwrap_or_default();
    let groups: HashMap<_, _> = groups.into_iter().map(|group| (group.0.gid.clone(), group)).collect();
    Ok(Receivers { people: people.collect(), groups, inboxes, own, open })
}

/// Which of these people are in a group that the reader is in. One round.
pub(super) async fn fellows(app: &App, reader: &Reader, uids: &[UserId]) -> Result<Vec<UserId>, Error> {
    let own = groups::group_ids(&app.store, reader.uid());
    let theirs = try_join_all(uids.iter().map(|uid| groups::group_ids(&app.store, uid)));
    let (own, theirs) = try_join!(own, theirs)?;
    let own: BTreeSet<_> = own.into_iter().collect();
    let fellows = uids.iter().zip(theirs).filter(|(_, gids)| gids.iter().any(|gid| own.contains(gid)));
    Ok(fellows.map(|(uid, _)| uid.clone()).collect())
}

/// Groups that somebody is in: those that changed last, up to so many. One round.
pub(super) async fn groups_of(app: &App, uid: &UserId, most: usize) -> Result<Vec<GroupId>, Error> {
    let mut gids = groups::group_ids(&app.store, uid).await?;
    gids.truncate(most);
    Ok(gids)
}

/// Puts what somebody says to a group, and their mark: they have said something that may not have reached everybody.
///
/// # Errors
/// [`Error::NoSuchUser`] for somebody who is erased; faults.
pub(super) async fn put(store: &Store, key: &Key, row: &SaidRow) -> Result<(), Error> {
    let mark = Update::of(keys::inbox(&row.from))
        .set("type", text("inbox"))
        .add("owes", member(keys::mark_of_said(key)))
        .when(Condition::Absent("erased"));
    match store.transact(vec![Write::put(key.clone(), item("said", row)?, None), mark.into()]).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::NoSuchUser),
    }
}

/// Takes the mark of who has said something away.
pub(super) async fn unmark(store: &Store, author: &UserId, said: &Key) -> Result<(), Error> {
    let mark = Update::of(keys::inbox(author)).take_out("owes", member(keys::mark_of_said(said)));
    store.update(mark.when(Condition::Present("pk"))).await.map(drop)
}

/// What was said. `None`: everybody has it.
pub(super) async fn read(store: &Store, key: Key) -> Result<Option<SaidRow>, Error> {
    store.get_as(key).await
}

/// Remembers that everybody up to this person has it.
pub(super) async fn reached(store: &Store, key: &Key, uid: &UserId) -> Result<(), Error> {
    let update = Update::of(key.clone()).set("reached", text(uid.as_str())).when(Condition::Present("pk"));
    store.update(update).await.map(drop)
}

/// What was said in these groups and may not have reached everybody. One round.
pub(super) async fn open(store: &Store, gids: &[GroupId]) -> Result<Vec<SaidRow>, Error> {
    let of_one = |gid| async move {
        let items = store.query(Table::Chat, &keys::group_partition(gid), keys::SAID, false, Some(OPEN)).await?;
        items.into_iter().map(value).collect::<Result<Vec<SaidRow>, _>>()
    };
    Ok(try_join_all(gids.iter().map(of_one)).await?.into_iter().flatten().collect())
}

/// Deletes what was said.
pub(super) async fn erase(store: &Store, said: impl Iterator<Item = Key>) -> Result<(), Error> {
    try_join_all(said.map(|key| store.delete(key))).await.map(drop)
}
