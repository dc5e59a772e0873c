//! `USER#<uid>`/`FACET#chat`: what a person is called and shows in the API of usernames.

use crate::{
    error::Error,
    person::{self, Owner},
    sessions::{Actor, AnyReader},
    store::{
        Condition, Part, Sheet, Store, Transacted, Update, Write, item,
        keys::{self, Key, Table},
        number, text,
    },
    values::{E164, TokenHash, UserId, Username},
};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// What a person is called and shows. Who has said nothing yet has the default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facet {
    /// The name that is theirs alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    /// What they say of themselves.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// A number for the sex that only clients know the meaning of: 0 to 2.
    pub sex: u8,
    /// Whether a client has said that it takes what is pushed.
    pub bound: bool,
    /// The number that the account was made with, which nobody has proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<E164>,
    /// When any of it changed last, in seconds.
    pub changed_at: i64,
}

/// The claim of a new username, as a part of a transaction. Refused: it is somebody else's.
pub(crate) const USERNAME: Part = Part::named("username");

/// That nobody is signed in, as a part of the transaction that opens a session where one is all that there may be.
pub(crate) const HELD: Part = Part::named("held");

/// Where a person's facet is.
pub(crate) fn key(uid: &UserId) -> Key {
    keys::chat_facet(uid)
}

/// The one session that there may be.
#[derive(Debug)]
pub(crate) struct Held {
    /// Its hash.
    pub(crate) session: TokenHash,
    /// That of the profile when it was opened: with another it is over.
    pub(crate) epoch: i64,
    /// From when on it is over, in seconds.
    pub(crate) until: i64,
}

/// The facet of somebody who is made in the same transaction, with the claim of the username as [`USERNAME`].
pub(crate) fn create(uid: &UserId, facet: &Facet, held: Option<&Held>) -> Result<Vec<Write>, Error> {
    let mut row = item("chat facet", facet)?;
    if let Some(held) = held {
        row.insert("held_by".into(), text(held.session.as_str()));
        row.insert("held_until".into(), number(held.until));
        row.insert("held_epoch".into(), number(held.epoch));
    }
    let claim = facet.username.as_ref().map(|username| claim(uid, &username.folded())).transpose()?;
    Ok([Write::put(key(uid), row, None)].into_iter().chain(claim).collect())
}

fn claim(uid: &UserId, folded: &str) -> Result<Write, Error> {
    let claim = item("username claim", &Owner { uid: uid.clone() })?;
    Ok(Write::put(keys::username(folded), claim, Some(person::mine(uid))).named(USERNAME))
}

/// A change of a facet, which need not be there.
fn change(uid: &UserId) -> Update {
    Update::of(key(uid)).set("type", text("chat facet"))
}

/// What somebody completes their facet with.
#[derive(Debug)]
pub(crate) struct Completed<'a> {
    /// The name, which is claimed.
    pub(crate) username: &'a Username,
    /// `None`: it stays.
    pub(crate) about: Option<&'a str>,
    /// `None`: it stays.
    pub(crate) sex: Option<u8>,
    /// Now, in seconds.
    pub(crate) at: i64,
}

/// Completes a facet that was read as `before`, and claims the username. Parts of a transaction, with the claim as
/// [`USERNAME`]; any other that refuses: read again.
pub(crate) fn complete(uid: &UserId, before: &Facet, completed: &Completed<'_>) -> Result<Vec<Write>, Error> {
    let as_read = before.username.as_ref().map(|username| text(username.as_str()));
    let facet = change(uid)
        .set("username", text(completed.username.as_str()))
        .set_some("about", completed.about.map(text))
        .set_some("sex", completed.sex.map(|sex| number(i64::from(sex))))
        .set("changed_at", number(completed.at))
        .when(Condition::as_read("username", as_read));
    let (new, old) = (completed.username.folded(), before.username.as_ref().map(Username::folded));
    let mut writes = vec![facet.into()];
    if old.as_ref() != Some(&new) {
        writes.push(claim(uid, &new)?);
        writes.extend(old.map(|old| Write::delete(keys::username(&old), Some(person::mine(uid)))));
    }
    Ok(writes)
}

/// Whose username it is. One round.
pub(crate) async fn username_owner(store: &Store, _: &AnyReader, username: &Username) -> Result<Option<UserId>, Error> {
    let owner: Option<Owner> = store.get_as(keys::username(&username.folded())).await?;
    Ok(owner.map(|owner| owner.uid))
}

/// Says that a client of the actor's takes what is pushed. One round.
///
/// # Errors
/// [`Error::SignedOut`] if the actor is being erased meanwhile.
pub(crate) async fn bind(store: &Store, actor: &Actor) -> Result<(), Error> {
    set_bound(store, actor.uid(), true).await
}

/// That none does any more. One round.
///
/// # Errors
/// As [`bind`].
pub(crate) async fn unbind(store: &Store, actor: &Actor) -> Result<(), Error> {
    set_bound(store, actor.uid(), false).await
}

async fn set_bound(store: &Store, uid: &UserId, bound: bool) -> Result<(), Error> {
    let facet = change(uid).set("bound", AttributeValue::Bool(bound));
    match store.transact(vec![facet.into(), person::still_there(uid)]).await? {
        Transacted::Done => Ok(()),
        Transacted::Refused { .. } => Err(Error::SignedOut),
    }
}

/// Remembers the one session that there may be, if there is none that counts at this second: the part [`HELD`].
pub(crate) fn hold(uid: &UserId, held: &Held, now: i64) -> Write {
    let free = vec![
        Condition::Absent("held_until"),
        Condition::Below("held_until", number(now + 1)),
        Condition::Differs("held_epoch", number(held.epoch)),
    ];
    let row = change(uid)
        .set("held_by", text(held.session.as_str()))
        .set("held_until", number(held.until))
        .set("held_epoch", number(held.epoch));
    Write::from(row.when(Condition::Any(free))).named(HELD)
}

/// Forgets that a session is the one that there may be, if it is. One round.
pub(crate) async fn release(store: &Store, actor: &Actor, session: &TokenHash) -> Result<(), Error> {
    let own = Condition::Equals("held_by", text(session.as_str()));
    let released = Update::of(key(actor.uid())).remove("held_by").remove("held_until").remove("held_epoch");
    store.update(released.when(own)).await.map(drop)
}

/// What somebody is called and shows who is being erased, and the claims that go with them: of the username, and of the number that
/// nobody has proven. One round.
pub(crate) async fn of_leaving(store: &Store, uid: &UserId) -> Result<(Facet, Vec<Key>), Error> {
    let facet: Facet = store.get_as(key(uid)).await?.unwrap_or_default();
    let username = facet.username.as_ref().map(|username| keys::username(&username.folded()));
    let claims = username.into_iter().chain(facet.phone.as_ref().map(keys::unproven_phone)).collect();
    Ok((facet, claims))
}

/// What a person is given a copy of.
pub(crate) const EXPORT: [Sheet; 1] =
    [Sheet::of("chat_profile", Table::Users, keys::CHAT_FACET).without(&["held_by", "held_until", "held_epoch"])];
