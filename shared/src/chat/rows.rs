//! What is to be known of those whom somebody writes to, and what is said to groups: `GROUP#<gid>`/`SAID#<ms>#<id>` is what somebody
//! has said, until it has reached everybody, and `GROUP#<gid>`/`TALK` how far that has come.

use super::{
    Receivers,
    rules::{Receiver, Said},
};
use crate::{
    app::App,
    changes::{Owed, is_held_since, mark},
    error::Error,
    friends, groups,
    inbox::{self, packet::Stored, rules::Inbox},
    sessions::Reader,
    store::{
        Condition, Store, Transacted, Update, Write, Written, item,
        keys::{self, Key, Table},
        member, nested, number, side_by_side, text, value,
    },
    values::{GroupId, MessageId, UserId},
};
use futures_util::{future::try_join_all, try_join};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// So many rows of what is said to a group are handed out together.
pub(super) const TOGETHER: usize = 20;

/// So long a row is kept that nobody has handed out, in seconds: as long as a letter waits.
const LIFETIME: i64 = 30 * 86_400;

/// So many rows are deleted side by side.
const WIDTH: usize = 20;

/// `GROUP#<gid>`/`SAID#<ms>#<id>`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SaidRow {
    pub(super) gid: GroupId,
    /// Who has said it.
    pub(super) from: UserId,
    /// What one packet has brought, in its order.
    pub(super) messages: Vec<Stored>,
    /// When, in milliseconds: who has come since does not get it.
    pub(super) at: i64,
    /// Its name in the group.
    pub(super) id: MessageId,
}

/// `GROUP#<gid>`/`TALK`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Talk {
    /// The rows that a call has begun to hand out, by their names.
    #[serde(default)]
    pub(super) begun: Vec<MessageId>,
    /// Up to which member everybody has these, in the order of ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reached: Option<UserId>,
    #[serde(flatten)]
    pub(super) owed: Owed,
}

impl SaidRow {
    pub(super) fn key(&self) -> Key {
        keys::said(&self.gid, self.at, &self.id)
    }
}

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
    let (relations, groups, inboxes) = try_join!(
        friends::relations(&app.store, reader, &people),
        groups::groups_and_members(&app.store, reader, &gids),
        inbox::inboxes(&app.store, &queues),
    )?;
    let people = relations.into_iter().map(|(uid, (profile, relation))| (uid, Receiver { profile, relation }));
    let own = inboxes.get(reader.uid()).cloned().unwrap_or_default();
    let groups: HashMap<_, _> = groups.into_iter().map(|group| (group.0.gid.clone(), group)).collect();
    Ok(Receivers { people: people.collect(), groups, inboxes, own })
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

/// Puts what somebody says to a group: it is owed to the members from then on. The author's `INBOX` names the group until they have it. One round.
///
/// # Errors
/// [`Error::NoSuchUser`] for somebody who is erased; faults.
pub(super) async fn put(store: &Store, row: &SaidRow) -> Result<(), Error> {
    let expires_at = number(row.at.div_euclid(1_000) + LIFETIME);
    let mut said = item("said", row)?;
    said.insert("expires_at".to_owned(), expires_at.clone());
    let author = Update::of(keys::inbox(&row.from))
        .set("type", text("inbox"))
        .add("owes", member(row.gid.as_str()))
        .when(Condition::Absent("erased"));
    let talk = Update::of(keys::talk(&row.gid)).set("type", text("talk")).set("expires_at", expires_at);
    let writes = vec![Write::put(row.key(), said, None), author.into(), mark(talk, row.at).into()];
    match store.transact(writes).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::NoSuchUser),
    }
}

/// Takes the mark of who has said something to a group away, if everybody has all that was said to it. One round.
pub(super) async fn unmark(store: &Store, author: &UserId, gid: &GroupId) -> Result<(), Error> {
    let has_ended = Write::check(keys::talk(gid), Condition::Absent("owed_since"));
    let mark = Update::of(keys::inbox(author)).take_out("owes", member(gid.as_str()));
    store.transact(vec![has_ended, mark.when(Condition::Present("pk")).into()]).await.map(drop)
}

/// How far what is said to these groups has come: of those in which anything was said lately. One round.
pub(super) async fn talks(store: &Store, gids: &[GroupId]) -> Result<Vec<(GroupId, Talk)>, Error> {
    if gids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = store.get_many(&gids.iter().map(keys::talk).collect::<Vec<_>>()).await?;
    let talk = |gid: &GroupId| Ok(found.take_as(&keys::talk(gid))?.map(|talk| (gid.clone(), talk)));
    gids.iter().map(talk).filter_map(Result::transpose).collect()
}

/// The same of one group. One round.
pub(super) async fn talk(store: &Store, gid: &GroupId) -> Result<Option<Talk>, Error> {
    store.get_as(keys::talk(gid)).await
}

/// What was said to a group and has not reached everybody, in the order of time, up to [`TOGETHER`] rows. One round.
pub(super) async fn said(store: &Store, gid: &GroupId) -> Result<Vec<SaidRow>, Error> {
    let most = i32::try_from(TOGETHER).ok();
    let items = store.query(Table::Chat, &keys::group_partition(gid), keys::SAID, false, most).await?;
    items.into_iter().map(value).collect()
}

/// Remembers that a call begins to hand these rows out. One round.
///
/// # Errors
/// [`Error::Busy`] where another call has taken over; faults.
pub(super) async fn begin(store: &Store, gid: &GroupId, rows: &[SaidRow], since: i64) -> Result<(), Error> {
    let begun = nested(&rows.iter().map(|row| &row.id).collect::<Vec<_>>())?;
    held(store, Update::of(keys::talk(gid)).set("begun", begun).remove("reached"), since).await
}

/// Remembers that everybody up to this member has them. One round.
///
/// # Errors
/// As [`begin`].
pub(super) async fn reached(store: &Store, gid: &GroupId, uid: &UserId, since: i64) -> Result<(), Error> {
    held(store, Update::of(keys::talk(gid)).set("reached", text(uid.as_str())), since).await
}

async fn held(store: &Store, update: Update, since: i64) -> Result<(), Error> {
    match store.update(update.when(is_held_since(since))).await? {
        Written::Done(_) => Ok(()),
        Written::Refused(_) => Err(Error::Busy),
    }
}

/// Deletes what everybody has. One round.
pub(super) async fn delete(store: &Store, rows: &[SaidRow]) -> Result<(), Error> {
    side_by_side(WIDTH, rows.iter().map(|row| store.delete(row.key())).collect()).await
}

/// Deletes what somebody who is being erased has said to a group and has not reached everybody.
pub(super) async fn erase(store: &Store, author: &UserId, gid: &GroupId) -> Result<(), Error> {
    let items = store.query(Table::Chat, &keys::group_partition(gid), keys::SAID, false, None).await?;
    let theirs = items.iter().filter(|item| item.get("from") == Some(&text(author.as_str())));
    let said = theirs.map(|item| keys::of(Table::Chat, item)).collect::<Result<Vec<_>, _>>()?;
    side_by_side(WIDTH, said.into_iter().map(|key| store.delete(key)).collect()).await
}
