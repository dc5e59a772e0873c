//! The end of a user among friends: their own rows go, and what others have about them loses its content.

use crate::{
    changes::Version,
    error::Error,
    friends::rows::{Block, Edge, Relation, Status, messages, versioned},
    person::{self, Look, Profile},
    store::{
        self, Item, Store, Write,
        keys::{self, Table},
        retrying,
    },
    values::UserId,
};
use std::collections::BTreeSet;

/// So many relations end side by side.
const WIDTH: usize = 16;

/// Whom a row of friends is about; `None`: about nobody.
fn other_of(item: &Item) -> Option<UserId> {
    let key = keys::of(Table::Friends, item).ok()?;
    [keys::EDGES, keys::BLOCKS, keys::BLOCKED_BY].into_iter().find_map(|prefix| keys::about(&key, prefix))
}

impl Relation {
    /// What the other is left with once this side is erased: that there was somebody, and is not any more.
    fn erased(&self, millis: i64) -> Self {
        let mut after = self.clone();
        (after.mine, after.my_block) = (None, None);
        after.theirs = self.theirs.as_ref().map(|edge| Edge {
            other: edge.other.clone(),
            status: Status::Deleted,
            display_name: String::new(),
            message: String::new(),
            updated_at: millis,
            version: edge.version,
            message_at: None,
            look: Look::nobody(),
        });
        after.their_block =
            self.their_block.clone().map(|block| Block { active: false, hidden: false, updated_at: millis, ..block });
        after
    }
}

/// Takes a user who is being erased out of everybody's friends and blocks, and deletes their own rows. Can be
/// repeated.
pub(crate) async fn erase_friends(store: &Store, uid: &UserId, millis: i64) -> Result<(), Error> {
    let items = store.query(Table::Friends, &keys::partition(uid), "", false, None).await?;
    // The others' copies first: an erasure that is resumed finds them by the user's own.
    let copies = messages::copies_of_others(uid, &items)?;
    store::side_by_side(WIDTH, copies.into_iter().map(|copy| store.delete(copy)).collect()).await?;
    let mut others = BTreeSet::new();
    for item in &items {
        others.extend(other_of(item));
    }
    let ended = others.into_iter().map(|other| async move { erase_relation(store, uid, &other, millis).await });
    store::side_by_side(WIDTH, ended.collect()).await?;
    let rest = items.into_iter().filter(|item| other_of(item).is_none());
    let deleted = rest.map(|item| async move { store.delete(keys::of(Table::Friends, &item)?).await });
    store::side_by_side(WIDTH, deleted.collect()).await
}

async fn erase_relation(store: &Store, uid: &UserId, other: &UserId, millis: i64) -> Result<(), Error> {
    let own = [keys::edge(uid, other), keys::block(uid, other)];
    let traces = [keys::blocked_by(uid, other), keys::blocked_by(other, uid), keys::notes(other, uid)];
    let theirs = [keys::edge(other, uid), keys::block(other, uid)];
    let person = keys::profile(other);
    let read: Vec<_> = own.iter().chain(&theirs).cloned().chain([keys::version(other), person.clone()]).collect();
    retrying(|| async {
        let mut found = store.get_many(&read).await?;
        let mut before = Relation::none(uid.clone(), other.clone());
        before.theirs = found.take_as(&theirs[0])?;
        before.their_block = found.take_as(&theirs[1])?;
        let version = Version::take(&mut found, other)?;
        let there = found.take_as::<Profile>(&person)?.is_some_and(|person| person.state.is_none());
        // A copy that is not in the list of who is erased any more.
        let waiting = before.theirs.as_ref().and_then(|edge| edge.message_at);
        let waiting = waiting.map(|at| keys::message(other, at, uid));
        let gone = own.iter().chain(&traces).chain(&waiting).map(|key| Write::delete(key.clone(), None));
        let mut writes: Vec<Write> = gone.collect();
        // Whoever is erased at the same time loses these rows anyway.
        if there {
            let after = before.erased(millis);
            writes.extend(versioned(
                &before.their_side(),
                &after.their_side(),
                Some(&Look::nobody()),
                &version,
                millis,
            )?);
            writes.push(person::still_there(other));
        } else {
            writes.extend(theirs.iter().map(|key| Write::delete(key.clone(), None)));
        }
        Ok(store.transact(writes).await?.attempt())
    })
    .await
}
