//! `USER#<uid>`/`SESSION#<hash>`: the sessions of the dialects that allow many at once.

use crate::{
    error::Error,
    person::{self, Profile},
    store::{
        self, Condition, Store, Update, Write, Written, item,
        keys::{self, Key},
        text,
    },
    values::{Dialect, TokenHash, UserId},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A session as stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    /// Where it was opened; it counts nowhere else.
    pub(crate) dialect: Dialect,
    /// Seconds since 1970.
    pub(crate) issued_at: i64,
    /// Past this second it is over, whether the row is still there or not.
    pub(crate) expires_at: i64,
    /// The profile's when it was opened: it is over once that is another.
    pub(crate) epoch: i64,
    /// The token that this client's push connection shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) push_token: Option<TokenHash>,
}

/// Opens a session and lets the person appear in its dialect. Parts of a transaction: the person is checked to be there
/// in the same one.
pub(crate) fn open(uid: &UserId, token: &TokenHash, row: &SessionRow) -> Result<Vec<Write>, Error> {
    Ok(vec![put(uid, token, row)?, appear(uid, row.dialect).when(person::not_erasing()).into()])
}

/// The row alone, for a transaction that makes the person too.
pub(crate) fn put(uid: &UserId, token: &TokenHash, row: &SessionRow) -> Result<Write, Error> {
    Ok(Write::put(keys::session(uid, token), item("session", row)?, None))
}

/// Lets the person appear in a dialect.
fn appear(uid: &UserId, dialect: Dialect) -> Update {
    Update::of(keys::profile(uid)).add("dialects", store::member(dialect.as_str()))
}

/// Keeps a session over a change of password. Part of the transaction that changes it.
pub(crate) fn carry_over(uid: &UserId, token: &TokenHash, epoch: i64) -> Write {
    Update::of(keys::session(uid, token)).set("epoch", store::number(epoch)).when(Condition::Present("pk")).into()
}

/// A person and one of their sessions. `None` also for somebody who is being erased.
pub(in crate::sessions) async fn profile_and_session(
    store: &Store,
    uid: &UserId,
    token: &TokenHash,
) -> Result<(Option<Profile>, Option<SessionRow>), Error> {
    let found = profiles_and_sessions(store, &[(uid, token)]).await?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// The same of several sessions, which may be of different people, in one read.
pub(in crate::sessions) async fn profiles_and_sessions(
    store: &Store,
    tokens: &[(&UserId, &TokenHash)],
) -> Result<Vec<(Option<Profile>, Option<SessionRow>)>, Error> {
    let sessions = tokens.iter().map(|(uid, token)| keys::session(uid, token));
    let people: BTreeMap<&str, Key> = tokens.iter().map(|(uid, _)| (uid.as_str(), keys::profile(uid))).collect();
    let wanted: Vec<Key> = people.values().cloned().chain(sessions).collect();
    let mut found = store.get_many(&wanted).await?;
    let mut profiles: BTreeMap<&str, Profile> = BTreeMap::new();
    for (uid, key) in &people {
        let person = found.take_as::<Profile>(key)?.filter(|person| person.state.is_none());
        profiles.extend(person.map(|person| (*uid, person)));
    }
    let each = tokens.iter().map(|(uid, token)| {
        let profile = profiles.get(uid.as_str()).cloned();
        Ok((profile, found.take_as(&keys::session(uid, token))?))
    });
    each.collect()
}

/// Gives a session another push token. `false`: there is no such session.
pub(in crate::sessions) async fn set_push_token(
    store: &Store,
    uid: &UserId,
    session: &TokenHash,
    token: &TokenHash,
) -> Result<bool, Error> {
    let update =
        Update::of(keys::session(uid, session)).set("push_token", text(token.as_str())).when(Condition::Present("pk"));
    Ok(matches!(store.update(update).await?, Written::Done(_)))
}

/// Ends a session of this dialect.
pub(in crate::sessions) async fn end_session(
    store: &Store,
    uid: &UserId,
    token: &TokenHash,
    dialect: Dialect,
) -> Result<(), Error> {
    let own = Condition::Equals("dialect", text(dialect.as_str()));
    store.transact(vec![Write::delete(keys::session(uid, token), Some(own))]).await.map(drop)
}
