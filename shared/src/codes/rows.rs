//! `CODE#<subject>`: the newest code of a number, one row for each API and purpose. The tokens are in [`tokens`].

pub(super) mod handles;
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
    /// Another for each code: it tells two of them apart that have the same digits.
    pub(super) salt: String,
    /// Wrong tries so far.
    pub(super) attempts: i64,
    /// Seconds since 1970.
    pub(super) sent_at: i64,
    /// From this second on the code is dead.
    pub(super) dead_at: i64,
    /// From this second on it is as if no code had ever been sent, whether the row is still there or not.
    pub(super) expires_at: i64,
    /// A keyed hash of the address that has exchanged the code for a token, or of the handle; absent until then.
    pub(super) exchanger: Option<String>,
    /// A keyed hash of the handle that stands for the code, where there are handles.
    pub(super) handle: Option<String>,
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
    /// It is too old, or used.
    Dead,
    /// It was tried too often.
    Spent,
    /// It is another one. The try is counted; how many there were with it.
    Wrong(i64),
    /// It is right, as far as it was compared. Nothing is counted.
    Alive(SentCode),
}

/// Who tries a code, and when.
pub(super) struct Rules<'a> {
    /// So many wrong tries a code has.
    pub(super) most: i64,
    /// Whom an exchanged code is still right for, if they are who exchanged it.
    pub(super) exchanger: Option<&'a str>,
    /// The handle that has to stand for it.
    pub(super) handle: Option<&'a str>,
    /// Seconds since 1970.
    pub(super) now: i64,
}

impl Rules<'_> {
    /// What a row says about a code that is not known to be wrong.
    fn judge(&self, code: Option<SentCode>) -> Tried {
        let known = |code: &SentCode| code.expires_at > self.now && code.handle.as_deref() == self.handle;
        let Some(code) = code.filter(known) else { return Tried::NeverSent };
        let used = code.hash.is_none() || code.exchanger.as_deref().is_some_and(|by| Some(by) != self.exchanger);
        if used || code.dead_at <= self.now {
            Tried::Dead
        } else if code.attempts >= self.most {
            Tried::Spent
        } else {
            Tried::Alive(code)
        }
    }
}

/// The end of a code, by whoever is the first to use it.
pub(crate) fn use_code(right: &Right) -> Write {
    Write::from(unused(right).remove("hash")).named(PROOF)
}

/// The end of a code for everybody but `exchanger`, by whoever is the first to use it.
pub(super) fn exchange_code(right: &Right, exchanger: &str) -> Write {
    Write::from(unused(right).set("exchanger", text(exchanger))).named(PROOF)
}

fn unused(right: &Right) -> Update {
    Update::of(right.key.clone())
        .when(Condition::Equals("hash", text(&right.hash)))
        .when(Condition::Equals("salt", text(&right.salt)))
        .when(Condition::Absent("exchanger"))
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

/// Counts a try, if the code is alive for whoever tries and its hash is not `presented`. What refuses this says what the code
/// is; the hash is compared once more by the caller, in constant time.
pub(super) async fn try_code(store: &Store, key: &Key, presented: &str, rules: &Rules<'_>) -> Result<Tried, Error> {
    let mut unused = vec![Condition::Absent("exchanger")];
    unused.extend(rules.exchanger.map(|exchanger| Condition::Equals("exchanger", text(exchanger))));
    let wrong = Update::of(key.clone())
        .add("attempts", number(1))
        .when(Condition::Present("hash"))
        .when(Condition::Differs("hash", text(presented)))
        .when(Condition::Any(unused))
        .when(Condition::as_read("handle", rules.handle.map(text)))
        .when(Condition::Below("attempts", number(rules.most)))
        .when(Condition::AtLeast("dead_at", number(rules.now + 1)));
    Ok(match store.update(wrong).await? {
        Written::Done(item) => Tried::Wrong(value::<SentCode>(item)?.attempts),
        Written::Refused(item) if item.is_empty() => Tried::NeverSent,
        Written::Refused(item) => rules.judge(Some(value(item)?)),
    })
}

/// What [`try_code`] would say to a code that is right whatever was sent.
pub(super) async fn look_at_code(store: &Store, key: &Key, rules: &Rules<'_>) -> Result<Tried, Error> {
    Ok(rules.judge(sent_code(store, key).await?))
}

/// The codes of a number, their handles, and the tokens that they were exchanged for.
pub(super) async fn erase(store: &Store, subject: &str) -> Result<(), Error> {
    let rows = store.query(Table::Users, &keys::codes(subject), "", false, None).await?;
    let rows = rows.iter().map(|row| keys::of(Table::Users, row)).collect::<Result<Vec<_>, _>>()?;
    // Tokens and handles first: an erasure that is resumed finds them by the rows that name them.
    delete_all(store, rows.iter().filter_map(keys::token_or_handle_of).collect()).await?;
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
    let update = match &code.handle {
        Some(handle) => update.set("handle", text(handle)),
        None => update.remove("handle"),
    };
    update
        .set("type", text("code"))
        .set("salt", text(&code.salt))
        .set("attempts", number(code.attempts))
        .set("sent_at", number(code.sent_at))
        .set("dead_at", number(code.dead_at))
        .set("expires_at", number(code.expires_at))
}
