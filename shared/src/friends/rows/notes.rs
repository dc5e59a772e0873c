//! `USER#<owner>`/`NOTES#<other>`: what an owner has noted about a friend.
//!
//! Notes are long, and neither a list of friends nor a sync shows them: within the edge they would have to be read and
//! paid for with it. The row has no version, so the index `changes` does not hold it.

use crate::{
    error::Error,
    friends::rows::{Edge, Relation, read::Found, relation_writes},
    sessions::{Actor, Reader},
    store::{Attempt, Store, Update, Write, keys, text},
    values::UserId,
};
use serde::Deserialize;

/// What an owner has noted about a friend; empty: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Notes {
    /// A calling code.
    #[serde(default)]
    pub region: String,
    /// A phone number.
    #[serde(default)]
    pub phone: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// The address of a picture.
    #[serde(default)]
    pub image_uri: String,
}

/// A change of notes: `None` leaves what there is, empty text removes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotesChange {
    /// A calling code and a phone number.
    pub phone: Option<(String, String)>,
    /// Free text.
    pub description: Option<String>,
    /// The address of a picture.
    pub image_uri: Option<String>,
}

impl NotesChange {
    /// Whether it leaves everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Writes what it changes and nothing else: of two changes at once neither undoes the other.
    fn write(&self, owner: &UserId, other: &UserId) -> Option<Write> {
        let (region, phone) = self.phone.as_ref().map(|(region, phone)| (region, phone)).unzip();
        let fields = [
            ("region", region),
            ("phone", phone),
            ("description", self.description.as_ref()),
            ("image_uri", self.image_uri.as_ref()),
        ];
        let mut update = Update::of(keys::notes(owner, other)).set("type", text("notes"));
        for (attribute, value) in fields {
            update = match value {
                Some(value) if value.is_empty() => update.remove(attribute),
                value => update.set_some(attribute, value.map(text)),
            };
        }
        (!self.is_empty()).then(|| update.into())
    }
}

/// The reader's edge to somebody, and what they have noted about them. One round.
pub(in crate::friends) async fn noted(
    store: &Store,
    reader: &Reader,
    other: &UserId,
) -> Result<(Option<Edge>, Notes), Error> {
    let (edge, notes) = (keys::edge(reader.uid(), other), keys::notes(reader.uid(), other));
    let mut found = store.get_many(&[edge.clone(), notes.clone()]).await?;
    Ok((found.take_as(&edge)?, found.take_as(&notes)?.unwrap_or_default()))
}

/// Changes notes in one transaction with a relation, which has to be as it was read even where it does not change:
/// who is no friend any more gets no notes, and whose edge an erasure has ended gets none behind its back.
/// Stale: read again.
pub(in crate::friends) async fn describe(
    store: &Store,
    actor: &Actor,
    found: &Found,
    after: &Relation,
    change: &NotesChange,
    millis: i64,
) -> Result<Attempt<()>, Error> {
    let mut writes = relation_writes(actor, found, after, millis)?;
    writes.extend(change.write(actor.uid(), &after.other));
    Ok(store.transact(writes).await?.attempt())
}
