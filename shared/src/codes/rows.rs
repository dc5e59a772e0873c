//! `CODE#<subject>`: the newest code of a number, one row for each API and purpose. The tokens are in [`tokens`].

pub(super) mod tokens;

use crate::{
    codes::{PROOF, Right},
    error::Error,
    store::{
        Condition, Store, Update, Write, Written,
        keys::{self, Key, Table},
        number, text, value,
    },
};
use serde::Deserialize;

/// `CODE#<subject>`/`CODE#<dialect>#<purpose>`: the newest code. Names nobody: the subject is a keyed hash.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SentCode {
    /// A keyed hash of the code; absent once it has been used up.
    pub(super) hash: Option<String>,
    /// Part of what is hashed. Another for each code, so that it also distinguishes two of them.
    pub(super) salt: String,
    /// Tries so far.
    pub(super) attempts: i64,
    /// Seconds since 1970.
    pub(super) sent_at: i64,
    /// From this second on the code is dead.
    pub(super) dead_at: i64,
    /// From this second on it is as if no code had ever been sent, whether the row is still there or not.
    pub(super) expires_at: i64,
    /// A keyed hash of the address that has exchanged the code for a token; absent until then.
    pub(super) exchanger: Option<String>,
}

/// The code that a new one replaces, as far as it was looked at.
pub(super) enum Before {
    /// It was not looked at. Whatever it is, the new one replaces it.
    Any,
    /// It is replaced only while it is still this one.
    Read(Option<SentCode>),
}

/// What became of a try at a code.
pub(super) enum Tried {
    /// No code was sent that is remembered.
    NeverSent,
    /// It is too old, used, or was tried too often.
    Dead,
    /// It may be compared.
    Alive(SentCode),
}

/// The end of a code, by whoever is the first to use it.
pub(crate) fn use_code(right: &Right) -> Write {
    Write::from(unused(right).remove("hash")).named(PROOF)
}

/// The end of a code for everybody but `exchanger`, by whoever is the first to use it. It was no guess: the try is given
/// back.
pub(super) fn exchange_code(right: &Right, exchanger: &str) -> Write {
    Write::from(unused(right).set("exchanger", text(exchanger)).add("attempts", number(-1))).named(PROOF)
}

fn unused(right: &Right) -> Update {
    Update::of(right.key.clone())
        .when(Condition::Equals("hash", text(&right.hash)))
        .when(Condition::Absent("exchanger"))
}

/// Gives a try at a code back, while it is the same code.
pub(super) async fn give_try_back(store: &Store, right: &Right) -> Result<(), Error> {
    let same = Condition::Equals("hash", text(&right.hash));
    store.update(Update::of(right.key.clone()).add("attempts", number(-1)).when(same)).await.map(drop)
}

/// The newest code.
pub(super) async fn sent_code(store: &Store, key: &Key) -> Result<Option<SentCode>, Error> {
    store.get_as(key.clone()).await
}

/// Puts a code in the place of the one before. `false`: it is another by now.
pub(super) async fn replace_code(store: &Store, key: &Key, before: &Before, code: &SentCode) -> Result<bool, Error> {
    let update = with_code(Update::of(key.clone()), code);
    let update = match before {
        Before::Any => update,
        Before::Read(read) => update.when(Condition::as_read("salt", read.as_ref().map(|code| text(&code.salt)))),
    };
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Takes a code back that never left, if it is still the newest. The one before is good again, if it is known.
pub(super) async fn take_code_back(store: &Store, key: &Key, before: &Before, code: &SentCode) -> Result<(), Error> {
    let newest = Condition::Equals("salt", text(&code.salt));
    let write = match before {
        Before::Read(Some(before)) => with_code(Update::of(key.clone()), before).when(newest).into(),
        Before::Read(None) | Before::Any => Write::delete(key.clone(), Some(newest)),
    };
    store.transact(vec![write]).await.map(drop)
}

/// Counts a try, if the code is alive, has fewer than `most` and was exchanged by nobody but `exchanger`.
pub(super) async fn try_code(
    store: &Store,
    key: &Key,
    most: u32,
    exchanger: Option<&str>,
    now: i64,
) -> Result<Tried, Error> {
    let mut unused = vec![Condition::Absent("exchanger")];
    unused.extend(exchanger.map(|exchanger| Condition::Equals("exchanger", text(exchanger))));
    let attempt = Update::of(key.clone())
        .add("attempts", number(1))
        .when(Condition::Present("hash"))
        .when(Condition::Any(unused))
        .when(Condition::Below("attempts", number(i64::from(most))))
        .when(Condition::AtLeast("dead_at", number(now + 1)));
    Ok(match store.update(attempt).await? {
        Written::Done(item) => Tried::Alive(value(item)?),
        Written::Refused(item) if item.is_empty() => Tried::NeverSent,
        Written::Refused(item) if value::<SentCode>(item.clone())?.expires_at <= now => Tried::NeverSent,
        Written::Refused(_) => Tried::Dead,
    })
}

/// The codes of a number, and the tokens that they were exchanged for.
pub(super) async fn erase(store: &Store, subject: &str) -> Result<(), Error> {
    let rows = store.query(Table::Users, &keys::codes(subject), "", false, None).await?;
    let rows = rows.iter().map(|row| keys::of(Table::Users, row)).collect::<Result<Vec<_>, _>>()?;
    // The tokens first: an erasure that is resumed finds them by the rows that name them.
    delete_all(store, rows.iter().filter_map(keys::token_of).collect()).await?;
    delete_all(store, rows).await
}

async fn delete_all(store: &Store, gone: Vec<Key>) -> Result<(), Error> {
    futures_util::future::try_join_all(gone.into_iter().map(|key| store.delete(key))).await.map(drop)
}

fn with_code(update: Update, code: &SentCode) -> Update {
    let update = match &code.hash {
        Some(hash) => update.set("hash", text(hash)),
        None => update.remove("hash"),
    };
    let update = match &code.exchanger {
        Some(exchanger) => update.set("exchanger", text(exchanger)),
        None => update.remove("exchanger"),
    };
    update
        .set("type", text("code"))
        .set("salt", text(&code.salt))
        .set("attempts", number(code.attempts))
        .set("sent_at", number(code.sent_at))
        .set("dead_at", number(code.dead_at))
        .set("expires_at", number(code.expires_at))
}
